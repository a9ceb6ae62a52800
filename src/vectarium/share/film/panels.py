"""What stands beside the picture: the legend, the steps with their curve, and what is seen, as the page shows them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vectarium.share.film.canvas import Canvas
from vectarium.share.film.coloring import Entry, Span
from vectarium.share.film.font import font
from vectarium.share.film.oklch import Colors
from vectarium.share.film.theme import Theme

SIZE = 12.5
LINE = 21.0
PADDING = 12.0
EDGE = 12.0
MOST_ENTRIES = 14
LEGEND_WIDTH = (110.0, 190.0)
BAR_HEIGHT = 64.0
CURVE_HEIGHT = 26.0
SENTENCE_HEIGHT = 30.0
RADIUS = 10.0
PANEL_ALPHA = 0.95


class Panels:
    """Draws panels on a canvas; all lengths are pixels of the page.

    Parameters
    ----------
    canvas
        Where.
    theme
        Their colours.
    ratio
        Pixels of the film a pixel of the page.
    """

    def __init__(self, canvas: Canvas, theme: Theme, ratio: float) -> None:
        self._canvas, self._theme, self._ratio = canvas, theme, ratio
        self.width, self.height = canvas.width / ratio, canvas.height / ratio

    def legend(self, title: str, entries: Sequence[Entry], span: Span | None, ramp: Colors | None) -> None:
        """The values and their colours, at the right."""
        width = legend_width(title, entries, span)
        lines = 2 if span else min(len(entries), MOST_ENTRIES) + (len(entries) > MOST_ENTRIES)
        room = int((self.height - 2 * EDGE - BAR_HEIGHT - 2 * PADDING) // LINE) - 1
        lines = min(lines, max(room, 1))
        left, top = self.width - EDGE - width, EDGE
        self._panel(left, top, width, (lines + 1) * LINE + 1.5 * PADDING)
        inner = left + PADDING
        y = top + PADDING * 0.75 + LINE / 2
        self._text(cut(title, width - 2 * PADDING, bold=True), inner, y, self._theme.text, bold=True)
        if span is not None and ramp is not None:
            self._ramp(inner, y + LINE, width - 2 * PADDING, span, ramp)
            return
        shown = entries if len(entries) <= lines else entries[: lines - 1]
        for number, entry in enumerate(shown):
            self._entry(entry, inner, y + (number + 1) * LINE, width - 2 * PADDING)
        if len(shown) < len(entries):
            more = f"{len(entries) - len(shown):,} more values"
            self._text(more, inner, y + lines * LINE, self._theme.quiet)

    def bar(self, said: Sequence[str], values: Sequence[float | None], place: float, right: float) -> None:
        """The step that is seen, in words and along a curve. ``place``: 0 at the first step to 1 at the last."""
        left, top = EDGE, self.height - EDGE - SENTENCE_HEIGHT - BAR_HEIGHT + PADDING
        width = self.width - left - right
        self._panel(left, top, width, BAR_HEIGHT)
        words = list(said)
        while len(words) > 1 and font().width(" · ".join(words), SIZE, panel=True) > width - 2 * PADDING:
            words.pop()
        self._text(" · ".join(words), left + PADDING, top + 15, self._theme.text)
        start, end, low = left + PADDING + 4, left + width - PADDING - 4, top + BAR_HEIGHT - 11
        self._course(values, place, (start, end, low))

    def sentence(self, said: str, right: float) -> None:
        """What is seen, in one quiet line below everything."""
        room = self.width - EDGE - right - 2 * PADDING
        words = cut(said, room)
        x = EDGE + (self.width - EDGE - right - font().width(words, SIZE, panel=True)) / 2
        self._text(words, max(x, EDGE), self.height - EDGE - 8, self._theme.quiet)

    def title(self, said: str, right: float) -> None:
        """The name, above at the left."""
        words = cut(said, self.width - right - 2 * EDGE, bold=True)
        ratio, theme = self._ratio, self._theme
        where, colors = ((EDGE + 4) * ratio, (EDGE + 12) * ratio), (theme.text, theme.background)
        self._canvas.label(words, where, 13 * ratio, colors, alpha=1, bold=True, ratio=ratio)

    def _entry(self, entry: Entry, left: float, y: float, width: float) -> None:
        ratio, theme = self._ratio, self._theme
        self._canvas.dot(((left + 5) * ratio, y * ratio), 5 * ratio, entry.color)
        count = f"{entry.count:,}"
        room = font().width(count, SIZE, panel=True)
        self._text(cut(entry.label, width - 18 - room - 8), left + 18, y, theme.text)
        self._text(count, left + width - room, y, theme.quiet)

    def _ramp(self, left: float, y: float, width: float, span: Span, ramp: Colors) -> None:
        ratio = self._ratio
        box = [round(each * ratio) for each in (left, y - 5, left + width, y + 3)]
        columns = np.linspace(0, 255, max(box[2] - box[0], 1)).astype(int)
        self._canvas.pixels[box[1] : box[3], box[0] : box[2]] = ramp[columns].astype(np.float32)
        low, high = written(span.low), written(span.high)
        self._text(low, left, y + LINE - 6, self._theme.quiet)
        self._text(high, left + width - font().width(high, SIZE, panel=True), y + LINE - 6, self._theme.quiet)

    def _course(self, values: Sequence[float | None], place: float, box: tuple[float, float, float]) -> None:
        (start, end, low), theme, ratio = box, self._theme, self._ratio
        x = start + (end - start) * place
        places = curve_places(values) * (end - start, CURVE_HEIGHT - 6) + (start, low - CURVE_HEIGHT)
        behind = cut_curve(places, x)
        self._canvas.path(places * ratio, 1.5 * ratio, theme.line)
        self._canvas.path(behind * ratio, 1.5 * ratio, theme.accent)
        for right, color in ((end, theme.line), (x, theme.accent)):
            self._canvas.box((start * ratio, (low + 2) * ratio, right * ratio, (low + 4) * ratio), ratio, color)
        if len(behind) and np.isfinite(behind[-1]).all():
            self._canvas.dot((x * ratio, behind[-1, 1] * ratio), 3 * ratio, theme.accent)
        self._canvas.dot((x * ratio, (low + 3) * ratio), 6 * ratio, theme.accent)

    def _panel(self, left: float, top: float, width: float, height: float) -> None:
        ratio, theme = self._ratio, self._theme
        right, bottom = left + width, top + height
        rim = theme.line * 0.6 + theme.panel * 0.4
        corners = left * ratio, top * ratio, right * ratio, bottom * ratio
        self._canvas.box(corners, RADIUS * ratio, rim, PANEL_ALPHA)
        inner = (left + 1) * ratio, (top + 1) * ratio, (right - 1) * ratio, (bottom - 1) * ratio
        self._canvas.box(inner, (RADIUS - 1) * ratio, theme.panel, PANEL_ALPHA)

    def _text(self, words: str, x: float, y: float, color: Colors, *, bold: bool = False) -> None:
        self._canvas.text(words, (x * self._ratio, y * self._ratio), SIZE * self._ratio, color, bold=bold)


def legend_width(title: str, entries: Sequence[Entry], span: Span | None) -> float:
    """How wide a legend is; 0 where there is nothing to explain."""
    if not entries and span is None:
        return 0.0
    widths = [font().width(f"{entry.label}  {entry.count:,}", SIZE, panel=True) + 30 for entry in entries]
    widest = max([font(bold=True).width(title, SIZE, panel=True), *widths]) + 2 * PADDING
    return min(max(widest, LEGEND_WIDTH[0], 140.0 if span else 0.0), LEGEND_WIDTH[1])


def cut(words: str, width: float, *, bold: bool = False) -> str:
    """Words that fit, the last of them … where some are left out."""
    letters = font(bold=bold)
    line = " ".join(words.split())
    if letters.width(line, SIZE, panel=True) <= width:
        return line
    low, high = 0, len(line)
    while low < high:
        middle = (low + high + 1) // 2
        fits = letters.width(line[:middle].rstrip() + "…", SIZE, panel=True) <= width
        low, high = (middle, high) if fits else (low, middle - 1)
    return line[:low].rstrip() + "…" if low else ""


def curve_places(values: Sequence[float | None]) -> NDArray[np.float64]:
    """Where each value lies in a box of 1 × 1, the largest on top; NaN where there is none."""
    known = np.array([np.nan if each is None else each for each in values], np.float64)
    finite = known[np.isfinite(known)]
    low, high = (finite.min(), finite.max()) if len(finite) else (0.0, 0.0)
    share = (known - low) / (high - low) if high > low else np.where(np.isfinite(known), 0.5, np.nan)
    return np.stack([np.arange(len(known)) / max(len(known) - 1, 1), 1 - share], axis=1)


def cut_curve(places: NDArray[np.float64], x: float) -> NDArray[np.float64]:
    """The part of a curve up to a place, which may lie between two of its own."""
    count = int(np.searchsorted(places[:, 0], x + 1e-9, side="right"))
    behind = places[:count]
    if 0 < count < len(places) and x > places[count - 1, 0]:
        share = (x - places[count - 1, 0]) / (places[count, 0] - places[count - 1, 0])
        behind = np.vstack([behind, [x, places[count - 1, 1] + share * (places[count, 1] - places[count - 1, 1])]])
    return behind


def written(value: float) -> str:
    """A number with about three digits."""
    if not math.isfinite(value):
        return "not a number"
    if value == round(value) and abs(value) < 1e7:
        return f"{round(value):,}"
    if 1e-3 <= abs(value) < 1e5:
        digits = max(0, 2 - math.floor(math.log10(abs(value))))
        return f"{value:,.{digits}f}"
    return f"{value:.2e}"
