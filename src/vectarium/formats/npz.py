"""NumPy's ``.npz``: a zip archive of arrays, sizes proven first, nothing unpickled.

Arrays of two dimensions and images are embeddings; arrays of one dimension that are as long become
their columns; narrow ones with the name of a picture (``umap``, ``tsne`` …) become coordinates.
"""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Collection, Columns, Coordinates, Embedding, Note
from vectarium.data.inference import column_from_array
from vectarium.data.memory import check_memory
from vectarium.data.note import note_from_error
from vectarium.data.npy_header import NpyHeader, map_array, prove_size, read_header
from vectarium.errors import FormatError, ShapeError, TruncatedFileError, UnsafeFileError
from vectarium.formats.arrays import embedding_from_array, is_images
from vectarium.formats.layout import PICTURE
from vectarium.formats.reader import Progress, Reader, part
from vectarium.formats.zip_members import open_archive, stored_at

BLOCK = 4 << 20


def read_npz(path: Path, progress: Progress) -> Collection:
    """Open an ``.npz`` archive.

    Raises
    ------
    FormatError
        If it is no zip archive, or nothing in it can be opened.
    """
    arrays, notes = _read_members(path, progress)
    embeddings, more = _embeddings(path, arrays)
    if not embeddings:
        why = " ".join(note.message for note in [*notes, *more]) or "It holds no array."
        raise (_unsafe(notes) or FormatError)(f"Nothing in this archive can be explored. {why}", path)
    return Collection(path.name, embeddings, [*notes, *more])


def _unsafe(notes: list[Note]) -> type[FormatError] | None:
    return UnsafeFileError if any("Python objects" in note.message for note in notes) else None


def _read_members(path: Path, progress: Progress) -> tuple[dict[str, NDArray[Any]], list[Note]]:
    """Every array of the archive by name; those that fail become notes."""
    arrays: dict[str, NDArray[Any]] = {}
    notes: list[Note] = []
    with open_archive(path, "an .npz archive") as archive:
        members = [member for member in archive.infolist() if not member.filename.endswith("/")]
        for index, member in enumerate(members):
            name, told = member.filename.removesuffix(".npy"), part(progress, index, len(members))
            try:
                arrays[name] = _read_member(path, archive, member, told)
            except FormatError as error:
                notes.append(note_from_error(error))
    return arrays, notes


def _read_member(path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo, progress: Progress) -> NDArray[Any]:
    what = f"Its member {member.filename!r}"
    progress(0.0, f"reading {member.filename}")
    try:
        with archive.open(member) as file:
            header = read_header(cast("BinaryIO", file), path, what)
            prove_size(header, member.file_size - header.offset, path, what)
            offset = stored_at(path, member)
            if offset is not None and (offset + header.offset) % header.dtype.alignment == 0:
                return map_array(path, header, offset + header.offset)
            check_memory(header.size, what, path)
            return _filled(cast("BinaryIO", file), header, path, what, progress)
    except (zipfile.BadZipFile, zlib.error, EOFError, UnicodeDecodeError, RuntimeError, OSError) as error:
        raise FormatError(f"{what} cannot be read: {error}.", path) from error


def _filled(file: BinaryIO, header: NpyHeader, path: Path, what: str, progress: Progress) -> NDArray[Any]:
    """Read the numbers into an array, block by block; a lying archive stops at its true end."""
    out = np.empty(header.size, np.uint8)
    view, done = memoryview(out.data), 0
    while done < header.size:
        count = file.readinto(view[done : done + BLOCK])  # pyright: ignore[reportAttributeAccessIssue]
        if not count:
            raise TruncatedFileError(f"{what} ends after {done:,} of {header.size:,} bytes.", path)
        done += int(count)
        progress(done / header.size, f"reading {path.name}")
    order = "F" if header.fortran_order else "C"
    return out.view(header.dtype).reshape(header.shape, order=order)


def _embeddings(path: Path, arrays: dict[str, NDArray[Any]]) -> tuple[list[Embedding], list[Note]]:
    """Tell vectors, columns and coordinates apart."""
    notes: list[Note] = []
    wide = {name: array for name, array in arrays.items() if array.ndim >= 2 and not _is_column(array)}
    pictures = {name for name, array in wide.items() if _is_picture(name, array, wide)}
    if not wide:  # nothing but lists of numbers: each is vectors of one dimension
        wide = {name: array for name, array in arrays.items() if array.dtype.kind in "fiub" and array.ndim == 1}
    embeddings: list[Embedding] = []
    for name, array in wide.items():
        if name in pictures:
            continue
        try:
            embedding = embedding_from_array(name, array, path)
        except FormatError as error:
            notes.append(note_from_error(error))
            continue
        coordinates = tuple(
            Coordinates(each, np.ascontiguousarray(wide[each], np.float32), f"From the archive's member {each!r}.")
            for each in pictures
            if len(wide[each]) == len(array)
        )
        embeddings.append(replace(embedding, columns=_columns(arrays, wide, len(array)), coordinates=coordinates))
    notes += _left_over(path, arrays, wide, {len(each) for each in embeddings})
    return embeddings, notes


def _is_column(array: NDArray[Any]) -> bool:
    return array.ndim == 2 and array.shape[1] == 1 and array.dtype.kind != "f"


def _is_picture(name: str, array: NDArray[Any], wide: dict[str, NDArray[Any]]) -> bool:
    """Whether an array is coordinates of wider vectors that are there too."""
    narrow = array.ndim == 2 and array.shape[1] in (2, 3) and array.dtype.kind in "fiu"
    others = (each for key, each in wide.items() if key != name and len(each) == len(array))
    plain = name.lower().replace("-", "_").strip("_")
    return narrow and bool(PICTURE.fullmatch(plain)) and any(is_images(each) or each.shape[1] > 3 for each in others)


def _columns(arrays: dict[str, NDArray[Any]], wide: dict[str, NDArray[Any]], n: int) -> Columns:
    flat = {name: array[:, 0] if _is_column(array) else array for name, array in arrays.items() if name not in wide}
    fitting = {name: array for name, array in flat.items() if array.ndim == 1 and len(array) == n}
    columns: list[Any] = []
    for name, array in fitting.items():
        try:
            values = array.astype(str) if array.dtype.kind == "S" else array
            columns.append(column_from_array(name, values))
        except (ShapeError, ValueError, TypeError):
            continue
    return Columns(columns, n=n)


def _left_over(
    path: Path, arrays: dict[str, NDArray[Any]], wide: dict[str, NDArray[Any]], lengths: set[int]
) -> list[Note]:
    """Remarks on the arrays that fit to no embedding."""
    left = [
        f"{name!r} {array.shape}"
        for name, array in arrays.items()
        if name not in wide and (array.ndim == 0 or len(array) not in lengths)
    ]
    told = f"Left out, as they are neither vectors nor as long as any: {', '.join(left[:10])}."
    return [Note(told, path, None, "remark")] if left and lengths else []


def _recognises(path: Path, start: bytes) -> bool:
    return start.startswith((b"PK\x03\x04", b"PK\x05\x06")) and (
        path.suffix.lower() == ".npz" or b".npy" in start[:300]
    )


NPZ = Reader(".npz", (".npz",), _recognises, read_npz, "several arrays of NumPy; those of one dimension are columns")
