"""Snappy's block format, decompressed: a length, then literals and copies of what came before.

The length is proven against what that many bytes can become before anything is allocated.
The format: https://github.com/google/snappy/blob/main/format_description.txt
"""

from __future__ import annotations

from pathlib import Path

from vectarium.errors import FormatError
from vectarium.formats.protobuf_wire import varint

# A copy of three bytes stands for at most 64.
LARGEST_RATIO = 22
LITERAL, NEAR, MIDDLE = 0, 1, 2
LONG_LITERAL = 60


def decompress(data: bytes, path: Path) -> bytes:
    """The bytes that a block stands for.

    Raises
    ------
    FormatError
        If it is damaged, or promises more than it can hold.

    Examples
    --------
    >>> decompress(bytes([6, 1 << 2, 97, 98, 1 | 0 << 2, 2]), Path("a.index"))
    b'ababab'
    """
    size, position = varint(data, 0, path)
    if size > LARGEST_RATIO * len(data):
        raise FormatError(f"A compressed block of {len(data):,} bytes promises {size:,}; it is damaged.", path)
    out = bytearray()
    while position < len(data):
        tag = data[position]
        if tag & 3 == LITERAL:
            length, position = _literal_length(data, position)
            piece = data[position : position + length]
            position += length
        else:
            length, offset, position = _copy(data, position)
            if not 0 < offset <= len(out):
                raise _damaged(path)
            start = len(out) - offset
            piece = bytes(out[start : start + length])
            piece = (piece * (length // len(piece) + 1))[:length]  # a copy may reach into itself
        if len(piece) != length or len(out) + length > size:
            raise _damaged(path)
        out += piece
    if len(out) != size:
        raise _damaged(path)
    return bytes(out)


def _literal_length(data: bytes, position: int) -> tuple[int, int]:
    length = data[position] >> 2
    if length < LONG_LITERAL:
        return length + 1, position + 1
    width = length - LONG_LITERAL + 1
    return int.from_bytes(data[position + 1 : position + 1 + width], "little") + 1, position + 1 + width


def _copy(data: bytes, position: int) -> tuple[int, int, int]:
    """Length, offset, and where the next piece starts."""
    tag = data[position]
    if tag & 3 == NEAR:
        low = data[position + 1] if position + 1 < len(data) else 0
        return (tag >> 2 & 7) + 4, (tag >> 5) << 8 | low, position + 2
    width = 2 if tag & 3 == MIDDLE else 4
    offset = int.from_bytes(data[position + 1 : position + 1 + width], "little")
    return (tag >> 2) + 1, offset, position + 1 + width


def _damaged(path: Path) -> FormatError:
    return FormatError("A compressed block is damaged. Copy the file again.", path)
