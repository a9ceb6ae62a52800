"""Where a part of a tensor belongs, and the key under which a checkpoint stores it.

The key is an ordered code: bytes that sort as the values do.
Sources: tensorflow/core/framework/tensor_slice.proto, core/lib/strings/ordered_code.cc.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from vectarium.formats.protobuf_wire import fields_of, message_of, signed_of

WHOLE = -1


@dataclass(frozen=True)
class Slice:
    """A box inside of a tensor: for each dimension where it begins and how long it is; −1 is all of it."""

    extents: tuple[tuple[int, int], ...]

    def shape_in(self, shape: tuple[int, ...]) -> tuple[int, ...] | None:
        """Its shape inside of a tensor, None where it does not lie in it."""
        if len(shape) != len(self.extents):
            return None
        sizes: list[int] = []
        for size, (start, length) in zip(shape, self.extents, strict=True):
            taken = size if length == WHOLE else length
            if start < 0 or taken < 0 or start + taken > size:
                return None
            sizes.append(taken)
        return tuple(sizes)

    def region(self, shape: tuple[int, ...]) -> tuple[slice, ...]:
        """As an index into an array of that shape."""
        return tuple(
            slice(start, size if length == WHOLE else start + length)
            for size, (start, length) in zip(shape, self.extents, strict=True)
        )


def parse_slice(data: memoryview, path: Path) -> Slice:
    """The box of a TensorSliceProto."""
    extents: list[tuple[int, int]] = []
    for number, value in fields_of(data, path):
        if number == 1:
            found = {inner: signed_of(each) for inner, each in fields_of(message_of(value), path)}
            extents.append((found.get(1, 0), found.get(2, WHOLE)))
    return Slice(tuple(extents))


def slice_key(name: str, part: Slice) -> bytes:
    """The key of a part.

    Examples
    --------
    >>> slice_key("a", Slice(((0, 2), (0, -1)))).hex(" ")
    '00 61 00 01 01 02 80 82 80 7f'
    """
    escaped = name.encode("utf-8", "surrogatepass").replace(b"\0", b"\0\xff")  # UTF-8 has no byte 255
    out = _unsigned(0) + escaped + b"\0\x01" + _unsigned(len(part.extents))
    for start, length in part.extents:
        out += _signed(start) + _signed(length)
    return out


def _unsigned(value: int) -> bytes:
    digits = value.to_bytes((value.bit_length() + 7) // 8, "big")
    return bytes([len(digits)]) + digits


def _signed(value: int) -> bytes:
    """As many leading ones as bytes, then the number; all turned round below zero."""
    magnitude = ~value if value < 0 else value
    length = magnitude.bit_length() // 7 + 1
    number = value & ((1 << 8 * length) - 1)
    # The marks of the length: 1, then 11, then 111 … in the highest bits, flipped into what is there.
    marks = ((1 << length) - 1) << (8 * length - length)
    return (number ^ marks).to_bytes(length, "big")
