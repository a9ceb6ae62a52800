"""Nearest neighbours, found once and used by every run, and by the fidelity of its picture.

What a run gets must not depend on which runs came before it, or the same seed would not give the same
picture. Approximate neighbours differ with the number that is looked for, so that number is one of a
few steps, whatever was found earlier; exact ones are the same from any longer list.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.explore.jobs import Progress, part
from vectarium.explore.points import Points
from vectarium.explore.shelf import Shelf

KEPT_BYTES = 512 << 20
MOST_KEPT = 32
# The share of a search that is spent on its space, where that has to be made.
SPACE = 0.3
# UMAP's and the fidelity's usual number, and t-SNE's for its usual perplexity, are among them.
STEPS = (15, 30, 60, 90, 120, 180, 360, 720, 1500, 3000)


@dataclass(frozen=True, eq=False)
class Neighborhood:
    """The nearest neighbours of n points.

    Parameters
    ----------
    indices, distances
        int32 and float32 arrays ``(n, k)``, from the nearest on.
    exact
        Whether no nearer one was overlooked.
    sentence
        How they were found, in words.
    leading
        The points' first three principal components, float32 ``(n, 3)``, where they were needed for the
        search.
    """

    indices: NDArray[np.int32]
    distances: NDArray[np.float32]
    exact: bool
    sentence: str
    leading: NDArray[np.float32] | None = None

    def nearest(self, k: int) -> Neighborhood:
        """The k nearest of each point alone."""
        if self.indices.shape[1] <= k:
            return self
        indices, distances = (np.ascontiguousarray(each[:, :k]) for each in (self.indices, self.distances))
        return replace(self, indices=indices, distances=distances)

    @property
    def nbytes(self) -> int:
        """The memory they take."""
        return self.indices.nbytes + self.distances.nbytes


class Neighborhoods:
    """The nearest neighbours of a session's points.

    Parameters
    ----------
    budget
        How many bytes of them are kept; those unused for longest go first. What is larger on its own is
        not kept: a run on so many points needs the memory itself.
    """

    def __init__(self, budget: int = KEPT_BYTES) -> None:
        self._budget = budget
        self._shelf = Shelf(budget, MOST_KEPT)
        self._found: dict[str, Neighborhood] = {}
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    def find(
        self, points: Points, metric: str, k: int, progress: Progress, *, reduce_to: int | None = None
    ) -> Neighborhood:
        """The k nearest of each point that takes part, among those that do.

        Parameters
        ----------
        points
            The points.
        metric
            The distance.
        k
            How many; fewer are found where there are fewer points.
        progress
            Called with the share done and a text; may raise CancelledError.
        reduce_to
            Vectors of more dimensions are searched among so many principal components; None: never.
        """
        points = points.for_distances(metric)
        if reduce_to is not None and points.embedding.shape[1] <= reduce_to:
            reduce_to = None
        step = max(1, min(next((step for step in STEPS if step >= k), k), points.used - 1))
        space = f"{points.key} {metric} {reduce_to or ''}"
        key = f"{space} {step}"
        while not self._locks[space].acquire(timeout=0.05):
            progress(0, "Waiting for another search for nearest neighbours")
        try:
            found = self._known(space, step)
            if found is None:
                progress(0, "Searching for nearest neighbours")
                found = search(points.vectors(progress), step, metric, reduce_to, progress)
                if points.prepared is not None:
                    found = replace(found, sentence=f"{found.sentence[:-1]}; {points.prepared.said}.")
                self._keep(key, found)
        finally:
            self._locks[space].release()
        return found.nearest(k)

    def _known(self, space: str, step: int) -> Neighborhood | None:
        for key in self._shelf:
            wide = int(key.rsplit(" ", 1)[1])
            found = self._found.get(key) if key.startswith(f"{space} ") and wide >= step else None
            if found is not None and (wide == step or found.exact):
                self._shelf.touch(key)
                return found
        return None

    def _keep(self, key: str, found: Neighborhood) -> None:
        if found.nbytes > self._budget:
            return
        self._found[key] = found
        for gone in self._shelf.put(key, found.nbytes):
            self._found.pop(gone, None)


def search(vectors: NDArray[Any], k: int, metric: str, reduce_to: int | None, progress: Progress) -> Neighborhood:
    """Find neighbours, exactly or not as their number suggests, as an estimator would on its own."""
    from vectarium.project import neighbors
    from vectarium.project.search_space import search_space

    space = search_space(vectors, metric, reduce_to, progress=part(progress, 0, SPACE))
    found = neighbors(space.vectors, k, metric=space.metric, progress=part(progress, SPACE, 1))
    exact = found.method == "exact"
    distances = space.to_distances(found.distances)
    leading = np.ascontiguousarray(space.vectors[:, :3], np.float32) if space.reduced else None
    return Neighborhood(found.indices, distances, exact, statement(metric, space.sentence, exact=exact), leading)


def statement(metric: str, where: str, *, exact: bool) -> str:
    """How neighbours were found, in words; ``where`` is "784 dimensions", or what these were reduced to."""
    if exact:
        return f"Exact nearest neighbours by {metric} distance in {where}."
    return f"Approximate nearest neighbours by {metric} distance in {where}; about 99 of 100 are right."
