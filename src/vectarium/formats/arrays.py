"""From an array of any shape and type to an embedding, or to a message that says how to make it one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Collection, Embedding, Note, PixelThumbnails, Thumbnails
from vectarium.errors import FormatError
from vectarium.formats.table import Table, embeddings_from_table

CHANNELS = (1, 3, 4)


def collection_from_array(name: str, array: NDArray[Any], path: Path, notes: list[Note]) -> Collection:
    """A collection of the one array that a file holds.

    Raises
    ------
    FormatError
        If it cannot be vectors.
    """
    if array.dtype.names is not None:
        return Collection(path.name, embeddings_from_table(name, record_table(array, path), path), notes)
    return Collection(path.name, [embedding_from_array(name, array, path).with_notes(*notes)])


def embedding_from_array(name: str, array: NDArray[Any], path: Path) -> Embedding:
    """An embedding of an array: ``(n, d)``, ``(n,)``, or uint8 images ``(n, h, w)`` and ``(n, h, w, c)``."""
    check_numbers(array, name, path)
    notes: list[Note] = []
    thumbnails: Thumbnails | None = None
    if is_images(array):
        thumbnails = thumbnails_from_array(array)
        array = array.reshape(len(array), -1)
    elif array.ndim == 1:
        notes.append(
            Note(f"{name!r} has one dimension, {array.shape}; opened as {len(array):,} × 1.", path, None, "remark")
        )
        array = array[:, None]
    elif array.ndim != 2:
        raise FormatError(_shape_message(name, array), path)
    if 0 in array.shape:
        raise FormatError(f"{name!r} has shape {array.shape}: there is not one number in it.", path)
    vectors, more = plain(array, name, path)
    return Embedding(name, vectors, thumbnails=thumbnails, notes=(*notes, *more), source=path)


def _shape_message(name: str, array: NDArray[Any]) -> str:
    if array.ndim == 0:
        return f"{name!r} is one single number; vectors of shape (n, d) are needed."
    tail = " × ".join(map(str, array.shape[1:]))
    return (
        f"{name!r} has shape {array.shape} and dtype {array.dtype}; vectors of shape (n, d) are needed, or images of "
        f"dtype uint8, shape (n, h, w) or (n, h, w, 1, 3 or 4). To see {array.shape[0]:,} points of {tail} numbers: "
        "numpy.save(path, array.reshape(len(array), -1))."
    )


def check_numbers(array: NDArray[Any], name: str, path: Path) -> None:
    """Raise FormatError unless the values are real numbers."""
    if array.dtype.kind in "fiub":
        return
    kinds = {"c": "complex numbers", "U": "text", "S": "text", "M": "times", "m": "durations", "V": "raw bytes"}
    advice = {
        "c": "Save their real and imaginary parts side by side: numpy.hstack([a.real, a.imag]).",
        "U": "Text can be attached to vectors: --metadata FILE.",
        "S": "Text can be attached to vectors: --metadata FILE.",
    }
    kind = array.dtype.kind
    raise FormatError(
        f"{name!r} holds {kinds.get(kind, 'values')} (dtype {array.dtype}); real numbers are needed. "
        f"{advice.get(kind, 'Convert them: array.astype(numpy.float32).')}",
        path,
    )


def is_images(array: NDArray[Any]) -> bool:
    """Whether an array is small images: uint8 ``(n, h, w)``, ``(n, h, w, c)`` or ``(n, c, h, w)``."""
    if array.dtype != np.uint8 or 0 in array.shape:
        return False
    return array.ndim == 3 or (array.ndim == 4 and (array.shape[3] in CHANNELS or array.shape[1] in CHANNELS))


def thumbnails_from_array(array: NDArray[np.uint8]) -> PixelThumbnails:
    """Thumbnails of such an array; channels that come first are moved to the end."""
    channels_first = array.ndim == 4 and array.shape[3] not in CHANNELS
    return PixelThumbnails(np.moveaxis(array, 1, 3) if channels_first else array)


def plain(array: NDArray[Any], name: str, path: Path) -> tuple[NDArray[Any], list[Note]]:
    """The same numbers in the machine's byte order, row by row, in at most 64 bits; mapped where they are so already."""
    dtype = array.dtype.newbyteorder("=")
    if dtype.kind == "f" and dtype.itemsize > 8:
        dtype = np.dtype(np.float64)
    if dtype.kind == "b":
        dtype = np.dtype(np.uint8)
    if dtype == array.dtype and array.flags.c_contiguous:
        return array, []
    why = f"{array.dtype} as {dtype}" if dtype != array.dtype else "column by column, turned to rows"
    note = Note(f"{name!r} is stored as {why}: read into memory, not mapped.", path, None, "remark")
    return np.ascontiguousarray(array, dtype=dtype), [note]


def decoded(texts: NDArray[np.bytes_], name: str, path: Path) -> NDArray[np.str_]:
    """Texts that are stored as bytes.

    Raises
    ------
    FormatError
        If they are not in UTF-8.
    """
    try:
        return np.char.decode(texts, "utf-8")
    except UnicodeDecodeError as error:
        told = (
            f"{name!r} holds bytes that are no text in UTF-8 ({error.object[:20]!r}); write it as numbers or as text."
        )
        raise FormatError(told, path) from None


def record_table(array: NDArray[Any], path: Path) -> Table:
    """A structured array as a table: each field is a column of it."""
    if array.ndim != 1:
        raise FormatError(f"The structured array has shape {array.shape}; one record a point, (n,), is needed.", path)
    if not len(array):
        raise FormatError("There is not one record in the array.", path)
    table = Table(len(array))
    for name in array.dtype.names or ():
        field = array[name]
        if field.ndim == 1 and field.dtype.kind in "fiu":
            table.add_numbers(name, field.astype(field.dtype.newbyteorder("=")))
        elif field.ndim == 1:
            table.add_values(name, decoded(field, name, path) if field.dtype.kind == "S" else field)
        elif field.size:
            table.add_vectors(name, np.ascontiguousarray(field.reshape(len(field), -1)))
    return table
