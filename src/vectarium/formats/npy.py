"""NumPy's ``.npy``: memory-mapped, never unpickled, sizes proven first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from vectarium.data import Collection, Note
from vectarium.data.npy_header import MAGIC, map_array, prove_size, read_header
from vectarium.formats.arrays import collection_from_array
from vectarium.formats.reader import Progress, Reader


def read_npy(path: Path, progress: Progress) -> Collection:
    """Open an ``.npy`` file.

    Returns
    -------
    Collection
        One embedding; images of dtype uint8, shape ``(n, h, w)`` or ``(n, h, w, c)``, become vectors
        ``(n, h * w * c)`` with their pixels as thumbnails.

    Raises
    ------
    TruncatedFileError
        If the header promises more than the file holds.
    UnsafeFileError
        If it holds Python objects.
    """
    progress(0.0, f"mapping {path.name}")
    array, notes = map_npy(path)
    return collection_from_array(path.stem, array, path, notes)


def map_npy(path: Path) -> tuple[NDArray[Any], list[Note]]:
    """The array of an ``.npy`` file, memory-mapped, and what there is to say about it."""
    with path.open("rb") as file:
        header = read_header(file, path)
    size = path.stat().st_size - header.offset
    prove_size(header, size, path)
    notes: list[Note] = []
    if size > header.size:
        notes.append(Note(f"{size - header.size:,} bytes follow the array and were not looked at.", path))
    return map_array(path, header, header.offset), notes


def _recognises(_path: Path, start: bytes) -> bool:
    return start.startswith(MAGIC)


NPY = Reader(".npy", (".npy",), _recognises, read_npy, "one array of NumPy, memory-mapped")
