"""Thumbnails in pages, each of a size that loads in one go.

The browser decodes them; the server only passes bytes on.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vectarium.data import PixelThumbnails, SpriteThumbnails, Thumbnails
from vectarium.errors import FormatError, ParameterError

PAGE_BYTES = 6 << 20
FILES_PER_PAGE = 128

# What a browser shows as a picture, by its first bytes. SVG is not among them: it can hold scripts.
PICTURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"RIFF", "image/webp"),
    (b"BM", "image/bmp"),
)


def rows_per_page(thumbnails: Thumbnails) -> int:
    """How many points' thumbnails one page holds."""
    if isinstance(thumbnails, PixelThumbnails):
        return max(1, PAGE_BYTES // max(1, int(np.prod(thumbnails.pixels.shape[1:]))))
    return max(1, len(thumbnails)) if isinstance(thumbnails, SpriteThumbnails) else FILES_PER_PAGE


def page_rows(thumbnails: Thumbnails, page: int) -> range:
    """The points of a page; ParameterError where there is no such page."""
    size = rows_per_page(thumbnails)
    pages = -(-len(thumbnails) // size)
    if not 0 <= page < pages:
        raise ParameterError(f"There is no page {page} of thumbnails; there are {pages}, counted from 0.")
    return range(page * size, min(len(thumbnails), (page + 1) * size))


def pixel_page(thumbnails: PixelThumbnails, page: int) -> NDArray[np.uint8]:
    """The pixels of a page, uint8 ``(rows, height, width, channels)``."""
    rows = page_rows(thumbnails, page)
    pixels = thumbnails.pixels[rows.start : rows.stop]
    return pixels[..., np.newaxis] if pixels.ndim == 3 else pixels


def picture_type(path: Path) -> str:
    """The media type of a picture, from its first bytes; FormatError where it is none."""
    with path.open("rb") as file:
        start = file.read(16)
    for letters, media_type in PICTURES:
        if start.startswith(letters):
            return media_type
    if start[4:12] in (b"ftypavif", b"ftypavis"):
        return "image/avif"
    raise FormatError("This is no picture that a browser shows (PNG, JPEG, GIF, WebP, AVIF, BMP).", path)
