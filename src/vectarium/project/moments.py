"""The mean and the variance of each dimension, over rows that need not fit into memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.project.progress import Progress, part, silent
from vectarium.project.rows import Rows, find_finite

Floats = NDArray[np.float64]

SUMMING = "Summing the vectors"


@dataclass(frozen=True, eq=False)
class Moments:
    """What was found.

    Parameters
    ----------
    n
        How many rows took part.
    mean, variance
        Arrays ``(d,)``; the variance is the mean of the squared deviations, not divided by ``n - 1``.
    finite
        Boolean, one value for each row of the whole array, False where it holds NaN or infinity; None: all are finite.
    """

    n: int
    mean: Floats
    variance: Floats
    finite: NDArray[np.bool_] | None = None

    @property
    def total(self) -> float:
        """The variance of all dimensions together."""
        return float(self.variance.sum())


def moments(
    vectors: NDArray[Any],
    rows: NDArray[Any] | None = None,
    finite: NDArray[np.bool_] | None = None,
    progress: Progress | None = None,
) -> Moments:
    """Sum rows block by block in double precision; those that hold NaN or infinity take no part.

    Parameters
    ----------
    vectors
        Array ``(n, d)`` of real numbers; may be memory-mapped, and is never copied whole.
    rows
        Which of them, integers ``(m,)``; None for all.
    finite
        Boolean ``(n,)``, False for rows to leave out; None: not known, and looked for when the sums show that there are some.
    progress
        Called with the share done and a text between blocks; may raise CancelledError.

    Examples
    --------
    >>> found = moments(np.array([[1.0, 0.0], [3.0, 0.0]]))
    >>> found.mean, found.variance
    (array([2., 0.]), array([1., 0.]))
    """
    found = _sums(Rows(vectors, rows, finite), progress or silent)
    if finite is None and not np.isfinite(found.variance).all():
        finite = find_finite(vectors)
        found = _sums(Rows(vectors, rows, finite), progress or silent)
    return Moments(found.n, found.mean, found.variance, finite)


def _sums(chosen: Rows, progress: Progress) -> Moments:
    n, d = len(chosen), chosen.d
    if n == 0:
        return Moments(0, np.zeros(d), np.zeros(d))
    total, squares = np.zeros(d), np.zeros(d)
    with np.errstate(all="ignore"):
        centre = chosen.sample().mean(axis=0)
        if not np.isfinite(centre).all():
            centre = np.zeros(d)

        def add(_: slice, block: NDArray[Any]) -> tuple[Floats, Floats]:
            return block.sum(axis=0), np.einsum("ij,ij->j", block, block)

        for sums, products in chosen.each(centre, np.float64, add, part(progress, 0, 1, SUMMING)):
            total += sums
            squares += products
        offset = total / n
        return Moments(n, centre + offset, np.maximum(squares / n - offset * offset, 0))
