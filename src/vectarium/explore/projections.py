"""Projections that are being made, and those that are kept because a person comes back to them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vectarium.errors import ParameterError, VectariumError
from vectarium.explore import parameters
from vectarium.explore.directions import Ends, directed_projection
from vectarium.explore.frames import Frame
from vectarium.explore.jobs import Job, JobNotFoundError, Jobs, Progress, Work
from vectarium.explore.joint_run import JointProjection, JointRun
from vectarium.explore.listeners import Listeners
from vectarium.explore.messages.projection import ProjectRequest, RunOutline
from vectarium.explore.neighborhoods import Neighborhoods
from vectarium.explore.perturbing import perturbed
from vectarium.explore.points import Points
from vectarium.explore.projection import Projection, principal_projection
from vectarium.explore.run import Run
from vectarium.explore.shelf import Shelf
from vectarium.explore.workers import Workers

KEPT_BYTES = 512 << 20
MOST_KEPT = 200
MOST_UNFINISHED = 20
# Cancelled runs that can go on where they stopped hold their graphs.
HELD_BYTES = 1 << 30
MOST_HELD = 8


class UnfinishedError(VectariumError):
    """What is asked for is not there yet."""


@dataclass(frozen=True, eq=False)
class Entry:
    """A projection that was asked for. ``run`` is None for principal components and axes between points, which have ``ends``."""

    points: Points
    request: ProjectRequest
    run: Run | None
    job: Job
    ends: Ends | None = None

    @property
    def nbytes(self) -> int:
        """The memory its result takes."""
        if isinstance(self.job.result, Projection):
            return self.job.result.nbytes
        frame = None if self.run is None else self.run.frame
        return 0 if frame is None else frame.coordinates.nbytes

    def projection(self) -> Projection:
        """Where the points are, be it the end or not."""
        if isinstance(self.job.result, Projection):
            return self.job.result
        if self.run is None or self.run.frame is None:
            raise UnfinishedError(f"The projection {self.job.name!r} is {self.job.state}. Wait until its job is done.")
        return self.run.projection()

    def outline(self, fidelity: float | None) -> RunOutline:
        """The projection without its numbers."""
        try:
            message = self.projection().message
        except UnfinishedError:
            message = None
        return RunOutline(
            job=self.job.name,
            state=self.job.state,
            request=self.request,
            m=len(self.points),
            subset=self.points.rows is not None,
            step=self.points.step,
            sentence="" if message is None else message.sentence,
            seconds=0.0 if message is None else message.seconds,
            iteration=0 if message is None else message.iteration,
            max_iter=0 if message is None else message.max_iter,
            fidelity=fidelity,
        )


class Projections:
    """The projections of a session.

    Parameters
    ----------
    jobs
        Where the work is done.
    neighborhoods
        Nearest neighbours that were found.
    workers
        The threads of t-SNE and UMAP; by default those of all jobs.
    budget
        How many bytes of projections are kept; the one unused for longest goes first.
    """

    def __init__(
        self,
        jobs: Jobs,
        neighborhoods: Neighborhoods | None = None,
        workers: Workers | None = None,
        budget: int = KEPT_BYTES,
    ) -> None:
        self._jobs = jobs
        self._neighborhoods = neighborhoods or Neighborhoods()
        self._workers = workers
        self._entries: dict[str, Entry] = {}
        self._kept = Shelf(budget, MOST_KEPT)
        self._held = Shelf(HELD_BYTES, MOST_HELD)
        self._moved: Listeners[str] = Listeners()
        self._lock = threading.Lock()

    def start(self, points: Points, request: ProjectRequest, ends: Ends | None = None) -> Job:
        """The job that makes the projection, which may be over already.

        Raises
        ------
        ParameterError
            If a parameter is outside of what is allowed, or too many projections are unfinished.
        ColumnNotFoundError
            If there is no column of the name to supervise with.
        """
        settled = parameters.settle(request, points)
        name = parameters.name_of(settled, points, "" if ends is None else ends.digest)
        with self._lock:
            entry = self._entries.get(name)
            if entry is None or entry.job.state in ("failed", "cancelled"):
                self._check_room()
            if entry is None or entry.job.state == "failed":
                entry = self._entries[name] = self._entry(name, points, settled, ends)
            elif entry.job.state == "cancelled":
                entry = self._entries[name] = self._again(entry)
        self._settle(entry.job)  # it may have been over before it had its entry
        return entry.job

    def __getitem__(self, name: str) -> Projection:
        """A projection by its job's name, finished or as far as it came.

        Raises
        ------
        JobNotFoundError
            If there is none, or it had to make room.
        UnfinishedError
            If no point has a place yet.
        """
        entry = self._entry_of(name)
        self._kept.touch(name)
        return entry.projection()

    def timeline(self, name: str) -> JointProjection:
        """A projection of all steps by its job's name, with those that were recorded since it was made.

        Raises
        ------
        JobNotFoundError
            If there is none of all steps.
        UnfinishedError
            If no point has a place yet.
        """
        found = self[name]
        if not isinstance(found, JointProjection):
            raise JobNotFoundError(name, [each for each, entry in self._entries.items() if entry.request.joint])
        run = self._entry_of(name).run
        return run.grown(found) if isinstance(run, JointRun) else found

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def points(self, name: str) -> Points:
        """What a projection is of."""
        return self._entry_of(name).points

    def of(self, index: int) -> list[Entry]:
        """The projections of an embedding, the oldest first."""
        return [entry for entry in list(self._entries.values()) if entry.points.index == index]

    def forget(self, name: str) -> Job:
        """Stop a projection and keep it no longer."""
        job = self._entry_of(name).job
        job.cancel()
        self._drop(name)
        return job

    def newest(self, name: str) -> Frame | None:
        """The newest layout of a run; None where there is no such run, or no layout yet."""
        entry = self._entries.get(name)
        return None if entry is None or entry.run is None else entry.run.frame

    def watch(self, moved: Callable[[str], None]) -> Callable[[], None]:
        """Call ``moved`` with a run's name, from any thread, when it has a new frame; returns how to stop that."""
        return self._moved.add(moved)

    def _entry(self, name: str, points: Points, request: ProjectRequest, ends: Ends | None) -> Entry:
        if request.method in parameters.STRAIGHT:

            def make(progress: Progress) -> Projection:
                if ends is not None:
                    return directed_projection(points, request, ends, progress)
                return principal_projection(points, request, progress)

            return Entry(points, request, None, self._jobs.start(name, make, over=self._settle), ends)
        kind = JointRun if request.joint else Run
        start = self._perturbed(points, request) if request.perturbs else None
        run = kind(name, points, request, self._neighborhoods, self._moved.tell, start=start)
        return Entry(points, request, run, self._started(name, run.work))

    def _perturbed(self, points: Points, request: ProjectRequest) -> NDArray[np.float32]:
        """The layout of a finished t-SNE with noise."""
        entry = self._entry_of(request.perturbs)
        frame = None if entry.run is None else entry.run.frame
        alike = entry.request.method == "tsne" and not (entry.request.joint or request.joint)
        if frame is None or not alike or entry.job.state != "done" or entry.points.key != points.key:
            raise ParameterError(f"perturbs is {request.perturbs!r}; a finished t-SNE of the same points is needed.")
        if frame.coordinates.shape[1] != request.n_components:
            raise ParameterError(
                f"n_components is {request.n_components}; what is perturbed has {frame.coordinates.shape[1]}."
            )
        return perturbed(frame.coordinates, request)

    def _again(self, entry: Entry) -> Entry:
        """Go on with what was cancelled."""
        name = entry.job.name
        self._kept.drop(name)
        self._held.drop(name)
        if entry.run is None:
            return self._entry(name, entry.points, entry.request, entry.ends)
        self._started(name, entry.run.work)
        return entry

    def _started(self, name: str, work: Work) -> Job:
        return self._jobs.start(name, work, workers=self._workers, resumable=True, over=self._settle)

    def _entry_of(self, name: str) -> Entry:
        entry = self._entries.get(name)
        if entry is None:
            raise JobNotFoundError(name, list(self._entries))
        return entry

    def _check_room(self) -> None:
        unfinished = sum(entry.job.unfinished for entry in list(self._entries.values()))
        if unfinished >= MOST_UNFINISHED:
            raise ParameterError(
                f"{unfinished} projections wait, run or are paused already, and no more are taken. Cancel some of them first."
            )

    def _settle(self, job: Job) -> None:
        """A job has changed: where it is over, its result takes its place among those that are kept."""
        entry = self._entries.get(job.name)
        if job.unfinished or entry is None:
            return
        for gone in self._kept.put(job.name, entry.nbytes):
            self._drop(gone)
        if job.state == "cancelled" and entry.run is not None:
            for gone in self._held.put(job.name, entry.run.held_bytes):
                self._let_go(gone)

    def _let_go(self, name: str) -> None:
        entry = self._entries.get(name)
        if entry is not None and entry.run is not None and not entry.job.unfinished:
            entry.run.let_go()

    def _drop(self, name: str) -> None:
        self._entries.pop(name, None)
        self._kept.drop(name)
        self._held.drop(name)
        self._jobs.forget(name)
