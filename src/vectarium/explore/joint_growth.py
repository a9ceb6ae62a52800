"""A layout of all steps whose recording goes on: later steps find their places among those that were laid out."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vectarium.errors import VectariumError
from vectarium.explore.frames import known
from vectarium.explore.room import room

if TYPE_CHECKING:
    from vectarium.explore.joint_run import JointProjection
    from vectarium.explore.messages.timeline import TimelineMeasures
    from vectarium.project import TimelineFidelity
    from vectarium.project.joint_descent import JointDescent


class JointGrowth:
    """Places what is recorded after a layout was made. What is there stays where it is.

    Parameters
    ----------
    descent
        The layout, at its end.
    """

    def __init__(self, descent: JointDescent) -> None:
        from vectarium.project import Further

        self._further = Further(descent)
        self._latest: JointProjection | None = None
        self._refused = False
        self._lock = threading.Lock()

    @property
    def nbytes(self) -> int:
        """The memory it takes."""
        return self._further.nbytes

    def up_to(
        self, steps: Sequence[int], made: JointProjection, vectors: Callable[[int], NDArray[Any]]
    ) -> JointProjection:
        """What was made, and those of these steps that came since; ``vectors`` gives what a step holds.

        A step that cannot be placed ends it, and the sentence says why.
        """
        with self._lock:
            latest = self._latest or made
            for step in steps:
                if step > latest.steps[-1] and not self._refused:
                    latest = self._with(latest, step, vectors)
            self._latest = latest
        return latest

    def _with(self, made: JointProjection, step: int, vectors: Callable[[int], NDArray[Any]]) -> JointProjection:
        timeline = made.timeline
        laid_out = f"{timeline.sentence.partition(' Later steps')[0]}"
        try:
            placed, fidelity = self._further.place(vectors(step))
        except VectariumError as error:
            self._refused = True
            told = replace(timeline, sentence=f"{timeline.sentence} Later steps are not in it. {error}")
            return replace(made, timeline=told)
        places = np.concatenate([made.places, placed[None]])
        low, high = room(places.reshape(-1, places.shape[2]).T)
        measured = timeline.measures
        told = replace(
            timeline,
            low=np.minimum(low, timeline.low).tolist(),
            high=np.maximum(high, timeline.high).tolist(),
            sentence=f"{laid_out} Later steps, up to {step:,}, were placed among them; earlier ones did not move.",
            measures=None if measured is None else _further(measured, fidelity, step),
            newest=step,
        )
        return replace(made, timeline=told, places=places, steps=(*made.steps, step))


def _further(before: TimelineMeasures, found: TimelineFidelity, step: int) -> TimelineMeasures:
    """The measures with those of a further step; what is over all steps stays of those that were laid out."""
    return replace(
        before,
        steps=[*before.steps, step],
        neighbor_preservation=[*before.neighbor_preservation, known(float(found.neighbor_preservation[1]))],
        chance=[*before.chance, known(float(found.chance[1]))],
        displacement=[*before.displacement, known(float(found.displacement[1]))],
    )
