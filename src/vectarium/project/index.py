"""The nearest neighbours of new points among points that are kept."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.errors import ShapeError
from vectarium.project.metric import check_k, check_metric, thread_count
from vectarium.project.neighbors import Neighbors, check_method, check_seed, choose, sentence
from vectarium.project.prepared import METRICS, kernel_metric, ordinary, prepared, unscaled
from vectarium.project.progress import Progress, part, silent


class Index:
    """Points whose neighbours among them can be asked for, for new points.

    Parameters
    ----------
    x
        Array ``(n, d)`` of finite real numbers. Where it is in C order and float32 or float64 it is kept
        without a copy, and must not be changed.
    metric
        As for `neighbors`.
    method
        ``"exact"`` looks at all points for every query. ``"approximate"`` keeps a graph of neighbours and
        walks along it. ``"auto"`` is exact up to 20,000 points, and by inner product up to 100,000.
    random_state
        Seeds the graph; the same seed gives the same neighbours.
    n_jobs
        How many threads; None and -1 stand for all cores. The result does not depend on it.
    progress
        Called with the share done and a text while the graph is made; may raise CancelledError.

    Attributes
    ----------
    method
        ``"exact"`` or ``"approximate"``.

    Raises
    ------
    ShapeError
        If ``x`` is not a matrix of real numbers with at least one dimension.
    ParameterError
        If it holds NaN or infinity, or a parameter is outside of what is allowed.

    Examples
    --------
    >>> index = Index([[0.0], [1.0], [3.0]])
    >>> indices, distances = index.query([[2.5]], k=2)
    >>> indices, distances
    (array([[2, 1]], dtype=int32), array([[0.5, 1.5]], dtype=float32))
    """

    def __init__(
        self,
        x: Any,
        *,
        metric: str = "euclidean",
        method: str = "auto",
        random_state: int = 0,
        n_jobs: int | None = None,
        progress: Progress | None = None,
    ) -> None:
        check_metric(metric, METRICS)
        check_method(method)
        seed = check_seed(random_state)
        self.metric = metric
        self._threads = thread_count(n_jobs)
        self._vectors, self._scale = ordinary(prepared(x, metric))
        self.method = choose(method, len(self._vectors), 1, metric)
        if self.method == "approximate":
            from vectarium import _native

            report = part(progress or silent, 0, 1, "Building a graph of nearest neighbours")
            report(0.0)  # kernels ask now and then, and may be through before they do
            kind = _native.FloatIndex if self._vectors.dtype == np.float32 else _native.DoubleIndex
            self._graph = kind(self._vectors, kernel_metric(metric), seed, self._threads, report)

    def __len__(self) -> int:
        return len(self._vectors)

    def query(self, new: Any, k: int = 15, *, progress: Progress | None = None) -> Neighbors:
        """Find the k nearest points of the index for every new point.

        Parameters
        ----------
        new
            Array ``(m, d)`` of finite real numbers; taken in the precision of the index's points.
        k
            How many; all n points where k is larger.
        progress
            Called with the share done and a text; may raise CancelledError.

        Returns
        -------
        Neighbors
            ``indices`` into the index's points and ``distances``, ``(m, min(k, n))``, from the nearest on.

        Raises
        ------
        ShapeError
            If ``new`` is not a matrix of real numbers with the index's dimensions.
        ParameterError
            If it holds NaN or infinity, or ``k`` is not a positive integer.
        """
        k = min(check_k(k), len(self))
        queries = self._as_kept(new)
        m, d = queries.shape
        if k == 0 or m == 0:
            empty = np.empty((m, k), np.int32), np.empty((m, k), np.float32)
            return Neighbors(*empty, "exact", "There is nothing to find.")
        report = part(progress or silent, 0, 1, "Searching for nearest neighbours")
        report(0.0)
        method = "approximate" if self.method == "approximate" and 8 * k < len(self) else "exact"
        if method == "approximate":
            found = self._graph.query(queries, k, False, self._threads, report)
        else:
            found = self._look_at_all(queries, k, report)
        distances = unscaled(found[1], self._scale, self.metric)
        recall = self._graph.recall if method == "approximate" else 1.0
        return Neighbors(found[0], distances, method, sentence(method, self.metric, d, recall))

    def _as_kept(self, new: Any) -> NDArray[Any]:
        queries = prepared(new, self.metric)
        if queries.shape[1] != self._vectors.shape[1]:
            raise ShapeError(
                f"The new points have {queries.shape[1]:,} dimensions, those of the index "
                f"{self._vectors.shape[1]:,}; the same number is needed."
            )
        if self._scale != 1:
            queries = np.multiply(queries, self._scale, dtype=np.float64)
        return queries.astype(self._vectors.dtype, copy=False)

    def _look_at_all(self, queries: NDArray[Any], k: int, report: Any) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        from vectarium import _native

        both = np.concatenate([self._vectors, queries])
        return _native.exact_neighbors(
            both, k, kernel_metric(self.metric), self._threads, report, points=len(self._vectors)
        )
