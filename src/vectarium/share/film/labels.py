"""Labels of a film: few, never one over another, faded in and out, as the page has them (``web/src/scene/labels.ts``)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vectarium.share.film.camera import Area
from vectarium.share.film.canvas import Canvas
from vectarium.share.film.font import font
from vectarium.share.film.theme import Theme

SHORT = 32
STRONG = 12
HEIGHT = 16.0
MARGIN = 8.0
CANDIDATES = 160
SCANNED = 4000
FADE, CHOOSE = 0.15, 0.12
SIDES = ("right", "left", "above", "below")
BREATH = (6.0, 3.0)

Box = tuple[float, float, float, float]


@dataclass(eq=False)
class Label:
    """One that is shown, or on its way in or out. Lengths are pixels of the page."""

    words: str
    width: float
    side: str
    strong: bool
    opacity: float
    goal: float


class Labels:
    """The labels of one film, picture after picture.

    Parameters
    ----------
    texts
        One a point; empty for points without a label.
    area
        Where they may stand.
    ratio
        Pixels of the film a pixel of the page.
    """

    def __init__(self, texts: Sequence[str | None], area: Area, ratio: float) -> None:
        self._texts, self._ratio = texts, ratio
        left, top = area.left / ratio, area.top / ratio
        right, bottom = left + area.width / ratio, top + area.height / ratio
        self._area: Box = left + MARGIN, top + MARGIN, right - MARGIN, bottom - MARGIN
        self._most = round((right - left) * (bottom - top) / 20_000) or 1
        self._shown: dict[int, Label] = {}
        self._last = self._chosen = -np.inf

    def draw(
        self, canvas: Canvas, theme: Theme, order: Iterable[int], places: NDArray[np.float64], *, gap: float, now: float
    ) -> None:
        """Draw those of this moment. ``places`` ``(n, 2)`` in pixels, ``gap`` and ``now`` in page's pixels and seconds."""
        at = places / self._ratio
        first = not np.isfinite(self._last)
        if now - self._chosen >= CHOOSE - 1e-9:
            self._choose(order, at, gap)
            self._chosen = now
        change = 1.0 if first else (now - self._last) / FADE
        self._last = now
        taken: list[Box] = []
        for row, label in list(self._shown.items()):
            box = self._box(row, label, at, gap)
            free = box is not None and not any(overlaps(box, other) for other in taken)
            if box is not None and free and label.goal > 0:
                taken.append(box)
            goal = label.goal if free else 0.0
            label.opacity = min(max(label.opacity + np.sign(goal - label.opacity) * change, 0.0), 1.0)
            if box is not None and label.opacity > 0:
                self._write(canvas, theme, label, box)
            elif label.goal == 0:
                del self._shown[row]

    def _choose(self, order: Iterable[int], at: NDArray[np.float64], gap: float) -> None:
        found: list[tuple[float, int, int]] = []
        for scanned, row in enumerate(order):
            if len(found) >= CANDIDATES or scanned >= SCANNED:
                break
            left, top, right, bottom = self._area
            if not (left <= at[row, 0] <= right and top <= at[row, 1] <= bottom) or not self._texts[row]:
                continue
            rank = len(found)
            found.append((rank / 4 - 1 if row in self._shown else rank, int(row), rank))
        placed: list[tuple[Box, int, str, bool, float, str]] = []
        for _, row, rank in sorted(found):
            if len(placed) >= self._most:
                break
            self._place(row, rank < STRONG, at, gap, placed)
        before, self._shown = self._shown, {}
        for _, row, words, strong, width, side in placed:
            old = before.pop(row, None)
            self._shown[row] = Label(words, width, side, strong, old.opacity if old else 0.0, 1.0)
        for row, label in before.items():
            if label.opacity > 0:
                label.goal = 0.0
                self._shown[row] = label

    def _place(
        self,
        row: int,
        strong: bool,
        at: NDArray[np.float64],
        gap: float,
        placed: list[tuple[Box, int, str, bool, float, str]],
    ) -> None:
        words = shorten(self._texts[row] or "", SHORT)
        width = font(bold=strong).width(words, _size(strong))
        known = self._shown.get(row)
        for side in SIDES if known is None or known.goal == 0 else (known.side, *SIDES):
            box = beside(at[row, 0], at[row, 1], width, side, gap)
            if inside(box, self._area) and not any(overlaps(box, other[0]) for other in placed):
                placed.append((box, row, words, strong, width, side))
                return

    def _box(self, row: int, label: Label, at: NDArray[np.float64], gap: float) -> Box | None:
        x, y = at[row]
        return beside(x, y, label.width, label.side, gap) if np.isfinite(x) and np.isfinite(y) else None

    def _write(self, canvas: Canvas, theme: Theme, label: Label, box: Box) -> None:
        ratio, size = self._ratio, _size(label.strong) * self._ratio
        place = box[0] * ratio, (box[1] + box[3]) / 2 * ratio
        colors = theme.ink, theme.background
        canvas.label(label.words, place, size, colors, alpha=label.opacity, bold=label.strong, ratio=ratio)


def _size(strong: bool) -> float:
    return 13.0 if strong else 12.0


def beside(x: float, y: float, width: float, side: str, gap: float) -> Box:
    """The rectangle of a label beside a point with a gap between them: left, top, right, bottom."""
    if side == "right":
        return x + gap, y - HEIGHT / 2, x + gap + width, y + HEIGHT / 2
    if side == "left":
        return x - gap - width, y - HEIGHT / 2, x - gap, y + HEIGHT / 2
    top = y - gap - HEIGHT if side == "above" else y + gap
    return x - width / 2, top, x + width / 2, top + HEIGHT


def overlaps(a: Box, b: Box) -> bool:
    """Whether two labels touch or all but touch."""
    across, along = BREATH
    return a[0] < b[2] + across and b[0] < a[2] + across and a[1] < b[3] + along and b[1] < a[3] + along


def inside(a: Box, area: Box) -> bool:
    """Whether a rectangle lies within another."""
    return a[0] >= area[0] and a[1] >= area[1] and a[2] <= area[2] and a[3] <= area[3]


def shorten(words: str, length: int) -> str:
    """At most so many characters, the last of them … where some are left out."""
    line = " ".join(words.split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"
