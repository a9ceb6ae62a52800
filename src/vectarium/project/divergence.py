"""What t-SNE minimises: how far the picture's similarities are from those of the vectors.

The Kullback-Leibler divergence between p, a graph's weights, and q, proportional to 1 / (1 + distance²)
in the picture (van der Maaten and Hinton, "Visualizing data using t-SNE", 2008). The sum over edges is
exact; the normaliser runs over all pairs, which is exact as well up to 200,000 points and estimated on
a sample of rows above.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vectarium.errors import ShapeError
from vectarium.project.affinity import affinities
from vectarium.project.graph import Graph
from vectarium.project.metric import thread_count
from vectarium.project.neighbors import neighbors
from vectarium.project.parameters import check_number
from vectarium.project.progress import Progress, part, silent, stage

LARGEST_WHOLE = 200_000
SAMPLE = 20_000
EDGES_AT_ONCE = 1 << 19


class Divergence(NamedTuple):
    """The KL divergence, and whether its normaliser was estimated on a sample of rows."""

    value: float
    sampled: bool


def perplexity_graph(
    x: NDArray[Any],
    perplexity: float,
    *,
    metric: str = "euclidean",
    n_jobs: int | None = None,
    progress: Progress | None = None,
) -> Graph:
    """The weights between vectors ``(n, d)`` that t-SNE aims at, from three times as many neighbours.

    Raises
    ------
    ParameterError
        If the perplexity or the metric is outside of what is allowed.
    """
    wanted = min(check_number("perplexity", perplexity, 1, 1e6, example=30), max(1.0, (len(x) - 1) / 3))
    k = min(len(x) - 1, int(3 * wanted))
    report = progress or silent
    indices, distances = neighbors(x, k, metric=metric, n_jobs=n_jobs, progress=stage(report, 0, 0.9))
    return affinities(indices, distances, perplexity=wanted, n_jobs=n_jobs, progress=stage(report, 0.9, 1))


def kl_divergence(
    graph: Graph,
    y: NDArray[Any],
    *,
    random_state: int = 0,
    n_jobs: int | None = None,
    progress: Progress | None = None,
) -> Divergence:
    """Compare a picture with the graph it was made from.

    Parameters
    ----------
    graph
        Whose weights together are 1.
    y
        Array ``(n, p)`` of finite numbers, the picture.
    random_state
        The seed of the sample.
    n_jobs
        How many threads; None and -1 stand for all cores. The result does not depend on it.
    progress
        Called with the share done and a text; may raise CancelledError.

    Raises
    ------
    ShapeError
        If the picture has not one place for each point of the graph.
    """
    if y.ndim != 2 or len(y) != graph.n:
        raise ShapeError(f"The picture has shape {y.shape}; one place for each of {graph.n:,} points is needed.")
    # Distances do not depend on the origin, and float32 is finest around it.
    places = np.ascontiguousarray(y - y.mean(axis=0, dtype=np.float64), np.float32)
    report = progress or silent
    logarithms = _sum_over_edges(graph, places, part(report, 0, 0.5, "Comparing the picture with the graph"))
    pairs, sampled = _sum_over_pairs(places, random_state, thread_count(n_jobs), stage(report, 0.5, 1))
    return Divergence(float(logarithms + np.log(pairs)), sampled)


def _sum_over_edges(graph: Graph, places: NDArray[np.float32], report: Callable[[float], None]) -> float:
    """The sum of ``p log(p (1 + distance²))``."""
    rows = np.repeat(np.arange(graph.n, dtype=np.int32), np.diff(graph.indptr))
    total = 0.0
    for start in range(0, len(rows), EDGES_AT_ONCE):
        report(start / len(rows))
        edges = slice(start, start + EDGES_AT_ONCE)
        p = graph.weights[edges].astype(np.float64)
        apart = places[rows[edges]].astype(np.float64) - places[graph.indices[edges]]
        terms = p * np.log(np.where(p > 0, p, 1) * (1 + np.square(apart).sum(axis=1)))
        total += float(terms.sum())
    return total


def _sum_over_pairs(places: NDArray[np.float32], seed: int, threads: int, progress: Progress) -> tuple[float, bool]:
    from vectarium import _native

    n = len(places)
    sampled = n > LARGEST_WHOLE
    rows = np.random.default_rng(seed).choice(n, SAMPLE, replace=False) if sampled else np.arange(n)
    report = part(progress, 0, 1, "Summing over all pairs of points")
    sums = _native.student_sums(places, rows.astype(np.int64), threads, report)
    return float(sums.sum()) * (n / len(rows)), sampled
