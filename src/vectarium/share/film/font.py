"""The letters of a film: the page's own font as outlines, so that no browser and no font of the system is needed.

``glyphs.npz`` is made by ``tools/make_glyphs.py`` from Inter (SIL Open Font License 1.1, ``LICENSE.txt`` beside it).
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FILE = Path(__file__).parent / "glyphs.npz"
UNITS = 2048
# Behind these private codes stand the letters as the page's panels write them: numbers equally wide, a plain a.
PANEL = 0xE000
# A quadratic piece is drawn as so many straight ones.
PIECES = 5
# The letter in place of one that the font does not have.
BOX = 0.6


class Font:
    """One weight.

    Parameters
    ----------
    bold
        Whether it is the heavier one.
    """

    def __init__(self, *, bold: bool) -> None:
        with np.load(FILE) as file:
            points = np.cumsum(file["steps"], axis=1, dtype=np.int16) + (file["bolder"] if bold else 0)
            self._points = points.T.astype(np.float64)
            self._kinds, self._starts = file["kinds"], file["starts"]
            self._advances = file["advances"][:, int(bold)].astype(np.float64)
            self._places = {int(code): place for place, code in enumerate(file["codes"])}
        self._known: dict[int, NDArray[np.float32]] = {}

    def has(self, letter: str) -> bool:
        """Whether it has a letter."""
        return ord(letter) in self._places

    def width(self, text: str, size: float, *, panel: bool = False) -> float:
        """How wide a text is, in pixels."""
        return sum(self._advance(code) for code in _codes(text, self._places, panel=panel)) * size / UNITS

    def lines(self, text: str, size: float, *, panel: bool = False) -> NDArray[np.float32]:
        """A text's outline as lines ``(n, 4)`` from x, y to x, y; from 0 on along the line on which it stands."""
        parts: list[NDArray[np.float32]] = []
        x = 0.0
        for code in _codes(text, self._places, panel=panel):
            outline = self._outline(code)
            if len(outline):
                parts.append(outline + np.array([x, 0, x, 0], np.float32))
            x += self._advance(code)
        scale = np.float32(size / UNITS)
        return np.concatenate(parts) * scale if parts else np.zeros((0, 4), np.float32)

    def _advance(self, code: int) -> float:
        return self._advances[self._places[code]] if code in self._places else BOX * UNITS

    def _outline(self, code: int) -> NDArray[np.float32]:
        if code not in self._known:
            self._known[code] = self._flattened(code) if code in self._places else _box()
        return self._known[code]

    def _flattened(self, code: int) -> NDArray[np.float32]:
        place = self._places[code]
        part = slice(int(self._starts[place]), int(self._starts[place + 1]))
        points, kinds = self._points[part] * (1, -1), self._kinds[part]
        begins = [*np.flatnonzero(kinds == 0), len(kinds)]
        lines = [_contour(points[a:b], kinds[a:b]) for a, b in pairwise(begins)]
        return np.concatenate(lines).astype(np.float32) if lines else np.zeros((0, 4), np.float32)


@cache
def font(*, bold: bool = False) -> Font:
    """The font of a weight."""
    return Font(bold=bold)


def _codes(text: str, known: dict[int, int], *, panel: bool) -> list[int]:
    codes = [ord(letter) for letter in text]
    return [PANEL + code if panel and PANEL + code in known else code for code in codes]


def _contour(points: NDArray[np.float64], kinds: NDArray[np.uint8]) -> NDArray[np.float64]:
    """The lines of one closed contour; between two points beside it lies one on it, halfway."""
    at = points[0]
    path = [at]
    for i in range(1, len(points)):
        if kinds[i] == 1 and kinds[i - 1] != 2:
            path.append(points[i])
        elif kinds[i] == 2:
            after = points[i + 1] if i + 1 < len(points) else points[0]
            beside_next = i + 1 < len(points) and kinds[i + 1] == 2
            end = (points[i] + after) / 2 if beside_next else after
            t = np.arange(1, PIECES + 1)[:, None] / PIECES
            path += list((1 - t) ** 2 * path[-1] + 2 * t * (1 - t) * points[i] + t**2 * end)
    whole = np.array([*path, path[0]])
    return np.hstack([whole[:-1], whole[1:]])


def _box() -> NDArray[np.float32]:
    """An empty frame, for a letter that there is none for."""
    frames: list[NDArray[np.float32]] = []
    for inset, way in ((0.08, 1), (0.14, -1)):
        low, high = inset * UNITS, (BOX - inset) * UNITS
        corners = np.array([[low, inset * UNITS - 160], [high, inset * UNITS - 160], [high, 1400], [low, 1400]])[::way]
        corners[:, 1] = np.where(corners[:, 1] == 1400, 1480 - inset * UNITS, corners[:, 1])
        corners[:, 1] *= -1
        frames.append(np.hstack([corners, np.roll(corners, -1, axis=0)]).astype(np.float32))
    return np.concatenate(frames)
