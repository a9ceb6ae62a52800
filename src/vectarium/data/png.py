"""Sprites as PNG: written with what Python brings, and their size read back.

A sprite is a grid of thumbnails, row by row, the first at top left. The format:
https://www.w3.org/TR/png-3/
"""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vectarium.errors import FormatError

SIGNATURE = b"\x89PNG\r\n\x1a\n"
COLOUR_TYPES = {1: 0, 3: 2, 4: 6}
LEVEL = 6


def grid_columns(n: int) -> int:
    """How many thumbnails stand in a row of the most square grid of n."""
    return math.isqrt(max(n - 1, 0)) + 1


def png_blocks(pixels: NDArray[np.uint8]) -> Iterator[bytes]:
    """The bytes of a sprite, row of thumbnails by row.

    Parameters
    ----------
    pixels
        uint8 array ``(n, height, width)`` or ``(n, height, width, 1, 3 or 4)``.
    """
    images = pixels[..., None] if pixels.ndim == 3 else pixels
    n, height, width, channels = images.shape
    columns = grid_columns(n)
    rows = -(-n // columns)
    size = struct.pack(">II", columns * width, rows * height)
    yield SIGNATURE + _chunk(b"IHDR", size + bytes([8, COLOUR_TYPES[channels], 0, 0, 0]))
    packer = zlib.compressobj(LEVEL)
    for row in range(rows):
        packed = packer.compress(_strip(images[row * columns : (row + 1) * columns], columns))
        if packed:
            yield _chunk(b"IDAT", packed)
    yield _chunk(b"IDAT", packer.flush()) + _chunk(b"IEND", b"")


def _strip(images: NDArray[np.uint8], columns: int) -> bytes:
    """One row of thumbnails as lines of pixels, each after the byte that says it is not filtered."""
    count, height, width, channels = images.shape
    lines = np.zeros((height, 1 + columns * width * channels), np.uint8)
    lines[:, 1 : 1 + count * width * channels] = images.transpose(1, 0, 2, 3).reshape(height, -1)
    return lines.tobytes()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_size(path: Path) -> tuple[int, int]:
    """Width and height of a PNG picture in pixels.

    Raises
    ------
    FormatError
        If it is none.
    """
    with path.open("rb") as file:
        start = file.read(24)
    if len(start) < 24 or not start.startswith(SIGNATURE) or start[12:16] != b"IHDR":
        raise FormatError(f"This is no PNG picture: it starts with {start[:8]!r}.", path)
    return int.from_bytes(start[16:20], "big"), int.from_bytes(start[20:24], "big")
