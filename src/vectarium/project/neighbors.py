"""The nearest neighbours of all points, by the native kernels: all of them, or nearly all of them sooner."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from vectarium.errors import ParameterError
from vectarium.project.metric import check_k, check_metric, thread_count
from vectarium.project.parameters import check_integer
from vectarium.project.prepared import METRICS, kernel_metric, ordinary, prepared, unscaled
from vectarium.project.progress import Progress, part, silent, watched
from vectarium.project.query import query_neighbors

__all__ = ["Neighbors", "neighbors", "query_neighbors"]

METHODS = ("auto", "exact", "approximate")
EXACT_UP_TO = 20_000  # points; from there on the approximate search is clearly faster
EXACT_PRODUCTS_UP_TO = 100_000  # the same for the inner product, which is no distance and is harder to search
ALWAYS_EXACT = 2_048  # points, among which nothing is faster than looking at all


class Neighbors(tuple[NDArray[np.int32], NDArray[np.float32]]):  # noqa: SLOT001 - it has attributes beside
    """The nearest neighbours of points; unpacks as ``indices, distances``.

    Attributes
    ----------
    indices
        int32 array ``(n, k)``, from the nearest on.
    distances
        float32 array ``(n, k)``, true distances.
    method
        ``"exact"`` or ``"approximate"``: how they were searched.
    sentence
        The same in words, and how many are right, for those who look at what was made of them.
    """

    method: str
    sentence: str

    def __new__(cls, indices: NDArray[np.int32], distances: NDArray[np.float32], method: str, sentence: str) -> Self:
        """Make the pair and what is known about it."""
        made = super().__new__(cls, (indices, distances))
        made.method, made.sentence = method, sentence
        return made

    @property
    def indices(self) -> NDArray[np.int32]:
        """The neighbours of each point, from the nearest on."""
        return self[0]

    @property
    def distances(self) -> NDArray[np.float32]:
        """How far they are."""
        return self[1]


@watched
def neighbors(
    x: Any,
    k: int = 15,
    *,
    metric: str = "euclidean",
    method: str = "auto",
    random_state: int = 0,
    n_jobs: int | None = None,
    progress: Progress | None = None,
) -> Neighbors:
    """Find the k nearest neighbours of every point among the others.

    Parameters
    ----------
    x
        Array ``(n, d)`` of finite real numbers.
    k
        How many; all n - 1 others where k is larger.
    metric
        ``"euclidean"``; ``"cosine"``, 1 - cos of the angle, and 1 to and from a zero vector;
        ``"correlation"``, the cosine distance after each vector's own mean is taken away; or
        ``"inner_product"``, taken negative, so that here too smaller is nearer.
    method
        ``"exact"`` looks at all pairs. ``"approximate"`` finds about 99 of 100 neighbours in a small
        part of the time; how many it measures on a sample and says in ``sentence``. The distances of
        those it finds are true ones. ``"auto"`` is exact up to 20,000
        points, and by inner product up to 100,000.
    random_state
        Seeds the approximate search; the same seed gives the same neighbours.
    n_jobs
        How many threads; None and -1 stand for all cores. The result does not depend on it.
    progress
        Called with the share done and a text; may raise CancelledError.

    Returns
    -------
    Neighbors
        ``indices`` and ``distances``, int32 and float32 arrays ``(n, min(k, n - 1))``, from the nearest
        on, the point itself left out. Of two points at the same distance the lower index comes first.

    Raises
    ------
    ShapeError
        If ``x`` is not a matrix of real numbers with at least one dimension.
    ParameterError
        If it holds NaN or infinity, or a parameter is outside of what is allowed.

    Examples
    --------
    >>> indices, distances = neighbors([[0.0], [1.0], [3.0]], k=1)
    >>> indices
    array([[1],
           [0],
           [1]], dtype=int32)
    >>> distances
    array([[1.],
           [1.],
           [2.]], dtype=float32)
    """
    k, threads = check_k(k), thread_count(n_jobs)
    check_metric(metric, METRICS)
    check_method(method)
    check_integer("random_state", random_state, 0, example=0)
    vectors, scale = ordinary(prepared(x, metric))
    n, d = vectors.shape
    k = min(k, n - 1)
    if k < 1:
        return Neighbors(np.empty((n, 0), np.int32), np.empty((n, 0), np.float32), "exact", "There is nothing to find.")
    # Imported here, so that everything else works where the kernels were not built.
    from vectarium import _native

    report = part(progress or silent, 0, 1, "Searching for nearest neighbours")
    chosen, seed = choose(method, n, k, metric), check_seed(random_state)
    if chosen == "exact":
        indices, distances = _native.exact_neighbors(vectors, k, kernel_metric(metric), threads, report)
        recall = 1.0
    elif metric == "inner_product":
        indices, distances, recall = _largest_products(vectors, k, seed, threads, report)
    else:
        indices, distances, recall = _native.approximate_neighbors(
            vectors, k, kernel_metric(metric), seed, threads, report
        )
    return Neighbors(indices, unscaled(distances, scale, metric), chosen, sentence(chosen, metric, d, recall))


def _largest_products(
    vectors: NDArray[Any], k: int, seed: int, threads: int, report: Callable[[float], None]
) -> tuple[NDArray[np.int32], NDArray[np.float32], float]:
    """Neighbours by inner product: no distance, so that a point's own neighbours lead nowhere; each is a query."""
    from vectarium import _native

    kind = _native.FloatIndex if vectors.dtype == np.float32 else _native.DoubleIndex
    index = kind(vectors, "inner_product", seed, threads, lambda share: report(share / 2))
    indices, distances = index.query(vectors, k, True, threads, lambda share: report(0.5 + share / 2))
    return indices, distances, index.recall


def check_method(method: str) -> None:
    """Raise ParameterError unless this is a way of searching."""
    if method not in METHODS:
        raise ParameterError(f"method is {method!r}; it can be {', '.join(map(repr, METHODS))}.")


def check_seed(random_state: object) -> int:
    """The seed, or ParameterError unless it is an integer from 0 on."""
    if not isinstance(random_state, (int, np.integer)) or isinstance(random_state, bool) or random_state < 0:
        raise ParameterError(f"random_state is {random_state!r}; an integer from 0 on is needed.")
    return int(random_state) % 2**64


def choose(method: str, n: int, k: int, metric: str) -> str:
    """``"exact"`` or ``"approximate"``: what a search of ``n`` points will be."""
    if n <= ALWAYS_EXACT or 8 * k >= n or method == "exact":
        return "exact"
    limit = EXACT_PRODUCTS_UP_TO if metric == "inner_product" else EXACT_UP_TO
    return "approximate" if method == "approximate" or n > limit else "exact"


def sentence(method: str, metric: str, d: int, recall: float) -> str:
    """How neighbours were searched, in words, and how many of them are right."""
    where = f"by {metric.replace('_', ' ')} in {d:,} dimension{'s' * (d != 1)}"
    if method == "exact":
        return f"Exact nearest neighbours {where}."
    # Never rounded up to all: that would be another promise.
    share = min(int(recall * 1000) / 10, 99.9)
    return f"Approximate nearest neighbours {where}; of those of a sample, {share:.1f}% are right."
