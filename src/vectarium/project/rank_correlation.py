"""Whether two measurements put the same things first: Spearman's rank correlation."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def rank_correlation(a: NDArray[Any], b: NDArray[Any]) -> float:
    """Spearman's correlation of two arrays ``(n,)``, 1 where both have the same order, about 0 by chance.

    Equal values share their mean rank. NaN where there are fewer than two, or one has no order at all.

    Examples
    --------
    >>> import numpy as np
    >>> rank_correlation(np.array([1.0, 2.0, 3.0]), np.array([10.0, 20.0, 15.0]))
    0.5
    """
    x, y = mean_ranks(a), mean_ranks(b)
    x -= x.mean() if len(x) else 0
    y -= y.mean() if len(y) else 0
    size = float(np.sqrt((x @ x) * (y @ y)))
    return float(x @ y) / size if size > 0 else float("nan")


def mean_ranks(values: NDArray[Any]) -> NDArray[np.float64]:
    """The rank of each value, ``(n,)``, from 0 for the least; equal ones share their mean."""
    order = np.argsort(values, kind="stable")
    ascending = values[order]
    first = np.flatnonzero(np.concatenate([[True], ascending[1:] != ascending[:-1]])) if len(values) else order
    lengths = np.diff(np.append(first, len(values)))
    ranks = np.empty(len(values))
    ranks[order] = np.repeat(first + (lengths - 1) / 2, lengths)
    return ranks
