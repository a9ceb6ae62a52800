"""Values out of an HDF5 file: texts of any length from its heaps, booleans, references."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.formats.hdf5_bytes import Cursor, Hdf5Bytes
from vectarium.formats.hdf5_types import BFLOAT16, Hdf5Type
from vectarium.formats.reader import silent
from vectarium.formats.stored_numbers import widened

ELEMENT = np.dtype([("length", "<u4"), ("heap", "<u8"), ("index", "<u4")])


def values_of(file: Hdf5Bytes, raw: NDArray[Any], kind: Hdf5Type) -> NDArray[Any]:
    """What the bytes of values stand for.

    Parameters
    ----------
    file
        Whose heaps hold the texts.
    raw
        The values as they lie, of ``kind.dtype``.
    kind
        Their type.

    Returns
    -------
    array
        Of the same shape: numbers, booleans, or objects where these are texts. References are addresses.

    Raises
    ------
    FormatError
        If a text is not there.
    """
    if kind.form == "boolean":
        return raw.astype(bool)
    if kind.form == BFLOAT16:
        return widened(raw, BFLOAT16, silent)
    if kind.form == "text":
        return _texts(file, raw)
    if kind.form == "reference":
        return raw.view("<u8").reshape(raw.shape)
    if raw.dtype.kind == "S":
        return _fixed_texts(raw)
    return raw


def _fixed_texts(raw: NDArray[Any]) -> NDArray[Any]:
    """Texts of a fixed length, with zeros behind them, in UTF-8 or, in old files, Latin-1."""
    out = np.empty(raw.shape, dtype=object)
    flat = out.reshape(-1)
    for index, text in enumerate(raw.reshape(-1).tolist()):
        flat[index] = _decoded(text)
    return out


def _decoded(text: bytes) -> str:
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError:
        return text.decode("latin-1")


def _texts(file: Hdf5Bytes, raw: NDArray[Any]) -> NDArray[Any]:
    if raw.dtype.itemsize != ELEMENT.itemsize:
        raise file.wrong("its texts are of an unknown kind")
    out = np.empty(raw.shape, dtype=object)
    flat, elements = out.reshape(-1), np.ascontiguousarray(raw).view(ELEMENT).reshape(-1)
    heaps: dict[int, dict[int, memoryview]] = {}
    decoded: dict[tuple[int, int], str] = {}
    for place, (length, heap, index) in enumerate(elements.tolist()):
        if heap == 0 and length == 0:
            flat[place] = ""
            continue
        if (heap, index) not in decoded:
            if heap not in heaps:
                heaps[heap] = _heap(file, heap)
            part = heaps[heap].get(index)
            if part is None or len(part) < length:
                raise file.wrong(f"a text points at nothing (heap {heap:,}, entry {index:,})")
            decoded[heap, index] = _decoded(bytes(part[:length]).rstrip(b"\0"))
        flat[place] = decoded[heap, index]
    return out


def _heap(file: Hdf5Bytes, address: int) -> dict[int, memoryview]:
    """The entries of a global heap by their number."""
    file.signature(address, b"GCOL")
    size = file.number(address + 8)
    cursor = Cursor(file.at(address, size), file.path)
    cursor.take(16)
    found: dict[int, memoryview] = {}
    while len(cursor.data) - cursor.position >= 16:
        index = cursor.number(2)
        cursor.take(6)
        length = cursor.number(8)
        if index == 0:
            break
        found[index] = cursor.take(length)
        cursor.skip_to(8)
    return found


def fields_of_records(dataset: Any) -> dict[str, NDArray[Any]]:
    """The fields of a table of records, by name; those of a type that cannot be read are left out.

    Parameters
    ----------
    dataset
        An object of HDF5 with values of a compound type; an array of Zarr has no fields.
    """
    if not hasattr(dataset.dataset, "kind"):
        return {}
    values, kind = dataset.dataset.read(silent), dataset.dataset.kind
    found: dict[str, NDArray[Any]] = {}
    for index, (name, member) in enumerate(kind.members):
        if member.form in {"plain", "text", "boolean"}:
            found[name] = values_of(dataset.file, np.ascontiguousarray(values[f"f{index}"]), member)
    return found
