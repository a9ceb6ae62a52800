"""Blosc's chunks, which Zarr packs by default: blocks, each packed by LZ4 or another, of shuffled bytes or bits.

https://github.com/Blosc/c-blosc/blob/main/README_CHUNK_FORMAT.rst
"""

from __future__ import annotations

import zlib
from importlib import import_module
from pathlib import Path

import numpy as np

from vectarium.errors import FormatError
from vectarium.formats.lz4 import unpack_lz4_block
from vectarium.formats.shuffle import unshuffled, unshuffled_bits
from vectarium.formats.snappy import decompress
from vectarium.formats.zstd import unpack_zstd

HEADER = 16
SHUFFLED, COPIED, BITS, WHOLE = 1, 2, 4, 16
BLOSCLZ, LZ4, SNAPPY, ZLIB, ZSTD = range(5)


def unpack_blosc(data: bytes, most: int) -> bytes:
    """Unpack a chunk of at most ``most`` bytes.

    Raises
    ------
    ValueError
        If it is damaged, or holds more.
    FormatError
        If it is packed by BloscLZ, and the package that knows it is not there.
    """
    if len(data) < HEADER:
        raise ValueError("Blosc that was cut short")
    flags, width = data[2], data[3]
    size, block, packed = (int.from_bytes(data[at : at + 4], "little") for at in (4, 8, 12))
    if packed != len(data) or size > most:
        raise ValueError(f"Blosc that promises {size:,} bytes out of {packed:,}; {len(data):,} are there")
    if flags & COPIED:
        return _exactly(data[HEADER : HEADER + size], size)
    if size == 0:
        return b""
    if flags >> 5 == BLOSCLZ:
        return _exactly(_by_package(data), size)
    count = -(-size // max(block, 1))
    if block < 1 or width < 1 or HEADER + 4 * count > len(data):
        raise ValueError("Blosc of blocks that are not there")
    starts = np.frombuffer(data, "<u4", count, HEADER).tolist()
    out = bytearray()
    for index, start in enumerate(starts):
        length = min(block, size - index * block)
        parts = 1 if flags & WHOLE or length < block else width
        out += _unshuffle(_block(data, start, length, parts, flags >> 5), flags, width)
    return _exactly(bytes(out), size)


def _block(data: bytes, position: int, length: int, parts: int, codec: int) -> bytes:
    """One block, packed as one part or as one for each byte of a number."""
    if length % parts:
        raise ValueError("a block of Blosc that does not part evenly")
    piece, out = length // parts, bytearray()
    for _ in range(parts):
        packed = int.from_bytes(data[position : position + 4], "little")
        part = data[position + 4 : position + 4 + packed]
        if len(part) != packed:
            raise ValueError("a block of Blosc that leads out of its chunk")
        out += part if packed == piece else _unpack(part, piece, codec)
        position += 4 + packed
    return bytes(out)


def _unpack(data: bytes, size: int, codec: int) -> bytes:
    if codec == LZ4:
        return unpack_lz4_block(data, size)
    if codec == ZLIB:
        return _exactly(_inflated(data, size + 1), size)
    if codec == ZSTD:
        return _exactly(unpack_zstd(data, size), size)
    if codec == SNAPPY:
        return _exactly(bytes(decompress(data, Path("Blosc"))), size)
    raise ValueError(f"Blosc's codec {codec}, which is none")


def _inflated(data: bytes, most: int) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, most)
    except zlib.error as error:
        raise ValueError(f"deflated data that is damaged ({error})") from None


def _unshuffle(data: bytes, flags: int, width: int) -> bytes:
    if flags & BITS:
        return unshuffled_bits(data, width)
    return unshuffled(data, width) if flags & SHUFFLED else data


def _by_package(data: bytes) -> bytes:
    try:
        blosc = import_module("numcodecs.blosc")
    except ImportError:
        raise FormatError("It is packed by BloscLZ. To read it: pip install numcodecs") from None
    try:
        return bytes(blosc.decompress(data))
    except RuntimeError as error:
        raise ValueError(str(error)) from None


def _exactly(data: bytes, size: int) -> bytes:
    if len(data) != size:
        raise ValueError(f"{len(data):,} bytes, where {size:,} are promised")
    return data
