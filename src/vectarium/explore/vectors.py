"""The vectors of a few points as they are, and how far a scale of colours for them has to reach."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Embedding
from vectarium.errors import ParameterError

MOST_ROWS = 1_000
MOST_NUMBERS = 1 << 22
# Enough for a quantile: the rows that are looked at stand evenly over the table.
SAMPLED_ROWS = 4_096
WITHIN = 0.99


def vectors_of(embedding: Embedding, rows: list[int]) -> NDArray[np.float32]:
    """Some of its vectors, ``(rows, d)``.

    Raises
    ------
    ParameterError
        If there is no such row, or too much is asked for.
    """
    n, d = embedding.shape
    if len(rows) > MOST_ROWS or len(rows) * d > MOST_NUMBERS:
        raise ParameterError(f"{len(rows):,} vectors of {d:,} numbers are asked for; at most {MOST_ROWS:,} are told.")
    for row in rows:
        if not 0 <= row < n:
            raise ParameterError(f"There is no point {row:,}; there are {n:,}, counted from 0.")
    with np.errstate(over="ignore"):  # a float64 may be too large
        return embedding.vectors[np.array(rows, np.intp)].astype(np.float32)


def reach_of(embedding: Embedding) -> float:
    """How far from 0 ``WITHIN`` of the numbers are at most, those of evenly chosen rows; 1 where all are 0."""
    n = len(embedding)
    if n == 0:
        return 1.0
    chosen = np.unique(np.linspace(0, n - 1, min(n, SAMPLED_ROWS)).round().astype(np.intp))
    sizes: NDArray[Any] = np.abs(embedding.vectors[chosen].astype(np.float64))
    sizes = sizes[np.isfinite(sizes)]
    reach = float(np.quantile(sizes, WITHIN)) if sizes.size else 0.0
    return reach or float(sizes.max(initial=0.0)) or 1.0
