"""Which vectors of a timeline are laid out jointly: all points, or many of them, at some of the steps.

Neighbouring steps of a training hold nearly the same vectors. Laid out all together, a vector's nearest
neighbours are itself at other steps, and a picture made of those keeps few of the neighbours that it has at its
own. A few steps, about equally far from each other, say as much about where everything lies, and leave
room for more true neighbours of each.
"""

from __future__ import annotations

from copy import copy
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.errors import ParameterError
from vectarium.project.aligned import AlignedSnapshots
from vectarium.project.index import Index
from vectarium.project.prepared import without_mean
from vectarium.project.progress import Progress, stage
from vectarium.project.search_space import SearchSpace, search_space

MOST_ROWS = 120_000  # laid out jointly
STEPS_FROM, STEPS_TO, ROWS_FOR_STEPS = 6, 20, 100_000  # as many steps as points leave room for
ROWS_TO_MEASURE_STEPS = 2000
CANDIDATES_SEEN, CANDIDATES = 40, 64  # neighbours of each landmark that are looked at; points that are kept
Found = tuple[NDArray[np.int32], NDArray[np.float32]]


class Landmarks:
    """Some points at some steps.

    Parameters
    ----------
    snapshots
        The vectors in their common frame.
    metric
        ``"euclidean"``, ``"cosine"`` or ``"correlation"``.
    reduce_to
        Vectors with more dimensions are first reduced to so many principal components.
    points, steps
        Which ones, ascending.
    random_state, n_jobs, progress
        As for `timeline`.

    Attributes
    ----------
    where
        int64 ``(m,)``: ``step * n + point`` of each landmark, ascending.
    rows
        int32 ``(points, steps)``: which landmark a point is at a step; -1 where it has no place.
    vectors
        Array ``(m, d)`` in which neighbours are searched by Euclidean distance.
    """

    def __init__(
        self,
        snapshots: AlignedSnapshots,
        metric: str,
        reduce_to: int | None,
        *,
        points: NDArray[np.intp],
        steps: list[int],
        random_state: int = 0,
        n_jobs: int | None = None,
        progress: Progress,
    ) -> None:
        self.snapshots, self.metric = snapshots, metric
        self.points, self.steps = points, steps
        placed = [np.intersect1d(snapshots.rows(step), points, assume_unique=True) for step in steps]
        self.rows = np.full((len(points), len(steps)), -1, np.int32)
        start = 0
        for column, each in enumerate(placed):
            self.rows[np.searchsorted(points, each), column] = np.arange(start, start + len(each))
            start += len(each)
        if start == 0:
            raise ParameterError("No point has a place at any step: all vectors hold NaN or infinity.")
        self.where = np.concatenate([s * snapshots.n + each for s, each in zip(steps, placed, strict=True)])
        vectors = np.empty((start, snapshots.d), np.float32)
        at = 0
        for step, each in zip(steps, placed, strict=True):
            vectors[at : at + len(each)] = self._of(step, each)
            at += len(each)
        self._space: SearchSpace = search_space(
            vectors, "euclidean", reduce_to, random_state=random_state, n_jobs=n_jobs, progress=progress
        )
        self._n_jobs = n_jobs

    def __len__(self) -> int:
        return len(self.where)

    @property
    def vectors(self) -> NDArray[Any]:
        """The landmarks as neighbours are searched among them."""
        return self._space.vectors

    @property
    def sentence(self) -> str:
        """In which space neighbours are searched."""
        return self._space.sentence

    def queries(self, step: int, rows: NDArray[np.intp]) -> NDArray[np.float32]:
        """Vectors of a step ``(m, d)`` in the space of the landmarks."""
        return self.seen(self.snapshots.read(step, rows))

    def seen(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Vectors ``(m, d)`` of the common frame in the space of the landmarks."""
        return np.ascontiguousarray(self._space.place(_by_metric(vectors, self.metric)), np.float32)

    def detached(self) -> Landmarks:
        """The same without the snapshots; what reads them fails."""
        made = copy(self)
        del made.snapshots
        return made

    def owner(self) -> NDArray[np.int32]:
        """Which of the points each landmark is, ``(m,)``, counted among the points."""
        return np.searchsorted(self.points, self.where % self.snapshots.n).astype(np.int32)

    def candidates(self, near: NDArray[np.int32], progress: Progress) -> NDArray[np.int32]:
        """Landmark points that any point may be near to at any step, ``(n, c)``, counted among the points; -1 for none.

        ``near`` are the landmarks' neighbours among each other.
        """
        n, owner = self.snapshots.n, self.owner()
        whose, whom = self.points[owner], owner[near[:, :CANDIDATES_SEEN]]
        others = np.setdiff1d(np.arange(n), self.points)
        if len(others):
            index = Index(self.vectors, n_jobs=self._n_jobs, progress=stage(progress, 0, 0.3))
            found = [(whose, whom)]
            for done, step in enumerate(self.steps):
                rows = np.intersect1d(self.snapshots.rows(step), others, assume_unique=True)
                if len(rows):
                    report = stage(
                        progress, 0.3 + 0.7 * done / len(self.steps), 0.3 + 0.7 * (done + 1) / len(self.steps)
                    )
                    k = min(whom.shape[1], len(self))
                    indices, _ = index.query(self.queries(step, rows), k, progress=report)
                    found.append((rows, owner[indices]))
            width = min(each.shape[1] for _, each in found)
            whose = np.concatenate([each for each, _ in found])
            whom = np.concatenate([each[:, :width] for _, each in found])
        return _listed(n, whose, whom, self.points)

    def _of(self, step: int, rows: NDArray[np.intp]) -> NDArray[np.float32]:
        return _by_metric(self.snapshots.read(step, rows), self.metric)


def choose_steps(snapshots: AlignedSnapshots, most: int | None = None) -> list[int]:
    """Steps with points, the first and the last among them, evenly spread along the way that the points went."""
    present = [step for step in range(len(snapshots)) if len(snapshots.rows(step))]
    if most is None:
        most = int(np.clip(ROWS_FOR_STEPS // snapshots.n, STEPS_FROM, STEPS_TO))
    if len(present) <= most:
        return present
    along = np.cumsum(_ways(snapshots, present))
    wanted = np.linspace(0, along[-1], most)
    nearest = [int(np.abs(along - each).argmin()) for each in wanted]
    return [present[each] for each in sorted({0, *nearest, len(present) - 1})]


def _ways(snapshots: AlignedSnapshots, steps: list[int]) -> list[float]:
    """How far the points moved up to each step since the one before, as a share of how far apart they are."""
    rows = np.unique(np.linspace(0, snapshots.n - 1, ROWS_TO_MEASURE_STEPS).astype(np.intp))
    ways, before = [0.0], snapshots.read(steps[0], rows).astype(np.float64)
    for step in steps[1:]:
        here = snapshots.read(step, rows).astype(np.float64)
        both = np.isfinite(here).all(axis=1) & np.isfinite(before).all(axis=1)
        moved = np.square(here[both] - before[both]).sum(axis=1)
        spread = np.square(here[both] - here[both].mean(axis=0)).sum(axis=1) if both.any() else moved
        size = float(spread.mean()) if both.any() else 0.0
        ways.append(float(np.sqrt(moved.mean() / size)) if size > 0 else 0.0)
        before = here
    return ways


def choose_points(n: int, steps: int, asked: int | None, seed: int) -> NDArray[np.intp]:
    """All points, or as many chosen at random as can be laid out jointly."""
    wanted = min(n, max(MOST_ROWS // steps, 1) if asked is None else asked)
    if wanted == n:
        return np.arange(n)
    return np.sort(np.random.default_rng(seed).choice(n, wanted, replace=False))


def _by_metric(vectors: NDArray[np.float32], metric: str) -> NDArray[np.float32]:
    """Vectors between which Euclidean distances order as the metric does."""
    if metric == "euclidean":
        return vectors
    if metric == "correlation":
        vectors = without_mean(vectors)
    lengths = np.sqrt(np.square(vectors, dtype=np.float64).sum(axis=1, keepdims=True))
    return (vectors / np.where(lengths > 0, lengths, 1)).astype(np.float32)


def _listed(n: int, whose: NDArray[Any], whom: NDArray[Any], points: NDArray[np.intp]) -> NDArray[np.int32]:
    """For each of n points itself, then the others that were found for it, the nearest first and each once."""
    width, most = whom.shape[1], len(points)
    ranks = np.broadcast_to(np.arange(1, width + 1), whom.shape).ravel()
    keys = (np.repeat(whose, width).astype(np.int64) * most + whom.ravel()) * (width + 1) + ranks
    own = (points.astype(np.int64) * most + np.arange(most)) * (width + 1)
    keys = np.sort(np.concatenate([own, keys]))
    pair, rank = keys // (width + 1), keys % (width + 1)
    first = np.concatenate([[True], pair[1:] != pair[:-1]])
    who, what = pair[first] // most, pair[first] % most
    order = np.argsort(who * (width + 1) + rank[first], kind="stable")
    who, what = who[order], what[order]
    starts = np.searchsorted(who, np.arange(n))
    place = np.arange(len(who)) - starts[who]
    out = np.full((n, min(CANDIDATES, int(place.max(initial=0)) + 1)), -1, np.int32)
    kept = place < out.shape[1]
    out[who[kept], place[kept]] = what[kept]
    return out
