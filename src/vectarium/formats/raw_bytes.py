"""``.bytes``: raw little-endian float32, row by row; the shape stands in a config beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Collection
from vectarium.errors import FormatError, TruncatedFileError
from vectarium.formats.reader import Progress, Reader


def map_raw(path: Path, shape: tuple[int, ...] | None) -> NDArray[Any]:
    """Map the numbers of a ``.bytes`` file.

    Parameters
    ----------
    path
        The file.
    shape
        ``(n, d)`` as the config says.

    Raises
    ------
    FormatError
        If the shape is not known.
    TruncatedFileError
        If the file is not as large as the shape says.
    """
    size = path.stat().st_size
    if shape is None or len(shape) != 2 or 0 in shape:
        given = "none" if shape is None else str(shape)
        raise FormatError(
            f"A .bytes file holds {size // 4:,} numbers without their shape, and the config gives {given}; "
            '(n, d) is needed: "tensorShape": [n, d].',
            path,
        )
    n, d = shape
    if size != 4 * n * d:
        raise TruncatedFileError(
            f"The config says {n:,} × {d:,} float32, {4 * n * d:,} bytes; the file has {size:,}.", path
        )
    return np.memmap(path, np.dtype("<f4"), "r", 0, (n, d)).view(np.ndarray)


def read_raw_alone(path: Path, progress: Progress) -> Collection:
    """Open a ``.bytes`` file by the config that lies beside it, or one folder above, and names it.

    Raises
    ------
    FormatError
        If there is no such config.
    """
    from vectarium.formats.projector import open_entries
    from vectarium.formats.projector_json import config_files, parse_config

    for folder in (path.resolve().parent, path.resolve().parent.parent):
        for config in config_files(folder):
            try:
                entries = parse_config(config)
            except FormatError:
                continue
            mine = [entry for entry in entries if Path(entry.tensor_path.replace("\\", "/")).name == path.name]
            if mine:
                return open_entries(mine[:1], config, folder, progress)
    raise FormatError(
        f"A .bytes file holds {path.stat().st_size // 4:,} float32 numbers and no shape. Put a config beside it: "
        f'config.json with {{"embeddings": [{{"tensorName": "{path.stem}", "tensorPath": "{path.name}", '
        '"tensorShape": [n, d]}]}, and open that.',
        path,
    )


def _recognises(path: Path, _start: bytes) -> bool:
    return path.suffix.lower() == ".bytes"


RAW_BYTES = Reader(".bytes", (".bytes",), _recognises, read_raw_alone, "raw float32 with the shape in a config")
