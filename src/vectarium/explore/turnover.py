"""Who is near whom at one step and was not at the step before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.explore.jobs import Progress, part
from vectarium.explore.messages.timeline import MotionColumnMessage
from vectarium.explore.neighborhoods import Neighborhood, Neighborhoods
from vectarium.explore.points import Points

METRIC = "euclidean"
# Each row of a block needs a table of k by k.
ROWS_PER_BLOCK = 8192


@dataclass(frozen=True, eq=False)
class Turnover:
    """How many of each point's neighbours are new: the message, and float32 ``(n,)``."""

    message: MotionColumnMessage
    values: NDArray[np.float32]


def turnover(before: Points | None, here: Points, k: int, neighborhoods: Neighborhoods, progress: Progress) -> Turnover:
    """Compare the k nearest of each point with those at the step before; NaN where there is nothing to compare."""
    step = here.step
    assert step is not None
    if before is None:
        values = np.full(len(here), np.nan, np.float32)
        sentence = "There is no step before the first, so nothing to compare with."
        return Turnover(_message(step, None, k, values, sentence), values)
    last = neighborhoods.find(before, METRIC, k, part(progress, 0, 0.45))
    found = neighborhoods.find(here, METRIC, k, part(progress, 0.45, 0.9))
    values = here_only(_rows(last, before), _rows(found, here), part(progress, 0.9, 1))
    how = "Exact" if last.exact and found.exact else "Approximate"
    sentence = f"{how} nearest neighbours by {METRIC} distance in all {here.embedding.shape[1]:,} dimensions."
    return Turnover(_message(step, before.step, k, values, sentence), values)


def here_only(before: NDArray[np.int64], here: NDArray[np.int64], progress: Progress) -> NDArray[np.float32]:
    """How many of each row's numbers ``(n, k)`` are not in the other's row, ``(n,)``; NaN where either holds -1."""
    out = np.full(len(here), np.nan, np.float32)
    for start in range(0, len(here), ROWS_PER_BLOCK):
        progress(start / len(here), "Comparing the neighbours")
        a, b = before[start : start + ROWS_PER_BLOCK], here[start : start + ROWS_PER_BLOCK]
        kept = (a[:, :, None] == b[:, None, :]).any(axis=1).sum(axis=1)
        placed = (a >= 0).any(axis=1) & (b >= 0).any(axis=1)
        out[start : start + ROWS_PER_BLOCK] = np.where(placed, b.shape[1] - kept, np.nan)
    return out


def _rows(found: Neighborhood, points: Points) -> NDArray[np.int64]:
    """The neighbours ``(n, k)`` of all points as rows of the embedding; -1 for points without a place."""
    if points.placed is None:
        return found.indices.astype(np.int64)
    rows = np.full((len(points), found.indices.shape[1]), -1, np.int64)
    rows[points.placed] = points.placed[found.indices]
    return rows


def _message(step: int, before: int | None, k: int, values: NDArray[Any], sentence: str) -> MotionColumnMessage:
    missing = int(np.isnan(values).sum())
    return MotionColumnMessage("neighbors", step, before, 0.0, float(k), 1.0, k + 1, missing, sentence)
