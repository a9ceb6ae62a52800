"""The probe of a run, stored once: fixed examples whose activations are recorded at every step."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data.columns import Columns, columns_from
from vectarium.data.json_file import is_text
from vectarium.data.manifest import ProbeEntry, RecordedInput
from vectarium.data.npy_file import npy_blocks
from vectarium.data.parquet_columns import clean_texts
from vectarium.data.recorded_parts import listed_stems, write_columns
from vectarium.data.storage import replace_file
from vectarium.data.stored_vectors import real_array
from vectarium.errors import ParameterError, ShapeError

FOLDER = "probe"
COLUMNS = "columns"


def write_probe(
    root: Path,
    inputs: Mapping[str, Any],
    columns: Any,
    *,
    classes: Sequence[str],
    description: str,
    old: ProbeEntry | None,
) -> ProbeEntry:
    """Write the probe, or check that it is the one the run has.

    Raises
    ------
    ParameterError, ShapeError
        If its parts do not fit together, or the run has another one.
    OSError
        If the disk does not take it.
    """
    if isinstance(classes, str) or not all(map(is_text, [*classes, *inputs, description])):
        raise ParameterError("The probe's inputs, classes and description need names that are texts.")
    arrays = {name: _plain(real_array(name, given)) for name, given in inputs.items()}
    n = _examples(arrays, columns)
    known = columns_from(columns, n)
    digest = probe_hash(arrays, known)
    if old is not None:
        if old.sha256 != digest:
            raise ParameterError(
                f"The run has another probe, {old.n:,} examples with the hash {old.sha256[:12]}…; these {n:,} have "
                f"{digest[:12]}…. Steps of different examples cannot be compared: use the same, or record into another "
                "folder."
            )
        return old
    (root / FOLDER).mkdir(exist_ok=True)
    stems = listed_stems([COLUMNS, *arrays])[1:]
    stored = [_write(root, name, stem, array) for (name, array), stem in zip(arrays.items(), stems, strict=True)]
    table = write_columns(root, FOLDER, COLUMNS, known) if known else None
    return ProbeEntry(n, digest, description, tuple(classes), tuple(stored), table)


def _plain(array: NDArray[Any]) -> NDArray[Any]:
    """Numbers of at most eight bytes in little-endian order."""
    dtype = array.dtype if array.dtype.itemsize <= 8 else np.dtype(np.float64)
    return np.ascontiguousarray(array, dtype.newbyteorder("<"))


def _examples(arrays: Mapping[str, NDArray[Any]], columns: Any) -> int:
    lengths = {name: len(array) if array.ndim else 0 for name, array in arrays.items()}
    if not lengths and columns is not None:
        values = next(iter(columns.values()), ()) if isinstance(columns, Mapping) else columns
        lengths = {"columns": len(values)}
    n = next(iter(lengths.values()), 0)
    if n == 0 or any(0 in array.shape for array in arrays.values()):
        raise ShapeError("The probe has no example: give at least one, as inputs or as columns.")
    if set(lengths.values()) != {n}:
        said = ", ".join(f"{name!r} {length:,}" for name, length in lengths.items())
        raise ShapeError(f"The probe's inputs do not have the same number of examples: {said}.")
    return n


def probe_hash(arrays: Mapping[str, NDArray[Any]], columns: Columns) -> str:
    """SHA-256 over names, types, shapes and numbers of the arrays, and names and texts of the columns."""
    digest = hashlib.sha256()
    for name, array in arrays.items():
        digest.update(repr((name, array.dtype.str, array.shape)).encode())
        digest.update(array.reshape(-1).view(np.uint8).data)
    for name, column in columns.items():
        digest.update(
            repr((name, [None if each is None else str(each) for each in clean_texts(column.texts())])).encode()
        )
    return digest.hexdigest()


def _write(root: Path, name: str, stem: str, array: NDArray[Any]) -> RecordedInput:
    path = f"{FOLDER}/{stem}.npy"
    stored = replace_file(root / path, npy_blocks(array), path)
    return RecordedInput(name, stored, array.dtype.str, array.shape)
