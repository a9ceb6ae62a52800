"""UMAP's view of neighbours: how strongly they are held, and how near that should put them.

McInnes, Healy and Melville, "UMAP: uniform manifold approximation and projection for dimension
reduction", 2018.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.errors import ShapeError
from vectarium.project.graph import Graph
from vectarium.project.metric import thread_count
from vectarium.project.progress import Progress, part, silent
from vectarium.project.symmetric import symmetrise

WEIGHING = "Weighing the neighbours"


def fuzzy_graph(
    indices: NDArray[Any], distances: NDArray[Any], *, n_jobs: int | None = None, progress: Progress | None = None
) -> Graph:
    """The fuzzy simplicial set of the points' neighbourhoods.

    Parameters
    ----------
    indices, distances
        Arrays ``(n, k)``: the neighbours of each point, ascending, the point itself left out.
    n_jobs
        How many threads; None and -1 stand for all cores. The result does not depend on it.
    progress
        Called with the share done and a text; may raise CancelledError.

    Returns
    -------
    Graph
        Each point holds its nearest neighbour with weight 1, all its neighbours together with
        log2(k + 1), and the views of the two ends are united.

    Examples
    --------
    >>> graph = fuzzy_graph(np.array([[1], [0], [1]]), np.array([[1.0], [1.0], [2.0]]))
    >>> graph.indices.tolist(), graph.weights.tolist()
    ([1, 0, 2, 1], [1.0, 1.0, 1.0, 1.0])
    """
    report = progress or silent
    weights = _weights(distances, outside=False, n_jobs=n_jobs, progress=part(report, 0, 0.5, WEIGHING))
    return symmetrise(
        indices, weights, combine="union", n_jobs=n_jobs, progress=lambda share, text: report(0.5 + share / 2, text)
    )


def weights_from_outside(distances: NDArray[Any], *, n_jobs: int | None = None) -> NDArray[np.float32]:
    """How strongly new points hold their neighbours at distances ``(m, k)``, ascending, ``(m, k)``."""
    return _weights(distances, outside=True, n_jobs=n_jobs, progress=None)


def _weights(distances: NDArray[Any], *, outside: bool, n_jobs: int | None, progress: Any) -> NDArray[np.float32]:
    from vectarium import _native

    if distances.ndim != 2:
        raise ShapeError(f"Distances of shape {distances.shape}; (n, k) are needed.")
    # Of inner products smaller is nearer too, but they may be negative; only differences count.
    low = np.minimum(distances[:, :1], 0) if distances.shape[1] else distances
    ascending = np.ascontiguousarray(distances - low, np.float32)
    return _native.fuzzy_weights(ascending, outside, thread_count(n_jobs), progress)


def curve(min_dist: float, spread: float) -> tuple[float, float]:
    """The a and b with which 1 / (1 + a d^2b) comes nearest to the wanted similarity at distance d.

    That is 1 up to ``min_dist`` and exp(-(d - min_dist) / spread) beyond. The squared differences at 300
    distances up to three times the spread are least, as in umap-learn.

    Examples
    --------
    >>> a, b = curve(0.1, 1.0)
    >>> round(a, 3), round(b, 3)
    (1.577, 0.895)
    """
    d = np.linspace(0, 3 * spread, 300)
    wanted = np.where(d < min_dist, 1.0, np.exp(-(d - min_dist) / spread))
    with np.errstate(divide="ignore"):
        logs = np.where(d > 0, np.log(np.maximum(d, 1e-300)), -1e3)
    at = np.array([-2 * np.log(spread), 1.0])  # log a and b
    caution, fit = 1e-3, _misfit(at, logs, wanted)
    for _ in range(500):
        residual, slopes = fit
        normal = slopes.T @ slopes
        step = np.linalg.solve(normal + caution * np.diag(np.diag(normal) + 1e-12), slopes.T @ residual)
        tried = at - step
        found = _misfit(tried, logs, wanted)
        if np.square(found[0]).sum() <= np.square(residual).sum():
            at, fit, caution = tried, found, caution / 4
            if np.abs(step).max() < 1e-10:
                break
        else:
            caution *= 8
            if caution > 1e12:
                break
    return float(np.exp(at[0])), float(at[1])


def _misfit(
    at: NDArray[Any], logs: NDArray[np.float64], wanted: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Differences from what is wanted, and their derivatives by log a and b."""
    power = np.exp(np.clip(at[0] + 2 * at[1] * logs, -700, 700))
    similarity = 1 / (1 + power)
    slope = -similarity * (1 - similarity)
    return similarity - wanted, np.stack([slope, slope * 2 * logs], axis=1)
