"""Work that takes longer than a person waits: off the event loop, watched, held and stopped when asked.

A job is named for its content, so that the same request joins the one that runs, or finds its
result. Work calls ``progress(fraction, text)`` between its pieces; after :meth:`Job.cancel` and
:meth:`Job.pause` that call raises :class:`~vectarium.errors.CancelledError`. The job is told to be
cancelled or paused at once, even while its thread still has to reach the end of its piece.

Resumable work keeps what it has reached, so that calling it again goes on from there. A paused job
therefore occupies no thread: :meth:`Jobs.resume` puts it into the queue again. Each turn at work has
a number; what a thread of an earlier turn still reports is not heard.
"""

from __future__ import annotations

import os
import threading
import traceback
from collections.abc import Callable
from functools import partial
from typing import Any

from vectarium.errors import CancelledError, NameNotFoundError, ParameterError, VectariumError
from vectarium.explore.listeners import Listeners
from vectarium.explore.messages.kinds import JobState
from vectarium.explore.messages.session import JobMessage
from vectarium.explore.workers import Workers

Progress = Callable[[float, str], None]
Work = Callable[[Progress], Any]
Listener = Callable[["Job"], None]

UNFINISHED: tuple[JobState, ...] = ("waiting", "running", "paused")


class JobNotFoundError(NameNotFoundError):
    """No job has that name, or its result had to make room for newer ones."""

    what = "job"


class Job:
    """One piece of work.

    Parameters
    ----------
    name
        What the work is, in a form that is the same for the same content.
    work
        Called with ``progress``; what it returns becomes ``result``.
    tell
        Called with the job whenever its state changes, from any thread.
    workers
        The threads that do it.
    resumable
        Whether the work, called again after it was interrupted, goes on where it stopped.
    over
        Called with the job when it is over, before anybody else is told.
    """

    def __init__(
        self,
        name: str,
        work: Work,
        tell: Listener,
        workers: Workers,
        *,
        resumable: bool = False,
        over: Listener | None = None,
    ) -> None:
        self.name = name
        self.state: JobState = "waiting"
        self.fraction = 0.0
        self.text = ""
        self.failure: BaseException | None = None
        self.result: Any = None
        self.resumable = resumable
        self._work: Work | None = work
        self._tell = tell
        self._workers = workers
        self._over = over
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._turn = 0

    @property
    def unfinished(self) -> bool:
        """Whether it waits, runs or is paused."""
        return self.state in UNFINISHED

    def message(self) -> JobMessage:
        """The job as the page is told of it."""
        error = "" if self.failure is None else explain(self.failure)
        return JobMessage(self.name, self.state, round(self.fraction, 4), self.text, error)

    def begin(self) -> None:
        """Have the work done when a thread is free."""
        self._workers.submit(self._run, self._turn)

    def pause(self) -> None:
        """Hold the work and free its thread; a job that is over, or paused already, stays as it is.

        Raises
        ------
        ParameterError
            If it cannot go on where it stopped.
        """
        if not self.resumable:
            raise ParameterError(f"The job {self.name!r} cannot be paused, only cancelled; t-SNE and UMAP can.")
        self._enter("paused", unless=("paused",))

    def resume(self) -> None:
        """Go on after a pause or after it was cancelled; a job in any other state stays as it is."""
        with self._lock:
            if not self.resumable or self.state not in ("paused", "cancelled"):
                return
            self._turn += 1
            self.state = "waiting"
            self._ended.clear()
        self._tell(self)
        self.begin()

    def cancel(self) -> None:
        """Ask for an end; a job that is over stays as it is."""
        self._enter("cancelled")

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is over; False when the seconds ran out before."""
        return self._ended.wait(timeout)

    def _run(self, turn: int) -> None:
        work = self._work
        if work is None or not self._enter("running", turn):
            return
        try:
            self._finish(work(partial(self._progress, turn)), turn)
        except CancelledError:
            self._enter("cancelled", turn)
        except BaseException as error:
            self._fail(error, turn)

    def _progress(self, turn: int, fraction: float, text: str = "") -> None:
        if turn != self._turn or self.state != "running":
            raise CancelledError(f"{self.name} was {self.state}.")
        self.fraction, self.text = min(1.0, max(0.0, float(fraction))), text
        self._tell(self)

    def _finish(self, result: Any, turn: int) -> None:
        with self._lock:
            if turn != self._turn or self.state != "running":
                return
            self.result, self.fraction = result, 1.0
        self._enter("done", turn)

    def _fail(self, error: BaseException, turn: int) -> None:
        if debugging() and not isinstance(error, VectariumError):
            traceback.print_exception(error)
        with self._lock:
            if turn != self._turn or not self.unfinished:
                return
            self.failure = error
        self._enter("failed", turn)

    def _enter(self, state: JobState, turn: int | None = None, unless: tuple[JobState, ...] = ()) -> bool:
        """Change the state; False where the job is over, or where a thread of an earlier turn asks."""
        with self._lock:
            if not self.unfinished or self.state in unless or turn not in (None, self._turn):
                return False
            self.state = state
            if state in ("paused", "cancelled"):
                self._turn += 1
            if state in ("done", "failed") or (state == "cancelled" and not self.resumable):
                self._work = None  # so that what the work holds can go
        if self._over is not None and not self.unfinished:
            self._over(self)
        self._tell(self)
        with self._lock:  # after everybody was told, so that who waits finds it settled
            if not self.unfinished:
                self._ended.set()
        return True


class Jobs:
    """All jobs of a session, by name.

    Parameters
    ----------
    workers
        The threads that run them, unless a job names others.
    """

    def __init__(self, workers: Workers) -> None:
        self._workers = workers
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()
        self._listeners: Listeners[Job] = Listeners()

    def start(
        self,
        name: str,
        work: Work,
        *,
        workers: Workers | None = None,
        resumable: bool = False,
        over: Listener | None = None,
    ) -> Job:
        """The job of that name: the one there is, unless it failed or was cancelled, else a new one.

        Resumable work that was cancelled goes on where it stopped.
        """
        with self._lock:
            job = self._jobs.get(name)
            if job is None or job.state == "failed" or (job.state == "cancelled" and not job.resumable):
                job = Job(name, work, self._tell, workers or self._workers, resumable=resumable, over=over)
                self._jobs[name] = job
                begin = job.begin
            elif job.state == "cancelled":
                begin = job.resume
            else:
                return job
        begin()
        return job

    def __getitem__(self, name: str) -> Job:
        try:
            return self._jobs[name]
        except KeyError:
            raise JobNotFoundError(name, list(self._jobs)) from None

    def __contains__(self, name: object) -> bool:
        return name in self._jobs

    def all(self) -> list[Job]:
        """Every job there is, the oldest first."""
        with self._lock:
            return list(self._jobs.values())

    def forget(self, name: str) -> None:
        """Drop a job and its result."""
        with self._lock:
            self._jobs.pop(name, None)

    def cancel_all(self) -> None:
        """Cancel whatever is not over yet."""
        for job in self.all():
            job.cancel()

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call the listener, from any thread, whenever a job changes; returns how to stop that."""
        return self._listeners.add(listener)

    @property
    def watched(self) -> bool:
        """Whether anybody listens."""
        return len(self._listeners) > 0

    def _tell(self, job: Job) -> None:
        self._listeners.tell(job)


def part(progress: Progress, start: float, stop: float) -> Progress:
    """What a stage of a longer work reports to: its share runs from ``start`` to ``stop`` of the whole."""
    return lambda fraction, text: progress(start + (stop - start) * fraction, text)


def debugging() -> bool:
    """Whether tracebacks are wanted."""
    return os.environ.get("VECTARIUM_DEBUG", "") not in ("", "0")


def explain(error: BaseException) -> str:
    """What went wrong, in words for a person."""
    if isinstance(error, VectariumError):
        return str(error)
    if isinstance(error, MemoryError):
        return f"There is not enough memory for this. {error}".strip()
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}" if error.filename and error.strerror else str(error)
    return f"{type(error).__name__}: {error}. This is a fault in Vectarium; VECTARIUM_DEBUG=1 shows where."
