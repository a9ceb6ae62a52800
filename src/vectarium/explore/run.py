"""A run: a t-SNE or a UMAP under way, which can be held, looked at, and gone on with."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vectarium.explore import parameters
from vectarium.explore.frames import FRAME_SECONDS, Frame, known
from vectarium.explore.jobs import Progress, part
from vectarium.explore.messages.projection import ProjectionMessage, ProjectRequest
from vectarium.explore.neighborhoods import Neighborhoods
from vectarium.explore.points import Points
from vectarium.explore.projection import Projection, left_out, statement
from vectarium.explore.targets import targets

if TYPE_CHECKING:
    from vectarium.project.descent import Descent

# The share of a run's progress that stands for what comes before its first iteration.
BEGINNING = 0.25
# How many times longer than it took to compute the divergence it is not computed again.
DIVERGENCE_PAUSE = 50
# What an optimisation holds: a graph that was made symmetric, and some numbers a point.
BYTES_PER_NEIGHBOR, BYTES_PER_POINT = 16, 64


class Run:
    """One layout on its way.

    Its work can be interrupted and called again: it goes on where it stopped.

    Parameters
    ----------
    name
        Its job's name.
    points
        What is laid out.
    request
        The settled parameters.
    neighborhoods
        Finds the nearest neighbours, or remembers them.
    moved
        Called with the name whenever there is a new frame, from the thread that works.
    start
        Where the points that take part are at first, float32 ``(m, k)``; None: where the method puts them.
    """

    def __init__(
        self,
        name: str,
        points: Points,
        request: ProjectRequest,
        neighborhoods: Neighborhoods,
        moved: Callable[[str], None],
        *,
        start: NDArray[np.float32] | None = None,
    ) -> None:
        self.name = name
        self._start = start
        self.points = points
        self.request = request
        self.frame: Frame | None = None
        self.search = ""
        self.seconds = 0.0
        self.held_bytes = 0
        self._neighborhoods = neighborhoods
        self._moved = moved
        self._descent: Descent | None = None
        self._divergence_due = 0.0
        self._lock = threading.Lock()

    def work(self, progress: Progress) -> Projection:
        """Begin or go on, until the end or until ``progress`` raises."""
        with self._alone(progress):
            start = time.perf_counter()
            try:
                descent = self._descent or self._begin(progress)
                self._advance(descent, progress)
            finally:
                self.seconds += time.perf_counter() - start
            self._let_go()
            return self.projection()

    def let_go(self) -> None:
        """Give the memory of an interrupted run back; it can only start anew. One at work is left alone."""
        if self._lock.acquire(blocking=False):
            try:
                self._let_go()
            finally:
                self._lock.release()

    def projection(self) -> Projection:
        """Where the points are now.

        Raises
        ------
        LookupError
            If they have no place yet.
        """
        frame = self.frame
        if frame is None:
            raise LookupError(self.name)
        points = self.points
        message = self.message(frame, frame.coordinates.shape[1], len(points) - points.used)
        scores = np.ascontiguousarray(points.spread(frame.coordinates).T)
        return Projection(message, scores, points.rows)

    def message(self, frame: Frame, n_components: int, unplaced: int) -> ProjectionMessage:
        """The projection as the page is told of it."""
        points = self.points
        finished = frame.iteration >= frame.max_iter
        stopped = "" if finished else f", stopped at iteration {frame.iteration:,} of {frame.max_iter:,}"
        return ProjectionMessage(
            embedding=points.index,
            method=self.request.method,
            n_components=n_components,
            m=len(points),
            unplaced=unplaced,
            variance_ratio=[],
            sentence=f"{self.said}, of {statement(points)}, {self.request.metric} distances{stopped}{left_out(unplaced)}.",
            seconds=round(self.seconds, 3),
            request=self.request,
            iteration=frame.iteration,
            max_iter=frame.max_iter,
            finished=finished,
            divergence=known(frame.divergence),
            search=self.search,
        )

    @property
    def said(self) -> str:
        """The method and its parameters in words."""
        return parameters.describe(self.request)

    def _begin(self, progress: Progress) -> Descent:
        estimator = parameters.estimator(self.request)
        if self._start is not None:
            estimator.set_params(init=self._start, early_exaggeration_iter=0)
        n = self.points.used
        k = estimator.neighbors_wanted(n)
        report = part(progress, 0, BEGINNING)
        near = self._neighborhoods.find(self.points, self.request.metric, k, report, reduce_to=estimator.reduce_to)
        self.search = near.sentence
        # With neighbours known the vectors give the start alone, which their leading components do as well, and sooner.
        points = self.points.for_distances(self.request.metric)
        vectors = points.vectors(report) if near.leading is None else near.leading
        descent = estimator.begin(vectors, self._targets(), neighbors=(near.indices, near.distances), progress=report)
        self._descent = descent
        self.held_bytes = n * (k * BYTES_PER_NEIGHBOR + BYTES_PER_POINT)
        self._show(descent, 0, descent.coordinates)
        return descent

    def _advance(self, descent: Descent, progress: Progress) -> None:
        start, span = descent.iteration, max(1, descent.max_iter)

        def watch(iteration: int, coordinates: NDArray[np.float32]) -> None:
            self._show(descent, iteration, coordinates)
            fraction = BEGINNING + (1 - BEGINNING) * iteration / span
            progress(fraction, f"Iteration {iteration:,} of {descent.max_iter:,}")

        progress(BEGINNING + (1 - BEGINNING) * start / span, f"Iteration {start:,} of {descent.max_iter:,}")
        try:
            descent.advance(watch, seconds=FRAME_SECONDS)
        finally:  # the last iterations before the end or a pause may not have been shown
            self._divergence_due = 0.0
            self._show(descent, descent.iteration, descent.coordinates)

    def _show(self, descent: Descent, iteration: int, coordinates: NDArray[np.float32]) -> None:
        divergence = self._divergence(descent)
        self.frame = Frame(self.name, iteration, descent.max_iter, self.points, coordinates, divergence)
        self._moved(self.name)

    def _divergence(self, descent: Descent) -> float | None:
        """The divergence as it was lately: to compute it takes longer than an iteration."""
        now = time.perf_counter()
        if now < self._divergence_due:
            return None if self.frame is None else self.frame.divergence
        found: float | None = getattr(descent, "divergence", None)
        self._divergence_due = time.perf_counter() + DIVERGENCE_PAUSE * (time.perf_counter() - now)
        return found

    def _targets(self) -> NDArray[Any] | None:
        if not self.request.supervise:
            return None
        return self.points.of_placed(targets(self.points.embedding.columns[self.request.supervise]))

    def _let_go(self) -> None:
        self._descent, self.held_bytes = None, 0

    @contextmanager
    def _alone(self, progress: Progress) -> Generator[None, None, None]:
        # After a pause and a quick resume the thread of the last turn may still be on its way out.
        while not self._lock.acquire(timeout=0.02):
            progress(0, "Going on")
        try:
            yield
        finally:
            self._lock.release()
