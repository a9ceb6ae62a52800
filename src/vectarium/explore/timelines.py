"""All steps of an embedding in one frame of reference, so that what moves has learned."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Embedding
from vectarium.errors import ParameterError
from vectarium.explore.jobs import Job, JobNotFoundError, Jobs, Progress, part
from vectarium.explore.messages.timeline import TimelineMessage, TimelineRequest, TimelineStepMessage
from vectarium.explore.points import Points, Rows, check_rows
from vectarium.explore.projections import Projections, UnfinishedError
from vectarium.explore.room import corners, widened

if TYPE_CHECKING:
    from vectarium.project import PrincipalComponents

COMPONENTS = 10
# The room that a timeline takes is measured at so many of its steps.
MEASURED_STEPS = 12
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

    def place_some(self, embedding: Embedding, rows: Rows, components: list[int]) -> NDArray[np.float32]:
        """The coordinates, float32 ``(len(components), m)``, of some points as they are in an embedding."""
        from vectarium.project import place_rows

        return place_rows(np.asarray(embedding.vectors[rows]), self.mean, self.components[components])

    def back(self, places: NDArray[np.float64], components: list[int]) -> NDArray[np.float64]:
        """The vectors ``(m, d)`` at places ``(m, k)`` of the picture; exact where it shows all dimensions."""
        return self.mean + places @ self.components[components]


class Timelines:
    """The timelines of a session.

    Parameters
    ----------
    jobs
        Where the work is done.
    projections
        Where joint layouts are.
    at
        Gives an embedding by its position and a step; None: the one that was opened.
    """

    def __init__(self, jobs: Jobs, projections: Projections, at: Callable[[int, int | None], Embedding]) -> None:
        self._jobs = jobs
        self._projections = projections
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

    def message(self, name: str) -> TimelineMessage:
        """What a timeline is, by its job's name."""
        return self[name].message if name in self._names else self._projections.timeline(name).timeline

    def __getitem__(self, name: str) -> Timeline:
        """A timeline along components by its job's name.

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

    def step(self, name: str, step: int, components: list[int]) -> tuple[TimelineStepMessage, dict[str, NDArray[Any]]]:
        """Where the points are at a step: the head and the arrays of a packet."""
        _, rows, placed = self._places(name, step, components)
        arrays: dict[str, NDArray[Any]] = {} if rows is None else {"rows": rows}
        arrays |= {f"component_{k}": values for k, values in zip(components, placed, strict=True)}
        return TimelineStepMessage(name, step, int(np.isnan(placed[0]).sum())), arrays

    def picture(self, name: str, step: int, components: list[int]) -> tuple[Points, NDArray[np.float32]]:
        """The points of one step and their places, float32 ``(m, len(components))``."""
        index, rows, placed = self._places(name, step, components)
        return Points(index, self._at(index, step), rows, step), np.ascontiguousarray(placed.T)

    def ways(self, name: str, rows: Rows, components: list[int]) -> tuple[tuple[int, ...], NDArray[np.float32]]:
        """The steps of a timeline, and the places of some points at all of them, ``(steps, m, len(components))``."""
        message = self.message(name)
        check_components(message, components)
        embedding = self._at(message.embedding, None)
        check_rows(rows, len(embedding))
        if name not in self._names:
            joint = self._projections.timeline(name)
            return joint.steps, joint.ways(len(embedding), rows)[:, :, components]
        recorded, timeline = embedding.recorded, self[name]
        assert recorded is not None
        steps = recorded.steps
        places = [timeline.place_some(self._at(message.embedding, step), rows, components).T for step in steps]
        return steps, np.stack(places)

    def _places(self, name: str, step: int, components: list[int]) -> tuple[int, Rows | None, NDArray[np.float32]]:
        """Of which embedding, of which of its points, and their places ``(k, m)``."""
        message = self.message(name)
        check_components(message, components)
        embedding = self._at(message.embedding, step)
        if name in self._names:
            return message.embedding, None, self[name].place(embedding, components)
        joint = self._projections.timeline(name)
        return message.embedding, joint.rows, np.ascontiguousarray(joint.at(step)[:, components].T)

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
            name, index, request.method, len(components), request.reference, ratio, [], [], sentence, None
        )
        made = Timeline(message, components, mean)
        low, high = self._room(made, index, part(progress, 0.5, 1))
        return replace(made, message=replace(message, low=low, high=high))

    def _room(self, timeline: Timeline, index: int, progress: Progress) -> tuple[list[float], list[float]]:
        """Where nearly all points of all steps lie."""
        assert timeline.message.reference is not None
        recorded = self._at(index, timeline.message.reference).recorded
        assert recorded is not None
        steps = recorded.steps
        chosen = sorted({*np.linspace(0, len(steps) - 1, min(len(steps), MEASURED_STEPS)).astype(int).tolist()})
        found: list[tuple[NDArray[np.float64], NDArray[np.float64]]] = []
        for done, position in enumerate(chosen):
            progress(done / len(chosen), "Measuring the room that all steps take")
            here = corners(timeline.place(self._at(index, steps[position])))
            if here is not None:
                found.append(here)
        if not found:
            return [-1.0] * len(timeline.components), [1.0] * len(timeline.components)
        return widened(np.min([low for low, _ in found], axis=0), np.max([high for _, high in found], axis=0))


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
    if request.method not in ("axes", "pca"):
        raise ParameterError(
            f"method is {request.method!r}; for a joint layout ask for a projection with joint = true."
        )
    n_components = COMPONENTS if request.n_components is None else request.n_components
    if not 1 <= n_components <= COMPONENTS:
        raise ParameterError(f"n_components is {n_components}; 1 to {COMPONENTS} are allowed.")
    reference = recorded.steps[-1] if request.reference is None else request.reference
    return TimelineRequest(request.method, min(n_components, *embedding.shape), reference)


def check_components(timeline: TimelineMessage, components: list[int]) -> None:
    """Raise ParameterError unless all of them are there."""
    k = timeline.n_components
    wrong = [each for each in components if not 0 <= each < k]
    if wrong:
        raise ParameterError(f"There is no component {wrong[0]}; there are {k}, counted from 0.")
