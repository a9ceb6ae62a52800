"""Protocol buffers on the wire: the fields of a message, one after another, without a schema.

Each field is a number and a value: a varint, eight bytes, four bytes, or a length and that many bytes.
Nothing is copied, and no length is believed that leads out of the message.
https://protobuf.dev/programming-guides/encoding/
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from vectarium.errors import TruncatedFileError

VARINT, EIGHT, BYTES, FOUR = 0, 1, 2, 5

Buffer = bytes | memoryview


def fields_of(data: memoryview, path: Path) -> Iterator[tuple[int, int | memoryview]]:
    r"""The fields of a message.

    Parameters
    ----------
    data
        The message.
    path
        The file, for errors.

    Yields
    ------
    tuple
        The field's number, and its value: an int for a varint, else its bytes, of which nothing is copied.

    Raises
    ------
    TruncatedFileError
        If a field leads out of the message, or is of no known form.

    Examples
    --------
    >>> [(number, value if isinstance(value, int) else bytes(value)) for number, value in
    ...     fields_of(memoryview(b"\x08\x96\x01\x12\x02hi"), Path("a"))]
    [(1, 150), (2, b'hi')]
    """
    position, size = 0, len(data)
    while position < size:
        tag, position = varint(data, position, path)
        form = tag & 7
        if form == VARINT:
            value, position = varint(data, position, path)
            yield tag >> 3, value
            continue
        if form == BYTES:
            length, position = varint(data, position, path)
        elif form in {EIGHT, FOUR}:
            length = 8 if form == EIGHT else 4
        else:
            raise TruncatedFileError(f"A field of the form {form} is none of protobuf's; the file is damaged.", path)
        if length > size - position:
            raise TruncatedFileError(
                f"A field promises {length:,} bytes, and {size - position:,} are left. The file was cut short or is "
                "damaged; write or copy it again.",
                path,
            )
        yield tag >> 3, data[position : position + length]
        position += length


def varint(data: Buffer, position: int, path: Path) -> tuple[int, int]:
    """A number of seven bits a byte, the lowest first, and where it ends.

    Raises
    ------
    TruncatedFileError
        If it does not end.

    Examples
    --------
    >>> varint(bytes([0xAC, 2]), 0, Path("a"))
    (300, 2)
    """
    value = shift = 0
    size = len(data)
    while position < size and shift < 70:
        byte = data[position]
        value |= (byte & 127) << shift
        position += 1
        if byte < 128:
            return value & 0xFFFFFFFFFFFFFFFF, position
        shift += 7
    raise TruncatedFileError("A number of protobuf does not end; the file was cut short or is damaged.", path)


def varints(value: int | memoryview, path: Path) -> list[int]:
    """A repeated integer: one value, or many packed into bytes."""
    if isinstance(value, int):
        return [value]
    out: list[int] = []
    position = 0
    while position < len(value):
        number, position = varint(value, position, path)
        out.append(number)
    return out


def signed(value: int) -> int:
    """A varint as an int64."""
    return value - (1 << 64) if value >= 1 << 63 else value


def signed_of(value: int | memoryview) -> int:
    """A field as an int64: a varint, or the bytes of a fixed width."""
    return signed(value) if isinstance(value, int) else int.from_bytes(value[:8], "little")


def message_of(value: int | memoryview) -> memoryview:
    """A field as a message inside; an empty one where it is a number."""
    return value if isinstance(value, memoryview) else memoryview(b"")


def text_of(value: int | memoryview) -> str:
    """A field as text; bytes that are none become ``�``."""
    return bytes(value).decode("utf-8", "replace") if isinstance(value, memoryview) else str(value)


def float_of(value: int | memoryview) -> float:
    """A field of four bytes as a float."""
    return float(struct.unpack("<f", value)[0]) if isinstance(value, memoryview) and len(value) == 4 else 0.0
