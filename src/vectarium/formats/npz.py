"""NumPy's ``.npz``: a zip archive of arrays, sizes proven first, nothing unpickled.

Arrays of two dimensions and images are embeddings; arrays of one dimension that are as long become
their columns; narrow ones with the name of a picture (``umap``, ``tsne`` …) become coordinates.
"""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Collection, Note
from vectarium.data.memory import check_memory
from vectarium.data.note import note_from_error
from vectarium.data.npy_header import NpyHeader, map_array, prove_size, read_header
from vectarium.errors import FormatError, TruncatedFileError
from vectarium.formats.named_arrays import embeddings_of_arrays, nothing_to_explore
from vectarium.formats.reader import Progress, Reader, part, silent
from vectarium.formats.zip_members import open_archive, stored_at

BLOCK = 4 << 20


def read_npz(path: Path, progress: Progress) -> Collection:
    """Open an ``.npz`` archive.

    Raises
    ------
    FormatError
        If it is no zip archive, or nothing in it can be opened.
    """
    arrays, notes = arrays_of_npz(path, progress)
    embeddings, more = embeddings_of_arrays(path, arrays)
    if not embeddings:
        raise nothing_to_explore("archive", path, [*notes, *more])
    return Collection(path.name, embeddings, [*notes, *more])


def arrays_of_npz(path: Path, progress: Progress = silent) -> tuple[dict[str, NDArray[Any]], list[Note]]:
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


def _recognises(path: Path, start: bytes) -> bool:
    return start.startswith((b"PK\x03\x04", b"PK\x05\x06")) and (
        path.suffix.lower() == ".npz" or b".npy" in start[:300]
    )


NPZ = Reader(".npz", (".npz",), _recognises, read_npz, "several arrays of NumPy; those of one dimension are columns")
