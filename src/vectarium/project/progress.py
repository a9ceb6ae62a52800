"""How long work tells where it is, and how it is stopped.

A long function takes ``progress``, a callable ``progress(fraction, text)``, and calls it between
pieces of its work. Whoever wants the work to stop raises ``CancelledError`` from it.

Not all work comes in small pieces: a library's sort or a large copy runs to its end. What people call
is therefore ``watched``: it works on a thread of its own, and whoever called is asked every 50 ms.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from vectarium.errors import CancelledError

P = ParamSpec("P")
Result = TypeVar("Result")

PATIENCE_SECONDS = 0.05

Progress = Callable[[float, str], None]


def silent(fraction: float, text: str) -> None:
    """Report nothing."""


def part(progress: Progress, start: float, stop: float, text: str) -> Callable[[float], None]:
    """Report one stage of a longer work.

    Parameters
    ----------
    progress
        Where the whole work reports to.
    start, stop
        The share of the whole at which the stage starts and ends, 0 to 1.
    text
        What the stage does.
    """

    def report(fraction: float) -> None:
        progress(start + (stop - start) * fraction, text)

    return report


def stage(progress: Progress, start: float, stop: float) -> Progress:
    """The same for a stage that names its own parts."""

    def report(fraction: float, text: str) -> None:
        progress(start + (stop - start) * fraction, text)

    return report


def watched(function: Callable[P, Result]) -> Callable[P, Result]:
    """Let a function's ``progress`` be called about every 50 ms from the calling thread, whatever it is doing.

    When ``progress`` raises, that is thrown on at once. The work ends at its next report, and what it
    found is dropped.
    """

    @wraps(function)
    def call(*arguments: P.args, **named: P.kwargs) -> Result:
        progress: Any = named.get("progress")
        if progress is None:
            return function(*arguments, **named)

        def work(report: Progress) -> Result:
            return function(*arguments, **(named | {"progress": report}))  # type: ignore[arg-type]

        return _patiently(work, progress)

    return call


def _patiently(work: Callable[[Progress], Result], progress: Progress) -> Result:
    said: tuple[float, str] = 0.0, "Looking at the vectors"
    stop, done = threading.Event(), threading.Event()
    results: list[Result] = []
    errors: list[BaseException] = []

    def report(fraction: float, text: str) -> None:
        nonlocal said
        if stop.is_set():
            raise CancelledError("Nobody waits for this any more.")
        said = fraction, text

    def run() -> None:
        try:
            results.append(work(report))
        except BaseException as error:
            errors.append(error)
        finally:
            done.set()

    threading.Thread(target=run, name="watched work", daemon=True).start()
    try:
        while not done.wait(PATIENCE_SECONDS):
            progress(*said)
        if not errors:
            progress(*said)
    except BaseException:
        stop.set()
        raise
    if errors:
        raise errors[0]
    return results[0]
