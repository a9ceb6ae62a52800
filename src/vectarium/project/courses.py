"""Each step as its own t-SNE lays it out, and each point tied to itself along time.

A joint layout draws a vector where those most like it are, whatever their steps: what is near at a step shares the
room with all that was ever there, and how far a point seems to move depends on who stands in between. Both are
mended together. Every step is laid out by its own graph; and springs hold the places of a point 1, 2, 4, 8, …
steps apart as far from each other as its vectors are, times one scale for all points and steps. That is t-SNE
within the steps and multidimensional scaling along each point's course. What does not move rests, since its
springs have no length.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vectarium.project.affinity import affinities
from vectarium.project.aligned import AlignedSnapshots
from vectarium.project.graph import Graph
from vectarium.project.metric import thread_count
from vectarium.project.neighbors import neighbors
from vectarium.project.progress import Progress, silent, stage

ITERATIONS = 60
MOST_ROWS = 400_000  # points at all steps; more are left where the joint layout has them
PERPLEXITY = 30.0
REACH = 2  # neighbours for each unit of perplexity, as t-SNE takes
# Measured on digits and on a tagger: ten times weaker springs lose truth of motion, ten times stronger neighbours.
STRENGTH, SOFTNESS = 1.0, 0.1
LEARNING_RATE, MOMENTUM, LONGEST_STEP = 1.0, 0.8, 0.5
NEIGHBORS = "Looking for the neighbours at each step"
SAME = 1e-12  # of the squared lengths: what turning leaves of identical snapshots
Floats = NDArray[np.float32]
Space = Callable[[int, NDArray[np.intp]], Floats]


@dataclass(frozen=True)
class Frame:
    """What a layout is measured in.

    Parameters
    ----------
    unit
        How long t-SNE's own unit, that of its kernel at a single step, is in the layout.
    scale
        How far a point moves in the layout where it moves by 1 in the original space; None: as it does now.
    perplexity
        Of each step.
    """

    unit: float
    scale: float | None = None
    perplexity: float = PERPLEXITY


class Courses:
    """The points of all steps under way.

    Parameters
    ----------
    snapshots
        The vectors in their common frame, in which motion is measured.
    space
        Gives the vectors of a step's rows between which Euclidean distances tell who is near.
    places
        float32 array ``(steps * n, n_components)``: where they start, step after step; NaN for those without a place.
    frame
        What the places are measured in.
    first
        The first step that moves; those before stay.
    merge
        Whether a step that is identical to the one before has its places.
    n_jobs, progress
        As for `timeline`.

    Attributes
    ----------
    iteration
        How many iterations were made.
    frame
        As given, with its scale.
    """

    def __init__(
        self,
        snapshots: AlignedSnapshots,
        space: Space,
        places: Floats,
        frame: Frame,
        *,
        first: int = 0,
        merge: bool = True,
        n_jobs: int | None = None,
        progress: Progress = silent,
    ) -> None:
        from vectarium import _native

        n = snapshots.n
        self._shape = len(snapshots), n, places.shape[1]
        there = np.isfinite(places).all(axis=1).reshape(len(snapshots), n)
        # Of identical snapshots one stands for all; those that stay are taken as they are.
        self._steps, self._stands_for = _distinct(snapshots, there, first if merge else len(snapshots))
        there = there[self._steps]
        count, first = len(self._steps), int(np.searchsorted(self._steps, first))
        rows = np.where(there, np.cumsum(there).reshape(there.shape) - 1, -1).astype(np.int32)
        lags = _lags(count)
        moved = _moved(snapshots, self._steps, rows, lags, stage(progress, 0, 0.3))
        self._places = places.reshape(self._shape)[self._steps].copy()
        start = self._places[there]
        scale = (
            frame.scale if frame.scale is not None else _scale(start, rows[:first] if first > 1 else rows, lags, moved)
        )
        self.frame = Frame(frame.unit, scale, frame.perplexity)
        graphs = [
            _graph(space, self._steps[step], rows[step], frame.perplexity, n_jobs, stage(progress, *_part(step, count)))
            for step in range(first, count)
        ]
        self._there, self._first = there, first
        self._centre = start.mean(axis=0) if len(start) else np.zeros(places.shape[1], np.float32)
        self._native = _native.Courses(
            np.array([each.n for each in graphs], np.int64),
            *_joined(graphs),
            rows,
            np.array(lags, np.int32),
            np.float32(scale / frame.unit) * moved,
            (start - self._centre) / np.float32(frame.unit),
            strength=STRENGTH,
            softness=SOFTNESS,
            learning_rate=LEARNING_RATE,
            momentum=MOMENTUM,
            longest=LONGEST_STEP,
            threads=thread_count(n_jobs),
        )

    @property
    def iteration(self) -> int:
        """How many iterations were made."""
        return self._native.iteration

    @property
    def coordinates(self) -> Floats:
        """Where the points are, a copy, as the start is."""
        places = self._native.coordinates() * np.float32(self.frame.unit) + self._centre
        still = int(self._there[: self._first].sum())  # of these not a bit changes
        self._places[self._first :][self._there[self._first :]] = places[still:]
        return self._places[self._stands_for].reshape(-1, self._shape[2])

    def advance(self, iterations: int = ITERATIONS, look: Callable[[], object] | None = None) -> None:
        """Go on until so many iterations were made; ``look`` is called now and then, and what it raises stops them."""
        self._native.advance(iterations, look)


def continued(  # noqa: PLR0917
    last: Floats,
    new: Floats,
    seen: Callable[[Floats], Floats],
    places: Floats,
    start: Floats,
    frame: Frame,
    n_jobs: int | None = None,
    progress: Progress = silent,
) -> Floats:
    """Where a step goes that comes after the last of a layout, which stays.

    A layout is never quite at rest, and would move on where nothing changed. So the last step goes on, too, and
    what it would have moved is taken away.

    Parameters
    ----------
    last, new
        Vectors ``(n, d)`` of the last step and of the one after it, in the common frame.
    seen
        Gives those between which Euclidean distances tell who is near.
    places, start
        Where the points of the last step are, ``(n, n_components)``, and from where those of the new one go on.
    frame, n_jobs, progress
        As for `Courses`.
    """

    def went(vectors: Floats, start: Floats, report: Progress) -> Floats:
        pair = AlignedSnapshots([last, vectors], align="none")
        courses = Courses(
            pair,
            lambda step, rows: seen(pair.read(step, rows)),
            np.concatenate([places, start]),
            frame,
            first=1,
            merge=False,
            n_jobs=n_jobs,
            progress=report,
        )
        courses.advance()
        return courses.coordinates[len(places) :] - start

    anyway = went(last, places, stage(progress, 0, 0.5))
    return start + went(new, start, stage(progress, 0.5, 1)) - np.nan_to_num(anyway)


def unit_of(landmarks: int, held: float, n: int, perplexity: float = PERPLEXITY) -> float:
    """How much wider than a single step's t-SNE of n points a joint one is, of so many landmarks held to so many each.

    The room that t-SNE takes grows with the points, and shrinks where each is held to more.
    """
    return math.sqrt(max(landmarks, 1) * perplexity / (max(held, 1.0) * max(n, 1)))


def _lags(count: int) -> list[int]:
    return [1 << power for power in range(max(count - 1, 0).bit_length())]


def _chains(count: int, lag: int) -> Iterator[range]:
    for start in range(min(lag, count)):
        yield range(start, count, lag)


def _distinct(
    snapshots: AlignedSnapshots, there: NDArray[np.bool_], first: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The steps that differ from the one before, and for each step which of them it equals; none before ``first``."""
    stay = range(min(max(first, 1), len(snapshots)))
    kept, stands_for = list(stay), list(stay)
    before = snapshots[kept[-1]]
    for step in range(len(kept), len(snapshots)):
        here = snapshots[step]
        if (there[step] != there[step - 1]).any() or not _same(here[there[step]], before[there[step]]):
            kept.append(step)
        stands_for.append(len(kept) - 1)
        before = here
    return np.array(kept, np.intp), np.array(stands_for, np.intp)


def _same(one: Floats, other: Floats) -> bool:
    apart, size = (float(np.square(each, dtype=np.float64).sum()) for each in (one - other, one))
    return apart <= SAME * size


def _moved(
    snapshots: AlignedSnapshots, steps: NDArray[np.intp], rows: NDArray[np.int32], lags: list[int], progress: Progress
) -> Floats:
    """How far each row is from where its point was so many steps before, ``(lags, rows)``; 0 where it was nowhere."""
    out = np.zeros((len(lags), int(rows.max(initial=-1)) + 1), np.float32)
    for done, lag in enumerate(lags):
        for chain in _chains(len(steps), lag):
            before = None
            for step in chain:
                progress(done / len(lags), "Measuring how far each point moved")
                here = snapshots[int(steps[step])]
                if before is not None:
                    both = (rows[step] >= 0) & (rows[step - lag] >= 0)
                    apart = here[both] - before[both]
                    out[done, rows[step][both]] = np.sqrt(np.einsum("ij,ij->i", apart, apart))
                before = here
    return out


def _scale(start: Floats, rows: NDArray[np.int32], lags: list[int], moved: Floats) -> float:
    """The motion shown for a motion of 1, by least squares over all points, steps and reaches."""
    shown = true = 0.0
    for far, lag in zip(moved, lags, strict=True):
        both = (rows[lag:] >= 0) & (rows[:-lag] >= 0)
        after, before = rows[lag:][both], rows[:-lag][both]
        apart = np.sqrt(np.square(start[after] - start[before], dtype=np.float64).sum(axis=1))
        shown += float(apart @ far[after])
        true += float(np.square(far[after], dtype=np.float64).sum())
    return shown / true if true > 0 else 1.0


def _graph(  # noqa: PLR0917
    space: Space, step: int, rows: NDArray[np.int32], perplexity: float, n_jobs: int | None, progress: Progress
) -> Graph:
    """What t-SNE of this step alone holds together."""
    here = np.flatnonzero(rows >= 0)
    n = len(here)
    perplexity = min(perplexity, max(1.0, (n - 1) / 3))
    k = min(math.ceil(REACH * perplexity), n - 1)
    progress(0.0, NEIGHBORS)
    if k < 1:
        return Graph(np.zeros(n + 1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.float32))
    found = neighbors(space(step, here), k, n_jobs=n_jobs, progress=lambda share, _: progress(share, NEIGHBORS))
    return affinities(found.indices, found.distances, perplexity=perplexity, n_jobs=n_jobs)


def _part(done: int, count: int) -> tuple[float, float]:
    return 0.3 + 0.7 * done / count, 0.3 + 0.7 * (done + 1) / count


def _joined(graphs: list[Graph]) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float32]]:
    """Graphs one after another: rows count on, indices are each graph's own."""
    starts = np.cumsum([0, *(len(each.indices) for each in graphs)])
    rows = [each.indptr[1:] + start for each, start in zip(graphs, starts, strict=False)]
    return (
        np.concatenate([np.zeros(1, np.int64), *rows]),
        np.concatenate([np.zeros(0, np.int32), *(each.indices for each in graphs)]),
        np.concatenate([np.zeros(0, np.float32), *(each.weights for each in graphs)]),
    )
