"""How crowded a layout is, and what follows for the size and the opacity of its discs (``web/src/scene/density.ts``)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

POINTS_A_CELL = 8
LEAST, MOST, LARGEST = 1.5, 7.0, 18.0
SIZE_OF_GAP = 1.35
GROWTH = 0.4
STEPS = 12.0
SAMPLED = 5000


@dataclass(frozen=True, eq=False)
class Crowd:
    """The density of a layout.

    Parameters
    ----------
    median
        Points a square layout unit around the median point.
    high
        How many times denser it is around the point at 95 of 100.
    around
        Steps of a twelfth of a doubling, 128 where it is as dense as around the median point: ``(n,)``.
    """

    median: float
    high: float
    around: NDArray[np.float32]

    def towards(self, other: Crowd, share: float) -> Crowd:
        """In between."""
        if share <= 0:
            return self
        median = self.median ** (1 - share) * other.median**share
        high = self.high + (other.high - self.high) * share
        around = self.around + (other.around - self.around) * share
        return Crowd(median, high, around.astype(np.float32))


@dataclass(frozen=True)
class Sizes:
    """Diameter in pixels, discs over each other around the median point, and the opacity of a disc alone."""

    diameter: float
    overdraw: float
    alpha: float


def crowd_of(places: NDArray[np.floating], low: NDArray[np.float64], high: NDArray[np.float64]) -> Crowd:
    """The density of places ``(n, 2 or 3)`` in the box of the picture."""
    n = len(places)
    half = (high - low)[:2] / 2
    side = (float(half.max()) or 1.0) * 2.02
    cells = min(max(round(math.sqrt(n / POINTS_A_CELL)), 2), 320)
    k = cells / side
    at = (np.nan_to_num(np.asarray(places[:, :2], np.float64), nan=-1e30) - (low + high)[:2] / 2 + side / 2) * k
    counts = _counted(at, cells)
    for axis in (0, 1):
        counts = _blurred(counts, axis)
    around = _between(counts, at, cells)
    step = max(1, n // SAMPLED)
    sample = np.sort(around[::step][: n // step])
    middle = float(sample[len(sample) >> 1]) if len(sample) and sample[len(sample) >> 1] else 1.0
    with np.errstate(divide="ignore"):
        crowd = np.clip(128.5 + STEPS * np.log2(around / middle), 0, 255).astype(np.uint8)
    high_share = (float(sample[int(len(sample) * 0.95)]) or 1.0) / middle if len(sample) else 1.0
    return Crowd(middle * k * k, high_share, crowd.astype(np.float32))


def sizes_at(crowd: Crowd, scale: float, weight: float, ratio: float) -> Sizes:
    """Sizes where the whole picture is in view.

    ``scale``: pixels a layout unit; ``ratio``: pixels of the film a pixel of the page.
    """
    at_home = SIZE_OF_GAP * (scale / ratio / math.sqrt(crowd.median))
    diameter = min(max(min(max(at_home, LEAST), MOST), LEAST * 0.8), LARGEST)
    overdraw = crowd.median / (scale / ratio) ** 2 * diameter**2 * (math.pi / 4)
    alpha = min(weight * max(2.3 / math.sqrt(overdraw * crowd.high), 0.3), 0.92)
    return Sizes(diameter, overdraw, alpha)


def _counted(at: NDArray[np.float64], cells: int) -> NDArray[np.float32]:
    inside = ((at >= 0) & (at < cells)).all(axis=1)
    column, line = at[inside].astype(np.intp).T
    return np.bincount(line * cells + column, minlength=cells * cells).reshape(cells, cells).astype(np.float32)


def _blurred(counts: NDArray[np.float32], axis: int) -> NDArray[np.float32]:
    """A quarter, a half and a quarter along an axis."""
    padded = np.pad(counts, [(1, 1) if each == axis else (0, 0) for each in (0, 1)])
    before, after = (padded[:-2], padded[2:]) if axis == 0 else (padded[:, :-2], padded[:, 2:])
    return (counts / 2 + (before + after) / 4).astype(np.float32)


def _between(counts: NDArray[np.float32], at: NDArray[np.float64], cells: int) -> NDArray[np.float32]:
    """Points a cell around each place, mixed from the four cells next to it."""
    inside = np.clip(at - 0.5, 0, cells - 1.001)
    x, y = inside.astype(np.intp).T
    u, v = (inside - inside.astype(np.intp)).T
    upper = counts[y, x] + (counts[y, x + 1] - counts[y, x]) * u
    lower = counts[y + 1, x] + (counts[y + 1, x + 1] - counts[y + 1, x]) * u
    return (upper + (lower - upper) * v).astype(np.float32)
