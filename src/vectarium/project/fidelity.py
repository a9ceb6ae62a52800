"""How far a picture can be believed: whether points that are neighbours in it are neighbours in truth.

A picture in two dimensions cannot keep all neighbours. It errs in two ways, and each has its measure
(Venna and Kaski, "Neighborhood preservation in nonlinear projection methods", 2001): points are shown
together that are far apart (trustworthiness), and points that belong together are torn apart
(continuity). Both count how far down the other space's order the k nearest neighbours stand. Neighbour
preservation is simpler: the share of the k nearest that stayed among the k nearest.

Points at the same distance have no order; they share their mean rank, as in rank statistics, so that
the result depends neither on the order of the rows nor on a sorting algorithm.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.errors import ParameterError, ShapeError
from vectarium.project.divergence import kl_divergence, perplexity_graph
from vectarium.project.metric import check_k, check_metric, thread_count
from vectarium.project.parameters import check_integer, check_number
from vectarium.project.prepared import kernel_metric, ordinary, prepared
from vectarium.project.progress import Progress, part, silent, stage, watched

METRICS = ("euclidean", "cosine", "correlation")
LARGEST_WHOLE = 20_000
SAMPLE = 2000
TREE_DIMENSIONS = 3
ROWS_AT_ONCE = 10_000
COMPARING = "Comparing the neighbours"

Shares = NDArray[np.float32]
Indices = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Fidelity:
    """How far a picture can be believed, overall and point by point.

    Parameters
    ----------
    k
        How many neighbours of each point were looked at.
    n
        How many points took part, those that the picture has no place for left out.
    unplaced
        How many were left out for that.
    queries
        int64 ``(m,)``: the rows that were measured, in ascending order, among all n points.
    trustworthiness
        1 where all neighbours in the picture are true ones; about 0.5 by chance.
    continuity
        1 where all true neighbours are neighbours in the picture; about 0.5 by chance.
    neighbor_preservation
        The share of true neighbours among the k nearest in the picture.
    chance
        What that share would be if places were dealt out at random, ``k / (n - 1)``.
    point_trustworthiness, point_continuity, point_preservation
        float32 ``(m,)``: the same for each row of ``queries``; their means are the values overall.
    kl_divergence
        What t-SNE minimises, for the perplexity given; None without one.
    kl_sampled
        Whether its normaliser was estimated on a sample of rows.
    """

    k: int
    n: int
    unplaced: int
    queries: NDArray[np.int64]
    trustworthiness: float
    continuity: float
    neighbor_preservation: float
    chance: float
    point_trustworthiness: Shares
    point_continuity: Shares
    point_preservation: Shares
    kl_divergence: float | None = None
    kl_sampled: bool = False

    @property
    def sampled(self) -> bool:
        """Whether only some of the points were measured."""
        return len(self.queries) < self.n

    @property
    def sentence(self) -> str:
        """What was measured, in words."""
        whom = (
            f"{len(self.queries):,} of {self.n:,} points, chosen at random and ranked among all"
            if self.sampled
            else (f"all {self.n:,} points")
        )
        said = (
            f"Of the {self.k} nearest neighbours of a point, {self.neighbor_preservation:.0%} are among its {self.k} "
            f"nearest in the picture ({self.chance:.1%} would be by chance); trustworthiness "
            f"{self.trustworthiness:.3f}, continuity {self.continuity:.3f}. Measured on {whom}."
        )
        if self.unplaced:
            said += f" {self.unplaced:,} points without a place in the picture were left out."
        if self.kl_divergence is not None:
            about = "about " if self.kl_sampled else ""
            said += f" KL divergence {about}{self.kl_divergence:.3f}."
        return said


@watched
def fidelity(
    x: Any,
    y: Any,
    k: int = 15,
    *,
    metric: str = "euclidean",
    n_samples: int | None = None,
    perplexity: float | None = None,
    random_state: int = 0,
    n_jobs: int | None = None,
    progress: Progress | None = None,
) -> Fidelity:
    """Measure how far a picture can be believed.

    Parameters
    ----------
    x
        Array ``(n, d)`` of finite real numbers, the vectors.
    y
        Array ``(n, p)``, their places in the picture. Rows that hold NaN have none and are left out.
    k
        How many neighbours of each point count; n - 1 where k is larger.
    metric
        Of the vectors: ``"euclidean"``, ``"cosine"`` or ``"correlation"``. In the picture distances are
        Euclidean.
    n_samples
        How many points are measured, chosen at random; their ranks are among all points in any case.
        None stands for all of up to 20,000 points, and 2,000 of more.
    perplexity
        When given, the KL divergence of t-SNE with that perplexity is computed as well.
    random_state
        The seed of the choice.
    n_jobs
        How many threads; None and -1 stand for all cores. The result does not depend on it.
    progress
        Called with the share done and a text; may raise CancelledError.

    Raises
    ------
    ShapeError
        If ``x`` or ``y`` is no matrix of real numbers, or they have not the same number of rows.
    ParameterError
        If ``x`` holds NaN or infinity, fewer than two points have a place, or a parameter is outside of
        what is allowed.

    Notes
    -----
    Trustworthiness agrees with scikit-learn's ``sklearn.manifold.trustworthiness``; continuity is the same
    with the two spaces exchanged. Beyond k = n / 2, where scikit-learn refuses, the largest possible sum
    of ranks is another (Venna and Kaski, "Local multidimensional scaling", 2006, equation 4).

    Examples
    --------
    >>> import numpy as np
    >>> x = np.arange(12.0).reshape(6, 2)
    >>> fidelity(x, x[:, :1], k=2).trustworthiness
    1.0
    """
    report, measuring = progress or silent, 1.0 if perplexity is None else 0.5
    k, threads = check_k(k), thread_count(n_jobs)
    check_metric(metric, METRICS)
    check_integer("random_state", random_state, 0, example=0)
    if n_samples is not None:
        check_integer("n_samples", n_samples, 1, example=SAMPLE)
    if perplexity is not None:
        check_number("perplexity", perplexity, 1, 1e6, example=30)
    report(0, "Reading the vectors")
    vectors, places, rows = _both(x, y, metric)
    n = len(rows)
    k = min(k, n - 1)
    chosen = _choose(n, n_samples, random_state)
    spaces = _Spaces(vectors, places, kernel_metric(metric), threads, stage(report, 0, measuring))
    trust, continuity, preserved = spaces.measure(chosen, k)
    found = Fidelity(
        k=k,
        n=n,
        unplaced=len(np.asarray(y)) - n,
        queries=rows[chosen],
        trustworthiness=float(trust.mean()),
        continuity=float(continuity.mean()),
        neighbor_preservation=float(preserved.mean()),
        chance=k / (n - 1),
        point_trustworthiness=trust.astype(np.float32),
        point_continuity=continuity.astype(np.float32),
        point_preservation=preserved.astype(np.float32),
    )
    if perplexity is None:
        return found
    graph = perplexity_graph(vectors, perplexity, metric=spaces.metric, n_jobs=n_jobs, progress=stage(report, 0.5, 0.9))
    placed = np.asanyarray(y)[rows]
    divergence = kl_divergence(graph, placed, random_state=random_state, n_jobs=n_jobs, progress=stage(report, 0.9, 1))
    return replace(found, kl_divergence=divergence.value, kl_sampled=divergence.sampled)


@watched
def preservation(
    neighbors_x: NDArray[Any], y: Any, *, n_jobs: int | None = None, progress: Progress | None = None
) -> Shares:
    """The share of each point's given neighbours that are among its k nearest in the picture.

    Parameters
    ----------
    neighbors_x
        Integers ``(n, k)``: each point's neighbours in the original space.
    y
        Array ``(n, p)``, places in the picture; rows that hold NaN have none.
    n_jobs
        How many threads; None and -1 stand for all cores. The result does not depend on it.
    progress
        Called with the share done and a text; may raise CancelledError.

    Returns
    -------
    float32 array ``(n,)``, from 0 to 1; NaN for points without a place.

    Raises
    ------
    ShapeError
        If the shapes do not fit together.

    Examples
    --------
    >>> import numpy as np
    >>> preservation(np.array([[1], [0], [1]]), np.array([[0.0], [1.0], [5.0]]))
    array([1., 1., 1.], dtype=float32)
    """
    given, threads = np.asarray(neighbors_x), thread_count(n_jobs)
    places = np.asanyarray(y)
    _check_places(places)
    if given.ndim != 2 or given.dtype.kind not in "iu" or len(given) != len(places):
        raise ShapeError(
            f"neighbors_x has shape {given.shape} and dtype {given.dtype}; integers (n, k) for the picture's "
            f"{len(places):,} points are needed."
        )
    out = np.full(len(places), np.nan, np.float32)
    placed = np.flatnonzero(np.isfinite(places).all(axis=1))
    k = min(given.shape[1], len(placed) - 1)
    if k < 1:
        return out
    picture, _ = ordinary(prepared(places[placed], "euclidean"))
    everyone = np.arange(len(placed))
    report = progress or silent
    shown = _picture_neighbors(picture, everyone, k, threads, stage(report, 0, 0.8))
    compare = part(report, 0.8, 1, COMPARING)
    for start, stop in _ranges(len(placed)):
        compare(start / len(placed))
        rows = placed[start:stop]
        out[rows] = _shared(given[rows], placed[shown[start:stop]]) / given.shape[1]
    return out


class _Spaces:
    """The vectors and their picture, each with the order of its distances."""

    def __init__(
        self, vectors: NDArray[Any], places: NDArray[Any], metric: str, threads: int, report: Progress
    ) -> None:
        self.vectors, self.places = vectors, places
        self.metric, self.threads, self.report = metric, threads, report

    def measure(self, queries: NDArray[np.int64], k: int) -> tuple[NDArray[np.float64], ...]:
        """Trustworthiness, continuity and preservation of each query, ``(m,)``."""
        from vectarium import _native

        n = len(self.vectors)
        shown = _picture_neighbors(self.places, queries, k, self.threads, stage(self.report, 0, 0.1))
        in_truth = part(self.report, 0.1, 0.8, "Ranking the neighbours")
        in_picture = part(self.report, 0.8, 1, "Ranking the neighbours")
        true_ranks, true = _native.ranks(self.vectors, queries, shown, k, self.metric, self.threads, in_truth)
        shown_ranks, _ = _native.ranks(self.places, queries, true, 0, "euclidean", self.threads, in_picture)
        preserved = [_shared(true[start:stop], shown[start:stop]) for start, stop in _ranges(len(true))]
        return _faithful(true_ranks, n), _faithful(shown_ranks, n), np.concatenate(preserved) / k


def _both(x: Any, y: Any, metric: str) -> tuple[NDArray[Any], NDArray[Any], NDArray[np.int64]]:
    """The vectors and places of all points that have a place, and their rows."""
    vectors, places = np.asanyarray(x), np.asanyarray(y)
    _check_places(places)
    if vectors.ndim == 2 and len(vectors) != len(places):
        raise ShapeError(
            f"There are {len(vectors):,} vectors and {len(places):,} places; one place a vector is needed."
        )
    rows = np.flatnonzero(np.isfinite(places).all(axis=1))
    if len(rows) < 2:
        raise ParameterError(
            f"{len(rows)} of {len(places):,} points have a place in the picture; at least two are needed."
        )
    if len(rows) < len(places) and vectors.ndim == 2:
        vectors = vectors[rows]
    return ordinary(prepared(vectors, metric))[0], ordinary(prepared(places[rows], "euclidean"))[0], rows


def _check_places(places: NDArray[Any]) -> None:
    if places.ndim != 2 or places.dtype.kind not in "fiub" or places.shape[1] == 0:
        raise ShapeError(
            f"Places of shape {places.shape} and dtype {places.dtype}; real numbers (n, p), p ≥ 1, are needed."
        )


def _choose(n: int, n_samples: int | None, seed: int) -> NDArray[np.int64]:
    wanted = (n if n <= LARGEST_WHOLE else SAMPLE) if n_samples is None else min(int(n_samples), n)
    if wanted == n:
        return np.arange(n, dtype=np.int64)
    return np.sort(np.random.default_rng(seed).choice(n, wanted, replace=False)).astype(np.int64)


def _picture_neighbors(
    places: NDArray[Any], queries: NDArray[np.int64], k: int, threads: int, progress: Progress
) -> Indices:
    """The k nearest in the picture, int32 ``(m, k)``; of two at the same distance the lower row first."""
    from vectarium import _native

    report = part(progress, 0, 1, "Searching for neighbours in the picture")
    if places.shape[1] <= TREE_DIMENSIONS:
        return _native.picture_neighbors(places, queries, k, threads, report)
    none = np.empty((len(queries), 0), np.int32)
    return _native.ranks(places, queries, none, k, "euclidean", threads, report)[1]


def _faithful(ranks: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    """One less how far the neighbours ``(m, k)`` stand beyond the k-th place, as a share of the farthest."""
    k = ranks.shape[1]
    beyond = np.maximum(ranks - k, 0).sum(axis=1)
    farthest = k * (2 * n - 3 * k - 1) if 2 * k < n else (n - k) * (n - k - 1)
    return 1 - beyond * (2 / farthest) if farthest > 0 else np.ones(len(ranks))


def _ranges(n: int) -> list[tuple[int, int]]:
    return [(start, min(start + ROWS_AT_ONCE, n)) for start in range(0, n, ROWS_AT_ONCE)]


def _shared(a: NDArray[Any], b: NDArray[Any]) -> NDArray[np.int64]:
    """How many of each row of a ``(m, k)`` are in the same row of b ``(m, l)``, for up to some thousand rows."""
    return (a[:, :, None] == b[:, None, :]).any(axis=2).sum(axis=1)
