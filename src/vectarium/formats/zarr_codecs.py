"""How the chunks of a Zarr array are packed, undone: never to more bytes than a chunk may have.

gzip, zlib, bz2, LZMA, LZ4, Zstandard, Blosc, shuffled bytes, checksums and texts of any length.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.errors import FormatError
from vectarium.formats.blosc import unpack_blosc
from vectarium.formats.crc32c import crc32c
from vectarium.formats.lz4 import unpack_lz4_block
from vectarium.formats.shuffle import unshuffled
from vectarium.formats.zstd import unpack_zstd

Unpack = Callable[[bytes, int], bytes]
"""From packed bytes, and the most that may come out, to the bytes."""


def unpacker(name: str, settings: dict[str, Any]) -> Unpack:
    """What undoes a codec.

    Parameters
    ----------
    name
        As the array's metadata calls it: ``gzip``, ``blosc``, ``numcodecs.zlib`` …
    settings
        How it was set.

    Raises
    ------
    FormatError
        If it is not known.
    """
    plain = name.removeprefix("numcodecs.").removeprefix("https://codec.zarr.dev/")
    if plain == "shuffle":
        width = settings.get("elementsize", 4)
        return lambda data, _: unshuffled(data, width if type(width) is int else 4)
    found = UNPACKERS.get(plain)
    if found is None:
        raise FormatError(
            f"It is packed by {name!r}, which is not read. Write it again with gzip, zstd or no compression."
        )
    return found


def _inflated(data: bytes, most: int, bits: int) -> bytes:
    unpacking = zlib.decompressobj(bits)
    out = unpacking.decompress(data, most + 1)
    return _at_most(out, most)


def _bz2(data: bytes, most: int) -> bytes:
    return _at_most(bz2.BZ2Decompressor().decompress(data, most + 1), most)


def _lzma(data: bytes, most: int) -> bytes:
    return _at_most(lzma.LZMADecompressor(memlimit=256 << 20).decompress(data, most + 1), most)


def _lz4(data: bytes, most: int) -> bytes:
    size = int.from_bytes(data[:4], "little")
    _promised(size, most)
    return unpack_lz4_block(data[4:], size)


def _crc32c(data: bytes, _most: int) -> bytes:
    body, told = data[:-4], int.from_bytes(data[-4:], "little")
    if len(data) < 4 or crc32c([body]) != told:
        raise ValueError("a checksum that does not fit")
    return body


def _adler32(data: bytes, _most: int) -> bytes:
    if len(data) < 4 or zlib.adler32(data[4:]) != int.from_bytes(data[:4], "little"):
        raise ValueError("a checksum that does not fit")
    return data[4:]


def _crc32(data: bytes, _most: int) -> bytes:
    if len(data) < 4 or zlib.crc32(data[4:]) != int.from_bytes(data[:4], "little"):
        raise ValueError("a checksum that does not fit")
    return data[4:]


def _promised(size: int, most: int) -> None:
    if size > most:
        raise ValueError(f"a chunk that promises {size:,} bytes, where {most:,} are the most")


def _at_most(out: bytes, most: int) -> bytes:
    if len(out) > most:
        raise ValueError(f"a chunk of more than {most:,} bytes")
    return out


UNPACKERS: dict[str, Unpack] = {
    "zlib": lambda data, most: _inflated(data, most, 15),
    "gzip": lambda data, most: _inflated(data, most, 31),
    "bz2": _bz2,
    "lzma": _lzma,
    "lz4": _lz4,
    "zstd": unpack_zstd,
    "blosc": unpack_blosc,
    "crc32c": _crc32c,
    "crc32": _crc32,
    "adler32": _adler32,
}


def texts_of(data: bytes, count: int) -> NDArray[np.object_]:
    """Texts of any length: how many, then each with its length before it.

    Raises
    ------
    ValueError
        If there are others than ``count``, or one leads out of the bytes.
    """
    if len(data) < 4 or int.from_bytes(data[:4], "little") != count or count > len(data) // 4:
        raise ValueError(f"texts that are not {count:,}")
    out = np.empty(count, object)
    position = 4
    for index in range(count):
        length = int.from_bytes(data[position : position + 4], "little")
        position += 4
        if position + length > len(data):
            raise ValueError("a text that leads out of its chunk")
        out[index] = data[position : position + length].decode("utf-8", "replace")
        position += length
    return out
