"""From a column to a colour a point, and to the legend that explains it, as the page does (``web/src/state/coloring.ts``)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Column
from vectarium.share.film.oklch import Colors
from vectarium.share.film.palette import MISSING, MOST_COLORS, OTHER, PLAIN, categorical, sequential

NO_VALUE = re.compile(r"^(un-?labell?ed|unknown|none|noise|outliers?|n/a|-1|\?)$", re.IGNORECASE)
FEW_INTEGERS = 20


@dataclass(frozen=True, eq=False)
class Entry:
    """One line of a legend of categories. ``count``: how many points have the value."""

    label: str
    count: int
    color: Colors


@dataclass(frozen=True)
class Span:
    """A legend of numbers: the values at its two ends."""

    low: float
    high: float


class Coloring:
    """The colours of points by a column; the same value has the same colour at every step.

    Parameters
    ----------
    column
        The column at the first step that is seen; None: all points have one colour.
    theme
        ``"light"`` or ``"dark"``.
    span
        The least and the largest number of all steps, for a column of numbers; None: those of the column.
    """

    def __init__(self, column: Column | None, theme: str, span: tuple[float, float] | None = None) -> None:
        self.name = "" if column is None else column.name
        self._theme = theme
        self._groups: dict[str, int] = {}
        self.span: Span | None = None
        if column is None:
            return
        if is_numeric(column):
            values = _numbers(column)
            low, high = span or _span(values)
            self.span = Span(low, high)
        else:
            self._groups = {label: group for group, label in enumerate(ordered(column))}

    @property
    def labels(self) -> list[str]:
        """The values that have groups, in the legend's order."""
        return list(self._groups)

    @property
    def colors(self) -> Colors:
        """The colour of each group, ``(groups, 3)``; those beyond the palette share one."""
        named = next((i for i, label in enumerate(self._groups) if NO_VALUE.match(label)), len(self._groups))
        own = categorical(self._theme, min(named, MOST_COLORS))
        out = np.tile(OTHER[self._theme], (len(self._groups), 1))
        out[: len(own)] = own
        return out

    def paint(self, column: Column | None, n: int) -> Colors:
        """The colour of each point, ``(n, 3)``."""
        if column is None:
            return np.tile(PLAIN[self._theme], (n, 1))
        if self.span is not None:
            return self._paint_numbers(_numbers(column))
        self._groups |= {label: len(self._groups) + i for i, label in enumerate(self._new(column))}
        labels, codes = coded(column)
        # A category without a point has no group.
        place = np.array([*(self._groups.get(label, 0) for label in labels), len(self._groups)], np.intp)
        return np.vstack([self.colors, MISSING[self._theme]])[place[codes]]

    def legend(self, column: Column | None) -> list[Entry]:
        """The lines of the legend at a step."""
        if column is None or self.span is not None:
            return []
        labels, codes = coded(column)
        counts = dict(zip(labels, np.bincount(codes[codes >= 0], minlength=len(labels)).tolist(), strict=True))
        entries = [
            Entry(label or "(empty)", counts.get(label, 0), color)
            for label, color in zip(self._groups, self.colors, strict=True)
        ]
        missing = int((codes < 0).sum())
        return [*entries, Entry("(missing)", missing, MISSING[self._theme])] if missing else entries

    def of_classes(self, classes: list[str]) -> Colors:
        """The colour of each class of a background: the points', where these stand for the same classes."""
        if any(name in self._groups for name in classes):
            colors = self.colors
            return np.array([colors[self._groups[n]] if n in self._groups else OTHER[self._theme] for n in classes])
        own = categorical(self._theme, min(len(classes), MOST_COLORS))
        return np.vstack([own, np.tile(OTHER[self._theme], (len(classes) - len(own), 1))])

    def _new(self, column: Column) -> list[str]:
        labels, codes = coded(column)
        seen = {labels[code] for code in np.unique(codes[codes >= 0])}
        return [label for label in ordered(column) if label in seen and label not in self._groups]

    def _paint_numbers(self, values: NDArray[np.float64]) -> Colors:
        assert self.span is not None
        low, high = self.span.low, self.span.high
        with np.errstate(all="ignore"):
            place = (values - low) / (high - low) if high > low else np.where(np.isfinite(values), 0.5, np.nan)
        known = np.isfinite(place)
        table = np.vstack([sequential(self._theme), MISSING[self._theme]])
        return table[np.where(known, np.round(255 * np.clip(np.nan_to_num(place), 0, 1)), 256).astype(np.intp)]


def is_numeric(column: Column) -> bool:
    """Whether a column is coloured along a scale; integers of few values are categories."""
    if column.kind in ("number", "time"):
        return True
    return column.kind == "integer" and len(np.unique(column.values[~column.missing])) > FEW_INTEGERS


def coded(column: Column) -> tuple[list[str], NDArray[np.intp]]:
    """The values of a column as words, and which of them each point has, ``(n,)``; -1 where it is missing."""
    if column.kind == "category":
        return list(column.categories), column.values.astype(np.intp)
    there = ~column.missing
    values = column.values[there]
    found, inverse = np.unique(values.astype(str) if column.kind == "text" else values, return_inverse=True)
    codes = np.full(len(column), -1, np.intp)
    codes[there] = inverse
    return [str(each).lower() if column.kind == "boolean" else str(each) for each in found.tolist()], codes


def ordered(column: Column) -> list[str]:
    """The values that occur: numbers in their own order where they are few, else the most frequent first."""
    labels, codes = coded(column)
    counts = np.bincount(codes[codes >= 0], minlength=len(labels))
    there = [(label, int(count)) for label, count in zip(labels, counts, strict=True) if count]
    numbers = [_number(label) for label, _ in there]
    if len(there) <= MOST_COLORS and all(each is not None for each in numbers):
        there.sort(key=lambda each: _number(each[0]) or 0.0)
    else:
        there.sort(key=lambda each: (-each[1], each[0]))
    return [a for a, _ in there if not NO_VALUE.match(a)] + [a for a, _ in there if NO_VALUE.match(a)]


def number_span(columns: list[Column]) -> tuple[float, float]:
    """The least and the largest number of a column over several steps."""
    spans = np.array([_span(_numbers(each)) for each in columns])
    return float(spans[:, 0].min()), float(spans[:, 1].max())


def _number(label: str) -> float | None:
    try:
        return float(label)
    except ValueError:
        return None


def _numbers(column: Column) -> NDArray[np.float64]:
    values: NDArray[Any] = column.values
    if column.kind == "time":
        values = values.astype("datetime64[us]").astype(np.int64) / 1000
    out = values.astype(np.float64)
    out[column.missing] = np.nan
    return out


def _span(values: NDArray[np.float64]) -> tuple[float, float]:
    known = values[np.isfinite(values)]
    return (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
