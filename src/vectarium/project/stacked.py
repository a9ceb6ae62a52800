"""All points at all steps as one set of vectors, with exact copies of some steps among them.

A joint layout places the vectors of all steps at once. To learn whether it moves what stands still, exact
copies of the middle and of the last step are laid out with the others, as two further steps that nobody sees.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.errors import ParameterError
from vectarium.project.aligned import AlignedSnapshots

FEW_STEPS = 8  # up to so many only the last is copied, since a copy is a large part of the work


class Stacked:
    """Vectors of all steps, one step after another, those without a place left out.

    Parameters
    ----------
    snapshots
        The vectors in their common frame.
    points
        Which points, ascending; None for all.
    copies
        Whether to add exact copies of some steps.

    Attributes
    ----------
    vectors
        float32 array ``(m, d)``.
    where
        int64 ``(m,)``: for each row its place ``step * n + point`` among all points at all steps; copies
        have that of what they are copies of.
    step
        int32 ``(m,)``: the step of each row, copies counted as steps that follow the last.
    seen
        How many rows come before the copies.
    """

    def __init__(
        self, snapshots: AlignedSnapshots, *, points: NDArray[np.intp] | None = None, copies: bool = True
    ) -> None:
        n, count = snapshots.n, len(snapshots)
        sources = [*range(count), *(_copied(snapshots) if copies else ())]
        rows = [_rows(snapshots, step, points) for step in sources]
        self.vectors: NDArray[Any] = np.empty((sum(map(len, rows)), snapshots.d), np.float32)
        self.where = np.concatenate([step * n + each for step, each in zip(sources, rows, strict=True)]).astype(
            np.int64
        )
        self.step = np.repeat(np.arange(len(sources), dtype=np.int32), [len(each) for each in rows])
        self.seen = sum(map(len, rows[:count]))
        self.n = n
        start = 0
        for step, each in zip(sources, rows, strict=True):
            self.vectors[start : start + len(each)] = snapshots.read(step, each)
            start += len(each)
        if start == 0:
            raise ParameterError("No point has a place at any step: all vectors hold NaN or infinity.")

    def __len__(self) -> int:
        return len(self.where)

    @property
    def point(self) -> NDArray[np.int64]:
        """Which point each row is, ``(m,)``."""
        return self.where % self.n

    def still(self, places: NDArray[np.float32]) -> float | None:
        """How far the copies lie from what they are copies of, on average; None where there are none."""
        if self.seen == len(self):
            return None
        first = np.searchsorted(self.where[: self.seen], self.where[self.seen :])
        return float(np.sqrt(np.square(places[self.seen :] - places[first]).sum(axis=1)).mean())


def _copied(snapshots: AlignedSnapshots) -> list[int]:
    """Which steps are copied: the last one with points, and the middle one where there are many."""
    present = [step for step in range(len(snapshots)) if len(snapshots.rows(step))]
    if len(present) <= FEW_STEPS:
        return present[-1:]
    return [present[len(present) // 2], present[-1]]


def _rows(snapshots: AlignedSnapshots, step: int, points: NDArray[np.intp] | None) -> NDArray[np.intp]:
    rows = snapshots.rows(step)
    return rows if points is None else np.intersect1d(rows, points, assume_unique=True)
