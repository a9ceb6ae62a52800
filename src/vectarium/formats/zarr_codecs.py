"""How the chunks of a Zarr array are packed, undone: never to more bytes than a chunk may have.

gzip, zlib, LZ4, shuffled bytes, checksums and texts of any length are read here; Zstandard and Blosc where a
package that knows them is installed, else the error says which.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.errors import FormatError
from vectarium.formats.crc32c import crc32c
from vectarium.formats.lz4 import unpack_lz4_block
from vectarium.formats.shuffle import unshuffled

ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
BLOSC_HEADER = 16
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


def _zstd(data: bytes, most: int) -> bytes:
    """By Python's own module (3.14 and later), or by a package."""
    _promised(zstd_size(data), most)
    for module, unpack in ZSTD_MODULES:
        try:
            found = import_module(module)
        except ImportError:
            continue
        try:
            return _at_most(unpack(found, data, most), most)
        except (ValueError, TypeError, MemoryError):
            raise
        except Exception as error:  # each package has an error of its own
            raise ValueError(str(error)) from None
    raise FormatError("It is packed by Zstandard. To read it: pip install numcodecs")


ZSTD_MODULES: tuple[tuple[str, Callable[[Any, bytes, int], bytes]], ...] = (
    ("compression.zstd", lambda module, data, most: module.ZstdDecompressor().decompress(data, most + 1)),
    ("zstandard", lambda module, data, most: module.ZstdDecompressor().decompress(data, max_output_size=most)),
    ("numcodecs.zstd", lambda module, data, _: bytes(module.decompress(data))),
)


def zstd_size(data: bytes) -> int:
    """How many bytes a frame of Zstandard promises.

    https://datatracker.ietf.org/doc/html/rfc8878#section-3.1.1.1

    Raises
    ------
    ValueError
        If it is none, or does not tell, which no writer of arrays leaves out.
    """
    if len(data) < 6 or data[:4] != ZSTD_MAGIC:
        raise ValueError("no frame of Zstandard")
    kind = data[4]
    width = (1 if kind & 32 else 0, 2, 4, 8)[kind >> 6]
    start = 5 + (0 if kind & 32 else 1) + (0, 1, 2, 4)[kind & 3]
    if width == 0 or len(data) < start + width:
        raise ValueError("a frame of Zstandard that does not tell its size")
    return int.from_bytes(data[start : start + width], "little") + (256 if width == 2 else 0)


def _blosc(data: bytes, most: int) -> bytes:
    size, packed = int.from_bytes(data[4:8], "little"), int.from_bytes(data[12:16], "little")
    if len(data) < BLOSC_HEADER or packed != len(data):
        raise ValueError("Blosc that was cut short")
    _promised(size, most)
    try:
        from numcodecs import blosc  # pyright: ignore[reportMissingImports]
    except ImportError:
        raise FormatError("It is packed by Blosc. To read it: pip install numcodecs") from None
    try:
        return bytes(blosc.decompress(data))
    except RuntimeError as error:
        raise ValueError(str(error)) from None


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
    "zstd": _zstd,
    "blosc": _blosc,
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
