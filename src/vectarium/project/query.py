"""The nearest neighbours of one point, or of any vector, straight from vectors that may be a file.

One pass over all rows in whatever type they are stored in, block by block on all cores, gives every
distance within a known bound; those that may be among the nearest are measured again in double
precision. No index is built, so that the first click is answered as fast as the hundredth.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.errors import ParameterError, ShapeError
from vectarium.project.metric import check_k, check_metric, exact_distances, thread_count
from vectarium.project.progress import Progress
from vectarium.project.rows import check_vectors

METRICS = ("cosine", "euclidean")
BLOCK_BYTES = 1 << 20  # read three times over, so it should stay in the second-level cache
SAFE_FOR_FLOAT32 = (1e-12, 1e12)  # squares of values far outside leave its range


def query_neighbors(
    vectors: NDArray[Any],
    row: int,
    k: int = 20,
    metric: str = "cosine",
    *,
    finite: NDArray[np.bool_] | None = None,
    progress: Progress | None = None,
) -> tuple[NDArray[np.uint32], NDArray[np.float32]]:
    """Find the k nearest neighbours of one point, exactly.

    Parameters
    ----------
    vectors
        Array ``(n, d)`` of real numbers of any type; may be memory-mapped.
    row
        The point.
    k
        How many; fewer are found where there are fewer.
    metric
        ``"cosine"``, 1 - cos of the angle, and 1 to and from a zero vector; or ``"euclidean"``.
    finite
        Boolean ``(n,)``, False for rows to leave out. Those that hold NaN or infinity are left out
        in any case.
    progress
        Called with the share done and a text between blocks; may raise CancelledError.

    Returns
    -------
    rows, distances
        uint32 and float32 ``(k,)``, from the nearest on, the point itself left out. Of two points at
        the same distance the lower row comes first.

    Raises
    ------
    ShapeError
        If the vectors are no matrix of real numbers.
    ParameterError
        If there is no such row, it holds NaN or infinity, or a parameter is outside of what is allowed.

    Examples
    --------
    >>> import numpy as np
    >>> query_neighbors(np.array([[0.0], [1.0], [3.0]]), 1, k=2, metric="euclidean")
    (array([0, 2], dtype=uint32), array([1., 2.], dtype=float32))
    """
    check_vectors(vectors)
    n = len(vectors)
    if not 0 <= row < n:
        raise ParameterError(f"There is no row {row!r}; there are 0 to {n - 1:,}.")
    query = np.asarray(vectors[row])
    if not np.isfinite(query).all():
        raise ParameterError(f"Row {row} holds NaN or infinity, so nothing is near to it. Choose another point.")
    return query_vector(vectors, query, k, metric, without=[row], finite=finite, progress=progress)


def query_vector(
    vectors: NDArray[Any],
    query: NDArray[Any],
    k: int = 20,
    metric: str = "cosine",
    *,
    without: Sequence[int] = (),
    finite: NDArray[np.bool_] | None = None,
    progress: Progress | None = None,
) -> tuple[NDArray[np.uint32], NDArray[np.float32]]:
    """Find the k points nearest to any vector, exactly.

    Parameters
    ----------
    vectors
        Array ``(n, d)`` of real numbers of any type; may be memory-mapped.
    query
        The vector, ``(d,)``, finite.
    k, metric, finite, progress
        As for `query_neighbors`.
    without
        Rows to leave out.

    Returns
    -------
    rows, distances
        As `query_neighbors` gives them.

    Examples
    --------
    >>> import numpy as np
    >>> query_vector(np.array([[0.0], [1.0], [3.0]]), np.array([2.5]), k=1, metric="euclidean")
    (array([2], dtype=uint32), array([0.5], dtype=float32))
    """
    check_metric(metric, METRICS)
    k = check_k(k)
    if query.shape != vectors.shape[1:]:
        raise ShapeError(f"The vector has shape {query.shape}; {vectors.shape[1:]} is needed.")
    with np.errstate(all="ignore"):
        rough = _rough_distances(vectors, query, metric, progress)
        rough[~np.isfinite(rough)] = np.inf
        if finite is not None:
            rough[~finite] = np.inf
        rough[list(without)] = np.inf
        rows = _may_be_nearest(rough, k, metric, vectors.shape[1])
        distances = exact_distances(vectors[rows], query, metric)
    order = np.lexsort((rows, distances))[:k]
    return rows[order].astype(np.uint32), distances[order]


def _rough_distances(
    vectors: NDArray[Any], query: NDArray[Any], metric: str, progress: Progress | None
) -> NDArray[np.floating[Any]]:
    """Squared Euclidean or cosine distances ``(n,)``, within the bound of ``_may_be_nearest``."""
    n, d = vectors.shape
    dtype = _working_type(vectors.dtype, query)
    q = query.astype(dtype)
    out = np.empty(n, dtype)
    step = max(1, BLOCK_BYTES // (d * np.dtype(dtype).itemsize))
    measure = _squared_euclidean if metric == "euclidean" else _cosine

    def fill(start: int) -> None:
        with np.errstate(all="ignore"):  # holds for one thread, so it stands here
            out[start : start + step] = measure(vectors[start : start + step], q, dtype)

    starts = range(0, n, step)
    with ThreadPoolExecutor(thread_count(None)) as pool:
        try:
            for done, _ in enumerate(pool.map(fill, starts)):
                if progress is not None:
                    progress(done / len(starts), "Measuring distances")
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return out


def _working_type(stored: np.dtype[Any], query: NDArray[Any]) -> type[np.floating[Any]]:
    low, high = SAFE_FOR_FLOAT32
    size = float(np.abs(query.astype(np.float64)).max())
    narrow = stored == np.float32 or stored.itemsize <= 2
    return np.float32 if narrow and (size == 0 or low < size < high) else np.float64


def _squared_euclidean(block: NDArray[Any], q: NDArray[Any], dtype: type[np.floating[Any]]) -> NDArray[Any]:
    difference = np.subtract(block, q, dtype=dtype, casting="same_kind")
    return np.einsum("ij,ij->i", difference, difference)


def _cosine(block: NDArray[Any], q: NDArray[Any], dtype: type[np.floating[Any]]) -> NDArray[Any]:
    block = block.astype(dtype, copy=False)
    squares = np.einsum("ij,ij->i", block, block) * np.einsum("i,i->", q, q)
    return np.where(squares == 0, dtype(1), 1 - (block @ q) / np.sqrt(squares))


def _may_be_nearest(rough: NDArray[Any], k: int, metric: str, d: int) -> NDArray[np.intp]:
    """Rows whose rough distance is within rounding of the k-th, from the lowest row on."""
    n_finite = int(np.count_nonzero(rough < np.inf))
    if n_finite <= k:
        return np.flatnonzero(rough < np.inf)
    kth = float(np.partition(rough, k - 1)[k - 1])
    # A sum of d products is wrong by at most d roundings; a few more come from what is done to it.
    rounding = 4 * (d + 8) * float(np.finfo(rough.dtype).eps)
    slack = rounding * kth if metric == "euclidean" else rounding
    return np.flatnonzero(rough <= kth + slack)
