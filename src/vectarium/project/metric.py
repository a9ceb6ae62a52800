"""Distances between vectors: their names, and what may be asked of them."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.errors import ParameterError


def check_metric(metric: str, known: tuple[str, ...]) -> None:
    """Raise ParameterError unless the metric is among those known here."""
    if metric not in known:
        raise ParameterError(f"metric is {metric!r}; it can be {', '.join(map(repr, known))}.")


def check_k(k: object) -> int:
    """The number of neighbours, or ParameterError unless it is a positive integer."""
    if not isinstance(k, (int, np.integer)) or isinstance(k, bool) or k < 1:
        raise ParameterError(f"k is {k!r}; a positive integer is needed, such as 15.")
    return int(k)


def thread_count(n_jobs: object) -> int:
    """How many threads ``n_jobs`` stands for: all that this process may use for None and -1."""
    if n_jobs is None or n_jobs == -1:
        affinity = getattr(os, "sched_getaffinity", None)
        return len(affinity(0)) if affinity else os.cpu_count() or 1
    if not isinstance(n_jobs, (int, np.integer)) or isinstance(n_jobs, bool) or n_jobs < 1:
        raise ParameterError(f"n_jobs is {n_jobs!r}; a positive integer is needed, or None or -1 for all cores.")
    return int(n_jobs)


def exact_distances(x: NDArray[Any], q: NDArray[Any], metric: str) -> NDArray[np.float32]:
    """Distances ``(m,)`` of vectors ``(m, d)`` to one ``(d,)``, in double precision, then rounded.

    Cosine is taken as half the squared chord of the vectors at length 1, which keeps the digits of
    small angles; the cosine distance to a zero vector is 1.
    """
    x, q = x.astype(np.float64), q.astype(np.float64)
    if metric == "euclidean":
        return np.sqrt(np.square(x - q).sum(axis=1)).astype(np.float32)
    lengths, length = np.sqrt(np.square(x).sum(axis=1)), float(np.sqrt(np.square(q).sum()))
    if length == 0:
        return np.ones(len(x), np.float32)
    unit = x / np.where(lengths == 0, 1, lengths)[:, None]
    chords = np.square(unit - q / length).sum(axis=1)
    chords[chords <= 4 * x.shape[1] * np.finfo(float).eps ** 2] = 0  # what rounding makes of parallel vectors
    return np.where(lengths == 0, 1, chords / 2).astype(np.float32)
