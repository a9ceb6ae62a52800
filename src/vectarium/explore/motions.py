"""How the points of a recorded embedding move: how far at each step, who most, and what changes around them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Embedding
from vectarium.errors import ParameterError
from vectarium.explore.course import Course, known_categories, prediction_of
from vectarium.explore.jobs import Job, Jobs, Progress, part
from vectarium.explore.messages.kinds import MotionMeasure
from vectarium.explore.messages.timeline import MotionColumnMessage, MotionRequest, MoversMessage, MovesMessage
from vectarium.explore.neighborhoods import Neighborhoods
from vectarium.explore.points import Points, Rows, check_rows
from vectarium.explore.projections import UnfinishedError
from vectarium.explore.shelf import Shelf
from vectarium.explore.turnover import Turnover, turnover

MOST_ROWS = 1000
MOST_K = 100
KEPT_BYTES = 256 << 20
MOST_KEPT = 64
LARGEST_COURSE = 2 << 30


class Motions:
    """The motion in a session's recorded embeddings.

    Parameters
    ----------
    jobs
        Where the work is done.
    neighborhoods
        Nearest neighbours that were found.
    at
        Gives an embedding by its position and a step; None: the one that was opened.
    """

    def __init__(self, jobs: Jobs, neighborhoods: Neighborhoods, at: Callable[[int, int | None], Embedding]) -> None:
        self._jobs = jobs
        self._neighborhoods = neighborhoods
        self._at = at
        self._newest: dict[int, Course] = {}
        self._names: dict[int, str] = {}
        self._asked: dict[int, Job] = {}
        self._turnovers = Shelf(KEPT_BYTES, MOST_KEPT)
        self._lock = threading.Lock()

    def start(self, index: int, request: MotionRequest) -> Job:
        """The job that measures it, which may be over already.

        Raises
        ------
        ParameterError
            If the embedding was not recorded, it is too large to be kept, or a parameter is outside of what
            is allowed.
        """
        embedding = self._at(index, None)
        if embedding.recorded is None:
            raise ParameterError(f"{embedding.name!r} was not recorded over steps, so nothing in it moves.")
        return self._course(index, embedding) if request.task == "course" else self._turnover(index, request)

    def column(self, name: str, measure: str, step: int | None) -> tuple[MotionColumnMessage, dict[str, NDArray[Any]]]:
        """The head and the arrays of a packet with one number a point."""
        found = self._result(name)
        if isinstance(found, Turnover):
            message, values = found.message, found.values
        else:
            message, values = found.column(_measure(measure), found.steps[-1] if step is None else step)
        return message, {"values": values.astype(np.float64)}

    def movers(self, name: str, first: int | None, last: int | None) -> tuple[MoversMessage, dict[str, NDArray[Any]]]:
        """The head and the arrays of a packet with who moved most."""
        return self._measured(name).movers(first, last)

    def moves(self, name: str, rows: Rows | None) -> tuple[MovesMessage, dict[str, NDArray[Any]]]:
        """The head and the arrays of a packet with how far some points moved at each step."""
        course = self._measured(name)
        if rows is None or not 1 <= rows.size <= MOST_ROWS:
            raise ParameterError(
                f"The motion of {0 if rows is None else rows.size:,} points; 1 to {MOST_ROWS:,} can be asked for."
            )
        check_rows(rows, course.n)
        moved = np.ascontiguousarray(course.moved[:, rows].T)
        return MovesMessage(list(course.steps)), {"moved": moved.reshape(-1)}

    def _course(self, index: int, embedding: Embedding) -> Job:
        assert embedding.recorded is not None
        steps = embedding.recorded.steps
        nbytes = 5 * len(steps) * len(embedding)
        if nbytes > LARGEST_COURSE:
            raise ParameterError(
                f"How {len(embedding):,} points move over {len(steps):,} steps takes {nbytes / 2**30:.1f} GiB; "
                f"up to {LARGEST_COURSE / 2**30:.0f} GiB are measured. Record fewer steps or rows."
            )
        name = f"motion-{index}-{len(steps)}-{steps[-1]}"
        return self._jobs.start(name, lambda progress: self._follow(name, index, steps, progress))

    def _follow(self, name: str, index: int, steps: tuple[int, ...], progress: Progress) -> Course:
        """Measure the steps that are not measured yet."""
        from vectarium.project import displacement

        before = self._newest.get(index)
        opened = self._at(index, None)
        course = Course.begun(len(opened), opened.shape[1], steps, before, prediction_of(opened))
        for position in range(course.done, len(steps)):
            piece = part(progress, position / len(steps), (position + 1) / len(steps))
            piece(0, f"Measuring how far the points moved to step {steps[position]:,}")
            here = self._at(index, steps[position])
            if position:
                pair = steps[position - 1], steps[position]
                last = self._at(index, pair[0])
                course.moved[position] = displacement(last.vectors, here.vectors, steps=pair, progress=piece)
            course.predict(position, known_categories(here, course.prediction))
        with self._lock:
            self._newest[index] = course
            last_name, self._names[index] = self._names.get(index), name
        if last_name not in (None, name):
            self._jobs.forget(str(last_name))
        return course

    def _turnover(self, index: int, request: MotionRequest) -> Job:
        """One that is not done is cancelled for another: nobody looks at it."""
        if not 1 <= request.k <= MOST_K:
            raise ParameterError(f"k is {request.k}; 1 to {MOST_K} neighbours are compared.")
        recorded = self._at(index, request.step).recorded
        assert recorded is not None
        step = recorded.step
        place = recorded.steps.index(step)
        before = recorded.steps[place - 1] if place else None
        name = f"turnover-{index}-{step}-{request.k}"

        def make(progress: Progress) -> Turnover:
            last = None if before is None else Points(index, self._at(index, before), None, before)
            here = Points(index, self._at(index, step), None, step)
            found = turnover(last, here, request.k, self._neighborhoods, progress)
            for gone in self._turnovers.put(name, found.values.nbytes):
                self._jobs.forget(gone)
            return found

        with self._lock:
            last = self._asked.get(index)
            if last is not None and last.name != name:
                last.cancel()
            job = self._asked[index] = self._jobs.start(name, make)
        return job

    def _result(self, name: str) -> Course | Turnover:
        job = self._jobs[name]
        if not isinstance(job.result, Course | Turnover):
            raise UnfinishedError(f"The motion {name!r} is {job.state}. Wait until its job is done.")
        return job.result

    def _measured(self, name: str) -> Course:
        found = self._result(name)
        if not isinstance(found, Course):
            raise ParameterError(f"{name!r} compares neighbours; ask for the course of the points first.")
        return found


def _measure(name: str) -> MotionMeasure:
    if name in ("moved", "path", "changed"):
        return name
    raise ParameterError(f"There is no measure {name!r}; 'moved', 'path' and 'changed' are allowed.")
