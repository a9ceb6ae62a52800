"""A picture in memory, and what is painted on it: discs, regions, outlines and text."""

from __future__ import annotations

import math
from collections import OrderedDict

import numpy as np
from numpy.typing import NDArray

from vectarium.share.film.font import font
from vectarium.share.film.oklch import Colors

# Texts that move stand at quarters of pixels; each such picture of a text is made once.
QUARTERS = 4
MOST_MASKS = 4000
# From the middle of letters down to the line on which they stand, as a share of their size.
MIDDLE = 0.36
# Around labels: how wide, in pixels of the page, and how strong.
HALO = ((6.0, 0.35), (3.5, 0.8))
CIRCLE = 24

Mask = NDArray[np.float32]
Corners = tuple[float, float, float, float]
"""Left, top, right, bottom."""
Place = tuple[float, float]


class Canvas:
    """A picture.

    Parameters
    ----------
    width, height
        In pixels.

    Attributes
    ----------
    pixels
        float32 ``(height, width, 3)``, sRGB, 0 to 1.
    """

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.pixels = np.zeros((height, width, 3), np.float32)
        self._ground: tuple[bytes, NDArray[np.float32]] | None = None
        self._masks: OrderedDict[tuple[object, ...], tuple[Mask, int, int]] = OrderedDict()

    def fill(self, color: Colors) -> None:
        """Cover everything."""
        key = color.tobytes()
        if self._ground is None or self._ground[0] != key:
            whole = np.empty_like(self.pixels)
            whole[:] = color
            self._ground = key, whole
        np.copyto(self.pixels, self._ground[1])

    def image(self) -> NDArray[np.uint8]:
        """The picture as bytes, ``(height, width, 3)``."""
        return (self.pixels * np.float32(255) + np.float32(0.5)).astype(np.uint8)

    def discs(self, shapes: NDArray[np.float32], colors: NDArray[np.float32]) -> None:
        """Paint discs ``(n, 4)``, see ``native/canvas.hpp``."""
        from vectarium import _native

        _native.paint_discs(self.pixels, np.ascontiguousarray(shapes), np.ascontiguousarray(colors))

    def stretched(self, picture: NDArray[np.float32], corners: Corners, opacity: float) -> None:
        """Stretch a picture ``(rows, columns, 4)`` of light and cover over a rectangle, in pixels."""
        from vectarium import _native

        left, top, right, bottom = corners
        rows, columns = picture.shape[:2]
        across, down = columns / (right - left), rows / (bottom - top)
        start = (0.5 - left) * across - 0.5, (0.5 - top) * down - 0.5
        _native.paint_stretched(self.pixels, picture, start[0], across, start[1], down, opacity)

    def outline(self, lines: NDArray[np.floating], color: Colors, alpha: float = 1.0) -> None:
        """Fill closed outlines, lines ``(n, 4)`` in pixels."""
        if not len(lines) or not np.isfinite(lines).all():
            return
        mask, left, top = _mask_of(np.asarray(lines, np.float32))
        self.blend(mask, left, top, color, alpha)

    def blend(self, mask: Mask, left: int, top: int, color: Colors, alpha: float = 1.0) -> None:
        """Lay a colour over the picture where a mask says so."""
        height, width = mask.shape
        rows = slice(max(top, 0), min(top + height, self.height))
        columns = slice(max(left, 0), min(left + width, self.width))
        if rows.start >= rows.stop or columns.start >= columns.stop:
            return
        share = mask[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left, None]
        below = self.pixels[rows, columns]
        below += (color.astype(np.float32) - below) * (share * np.float32(alpha))

    def box(self, corners: Corners, radius: float, color: Colors, alpha: float = 1.0) -> None:
        """A rectangle with round corners."""
        self.outline(_polygon(_rounded(*corners, radius)), color, alpha)

    def dot(self, place: Place, radius: float, color: Colors, alpha: float = 1.0) -> None:
        """A round spot with a sharp edge."""
        angle = np.linspace(0, 2 * np.pi, CIRCLE, endpoint=False)
        circle = np.stack([np.cos(angle), np.sin(angle)], axis=1) * radius + np.array(place)
        self.outline(_polygon(circle), color, alpha)

    def path(self, places: NDArray[np.floating], width: float, color: Colors, alpha: float = 1.0) -> None:
        """A line through places ``(n, 2)``, broken where one is NaN."""
        there = np.isfinite(places).all(axis=1)
        parts = np.split(np.flatnonzero(there), np.flatnonzero(np.diff(np.flatnonzero(there)) > 1) + 1)
        for rows in parts:
            if len(rows) > 1:
                self.outline(_polygon(_stroke(np.asarray(places[rows], np.float64), width / 2)), color, alpha)

    def text(self, words: str, place: Place, size: float, color: Colors, *, bold: bool = False) -> None:
        """Words of a panel, where letters stand sharp. ``place``: their left end, and the middle of their height."""
        mask, left, top = self._words(words, size, (0, 0), bold=bold, panel=True)
        self.blend(mask, left + round(place[0]), top + round(place[1] + size * MIDDLE), color)

    def label(
        self,
        words: str,
        place: Place,
        size: float,
        colors: tuple[Colors, Colors],
        *,
        alpha: float,
        bold: bool,
        ratio: float,
    ) -> None:
        """Words in the picture, with a halo; they move smoothly. ``colors``: of the words, and of the halo."""
        x, baseline = place[0], place[1] + size * MIDDLE
        quarters = math.floor(x % 1 * QUARTERS), math.floor(baseline % 1 * QUARTERS)
        mask, left, top = self._words(words, size, quarters, bold=bold, panel=False)
        at = left + math.floor(x), top + math.floor(baseline)
        for width, strength in HALO:
            grown, margin = self._halo(words, size, quarters, mask, bold=bold, reach=width / 2 * ratio)
            self.blend(grown, at[0] - margin, at[1] - margin, colors[1], alpha * strength)
        self.blend(mask, *at, colors[0], alpha * (1 if bold else 0.88))

    def _halo(
        self, words: str, size: float, quarters: tuple[int, int], mask: Mask, *, bold: bool, reach: float
    ) -> tuple[Mask, int]:
        key = "halo", words, size, quarters, bold, reach
        if key not in self._masks:
            self._keep(key, (_grown(mask, reach), math.ceil(reach), 0))
        return self._masks[key][:2]

    def _words(
        self, words: str, size: float, quarters: tuple[int, int], *, bold: bool, panel: bool
    ) -> tuple[Mask, int, int]:
        key = words, size, quarters, bold, panel
        found = self._masks.get(key)
        if found is None:
            lines = font(bold=bold).lines(words, size, panel=panel)
            move = np.array([*quarters, *quarters], np.float32) / QUARTERS
            found = (
                _mask_of(np.add(lines, move, dtype=np.float32)) if len(lines) else (np.zeros((0, 0), np.float32), 0, 0)
            )
            self._keep(key, found)
        return found

    def _keep(self, key: tuple[object, ...], mask: tuple[Mask, int, int]) -> None:
        self._masks[key] = mask
        while len(self._masks) > MOST_MASKS:
            self._masks.popitem(last=False)


def _mask_of(lines: NDArray[np.float32]) -> tuple[Mask, int, int]:
    """How much of each pixel lies within, and the first pixel: left, top."""
    from vectarium import _native

    x, y = lines[:, (0, 2)], lines[:, (1, 3)]
    left, top = math.floor(x.min()), math.floor(y.min())
    width, height = math.ceil(x.max()) - left + 1, math.ceil(y.max()) - top + 1
    moved = lines - np.array([left, top, left, top], np.float32)
    return _native.fill_outline(np.ascontiguousarray(moved), height, width), left, top


def _grown(mask: Mask, reach: float) -> Mask:
    """A mask wider by some pixels all around."""
    margin = math.ceil(reach)
    height, width = mask.shape
    out = np.zeros((height + 2 * margin, width + 2 * margin), np.float32)
    for dy in range(-margin, margin + 1):
        for dx in range(-margin, margin + 1):
            strength = min(max(reach + 0.5 - math.hypot(dx, dy), 0.0), 1.0)
            if strength > 0:
                part = out[margin + dy : margin + dy + height, margin + dx : margin + dx + width]
                np.maximum(part, mask * np.float32(strength), out=part)
    return out


def _polygon(corners: NDArray[np.floating]) -> NDArray[np.floating]:
    return np.hstack([corners, np.roll(corners, -1, axis=0)])


def _stroke(places: NDArray[np.float64], half: float) -> NDArray[np.float64]:
    """The edge of a line through places ``(n, 2)``: there on one side, back on the other."""
    ways = np.diff(places, axis=0)
    ways /= np.maximum(np.hypot(*ways.T), 1e-9)[:, None]
    along = np.vstack([ways[:1], ways[:-1] + ways[1:], ways[-1:]])
    along /= np.maximum(np.hypot(*along.T), 0.5)[:, None]
    aside = np.stack([-along[:, 1], along[:, 0]], axis=1) * half
    return np.vstack([places + aside, (places - aside)[::-1]])


def _rounded(left: float, top: float, right: float, bottom: float, radius: float) -> NDArray[np.float64]:
    radius = min(radius, (right - left) / 2, (bottom - top) / 2)
    quarter = np.linspace(0, np.pi / 2, 7)
    centers = [
        (right - radius, bottom - radius),
        (left + radius, bottom - radius),
        (left + radius, top + radius),
        (right - radius, top + radius),
    ]
    parts = [
        np.stack([x + radius * np.cos(quarter + turn), y + radius * np.sin(quarter + turn)], axis=1)
        for (x, y), turn in zip(centers, np.arange(4) * np.pi / 2, strict=True)
    ]
    return np.concatenate(parts)
