"""How far the motion in a timeline can be believed: measured in the background, once for each pair of axes."""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np

from vectarium.data import Embedding
from vectarium.explore.jobs import Job, JobNotFoundError, Jobs, Progress, part
from vectarium.explore.joint_run import measures
from vectarium.explore.messages.timeline import TimelineMeasures
from vectarium.explore.projections import UnfinishedError
from vectarium.explore.timelines import Timelines, check_components
from vectarium.explore.workers import Workers

# Each step is read whole; of more, so many are measured, evenly chosen.
MOST_STEPS = 48
NAME = "measures-"


class TimelineMeasuring:
    """The measures of a session's timelines along components; joint layouts bring theirs.

    Parameters
    ----------
    jobs, workers
        Where the work is done.
    timelines
        What is measured.
    at
        Gives an embedding by its position and a step.
    """

    def __init__(self, jobs: Jobs, timelines: Timelines, at: Callable[[int, int], Embedding], workers: Workers) -> None:
        self._jobs = jobs
        self._timelines = timelines
        self._at = at
        self._workers = workers
        self._lock = threading.Lock()

    def start(self, name: str, components: list[int]) -> Job:
        """The job that measures a timeline as it is seen along some components; it may be over already.

        Raises
        ------
        JobNotFoundError, UnfinishedError
            If there is no such timeline, or not yet.
        ParameterError
            If a component is not there.
        """
        message = self._timelines.message(name)
        check_components(message, components)
        recorded = self._at(message.embedding, message.reference).recorded if message.reference is not None else None
        if recorded is None:
            raise JobNotFoundError(name, [])
        all_steps = recorded.steps
        chosen = np.unique(np.linspace(0, len(all_steps) - 1, min(len(all_steps), MOST_STEPS)).astype(int))
        steps = tuple(all_steps[place] for place in chosen)

        def work(progress: Progress) -> TimelineMeasures:
            return self._measure(name, components, steps, progress)

        asked = f"{NAME}{name.partition('-')[2]}-{'.'.join(map(str, components))}-{len(all_steps)}"
        with self._lock:
            return self._jobs.start(asked, work, workers=self._workers)

    def __getitem__(self, name: str) -> TimelineMeasures:
        """What was measured, by its job's name."""
        job = self._jobs[name]
        if job.state != "done":
            raise UnfinishedError(f"{name!r} is {job.state}. Wait until its job is done.")
        if not isinstance(job.result, TimelineMeasures):
            raise JobNotFoundError(name, [])
        return job.result

    def _measure(
        self, name: str, components: list[int], steps: tuple[int, ...], progress: Progress
    ) -> TimelineMeasures:
        from vectarium.project import measure

        index = self._timelines.message(name).embedding
        vectors = [self._at(index, step).vectors for step in steps]
        places: list[np.ndarray[tuple[int, int], np.dtype[np.float32]]] = []
        for done, step in enumerate(steps):
            progress(0.2 * done / len(steps), "Placing the points of all steps")
            places.append(self._timelines.picture(name, step, components)[1])
        return measures(measure(vectors, np.stack(places), progress=part(progress, 0.2, 1)), steps)
