"""A start for UMAP from its graph: the slowest motions of heat that spreads along the edges.

They are the leading eigenvectors, after the trivial one, of D^-1/2 W D^-1/2 (Belkin and Niyogi,
"Laplacian eigenmaps for dimensionality reduction and data representation", 2003). A block of 8 vectors is
filtered by Chebyshev polynomials of the graph, which damp all eigenvalues below a limit, and the best
mixtures of the block are taken (Zhou, Saad, Tiago and Chelikowsky, "Self-consistent-field calculations
using Chebyshev-filtered subspace iteration", 2006). It is a start, not a result: a few digits do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.project.graph import Graph
from vectarium.project.metric import thread_count
from vectarium.project.principal import principal_components
from vectarium.project.progress import Progress, part, silent
from vectarium.project.rows import single_threaded_blas
from vectarium.project.spectrum import with_signs

Floats = NDArray[np.float64]
Motions = Callable[[Graph], Floats]

WIDTH = 8  # of the native kernel's blocks
DEGREE = 20
ROUNDS = 8
TOLERANCE = 3e-2  # of 1 - the largest eigenvalue: then the vectors agree with the true ones to four digits
STARTING = "Finding a start along the graph"
FEWEST = 2 * WIDTH  # points of a component that is worth eigenvectors
MOST_COMPONENTS = 2000


def spectral_start(
    graph: Graph,
    vectors: NDArray[Any],
    n_components: int,
    *,
    random_state: int = 0,
    n_jobs: int | None = None,
    progress: Progress | None = None,
) -> NDArray[np.float64] | None:
    """Coordinates ``(n, n_components)`` along the graph's slowest motions.

    Parameters
    ----------
    graph
        Of n points.
    vectors
        Array ``(n, d)``. Where the graph falls apart, each component is laid out alone, around where its
        centre lies among the centres of all.
    n_components
        At most 7.
    random_state
        The seed.
    n_jobs
        How many threads; None and -1 stand for all cores. The result does not depend on it.
    progress
        Called with the share done and a text; may raise CancelledError.

    Returns
    -------
    Array or None
        None where the graph is too small, or in too many pieces, for a picture to come of it.
    """
    from vectarium import _native

    report = progress or silent
    if graph.n < FEWEST:
        return None
    look = part(report, 0, 1, STARTING)
    count, labels = _native.components(graph.indptr, graph.indices, look)
    if count > MOST_COMPONENTS:
        return None

    def motions(connected: Graph) -> Floats:
        return _motions(connected, n_components, random_state, n_jobs, look)

    if count == 1:
        return motions(graph)
    members = _members(labels, count)
    return _apart(graph, members, _centres(vectors, members, n_components, random_state), motions, random_state)


def _members(labels: NDArray[np.int32], count: int) -> list[NDArray[np.intp]]:
    """The points of each component, ascending."""
    order = np.argsort(labels, kind="stable")
    bounds = np.searchsorted(labels[order], np.arange(count + 1))
    return [order[bounds[c] : bounds[c + 1]] for c in range(count)]


def _apart(graph: Graph, members: list[NDArray[np.intp]], centres: Floats, motions: Motions, seed: int) -> Floats:
    """Each component around its centre, as large as it may be without meeting the next."""
    out = np.random.default_rng(seed).uniform(-1, 1, (graph.n, centres.shape[1]))
    for rows, centre, room in zip(members, centres, _rooms(centres), strict=True):
        if len(rows) >= FEWEST:
            inside = motions(_part_of(graph, rows))
            out[rows] = inside / max(float(np.abs(inside).max()), 1e-300)
        out[rows] = centre + room * out[rows]
    return out


def _centres(vectors: NDArray[Any], members: list[NDArray[np.intp]], n_components: int, seed: int) -> Floats:
    """Where the components' centres lie in the plane that shows them best."""
    means = np.stack([vectors[rows].mean(axis=0, dtype=np.float64) for rows in members])
    scores = principal_components(means, n_components=n_components, random_state=seed).scores.T
    centres = np.zeros((len(members), n_components))
    centres[:, : scores.shape[1]] = scores
    size = float(np.abs(centres).max())
    return centres / size if size > 0 else centres


def _rooms(centres: Floats) -> Floats:
    """Half the distance from each centre to the next; where they coincide, a little."""
    rooms = np.empty(len(centres))
    for c, centre in enumerate(centres):
        apart = np.sqrt(np.square(centres - centre).sum(axis=1))
        apart[c] = np.inf
        rooms[c] = apart.min() / 2
    return np.maximum(rooms, 1e-2 / len(centres))


def _part_of(graph: Graph, rows: NDArray[np.intp]) -> Graph:
    """The graph of a whole component, whose points ascend."""
    degrees = np.diff(graph.indptr)[rows]
    indptr = np.concatenate([[0], np.cumsum(degrees)]).astype(np.int64)
    edges = np.repeat(graph.indptr[rows] - indptr[:-1], degrees) + np.arange(indptr[-1])
    return Graph(indptr, np.searchsorted(rows, graph.indices[edges]).astype(np.int32), graph.weights[edges])


def _motions(graph: Graph, k: int, seed: int, n_jobs: int | None, look: Any) -> Floats:
    """The k slowest motions of a connected graph, ``(n, k)``."""
    from vectarium import _native

    rows = np.repeat(np.arange(graph.n, dtype=np.int32), np.diff(graph.indptr))
    degrees = np.bincount(rows, graph.weights, graph.n)
    roots = (1 / np.sqrt(np.maximum(degrees, 1e-300))).astype(np.float32)
    values = graph.weights * roots[rows] * roots[graph.indices]
    del rows
    spread = _native.Diffusion(graph.indptr, graph.indices, values, thread_count(n_jobs))
    still = np.sqrt(degrees)  # what no diffusion changes
    still /= np.sqrt(np.square(still).sum())

    def product(x: Any, last: Any, factor: float, own: float) -> NDArray[np.float32]:
        return spread.step(x, last, factor, own, look)

    return _leading(product, still, k, seed)


def _leading(product: Any, still: Floats, k: int, seed: int) -> Floats:
    n = len(still)
    nothing = np.zeros((n, WIDTH), np.float32)
    block = np.random.default_rng(seed).standard_normal((n, WIDTH)).astype(np.float32)
    low = 0.5  # eigenvalues below this are damped
    values, residual = np.zeros(WIDTH), np.inf
    for done in range(ROUNDS):
        block = _filtered(product, block, low if done else 0.0)
        basis = _orthonormal(block, still)
        images = product(basis, nothing, 1.0, 0.0)
        with single_threaded_blas():
            values, mixture = np.linalg.eigh(basis.T.astype(np.float64) @ images)
            mixture = np.ascontiguousarray(mixture[:, ::-1], np.float32)
            block, images = basis @ mixture, images @ mixture
        values = values[::-1]
        residual = np.sqrt(np.square(images[:, :k] - block[:, :k] * values[:k].astype(np.float32)).sum(axis=0)).max()
        if residual <= TOLERANCE * (1 - values[0]) + 1e-6:
            break
        low = min(max(float(values[-1]), 0.0), 1 - 1e-6)
    return with_signs(block[:, :k].T.astype(np.float64)).T


def _filtered(product: Any, block: NDArray[np.float32], low: float) -> NDArray[np.float32]:
    """A Chebyshev polynomial of the graph that stays small on [-1, low] and grows beyond."""
    half, middle = (low + 1) / 2, (low - 1) / 2
    last, now = block, product(block, np.zeros_like(block), 1 / half, -middle / half)
    for _ in range(DEGREE - 1):
        last, now = now, product(now, last, 2 / half, -2 * middle / half)
        largest = float(np.abs(now[:1024]).max(initial=0))
        if largest > 1e12:
            last, now = last / np.float32(largest), now / np.float32(largest)
    return now


def _orthonormal(block: NDArray[np.float32], still: Floats) -> NDArray[np.float32]:
    """The same space without the motion that is none."""
    with single_threaded_blas():
        wide = block.astype(np.float64)
        wide /= np.sqrt(np.square(wide).sum(axis=0)) + 1e-300
        wide -= np.outer(still, still @ wide)
        basis, _ = np.linalg.qr(wide)
    return np.ascontiguousarray(basis, np.float32)
