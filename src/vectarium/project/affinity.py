"""How much each point has to do with each of its neighbours, as t-SNE weighs it.

Perplexity (van der Maaten and Hinton, "Visualizing data using t-SNE", 2008): around each point stands
a Gaussian, as wide as it takes for its neighbours to count as much as so many equal ones. Uniform
(Böhm, Berens and Kobak, "Attraction-repulsion spectrum in neighbor embeddings", 2022, section 3): all
k nearest neighbours count the same, which needs fewer of them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.errors import ShapeError
from vectarium.project.graph import Graph
from vectarium.project.metric import thread_count
from vectarium.project.parameters import check_choice, check_number
from vectarium.project.progress import Progress, part, silent
from vectarium.project.symmetric import symmetrise

AFFINITIES = ("perplexity", "uniform")


def affinities(
    indices: NDArray[Any],
    distances: NDArray[Any],
    *,
    affinity: str = "perplexity",
    perplexity: float = 30.0,
    n_jobs: int | None = None,
    progress: Progress | None = None,
) -> Graph:
    """Weigh neighbours.

    Parameters
    ----------
    indices, distances
        Arrays ``(n, k)``: each point's neighbours, from the nearest on.
    affinity
        ``"perplexity"``: by a Gaussian of the distance; ``"uniform"``: all the same.
    perplexity
        To how many equal neighbours a point's neighbours shall amount; at least 1. It cannot be more
        than k, and about k/3 is what is reached without cutting the Gaussian off.
    n_jobs
        How many threads; None and -1 stand for all cores. The result does not depend on it.
    progress
        Called with the share done and a text; may raise CancelledError.

    Returns
    -------
    Graph
        ``(p_j|i + p_i|j) / 2n``; all weights together are 1.

    Raises
    ------
    ShapeError
        If the arrays do not fit together.
    ParameterError
        If a parameter is outside of what is allowed.

    Examples
    --------
    >>> import numpy as np
    >>> graph = affinities(np.array([[1], [0], [1]]), np.array([[1.0], [1.0], [2.0]]), affinity="uniform")
    >>> graph.weights.round(3).tolist()
    [0.333, 0.333, 0.167, 0.167]
    """
    check_choice("affinity", affinity, AFFINITIES)
    check_number("perplexity", perplexity, 1, 1e6, example=30)
    if indices.ndim != 2 or indices.shape != distances.shape:
        raise ShapeError(f"indices {indices.shape} and distances {distances.shape} differ; both have to be (n, k).")
    n, k = indices.shape
    report = progress or silent
    if affinity == "uniform" or k == 0:
        conditional = np.full((n, k), 1 / max(k, 1), np.float32)
    else:
        from vectarium import _native

        rows = np.ascontiguousarray(distances, np.float32)
        weigh = part(report, 0, 0.5, "Weighing the neighbours")
        conditional = _native.perplexity_weights(rows, perplexity, thread_count(n_jobs), weigh)
    graph = symmetrise(
        indices, conditional, n_jobs=n_jobs, progress=lambda share, text: report(0.5 + 0.5 * share, text)
    )
    np.multiply(graph.weights, np.float32(1 / max(n, 1)), out=graph.weights)
    return graph
