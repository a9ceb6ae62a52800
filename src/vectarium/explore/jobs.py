"""Work that takes longer than a person waits: off the event loop, watched, and stopped when asked.

A job is named for its content, so that the same request joins the one that runs, or finds its
result. Work calls ``progress(fraction, text)`` between its pieces; after :meth:`Job.cancel` that
call raises :class:`~vectarium.errors.CancelledError`. A cancelled job says so at once, even while
its thread still has to reach the end of its piece.
"""

from __future__ import annotations

import os
import threading
import traceback
from collections.abc import Callable
from typing import Any

from vectarium.errors import CancelledError, NameNotFoundError, VectariumError
from vectarium.explore.messages import JobMessage, JobState
from vectarium.explore.workers import Workers

Progress = Callable[[float, str], None]
Work = Callable[[Progress], Any]
Listener = Callable[["Job"], None]

UNFINISHED: tuple[JobState, ...] = ("waiting", "running")


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
    """

    def __init__(self, name: str, work: Work, tell: Listener) -> None:
        self.name = name
        self.state: JobState = "waiting"
        self.fraction = 0.0
        self.text = ""
        self.failure: BaseException | None = None
        self.result: Any = None
        self._work: Work | None = work
        self._tell = tell
        self._lock = threading.Lock()
        self._ended = threading.Event()

    @property
    def unfinished(self) -> bool:
        """Whether it waits or runs."""
        return self.state in UNFINISHED

    def message(self) -> JobMessage:
        """The job as the page is told of it."""
        error = "" if self.failure is None else explain(self.failure)
        return JobMessage(self.name, self.state, round(self.fraction, 4), self.text, error)

    def progress(self, fraction: float, text: str = "") -> None:
        """Take note of how far the work is; raise CancelledError when nobody wants it any more."""
        if not self.unfinished:
            raise CancelledError(f"{self.name} was cancelled.")
        self.fraction, self.text = min(1.0, max(0.0, float(fraction))), text
        self._tell(self)

    def run(self) -> None:
        """Do the work, in the thread that calls."""
        work = self._work
        if work is None or not self._enter("running"):
            return
        try:
            self.result = work(self.progress)
            self.fraction = 1.0
            self._enter("done")
        except CancelledError:
            self._enter("cancelled")
        except BaseException as error:
            self._fail(error)

    def cancel(self) -> None:
        """Ask for an end; a job that is over stays as it is."""
        self._enter("cancelled")

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is over; False when the seconds ran out before."""
        return self._ended.wait(timeout)

    def _fail(self, error: BaseException) -> None:
        if debugging() and not isinstance(error, VectariumError):
            traceback.print_exception(error)
        self.failure = error
        self._enter("failed")

    def _enter(self, state: JobState) -> bool:
        with self._lock:
            if not self.unfinished:
                return False
            self.state = state
            if not self.unfinished:
                self._work = None  # so that what the work holds can go
        if not self.unfinished:
            self._ended.set()
        self._tell(self)
        return True


class Jobs:
    """All jobs of a session, by name.

    Parameters
    ----------
    workers
        The threads that run them.
    """

    def __init__(self, workers: Workers) -> None:
        self._workers = workers
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()
        self._listeners: tuple[Listener, ...] = ()

    def start(self, name: str, work: Work) -> Job:
        """The job of that name: the one there is, unless it failed or was cancelled, else a new one."""
        with self._lock:
            job = self._jobs.get(name)
            if job is not None and job.state not in ("failed", "cancelled"):
                return job
            job = self._jobs[name] = Job(name, work, self._tell)
        self._workers.submit(job.run)
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
        with self._lock:
            self._listeners = (*self._listeners, listener)
        return lambda: self._unlisten(listener)

    @property
    def watched(self) -> bool:
        """Whether anybody listens."""
        return bool(self._listeners)

    def _unlisten(self, listener: Listener) -> None:
        with self._lock:
            self._listeners = tuple(each for each in self._listeners if each is not listener)

    def _tell(self, job: Job) -> None:
        for listener in self._listeners:
            listener(job)


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
