"""Sprite sheets: one picture that holds a thumbnail of each point, row by row.

Only the picture's width and height are read here; the browser decodes it.
"""

from __future__ import annotations

import math
from pathlib import Path

from vectarium.data import Note, SpriteThumbnails
from vectarium.errors import FormatError

START = 1 << 20
FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})


def picture_size(path: Path) -> tuple[int, int]:
    """Width and height of a PNG, JPEG, GIF or WebP picture in pixels.

    Raises
    ------
    FormatError
        If it is none of them, or cut short.
    """
    try:
        with path.open("rb") as file:
            start = file.read(START)
    except OSError as error:
        raise FormatError(f"The picture cannot be read: {error.strerror or error}.", path) from error
    size = _png(start) or _gif(start) or _webp(start) or _jpeg(start)
    if size is None or 0 in size:
        raise FormatError(
            f"This is not a PNG, JPEG, GIF or WebP picture, or it was cut short: it starts with {start[:8]!r}.", path
        )
    return size


def _png(start: bytes) -> tuple[int, int] | None:
    if not start.startswith(b"\x89PNG\r\n\x1a\n") or len(start) < 24 or start[12:16] != b"IHDR":
        return None
    return int.from_bytes(start[16:20], "big"), int.from_bytes(start[20:24], "big")


def _gif(start: bytes) -> tuple[int, int] | None:
    if start[:6] not in {b"GIF87a", b"GIF89a"} or len(start) < 10:
        return None
    return int.from_bytes(start[6:8], "little"), int.from_bytes(start[8:10], "little")


def _webp(start: bytes) -> tuple[int, int] | None:
    if start[:4] != b"RIFF" or start[8:12] != b"WEBP" or len(start) < 30:
        return None
    form = start[12:16]
    if form == b"VP8X":
        return 1 + int.from_bytes(start[24:27], "little"), 1 + int.from_bytes(start[27:30], "little")
    if form == b"VP8L" and start[20] == 0x2F:
        bits = int.from_bytes(start[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if form == b"VP8 " and start[23:26] == b"\x9d\x01\x2a":
        return int.from_bytes(start[26:28], "little") & 0x3FFF, int.from_bytes(start[28:30], "little") & 0x3FFF
    return None


def _jpeg(start: bytes) -> tuple[int, int] | None:
    if not start.startswith(b"\xff\xd8"):
        return None
    position = 2
    while position + 9 <= len(start) and start[position] == 0xFF:
        marker = start[position + 1]
        if marker == 0xFF:  # filling
            position += 1
        elif marker in FRAMES:
            height, width = start[position + 5 : position + 7], start[position + 7 : position + 9]
            return int.from_bytes(width, "big"), int.from_bytes(height, "big")
        else:
            position += 2 + max(2, int.from_bytes(start[position + 2 : position + 4], "big"))
    return None


def sprite_thumbnails(path: Path, n: int, size: tuple[int, int] | None) -> tuple[SpriteThumbnails, list[Note]]:
    """The thumbnails of n points in a sprite.

    Parameters
    ----------
    path
        The picture.
    n
        How many points there are.
    size
        Width and height of each thumbnail; None: a square grid as TensorBoard makes it.

    Returns
    -------
    thumbnails
        For as many points as fit.
    notes
        A fault where that is not all of them.

    Raises
    ------
    FormatError
        If it is no picture, or the size of a thumbnail cannot be told.
    """
    width, height = picture_size(path)
    notes: list[Note] = []
    if size is None:
        size = _guessed_size(width, height, n, path)
        told = "Each thumbnail was taken to be {} × {} pixels, from a square grid.".format(*size)
        notes.append(Note(told, path, None, "remark"))
    columns, rows = width // size[0], height // size[1]
    count = min(n, columns * rows)
    if count == 0:
        raise FormatError(
            f"The sprite is {width:,} × {height:,} pixels, less than one thumbnail of {size[0]:,} × {size[1]:,}.", path
        )
    if count < n:
        told = (
            f"The sprite is too small: {width:,} × {height:,} pixels have room for {columns * rows:,} thumbnails of "
            f"{size[0]} × {size[1]}, and there are {n:,} points. The last {n - count:,} have none."
        )
        notes.append(Note(told, path))
    return SpriteThumbnails(path, size, columns, count), notes


def _guessed_size(width: int, height: int, n: int, path: Path) -> tuple[int, int]:
    side = math.isqrt(max(n - 1, 0)) + 1
    down = [rows for rows in (side, -(-n // side)) if height % rows == 0]
    if width % side or not down:
        raise FormatError(
            f"The size of a thumbnail is not given, and the sprite of {width:,} × {height:,} pixels is no grid of "
            f"{side:,} × {side:,} for {n:,} points. Name it in a config: single_image_dim.",
            path,
        )
    # The last rows of the square may be left out; thumbnails tend to be square.
    return width // side, min((height // rows for rows in down), key=lambda tall: abs(tall - width // side))
