"""Thumbnails: one small image a point.

They are kept as they came and decoded where they are drawn: a browser decodes PNG, JPEG, GIF, WebP
and AVIF by itself, in a sandbox, so Vectarium needs no image library
(docs/decisions/0003-small-install.md). Three forms cover what people have.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vectarium.errors import ShapeError


@dataclass(frozen=True, eq=False)
class PixelThumbnails:
    """Images that are already an array.

    Parameters
    ----------
    pixels
        uint8 array ``(n, height, width)`` in grey, or ``(n, height, width, 3 or 4)`` in RGB(A).
    """

    pixels: NDArray[np.uint8]

    def __post_init__(self) -> None:
        shape = self.pixels.shape
        fits = len(shape) == 3 or (len(shape) == 4 and shape[3] in (1, 3, 4))
        if not fits or 0 in shape[1:] or self.pixels.dtype != np.uint8:
            raise ShapeError(
                f"Thumbnails have shape {shape} and dtype {self.pixels.dtype}; uint8 of shape "
                "(n, height, width) or (n, height, width, 1, 3 or 4) is needed."
            )

    def __len__(self) -> int:
        return len(self.pixels)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of each image in pixels."""
        return self.pixels.shape[2], self.pixels.shape[1]


@dataclass(frozen=True, eq=False)
class SpriteThumbnails:
    """One picture that holds all images in a grid: row by row, the first at top left.

    Parameters
    ----------
    path
        The picture, PNG or any other that a browser shows.
    size
        Width and height of each image in pixels.
    columns
        How many images stand in one row of the grid.
    count
        How many images the grid has room for, at most the number of points.
    """

    path: Path
    size: tuple[int, int]
    columns: int
    count: int

    def __len__(self) -> int:
        return self.count


@dataclass(frozen=True, eq=False)
class FileThumbnails:
    """One image file a point.

    Parameters
    ----------
    paths
        A file for each point, None where there is none.
    size
        Width and height in pixels that every image is fitted into.
    """

    paths: tuple[Path | None, ...]
    size: tuple[int, int] = (64, 64)

    def __len__(self) -> int:
        return len(self.paths)


Thumbnails = PixelThumbnails | SpriteThumbnails | FileThumbnails
