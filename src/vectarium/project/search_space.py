"""Where neighbours are looked for: among the vectors, or among fewer dimensions that say nearly the same.

Vectors of many dimensions are first reduced to their leading principal components, which keep
Euclidean distances as well as so many numbers can. Angles are kept by the same means: vectors of
length 1 lie ``sqrt(2 (1 - cos))`` apart, so their Euclidean neighbours are their cosine neighbours.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.project.index import Index
from vectarium.project.neighbors import Neighbors
from vectarium.project.principal import principal_components
from vectarium.project.progress import Progress, silent


@dataclass(frozen=True, eq=False)
class SearchSpace:
    """Vectors to look for neighbours in.

    Parameters
    ----------
    vectors
        Array ``(n, k)``.
    metric
        By which distance to search among them.
    sentence
        What they are, in words: "784 dimensions", or "100 principal components of 784 dimensions, 91%
        of the variance".
    place
        Turns other vectors ``(m, d)`` into ones of this space ``(m, k)``.
    to_distances
        Turns distances in this space into ones by the metric that was asked for.
    reduced
        Whether the vectors are principal components.
    n_jobs
        How many threads search; None and -1 stand for all cores.
    """

    vectors: NDArray[Any]
    metric: str
    sentence: str
    place: Callable[[NDArray[Any]], NDArray[Any]]
    to_distances: Callable[[NDArray[np.float32]], NDArray[np.float32]]
    reduced: bool
    n_jobs: int | None

    def nearest(self, new: NDArray[Any], k: int) -> Neighbors:
        """The k nearest among the vectors of new ones ``(m, d)``; what was made for it is kept for the next time."""
        found = self._index.query(self.place(new), k)
        return Neighbors(found.indices, self.to_distances(found.distances), found.method, found.sentence)

    @cached_property
    def _index(self) -> Index:
        return Index(self.vectors, metric=self.metric, n_jobs=self.n_jobs)


def search_space(
    x: NDArray[Any],
    metric: str,
    reduce_to: int | None,
    *,
    random_state: int = 0,
    n_jobs: int | None = None,
    progress: Progress | None = None,
) -> SearchSpace:
    """Reduce vectors of many dimensions, so that neighbours are found sooner.

    Parameters
    ----------
    x
        Array ``(n, d)`` of finite real numbers.
    metric
        What the neighbours will be near by.
    reduce_to
        How many principal components are kept of vectors that have more dimensions; None: all
        dimensions. Inner products are never reduced, nor cosines where a vector has length 0.
    random_state
        The seed, used where both n and d are large.
    n_jobs
        How many threads search for neighbours later.
    progress
        Called with the share done and a text; may raise CancelledError.
    """
    n, d = x.shape
    if reduce_to is not None and d > reduce_to and n > 2 and metric != "inner_product":
        unit = None if metric == "euclidean" else _unit(x, metric)
        if metric == "euclidean" or unit is not None:
            kept = x if unit is None else unit
            return _reduced(
                kept, metric, reduce_to, random_state=random_state, n_jobs=n_jobs, progress=progress or silent
            )
    dimensions = f"{d:,} dimension{'' if d == 1 else 's'}"
    return SearchSpace(x, metric, dimensions, lambda new: new, _as_they_are, reduced=False, n_jobs=n_jobs)


def _reduced(
    vectors: NDArray[Any], metric: str, reduce_to: int, *, random_state: int, n_jobs: int | None, progress: Progress
) -> SearchSpace:
    found = principal_components(vectors, n_components=reduce_to, random_state=random_state, progress=progress)
    share = float(found.explained_variance_ratio.sum())
    mean, axes = found.mean, found.components

    def place(new: NDArray[Any]) -> NDArray[np.float32]:
        if metric != "euclidean":
            unit = _unit(new, metric)
            new = np.zeros(new.shape) if unit is None else unit
        return np.ascontiguousarray((new - mean) @ axes.T, np.float32)

    return SearchSpace(
        np.ascontiguousarray(found.scores.T),
        "euclidean",
        f"{len(axes):,} principal components of {vectors.shape[1]:,} dimensions, {_percent(share)} of the variance",
        place,
        _as_they_are if metric == "euclidean" else _half_squares,
        reduced=True,
        n_jobs=n_jobs,
    )


def _unit(x: NDArray[Any], metric: str) -> NDArray[np.float32] | None:
    """The vectors at length 1, for correlation after their own mean is taken away; None if one has none."""
    vectors = x.astype(np.float32 if x.dtype.itemsize <= 4 else np.float64)
    if metric == "correlation":
        vectors -= vectors.mean(axis=1, keepdims=True)
    largest = np.abs(vectors).max(axis=1, keepdims=True)
    if not (largest > 0).all():
        return None
    vectors /= largest  # so that no square leaves the range of numbers
    vectors /= np.sqrt(np.einsum("ij,ij->i", vectors, vectors))[:, None]
    return vectors.astype(np.float32)


def _percent(share: float) -> str:
    return f"{100 * share:.0f}%" if share < 0.995 else "over 99%"


def _as_they_are(distances: NDArray[np.float32]) -> NDArray[np.float32]:
    return distances


def _half_squares(chords: NDArray[np.float32]) -> NDArray[np.float32]:
    return (chords * chords / 2).astype(np.float32)
