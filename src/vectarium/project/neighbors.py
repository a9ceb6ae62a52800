"""The exact nearest neighbours of all points, by the native kernel."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.errors import ParameterError, ShapeError
from vectarium.project.metric import check_k, check_metric, thread_count
from vectarium.project.progress import Progress, part, silent
from vectarium.project.query import query_neighbors
from vectarium.project.rows import find_finite

__all__ = ["neighbors", "query_neighbors"]

METRICS = ("euclidean", "cosine", "correlation")
ORDINARY_SIZES = (1e-15, 1e15)  # far outside, distances leave float32's range and then their order is lost


def neighbors(
    x: Any,
    k: int = 15,
    *,
    metric: str = "euclidean",
    n_jobs: int | None = None,
    progress: Progress | None = None,
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Find the k nearest neighbours of every point among the others, exactly.

    Parameters
    ----------
    x
        Array ``(n, d)`` of finite real numbers.
    k
        How many; all n - 1 others where k is larger.
    metric
        ``"euclidean"``; ``"cosine"``, 1 - cos of the angle, and 1 to and from a zero vector; or
        ``"correlation"``, the cosine distance after each vector's own mean is taken away.
    n_jobs
        How many threads; None and -1 stand for all cores. The result does not depend on it.
    progress
        Called with the share done and a text; may raise CancelledError.

    Returns
    -------
    indices, distances
        int32 and float32 arrays ``(n, min(k, n - 1))``, from the nearest on, the point itself left
        out. Of two points at the same distance the lower index comes first.

    Raises
    ------
    ShapeError
        If ``x`` is not a matrix of real numbers with at least one dimension.
    ParameterError
        If it holds NaN or infinity, or a parameter is outside of what is allowed.

    Examples
    --------
    >>> neighbors([[0.0], [1.0], [3.0]], k=1)
    (array([[1],
           [0],
           [1]], dtype=int32), array([[1.],
           [1.],
           [2.]], dtype=float32))
    """
    k, threads = check_k(k), thread_count(n_jobs)
    check_metric(metric, METRICS)
    vectors, scale = _ordinary(_prepared(np.asanyarray(x), metric))
    n = len(vectors)
    k = min(k, n - 1)
    if k < 1:
        return np.empty((n, 0), np.int32), np.empty((n, 0), np.float32)
    # Imported here, so that everything else works where the kernels were not built.
    from vectarium import _native

    report = part(progress or silent, 0, 1, "Searching for nearest neighbours")
    kernel_metric = "euclidean" if metric == "euclidean" else "cosine"
    indices, distances = _native.exact_neighbors(vectors, k, kernel_metric, threads, report)
    if scale != 1 and metric == "euclidean":
        with np.errstate(over="ignore", under="ignore"):
            distances = (distances.astype(np.float64) / scale).astype(np.float32)
    return indices, distances


def _prepared(x: NDArray[Any], metric: str) -> NDArray[Any]:
    """The vectors in C order, in the narrowest floating point that holds them exactly."""
    if x.ndim != 2 or x.dtype.kind not in "fiub" or x.shape[1] == 0:
        raise ShapeError(f"Vectors of shape {x.shape} and dtype {x.dtype}; real numbers (n, d), d ≥ 1, are needed.")
    finite = find_finite(x)
    if finite is not None:
        bad = np.flatnonzero(~finite)
        raise ParameterError(
            f"{len(bad):,} of {len(x):,} vectors hold NaN or infinity, the first in row {bad[0]}. Leave them out first."
        )
    narrow = x.dtype == np.float32 or x.dtype.itemsize <= 2
    vectors = np.ascontiguousarray(x, np.float32 if narrow else np.float64)
    if metric == "correlation":
        constant = vectors.min(axis=1) == vectors.max(axis=1)
        vectors = vectors - vectors.mean(axis=1, dtype=np.float64, keepdims=True)
        vectors[constant] = 0  # exactly, whatever the mean was rounded to
    return vectors


def _ordinary(vectors: NDArray[Any]) -> tuple[NDArray[Any], float]:
    """The vectors, and the power of two they were multiplied by where their numbers were extreme."""
    largest = max(float(vectors.max(initial=0)), -float(vectors.min(initial=0)))
    low, high = ORDINARY_SIZES
    if largest == 0 or low < largest < high:
        return vectors, 1.0
    scale = 2.0 ** -np.frexp(largest)[1]
    return np.multiply(vectors, scale, dtype=np.float64), scale
