"""HDF5's types and shapes, as NumPy's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from vectarium.formats.hdf5_bytes import Cursor

FIXED, FLOAT, STRING, COMPOUND, REFERENCE, ENUM, VARIABLE, ARRAY = 0, 1, 3, 6, 7, 8, 9, 10
NAMES = {2: "times", 4: "bit fields", 5: "opaque bytes"}
MOST_MEMBERS, MOST_DIMENSIONS, DEEPEST = 10_000, 32, 16
BFLOAT16 = "bfloat16"


@dataclass(frozen=True)
class Hdf5Type:
    """A type of values.

    Parameters
    ----------
    dtype
        As NumPy has it; of variable texts and references the bytes that stand for them.
    form
        ``plain`` for numbers and fixed texts, ``text`` for texts of any length, ``list`` for other lists of any
        length, ``reference``, ``boolean``, ``bfloat16``, or the name of what cannot be read.
    members
        Of a compound its fields: name and type. Of an enumeration its names.
    """

    dtype: np.dtype[Any]
    form: str = "plain"
    members: tuple[tuple[str, Any], ...] = ()


def parse_type(cursor: Cursor, depth: int = 0) -> Hdf5Type:
    """The type that a message describes.

    Raises
    ------
    ValueError
        If it is damaged.
    """
    if depth > DEEPEST:
        raise ValueError("a type nested too deep")
    head = cursor.number(1)
    bits, size = cursor.number(3), cursor.number(4)
    kind, version = head & 15, head >> 4
    if size == 0 or size > 1 << 31:
        raise ValueError("a type of no size")
    order = ">" if bits & 1 else "<"
    if kind == FIXED:
        cursor.take(4)
        return Hdf5Type(np.dtype(f"{order}{'i' if bits & 8 else 'u'}{size}") if size in {1, 2, 4, 8} else _raw(size))
    if kind == FLOAT:
        return _float(cursor, order, size)
    if kind == STRING:
        return Hdf5Type(np.dtype(f"S{size}"))
    if kind == COMPOUND:
        return _compound(cursor, bits & 0xFFFF, version, size, depth)
    if kind == REFERENCE:
        return Hdf5Type(_raw(size), "reference" if bits & 15 == 0 and size == 8 else "references to regions")
    if kind == ENUM:
        return _enumeration(cursor, bits & 0xFFFF, version, depth)
    if kind == VARIABLE:
        parse_type(cursor, depth + 1)
        return Hdf5Type(_raw(size), "text" if bits & 15 == 1 else "list")
    if kind == ARRAY:
        return _array(cursor, version, depth)
    return Hdf5Type(_raw(size), NAMES.get(kind, f"type {kind}"))


def _raw(size: int) -> np.dtype[Any]:
    return np.dtype(f"V{size}")


def _float(cursor: Cursor, order: str, size: int) -> Hdf5Type:
    cursor.take(5)  # offset and precision in bits, where the exponent is
    exponent = cursor.number(1)
    cursor.take(6)
    if size == 2 and exponent == 8:
        return Hdf5Type(np.dtype(f"{order}u2"), BFLOAT16)
    known = {2: 5, 4: 8, 8: 11}
    plain = known.get(size) == exponent
    return Hdf5Type(np.dtype(f"{order}f{size}") if plain else _raw(size), "plain" if plain else "unusual floats")


def _compound(cursor: Cursor, count: int, version: int, size: int, depth: int) -> Hdf5Type:
    if count > MOST_MEMBERS:
        raise ValueError("too many members")
    members: list[tuple[str, Hdf5Type]] = []
    offsets: list[int] = []
    for _ in range(count):
        name = cursor.text(padded=version < 3)
        offsets.append(cursor.number(4 if version < 3 else max(1, (size.bit_length() + 7) // 8)))
        dimensions = (0,)
        if version == 1:
            rank = cursor.number(1)
            cursor.take(11)
            dimensions = tuple(cursor.number(4) for _ in range(4))[:rank]
        member = parse_type(cursor, depth + 1)
        if version == 1 and dimensions:
            member = Hdf5Type(np.dtype((member.dtype, dimensions)), member.form, member.members)
        members.append((name, member))
    for (_, member), offset in zip(members, offsets, strict=True):
        if offset + member.dtype.itemsize > size:
            raise ValueError("a member outside of its compound")
    names = [f"f{index}" for index in range(count)]
    dtype = np.dtype(
        {"names": names, "formats": [each.dtype for _, each in members], "offsets": offsets, "itemsize": size}
    )
    return Hdf5Type(dtype, "compound", tuple(members))


def _enumeration(cursor: Cursor, count: int, version: int, depth: int) -> Hdf5Type:
    base = parse_type(cursor, depth + 1)
    names = [cursor.text(padded=version < 3) for _ in range(min(count, MOST_MEMBERS))]
    is_boolean = {name.upper() for name in names} == {"FALSE", "TRUE"} and base.dtype.itemsize == 1
    return Hdf5Type(base.dtype, "boolean" if is_boolean else base.form, tuple((name, None) for name in names))


def _array(cursor: Cursor, version: int, depth: int) -> Hdf5Type:
    rank = cursor.number(1)
    if rank > MOST_DIMENSIONS:
        raise ValueError("too many dimensions")
    cursor.take(3 if version < 3 else 0)
    sizes = tuple(cursor.number(4) for _ in range(rank))
    cursor.take(4 * rank if version < 3 else 0)
    base = parse_type(cursor, depth + 1)
    return Hdf5Type(np.dtype((base.dtype, sizes)), base.form, base.members)


def parse_shape(cursor: Cursor, length: int) -> tuple[int, ...] | None:
    """The shape that a message describes: empty for one value, None where there is none."""
    version, rank, flags = cursor.number(1), cursor.number(1), cursor.number(1)
    kind = cursor.number(1)
    if version == 1:
        cursor.take(4)
    elif version != 2:
        raise ValueError(f"a shape of version {version}")
    if rank > MOST_DIMENSIONS or flags > 3:
        raise ValueError("too many dimensions")
    if version == 2 and kind == 2:
        return None
    return tuple(cursor.number(length) for _ in range(rank))
