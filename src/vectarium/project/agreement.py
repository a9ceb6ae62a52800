"""How well neighbours agree with labels: whether a layer has brought classes apart.

Two questions, asked of the vectors themselves and of no picture. Would a point's nearest neighbours, without
the point itself, name its class? And are the points of its own class nearer to it than those of the class that
is nearest otherwise? The first sees classes of any form, also those that lie in several pieces; the second asks
for one compact piece each.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.errors import ParameterError, ShapeError
from vectarium.project.metric import check_k
from vectarium.project.neighbors import neighbors
from vectarium.project.prepared import prepared
from vectarium.project.progress import Progress, part, silent, watched
from vectarium.project.rows import single_threaded_blas

__all__ = ["knn_accuracy", "silhouette"]

# Rows of a block of distances and of votes: what lies in memory at once is so many times n numbers.
ROWS_AT_ONCE = 256


@watched
def knn_accuracy(
    x: Any,
    labels: Any,
    k: int = 15,
    *,
    metric: str = "euclidean",
    n_jobs: int | None = None,
    progress: Progress | None = None,
) -> float:
    """The share of points whose k nearest neighbours name their class, the point itself left out.

    Parameters
    ----------
    x
        Array ``(n, d)`` of finite real numbers.
    labels
        The class of each point, ``(n,)``.
    k
        How many neighbours vote; n - 1 where k is larger. All pairs are looked at: the neighbours are exact.
    metric
        As :func:`vectarium.neighbors` takes it.
    n_jobs
        How many threads; None and -1 stand for all cores. The result does not depend on it.
    progress
        Called with the share done and a text; may raise CancelledError.

    Returns
    -------
    float
        From 0 to 1; NaN where there are fewer than two points.

    Raises
    ------
    ShapeError
        If ``x`` is not a matrix of real numbers, or there is not one label a point.
    ParameterError
        If ``x`` holds NaN or infinity, or a parameter is outside of what is allowed.

    Notes
    -----
    What scikit-learn's ``KNeighborsClassifier`` says of its own points (``predict(None)``): the majority counts,
    and of classes with as many votes the one that sorts first.

    Examples
    --------
    >>> knn_accuracy([[0.0], [1.0], [5.0], [6.0], [7.0]], ["a", "a", "b", "b", "b"], k=1)
    1.0
    """
    codes, names = _classes(x, labels)
    k = min(check_k(k), len(codes) - 1)
    if k < 1:
        return float("nan")
    near = neighbors(x, k, metric=metric, method="exact", n_jobs=n_jobs, progress=progress)
    right = 0
    for start in range(0, len(codes), ROWS_AT_ONCE):
        votes = codes[near.indices[start : start + ROWS_AT_ONCE]]
        rows = np.arange(len(votes))[:, None]
        counts = np.bincount((rows * names + votes).ravel(), minlength=len(votes) * names).reshape(-1, names)
        right += int((counts.argmax(axis=1) == codes[start : start + ROWS_AT_ONCE]).sum())
    return right / len(codes)


@watched
def silhouette(x: Any, labels: Any, *, progress: Progress | None = None) -> float:
    """How much nearer points are to their own class than to the nearest other one, by Euclidean distance.

    Parameters
    ----------
    x
        Array ``(n, d)`` of finite real numbers.
    labels
        The class of each point, ``(n,)``.
    progress
        Called with the share done and a text; may raise CancelledError.

    Returns
    -------
    float
        The mean over all points of ``(b - a) / max(a, b)``: a is the mean distance to the others of the point's
        class, b that to the class which is nearest otherwise. From -1 to 1; a point alone in its class counts 0;
        NaN where there are not at least two classes, and fewer classes than points.

    Raises
    ------
    ShapeError, ParameterError
        As :func:`knn_accuracy`.

    Notes
    -----
    Rousseeuw, "Silhouettes: a graphical aid to the interpretation and validation of cluster analysis" (1987). All
    pairs are looked at. Agrees with scikit-learn's ``silhouette_score``.

    Examples
    --------
    >>> round(silhouette([[0.0], [1.0], [10.0], [11.0]], [0, 0, 1, 1]), 4)
    0.8997
    """
    codes, names = _classes(x, labels)
    n = len(codes)
    if not 2 <= names < n:
        return float("nan")
    order = np.argsort(codes, kind="stable")
    vectors, codes = prepared(x, "euclidean")[order].astype(np.float64), codes[order]
    vectors -= vectors.mean(axis=0)  # nothing changes but how exact the distances are
    sizes = np.bincount(codes)
    starts = np.cumsum(sizes) - sizes
    squares = np.einsum("ij,ij->i", vectors, vectors)
    report = part(progress or silent, 0, 1, "Comparing distances within classes and between them")
    total = 0.0
    with single_threaded_blas():  # several threads wait for each other longer than such small products take
        for start in range(0, n, ROWS_AT_ONCE):
            report(start / n)
            rows = np.arange(start, min(start + ROWS_AT_ONCE, n))
            far = vectors[rows] @ (-2 * vectors.T)
            far += squares
            far += squares[rows, None]
            far[np.arange(len(rows)), rows] = 0
            np.sqrt(np.maximum(far, 0, out=far), out=far)
            total += float(_widths(np.add.reduceat(far, starts, axis=1), sizes, codes[rows]).sum())
    return total / n


def _widths(sums: NDArray[np.float64], sizes: NDArray[np.int64], own: NDArray[np.int64]) -> NDArray[np.float64]:
    """The silhouette of each point ``(m,)``, from the sums of its distances to each class ``(m, classes)``."""
    rows = np.arange(len(own))
    within = sums[rows, own] / np.maximum(sizes[own] - 1, 1)
    between = sums / sizes
    between[rows, own] = np.inf
    nearest = between.min(axis=1)
    larger = np.maximum(within, nearest)
    widths = np.divide(nearest - within, larger, out=np.zeros_like(larger), where=larger > 0)
    return np.where(sizes[own] > 1, widths, 0.0)


def _classes(x: Any, labels: Any) -> tuple[NDArray[np.int64], int]:
    """The class of each point as a code, and how many classes there are."""
    given = np.asarray(labels)
    if given.ndim != 1 or given.shape != np.shape(x)[:1]:
        raise ShapeError(
            f"labels have shape {given.shape}, and the vectors {np.shape(x)}; one label a vector is needed."
        )
    if given.dtype.kind == "f" and np.isnan(given).any():
        raise ParameterError(f"{int(np.isnan(given).sum()):,} labels are NaN. Leave these points out first.")
    names, codes = np.unique(given, return_inverse=True)
    return codes.astype(np.int64), len(names)
