"""A t-SNE or a UMAP of all steps of a recorded embedding at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from vectarium.explore import packet, parameters
from vectarium.explore.frames import Frame, known
from vectarium.explore.jobs import Progress, part
from vectarium.explore.joint_growth import JointGrowth
from vectarium.explore.messages.projection import FrameMessage
from vectarium.explore.messages.timeline import TimelineMeasures, TimelineMessage
from vectarium.explore.points import Rows
from vectarium.explore.projection import Projection
from vectarium.explore.room import room
from vectarium.explore.run import BEGINNING, BYTES_PER_NEIGHBOR, BYTES_PER_POINT, Run

if TYPE_CHECKING:
    from vectarium.project import TimelineFidelity
    from vectarium.project.joint_descent import JointDescent
    from vectarium.project.timeline_descent import TimelineDescent

# The share of the progress that stands for the measuring at the end.
MEASURING = 0.1


@dataclass(frozen=True, eq=False)
class JointFrame(Frame):
    """A layout of all steps at one iteration.

    Parameters
    ----------
    coordinates
        float32 array ``(steps * m, dimensions)``, step after step, NaN where a point has no place.
    steps
        The steps.
    """

    steps: tuple[int, ...] = ()

    def at(self, step: int | None) -> NDArray[np.float32]:
        """The places at a step, ``(m, dimensions)``, or at the last one before it; None: at the last."""
        place = len(self.steps) if step is None else int(np.searchsorted(self.steps, step, side="right"))
        return self.coordinates.reshape(len(self.steps), len(self.points), -1)[max(place - 1, 0)]

    def packet_at(self, step: int | None) -> bytes:
        """The frame as it is sent to a page that sees this step."""
        positions = self.at(step)
        divergence = known(self.divergence)
        message = FrameMessage(self.job, self.iteration, self.max_iter, positions.shape[1], divergence)
        return b"".join(packet.encode(message, {"positions": np.ascontiguousarray(positions).reshape(-1)}))


@dataclass(frozen=True, eq=False)
class JointProjection(Projection):
    """A layout of all steps as it is kept. ``scores`` are those of the last step.

    Parameters
    ----------
    timeline
        The same as the page is told of it as a timeline.
    places
        float32 array ``(steps, m, dimensions)``.
    steps
        The steps.
    held
        The memory of what later steps are placed by.
    """

    timeline: TimelineMessage
    places: NDArray[np.float32]
    steps: tuple[int, ...]
    held: int = 0

    @property
    def nbytes(self) -> int:
        """The memory it takes."""
        return super().nbytes + self.places.nbytes + self.held

    def at(self, step: int) -> NDArray[np.float32]:
        """The places at a step, ``(m, dimensions)``, or at the last one before it."""
        return self.places[max(int(np.searchsorted(self.steps, step, side="right")) - 1, 0)]

    def ways(self, n: int, rows: Rows) -> NDArray[np.float32]:
        """The places of some of n points at all steps, ``(steps, m, dimensions)``; NaN for those it is not of."""
        position = np.full(n, -1)
        position[slice(None) if self.rows is None else self.rows] = np.arange(self.places.shape[1])
        found = self.places[:, position[rows]]
        found[:, position[rows] < 0] = np.nan
        return found


class JointRun(Run):
    """A layout of all steps on its way; see :class:`~vectarium.explore.run.Run`."""

    def _begin(self, progress: Progress) -> TimelineDescent:
        from vectarium.project import begin_timeline

        recorded = self.points.embedding.recorded
        assert recorded is not None
        self._steps = recorded.steps
        self._measures: TimelineFidelity | None = None
        self._growth: JointGrowth | None = None
        if self.points.prepared is not None:
            self.points.prepared.fitted(progress)
        descent = begin_timeline(
            [self._vectors(step) for step in self._steps],
            method=self.request.method,
            steps=self._steps,
            progress=part(progress, 0, BEGINNING),
            **parameters.given(self.request),
        )
        self._descent = descent
        k = parameters.estimator(replace(self.request, joint=False)).neighbors_wanted(len(descent.coordinates))
        self.held_bytes = len(descent.coordinates) * (k * BYTES_PER_NEIGHBOR + BYTES_PER_POINT)
        self._show(descent, 0, descent.coordinates)
        return descent

    def _advance(self, descent: Any, progress: Progress) -> None:
        from vectarium.project import finish_timeline

        super()._advance(descent, part(progress, 0, 1 - MEASURING))
        made = finish_timeline(descent, progress=part(progress, 1 - MEASURING, 1))
        self._measures, self.search = made.fidelity, made.sentence
        self._growth = JointGrowth(cast("JointDescent", descent))

    def _vectors(self, step: int) -> NDArray[Any]:
        """What is laid out of a step."""
        recorded = self.points.embedding.recorded
        assert recorded is not None
        vectors = recorded.at(step).vectors
        if self.points.prepared is not None:
            vectors = self.points.prepared.fitted().view(vectors)
        return np.asarray(vectors) if self.points.rows is None else vectors[self.points.rows]

    def grown(self, made: JointProjection) -> JointProjection:
        """What was made, and the steps that were recorded since; earlier ones stay where they are."""
        recorded = self.points.embedding.recorded
        if self._growth is None or recorded is None:
            return made
        return self._growth.up_to(recorded.steps, made, self._vectors)

    def _show(self, descent: Any, iteration: int, coordinates: NDArray[np.float32]) -> None:
        divergence = self._divergence(descent)
        max_iter = descent.max_iter
        self.frame = JointFrame(self.name, iteration, max_iter, self.points, coordinates, divergence, self._steps)
        self._moved(self.name)

    def projection(self) -> JointProjection:
        """Where the points are now, at all steps."""
        frame = self.frame
        if frame is None:
            raise LookupError(self.name)
        assert isinstance(frame, JointFrame)
        last = frame.at(None)
        unplaced = int(np.isnan(last[:, 0]).sum())
        m, steps = len(self.points), len(frame.steps)
        prepared = f", {self.points.prepared.said}" if self.points.prepared else ""
        sentence = f"{self.said}, of {m:,} points at {steps:,} steps, {self.request.metric} distances{prepared}."
        message = replace(self.message(frame, frame.coordinates.shape[1], unplaced), sentence=sentence)
        places = frame.coordinates.reshape(steps, m, -1)
        low, high = room(frame.coordinates.T)
        timeline = TimelineMessage(
            job=self.name,
            embedding=self.points.index,
            method=self.request.method,
            n_components=places.shape[2],
            reference=None,
            variance_ratio=[],
            low=low,
            high=high,
            sentence=sentence,
            measures=None if self._measures is None else measures(self._measures, frame.steps),
            preparation=self.request.preparation,
            reduced_to=self.request.reduced_to,
            laid_out=frame.steps[-1],
            newest=frame.steps[-1],
        )
        held = 0 if self._growth is None else self._growth.nbytes
        return JointProjection(message, last.T, self.points.rows, timeline, places, frame.steps, held)


def measures(found: TimelineFidelity, steps: tuple[int, ...]) -> TimelineMeasures:
    """How far a timeline can be believed, as the page is told of it."""
    return TimelineMeasures(
        k=found.k,
        steps=list(steps),
        neighbor_preservation=[known(float(each)) for each in found.neighbor_preservation],
        chance=[known(float(each)) for each in found.chance],
        displacement=[known(float(each)) for each in found.displacement],
        overall_displacement=known(found.overall_displacement),
        frozen=known(found.frozen),
        sampled=found.sampled,
    )
