"""The room that nearly all points of many steps take, so that the frame around them can stay the same."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# Where there are many points, so few of them may lie outside of the frame at each side.
OUTSIDE, MANY = 0.001, 2000
MARGIN = 0.04


def room(places: NDArray[np.float32]) -> tuple[list[float], list[float]]:
    """The lower and the upper corner around places ``(k, n)``, some of which may be NaN."""
    found = corners(places)
    return widened(*(([-1.0] * len(places), [1.0] * len(places)) if found is None else found))


def corners(places: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """The same without a margin; None where no point has a place."""
    placed = places[:, ~np.isnan(places[0])]
    if not placed.shape[1]:
        return None
    outside = OUTSIDE if placed.shape[1] > MANY else 0.0
    low, high = np.quantile(placed, [outside, 1 - outside], axis=1)
    return low, high


def widened(low: object, high: object) -> tuple[list[float], list[float]]:
    """Corners with a margin around them."""
    lower, upper = np.asarray(low, np.float64), np.asarray(high, np.float64)
    margin = MARGIN * (upper - lower)
    return (lower - margin).tolist(), (upper + margin).tolist()
