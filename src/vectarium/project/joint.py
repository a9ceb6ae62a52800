"""All steps laid out jointly, by t-SNE or UMAP of landmarks, among which every vector finds its place."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.errors import ParameterError
from vectarium.project.aligned import AlignedSnapshots
from vectarium.project.courses import ITERATIONS, MOST_ROWS, PERPLEXITY, Courses, Frame, continued, unit_of
from vectarium.project.descent import Descent, Watch
from vectarium.project.field import Field, along_own_way
from vectarium.project.landmarks import Landmarks, choose_points, choose_steps
from vectarium.project.neighbors import neighbors
from vectarium.project.parameters import check_choice, check_integer
from vectarium.project.progress import Progress, silent, stage
from vectarium.project.timeline_descent import Floats, Layout, TimelineDescent, in_basis_of_last
from vectarium.project.tsne import START_SIZE, TSNE
from vectarium.project.umap import EXTENT, UMAP

ROWS_AT_ONCE = 20_000
METRICS = ("euclidean", "cosine", "correlation")
ESTIMATORS: dict[str, type[TSNE | UMAP]] = {"tsne": TSNE, "umap": UMAP}
NAMES = {"tsne": "t-SNE", "umap": "UMAP"}
SETTLED = ("init", "callback", "target_weight", "n_jobs")
PERPLEXITY_FROM, PERPLEXITY_TO, IN_ALL = 5.0, 8.0, 100.0  # of each step that is laid out, and of all of them
NEIGHBORS = 5
STEPS_TO_BEGIN = (
    10  # of a layout that all steps go on from by their own neighbours; they need not be held to more than 5
)
HELD_WIDE, HELD_TO = 0.75, 0.25  # of what landmarks are held to: the landmarks that a vector is, and its perplexity


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
            self._tied += 1
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


def begin_joint(
    snapshots: AlignedSnapshots,
    method: str,
    given: Mapping[str, Any],
    *,
    landmarks: int | None,
    before: Layout | None = None,
    kept: Floats | None = None,
    n_jobs: int | None,
    progress: Progress,
) -> JointDescent:
    """Choose landmarks, find neighbours among them, and choose a start; nothing has moved yet.

    Parameters
    ----------
    snapshots
        The vectors in their common frame.
    method
        ``"tsne"`` or ``"umap"``.
    given
        ``n_components``, ``random_state``, and further parameters of the estimator.
    before, kept
        Landmarks that have their places already, and the places ``(first steps * n, n_components)`` that are
        kept; then nothing moves, and only further steps are placed.
    landmarks, n_jobs, progress
        As for `timeline`.
    """
    estimator = _estimator(method, given, n_jobs)
    if landmarks is not None:
        check_integer("landmarks", landmarks, 1, example=5000)
    tied = _is_tied(snapshots, estimator)
    chosen = _landmarks(snapshots, estimator, landmarks, before, n_jobs, stage(progress, 0, 0.1), tied=tied)
    steps = len(chosen.steps)
    held = _scaled(estimator, given, steps, len(chosen), tied=tied)
    found = neighbors(
        chosen.vectors,
        max(estimator.neighbors_wanted(len(chosen)), 1),
        random_state=estimator.random_state,
        n_jobs=n_jobs,
        progress=stage(progress, 0.1, 0.6),
    )
    candidates = chosen.candidates(found.indices, stage(progress, 0.6, 0.7))
    if before is not None:
        descent: Descent = AtRest(before.places)
    else:
        _, start = in_basis_of_last(snapshots, estimator.n_components, stage(progress, 0.7, 0.8))
        estimator.init = starting_places(start, chosen, method, estimator.random_state)
        descent = estimator.begin(chosen.vectors, neighbors=found, progress=stage(progress, 0.8, 0.95))
    sentence = (
        f"Joint {NAMES[method]} of {len(chosen):,} vectors, {len(chosen.points):,} points at {steps:,} of "
        f"{len(snapshots):,} steps, each held to about {held:.0f} others; every vector stands among those most like it, "
        f"whatever its step; {chosen.sentence}; {found.sentence.rstrip('.')}"
    )
    frame = None
    if tied:
        perplexity = float(given.get("perplexity", PERPLEXITY))
        frame = Frame(unit_of(len(chosen), held, snapshots.n, perplexity), None, perplexity)
        sentence += (
            f"; then each step was laid out by its own neighbours (perplexity {frame.perplexity:g}), and each point held "
            "to how far it moved"
        )
    plan = Plan(
        chosen,
        descent,
        _field(chosen, candidates, held, settles=method == "tsne", n_jobs=n_jobs),
        _own_ways(chosen, candidates, stage(progress, 0.95, 1)),
        frame,
        0 if frame is None else ITERATIONS,
        n_jobs,
    )
    return JointDescent(snapshots, method, {**given, "align": snapshots.align}, sentence, plan=plan, kept=kept)


def _is_tied(snapshots: AlignedSnapshots, estimator: TSNE | UMAP) -> bool:
    """Whether all points go on together from the joint layout: by t-SNE, and where there are not too many."""
    rows = sum(len(snapshots.rows(step)) for step in range(len(snapshots)))
    by_perplexity = isinstance(estimator, TSNE) and estimator.affinity == "perplexity"
    return by_perplexity and len(snapshots) > 1 and rows <= MOST_ROWS


def _landmarks(  # noqa: PLR0917
    snapshots: AlignedSnapshots,
    estimator: TSNE | UMAP,
    asked: int | None,
    before: Layout | None,
    n_jobs: int | None,
    progress: Progress,
    *,
    tied: bool,
) -> Landmarks:
    """Those of a layout that is there, or new ones."""
    seed = estimator.random_state
    steps = choose_steps(snapshots, STEPS_TO_BEGIN if tied else None) if before is None else before.steps
    points = choose_points(snapshots.n, max(len(steps), 1), asked, seed) if before is None else before.points
    return Landmarks(
        snapshots,
        estimator.metric,
        estimator.reduce_to,
        points=points,
        steps=steps,
        random_state=seed,
        n_jobs=n_jobs,
        progress=progress,
    )


def _field(
    landmarks: Landmarks, candidates: NDArray[np.int32], held: float, *, settles: bool, n_jobs: int | None
) -> Field:
    return Field(
        landmarks,
        candidates,
        k=max(1, min(round(HELD_WIDE * held), len(landmarks))),
        perplexity=max(HELD_TO * held, 1.0),
        settles=settles,
        n_jobs=n_jobs,
    )


def _own_ways(
    landmarks: Landmarks, candidates: NDArray[np.int32], progress: Progress
) -> list[tuple[NDArray[Any], ...]]:
    count = len(landmarks.snapshots)
    ways = list[tuple[NDArray[Any], ...]]()
    for step in range(count):
        progress(step / count, "Looking where each point goes")
        ways.append(along_own_way(landmarks, step, candidates))
    return ways


def starting_places(start: Floats, landmarks: Landmarks, method: str, seed: int) -> NDArray[np.float32]:
    """Places ``(m, n_components)`` in the basis of the last step at the size that the method starts from.

    Along what has no extent, each point is a little aside, at all steps alike.
    """
    places = start[landmarks.where].astype(np.float64)
    places -= places.mean(axis=0)
    noise = np.random.default_rng(seed).standard_normal((len(landmarks.points), places.shape[1]))[landmarks.owner()]
    if method == "tsne":
        size = places.std(axis=0)
        scale = START_SIZE / size[0] if size[0] > 0 else 1.0
        flat = size * scale < START_SIZE * 1e-6
        return np.where(flat, START_SIZE * noise, places * scale).astype(np.float32)
    extent = np.ptp(places, axis=0)
    flat = extent <= 1e-9 * max(float(extent.max()), 1e-300)
    return np.where(flat, EXTENT / 10 * noise, places * (EXTENT / np.where(flat, 1, extent))).astype(np.float32)


def _scaled(estimator: TSNE | UMAP, given: Mapping[str, Any], steps: int, m: int, *, tied: bool) -> float:
    """Hold each landmark to so many neighbours at each of the steps; how many that are in all."""
    if isinstance(estimator, TSNE) and estimator.affinity == "perplexity":
        usual = PERPLEXITY_FROM if tied else min(max(IN_ALL / steps, PERPLEXITY_FROM), PERPLEXITY_TO)
        wanted = min(float(given.get("perplexity", usual)), usual) * steps
        estimator.perplexity = min(wanted, max(1.0, (m - 1) / 3))
        return estimator.perplexity
    estimator.n_neighbors = max(2, min(int(given.get("n_neighbors", NEIGHBORS)) * steps, m))
    return float(estimator.n_neighbors)


def _estimator(method: str, given: Mapping[str, Any], n_jobs: int | None) -> TSNE | UMAP:
    kind = ESTIMATORS[method]
    known = [name for name in kind().get_params() if name not in SETTLED]
    for name in given:
        if name not in known:
            allowed = ", ".join(each for each in known if each not in ("n_components", "random_state"))
            raise ParameterError(f"A timeline by {method!r} has no parameter {name!r}; it has {allowed}.")
    made = kind(**given, n_jobs=n_jobs)
    check_choice("metric", made.metric, METRICS)
    return made
