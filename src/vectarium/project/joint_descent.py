"""A joint layout on its way: landmarks, then the steps among them, then all together."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.project.aligned import AlignedSnapshots
from vectarium.project.courses import Courses, Frame, continued
from vectarium.project.descent import Descent, Watch
from vectarium.project.field import Field
from vectarium.project.landmarks import Landmarks
from vectarium.project.progress import Progress, silent
from vectarium.project.timeline_descent import Floats, Layout, TimelineDescent

ROWS_AT_ONCE = 20_000


class AtRest(Descent):
    """A layout that is finished."""

    def __init__(self, places: Floats) -> None:
        self._places = places
        self.iteration = self.max_iter = 0

    @property
    def coordinates(self) -> Floats:
        """Where the points are, a copy."""
        return self._places.copy()

    def advance(self, watch: Watch | None = None, *, seconds: float = 0.05) -> None:
        """Move nothing."""


@dataclass(frozen=True, eq=False)
class Plan:
    """What is laid out and how the rest is placed."""

    landmarks: Landmarks
    descent: Descent
    field: Field
    own: list[tuple[NDArray[Any], ...]]
    frame: Frame | None
    iterations: int
    n_jobs: int | None


class JointDescent(TimelineDescent):
    """A joint layout on its way.

    First the landmarks move, then the steps find their places, one after another, and of t-SNE then all points
    move together, each step by its own neighbours and each point tied to itself (`courses`).

    Parameters
    ----------
    snapshots, method, parameters, sentence
        As for `TimelineDescent`.
    plan
        What is laid out.
    kept
        Places of the first steps, which have settled already.
    """

    def __init__(
        self,
        snapshots: AlignedSnapshots,
        method: str,
        parameters: Mapping[str, Any],
        sentence: str,
        *,
        plan: Plan,
        kept: Floats | None = None,
    ) -> None:
        axes = plan.descent.coordinates.shape[1]
        places = np.full((len(snapshots) * snapshots.n, axes), np.nan, np.float32)
        super().__init__(snapshots, places, method, parameters, sentence)
        self._plan = plan
        self._settled = self._kept = 0
        self._courses: Courses | None = None
        self._tied = 0
        if kept is not None:
            places[: len(kept)] = kept
            self._settled = self._kept = self.iteration = len(kept) // snapshots.n
        self.max_iter = plan.descent.max_iter + len(snapshots) + plan.iterations

    @property
    def coordinates(self) -> Floats:
        """Where the points are now; see `TimelineDescent`."""
        if self._courses is not None:
            return self._courses.coordinates
        return self._spread(self._plan.descent.coordinates)

    def _spread(self, layout: Floats) -> Floats:
        n, out = self.snapshots.n, self._places.copy()
        for step in range(self._settled, len(self.snapshots)):
            first, last, share = self._plan.own[step]
            between = layout[first] + share[:, None] * (layout[last] - layout[first])
            rows = self.snapshots.rows(step)
            out[step * n + rows] = np.where(first >= 0, between.T, np.nan).T[rows]
        return out

    def advance(self, watch: Watch | None = None, *, seconds: float = 0.05) -> None:
        """Move the points until the end; see ``Descent.advance``."""
        descent = self._plan.descent

        def look(iteration: int, layout: Floats) -> None:
            self.iteration = iteration
            assert watch is not None
            watch(iteration, self._spread(layout))

        try:
            descent.advance(None if watch is None else look, seconds=seconds)
            self._settle(watch)
            self._tie(watch)
        finally:
            self.iteration = descent.iteration + self._settled + self._tied

    def _settle(self, watch: Watch | None) -> None:
        """Place all vectors step by step; what is thrown from ``watch`` leaves the step for later."""
        layout, n = np.ascontiguousarray(self._plan.descent.coordinates), self.snapshots.n
        report = self._rarely(watch)
        aside = self._aside(layout, report) if self._settled < len(self.snapshots) else None
        while self._settled < len(self.snapshots):
            step, rows = self._settled, self.snapshots.rows(self._settled)
            self._places[step * n + rows] = self._by_field(step, layout, report)
            if aside is not None:
                self._places[step * n + rows] += aside[rows]
            self._settled += 1
            self.iteration = self._plan.descent.iteration + self._settled
            report(0, "")

    def _by_field(self, step: int, layout: Floats, report: Progress) -> Floats:
        rows = self.snapshots.rows(step)
        parts = [
            self._plan.field.place(step, rows[start : start + ROWS_AT_ONCE], layout, report)
            for start in range(0, len(rows), ROWS_AT_ONCE)
        ]
        return np.concatenate([np.zeros((0, self._places.shape[1]), np.float32), *parts])

    def _aside(self, layout: Floats, report: Progress) -> Floats | None:
        """How far the points of the last step that is kept are from where the landmarks alone would have them."""
        if not self._kept:
            return None
        n, step = self.snapshots.n, self._kept - 1
        out = np.zeros((n, self._places.shape[1]), np.float32)
        rows = self.snapshots.rows(step)
        out[rows] = self._places[step * n + rows] - self._by_field(step, layout, report)
        return np.nan_to_num(out)

    def _tie(self, watch: Watch | None) -> None:
        """Move all points together, each step by its own neighbours; what is thrown from ``watch`` leaves it for later."""
        plan = self._plan
        if plan.frame is None or self._tied >= plan.iterations:
            return
        report = self._rarely(watch)
        if self._courses is None:
            self._courses = Courses(
                self.snapshots,
                plan.landmarks.queries,
                self._places,
                plan.frame,
                first=self._kept,
                n_jobs=plan.n_jobs,
                progress=report,
            )
        while self._tied < plan.iterations:
            self._courses.advance(self._tied + 1, lambda: report(0, ""))
            self._tied = self._courses.iteration
            self.iteration = plan.descent.iteration + self._settled + self._tied
            report(0, "")
        self._places = self._courses.coordinates
        # A course ends where it was: what it was measured in is kept.
        self._plan = replace(plan, frame=self._courses.frame)
        self._courses = None

    def _rarely(self, watch: Watch | None) -> Progress:
        """Call ``watch``, but not so often that most of the time goes into it."""
        ended, took = 0.0, 0.0

        def report(_share: float, _text: str) -> None:
            nonlocal ended, took
            begun = time.monotonic()
            if watch is None or begun - ended < 2 * took:
                return
            watch(self.iteration, self.coordinates)
            ended = time.monotonic()
            took = ended - begun

        return report

    @property
    def field(self) -> Field:
        """The map from vectors to places."""
        return self._plan.field

    @property
    def layout(self) -> Layout:
        """The landmarks and where they are."""
        landmarks = self._plan.landmarks
        places = self._plan.descent.coordinates if self.frame is None else self._places[landmarks.where]
        return Layout(landmarks.steps, landmarks.points, places)

    @property
    def frame(self) -> Frame | None:
        """What the places are measured in, where the steps have been tied; None: each stands where its vector is."""
        done = self._plan.frame is not None and self._tied >= self._plan.iterations
        return self._plan.frame if done else None

    def still(self) -> float | None:
        """How far a copy of the last step lies from it, on average."""
        step = max(step for step in range(len(self.snapshots)) if len(self.snapshots.rows(step)))
        if self._settled <= step:
            return None
        n, rows = self.snapshots.n, self.snapshots.rows(step)
        there = self._places[step * n : (step + 1) * n]
        if self.frame is None:
            copy = there.copy()
            copy[rows] = self._by_field(step, np.ascontiguousarray(self._plan.descent.coordinates), silent)
        else:
            here, seen = self.snapshots[step], self._plan.landmarks.seen
            copy = continued(here, here, seen, there, there, self.frame, self._plan.n_jobs)
        return float(np.sqrt(np.square(copy[rows] - there[rows]).sum(axis=1)).mean())
