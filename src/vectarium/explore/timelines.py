"""All steps of an embedding in one frame of reference, so that what moves has learned."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Embedding, Recorded
from vectarium.errors import ParameterError
from vectarium.explore.directions import Ends, ends_from, said
from vectarium.explore.jobs import Job, JobNotFoundError, Jobs, Progress, part
from vectarium.explore.messages.timeline import TimelineMessage, TimelineRequest, TimelineStepMessage
from vectarium.explore.points import Points, Rows, check_rows
from vectarium.explore.preparations import Preparations, Prepared
from vectarium.explore.projection import statement
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
    prepared
        What is done to the vectors of every step before; None: nothing.
    """

    message: TimelineMessage
    components: NDArray[np.float64]
    mean: NDArray[np.float64]
    prepared: Prepared | None = None

    def place(self, embedding: Embedding, components: list[int] | None = None) -> NDArray[np.float32]:
        """The coordinates, float32 ``(k, n)``, of the points as they are in an embedding; NaN without a place."""
        from vectarium.project import place_rows

        axes, mean = self.axes(embedding)
        return place_rows(self._seen(embedding.vectors), mean, axes if components is None else axes[components])

    def place_some(self, embedding: Embedding, rows: Rows, components: list[int]) -> NDArray[np.float32]:
        """The coordinates, float32 ``(len(components), m)``, of some points as they are in an embedding."""
        from vectarium.project import place_rows

        axes, mean = self.axes(embedding)
        return place_rows(self._seen(np.asarray(embedding.vectors[rows])), mean, axes[components])

    def axes(self, _embedding: Embedding) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The components and the mean by which an embedding's points are placed: the same at all steps."""
        return self.components, self.mean

    def back(self, places: NDArray[np.float64], components: list[int]) -> NDArray[np.float64]:
        """The vectors ``(m, d)`` at places ``(m, k)`` of the picture; exact where it shows all dimensions."""
        return self.mean + places @ self.components[components]

    def _seen(self, vectors: NDArray[Any]) -> NDArray[Any]:
        return vectors if self.prepared is None else self.prepared.fitted().view(vectors)


@dataclass(frozen=True, eq=False)
class DirectedTimeline(Timeline):
    """Every step of an embedding along axes between the same groups of points, found anew at each.

    Parameters
    ----------
    ends
        The groups.
    """

    ends: Ends | None = None
    _found: dict[int, tuple[NDArray[np.float64], NDArray[np.float64]]] = field(default_factory=dict)

    def axes(self, _embedding: Embedding) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The axes at an embedding's step; those that are not given stay as they are at the reference step."""
        assert _embedding.recorded is not None
        assert self.ends is not None
        step = _embedding.recorded.step
        if step not in self._found:
            points = Points(self.message.embedding, _embedding, self.ends.shown, step, self.prepared)
            found = self.ends.find(points, like=self.components)
            self._found[step] = found.components, found.mean
        return self._found[step]


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
    preparations
        What was found out about an embedding's vectors to prepare them.
    """

    def __init__(
        self,
        jobs: Jobs,
        projections: Projections,
        at: Callable[[int, int | None], Embedding],
        preparations: Preparations | None = None,
    ) -> None:
        self._jobs = jobs
        self._preparations = preparations or Preparations()
        self._projections = projections
        self._at = at
        self._names: dict[str, int] = {}
        self._lock = threading.Lock()

    def start(
        self,
        index: int,
        embedding: Embedding,
        request: TimelineRequest,
        arrays: dict[str, NDArray[Any]] | None = None,
    ) -> Job:
        """The job that makes a timeline, which may be over already.

        ``arrays`` hold the points at the ends of its axes, ``end_0`` and so on, and those that are shown, ``rows``.

        Raises
        ------
        ParameterError
            If the embedding was not recorded, or a parameter is outside of what is allowed.
        """
        settled = settle(embedding, request)
        ends = ends_from(settled, arrays or {}, len(embedding))
        shown = (arrays or {}).get("rows")
        if ends is not None and shown is not None:
            check_rows(shown, len(embedding))
            ends = replace(ends, shown=shown)
        content = json.dumps([index, asdict(settled), "" if ends is None else ends.digest], sort_keys=True)
        name = f"{NAME}{index}-{hashlib.blake2b(content.encode(), digest_size=8).hexdigest()}"

        def make(progress: Progress) -> Timeline:
            if ends is not None:
                return self._make_directed(name, index, settled, ends, progress)
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
        joint = self._projections.points(name).prepared if name not in self._names else self[name].prepared
        return Points(index, self._at(index, step), rows, step, joint), np.ascontiguousarray(placed.T)

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
        prepared = self._prepared(index, embedding, request)
        also = f", {prepared.said}" if prepared else ""
        if request.method == "axes":
            components, mean, ratio = np.eye(request.n_components, d), np.zeros(d), []
            sentence = f"The vectors themselves at every step: {n:,} points in {d:,} dimension{'s' if d > 1 else ''}."
        else:
            points = Points(index, embedding, None, request.reference, prepared)
            found = principal(points, request.n_components, part(progress, 0, 0.5))
            components, mean = found.components, found.mean
            ratio = [float(share) for share in found.explained_variance_ratio]
            sentence = (
                f"Every step along {len(ratio)} principal component{'s' if len(ratio) > 1 else ''} of step "
                f"{request.reference:,}, of all {n:,} points in {d:,} dimensions{also}; {sum(ratio):.1%} of that step's variance."
            )
        message = TimelineMessage(
            name,
            index,
            request.method,
            len(components),
            request.reference,
            ratio,
            [],
            [],
            sentence,
            None,
            request.preparation,
            request.reduced_to,
        )
        return self._framed(Timeline(message, components, mean, prepared), index, part(progress, 0.5, 1))

    def _make_directed(
        self, name: str, index: int, request: TimelineRequest, ends: Ends, progress: Progress
    ) -> Timeline:
        embedding = self._at(index, request.reference)
        prepared = self._prepared(index, embedding, request)
        points = Points(index, embedding, ends.shown, request.reference, prepared)
        found = ends.find(points, progress=part(progress, 0, 0.5))
        message = TimelineMessage(
            job=name,
            embedding=index,
            method="directions",
            n_components=len(found.components),
            reference=request.reference,
            variance_ratio=[float(share) for share in found.explained_variance_ratio],
            low=[],
            high=[],
            sentence=f"{said(ends.names, found)} of step {request.reference:,}, found anew at every step, of {statement(points)}.",
            measures=None,
            preparation=request.preparation,
            reduced_to=request.reduced_to,
        )
        made = DirectedTimeline(message, found.components, found.mean, prepared, ends)
        return self._framed(made, index, part(progress, 0.5, 1))

    def _prepared(self, index: int, embedding: Embedding, request: TimelineRequest) -> Prepared | None:
        place = index, request.reference
        return self._preparations.find(place, embedding, request.preparation, request.reduced_to)

    def _framed(self, made: Timeline, index: int, progress: Progress) -> Timeline:
        low, high = self._room(made, index, progress)
        return replace(made, message=replace(made.message, low=low, high=high))

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


def principal(points: Points, n_components: int, progress: Progress) -> PrincipalComponents:
    """The principal components of an embedding."""
    from vectarium.project import principal_components

    vectors, finite = points.source(progress), points.embedding.finite
    return principal_components(vectors, n_components=n_components, finite=finite, progress=progress)


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
    if request.method not in ("axes", "pca", "directions"):
        raise ParameterError(
            f"method is {request.method!r}; for a joint layout ask for a projection with joint = true."
        )
    n_components = COMPONENTS if request.n_components is None else request.n_components
    if not 1 <= n_components <= COMPONENTS:
        raise ParameterError(f"n_components is {n_components}; 1 to {COMPONENTS} are allowed.")
    reference = _last_with_points(recorded) if request.reference is None else request.reference
    raw = request.method == "axes" or request.preparation == "raw"
    return TimelineRequest(
        request.method,
        min(n_components, *embedding.shape),
        reference,
        "raw" if raw else request.preparation,
        request.reduced_to if request.preparation == "reduced" and not raw else 50,
        request.ends if request.method == "directions" else None,
        request.among if request.method == "directions" else "all",
    )


def _last_with_points(recorded: Recorded) -> int:
    """The last step at which any point has a place: a training that diverged ends with steps of NaN."""
    for step in reversed(recorded.steps):
        finite = recorded.at(step).finite
        if finite is None or finite.any():
            return step
    return recorded.steps[-1]


def check_components(timeline: TimelineMessage, components: list[int]) -> None:
    """Raise ParameterError unless all of them are there."""
    k = timeline.n_components
    wrong = [each for each in components if not 0 <= each < k]
    if wrong:
        raise ParameterError(f"There is no component {wrong[0]}; there are {k}, counted from 0.")
