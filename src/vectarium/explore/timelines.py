"""All steps of an embedding in one frame of reference, so that what moves has learned."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Embedding
from vectarium.errors import ParameterError
from vectarium.explore.jobs import Job, JobNotFoundError, Jobs, Progress, part
from vectarium.explore.messages import TimelineMessage, TimelineRequest, TimelineStepMessage
from vectarium.explore.points import Points
from vectarium.explore.projections import UnfinishedError

if TYPE_CHECKING:
    from vectarium.project import PrincipalComponents

COMPONENTS = 10
# The room that a timeline takes is measured at so many of its steps.
MEASURED_STEPS = 12
# Where there are many points, so few of them may lie outside of the frame at each side.
OUTSIDE, MANY = 0.001, 2000
MARGIN = 0.04
NAME = "timeline-"


@dataclass(frozen=True, eq=False)
class Timeline:
    """Every step of an embedding along the principal components of one of them.

    Parameters
    ----------
    message
        What it is, as the page is told of it.
    components, mean
        Float64 arrays ``(k, d)`` and ``(d,)``.
    """

    message: TimelineMessage
    components: NDArray[np.float64]
    mean: NDArray[np.float64]

    def place(self, embedding: Embedding, components: list[int] | None = None) -> NDArray[np.float32]:
        """The coordinates, float32 ``(k, n)``, of the points as they are in an embedding; NaN without a place."""
        from vectarium.project import place_rows

        chosen = self.components if components is None else self.components[components]
        return place_rows(embedding.vectors, self.mean, chosen)


class Timelines:
    """The timelines of a session.

    Parameters
    ----------
    jobs
        Where the work is done.
    at
        Gives an embedding by its position and a step.
    """

    def __init__(self, jobs: Jobs, at: Callable[[int, int], Embedding]) -> None:
        self._jobs = jobs
        self._at = at
        self._names: dict[str, int] = {}
        self._lock = threading.Lock()

    def start(self, index: int, embedding: Embedding, request: TimelineRequest) -> Job:
        """The job that makes a timeline, which may be over already.

        Raises
        ------
        ParameterError
            If the embedding was not recorded, or a parameter is outside of what is allowed.
        """
        settled = settle(embedding, request)
        content = json.dumps([index, asdict(settled)], sort_keys=True)
        name = f"{NAME}{index}-{hashlib.blake2b(content.encode(), digest_size=8).hexdigest()}"

        def make(progress: Progress) -> Timeline:
            return self._make(name, index, settled, progress)

        with self._lock:
            self._names[name] = index
            return self._jobs.start(name, make)

    def __getitem__(self, name: str) -> Timeline:
        """A timeline by its job's name.

        Raises
        ------
        JobNotFoundError
            If there is none.
        UnfinishedError
            If it is not made yet.
        """
        if name not in self._names:
            raise JobNotFoundError(name, list(self._names))
        job = self._jobs[name]
        if not isinstance(job.result, Timeline):
            raise UnfinishedError(f"The timeline {name!r} is {job.state}. Wait until its job is done.")
        return job.result

    def step(
        self, name: str, step: int, components: list[int]
    ) -> tuple[TimelineStepMessage, dict[str, NDArray[np.float32]]]:
        """Where the points are at a step: the head and the arrays of a packet."""
        timeline = self[name]
        check_components(timeline, components)
        placed = timeline.place(self._at(timeline.message.embedding, step), components)
        unplaced = int(np.isnan(placed[0]).sum())
        arrays = {f"component_{k}": values for k, values in zip(components, placed, strict=True)}
        return TimelineStepMessage(name, step, unplaced), arrays

    def picture(self, name: str, step: int, components: list[int]) -> tuple[Points, NDArray[np.float32]]:
        """The points of one step and their places, float32 ``(n, len(components))``."""
        timeline = self[name]
        check_components(timeline, components)
        index = timeline.message.embedding
        embedding = self._at(index, step)
        placed = timeline.place(embedding, components)
        return Points(index, embedding, None, step), np.ascontiguousarray(placed.T)

    def _make(self, name: str, index: int, request: TimelineRequest, progress: Progress) -> Timeline:
        assert request.reference is not None
        assert request.n_components is not None
        embedding = self._at(index, request.reference)
        n, d = embedding.shape
        if request.method == "axes":
            components, mean, ratio = np.eye(request.n_components, d), np.zeros(d), []
            sentence = f"The vectors themselves at every step: {n:,} points in {d:,} dimension{'s' if d > 1 else ''}."
        else:
            found = principal(embedding, request.n_components, part(progress, 0, 0.5))
            components, mean = found.components, found.mean
            ratio = [float(share) for share in found.explained_variance_ratio]
            sentence = (
                f"Every step along {len(ratio)} principal component{'s' if len(ratio) > 1 else ''} of step "
                f"{request.reference:,}, of all {n:,} points in {d:,} dimensions; {sum(ratio):.1%} of that step's variance."
            )
        message = TimelineMessage(
            name, index, request.method, len(components), request.reference, ratio, [], [], sentence, request
        )
        made = Timeline(message, components, mean)
        low, high = self._room(made, index, part(progress, 0.5, 1))
        return replace(made, message=replace(message, low=low, high=high))

    def _room(self, timeline: Timeline, index: int, progress: Progress) -> tuple[list[float], list[float]]:
        """Where nearly all points of all steps lie."""
        recorded = self._at(index, timeline.message.reference).recorded
        assert recorded is not None
        steps = recorded.steps
        chosen = sorted({*np.linspace(0, len(steps) - 1, min(len(steps), MEASURED_STEPS)).astype(int).tolist()})
        lows: list[NDArray[np.float32]] = []
        highs: list[NDArray[np.float32]] = []
        for done, position in enumerate(chosen):
            progress(done / len(chosen), "Measuring the room that all steps take")
            placed = timeline.place(self._at(index, steps[position]))
            placed = placed[:, ~np.isnan(placed[0])]
            if placed.shape[1]:
                outside = OUTSIDE if placed.shape[1] > MANY else 0.0
                lows.append(np.quantile(placed, outside, axis=1))
                highs.append(np.quantile(placed, 1 - outside, axis=1))
        if not lows:
            return [-1.0] * len(timeline.components), [1.0] * len(timeline.components)
        low, high = np.min(lows, axis=0), np.max(highs, axis=0)
        margin = MARGIN * (high - low)
        return (low - margin).tolist(), (high + margin).tolist()


def principal(embedding: Embedding, n_components: int, progress: Progress) -> PrincipalComponents:
    """The principal components of an embedding."""
    from vectarium.project import principal_components

    return principal_components(
        embedding.vectors, n_components=n_components, finite=embedding.finite, progress=progress
    )


def settle(embedding: Embedding, request: TimelineRequest) -> TimelineRequest:
    """The request with what it leaves open filled in.

    Raises
    ------
    ParameterError
        If the embedding was not recorded, or there is no such method or step.
    """
    recorded = embedding.recorded
    if recorded is None:
        raise ParameterError(f"{embedding.name!r} was not recorded over steps, so it has no timeline.")
    n_components = COMPONENTS if request.n_components is None else request.n_components
    if not 1 <= n_components <= COMPONENTS:
        raise ParameterError(f"n_components is {n_components}; 1 to {COMPONENTS} are allowed.")
    reference = recorded.steps[-1] if request.reference is None else request.reference
    return TimelineRequest(request.method, min(n_components, *embedding.shape), reference)


def check_components(timeline: Timeline, components: list[int]) -> None:
    """Raise ParameterError unless all of them are there."""
    k = timeline.message.n_components
    wrong = [each for each in components if not 0 <= each < k]
    if wrong:
        raise ParameterError(f"There is no component {wrong[0]}; there are {k}, counted from 0.")
