"""LZ4 frames, which Feather files are packed in.

https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md and lz4_Block_format.md
"""

from __future__ import annotations

MAGIC = 0x184D2204
UNPACKED = 1 << 31


def unpack_lz4(data: bytes, size: int) -> bytes:
    """Unpack a frame of exactly ``size`` bytes.

    Raises
    ------
    ValueError
        If it is damaged, or holds another number of bytes.
    """
    if len(data) < 7 or int.from_bytes(data[:4], "little") != MAGIC:
        raise ValueError("no LZ4 frame")
    flags = data[4]
    position = 7 + (8 if flags & 8 else 0) + (4 if flags & 1 else 0)
    out = bytearray()
    while True:
        length = int.from_bytes(data[position : position + 4], "little")
        position += 4
        if length == 0 or position > len(data):
            break
        block = data[position : position + (length & ~UNPACKED)]
        position += len(block) + (4 if flags & 16 else 0)
        if length & UNPACKED:
            out += block
        else:
            _append_block(block, out, size)
        if len(out) > size:
            break
    if len(out) != size:
        raise ValueError(f"an LZ4 frame of {len(out):,} bytes, not {size:,}")
    return bytes(out)


def unpack_lz4_block(data: bytes, size: int) -> bytes:
    """Unpack a bare block of exactly ``size`` bytes.

    Raises
    ------
    ValueError
        If it is damaged, or holds another number of bytes.
    """
    out = bytearray()
    _append_block(data, out, size)
    if len(out) != size:
        raise ValueError(f"an LZ4 block of {len(out):,} bytes, not {size:,}")
    return bytes(out)


def _append_block(data: bytes, out: bytearray, size: int) -> None:
    try:
        _unpack_block(data, out, size)
    except IndexError:
        raise ValueError("LZ4 that was cut short") from None


def _unpack_block(data: bytes, out: bytearray, size: int) -> None:
    position, end = 0, len(data)
    while position < end:
        token = data[position]
        count, position = _length(data, position + 1, token >> 4)
        out += data[position : position + count]
        position += count
        if position >= end:
            return
        offset = data[position] | data[position + 1] << 8
        length, position = _length(data, position + 2, token & 15)
        length += 4
        start = len(out) - offset
        if offset == 0 or start < 0 or len(out) + length > size:
            raise ValueError("LZ4 that leads out of its data")
        if offset >= length:
            out += out[start : start + length]
        else:  # what is copied is what is being written
            piece = bytes(out[start:])
            out += (piece * (length // offset + 1))[:length]


def _length(data: bytes, position: int, start: int) -> tuple[int, int]:
    """A length of four bits, or more in the bytes that follow."""
    if start < 15:
        return start, position
    while True:
        more = data[position]
        position += 1
        start += more
        if more != 255:
            return start, position
