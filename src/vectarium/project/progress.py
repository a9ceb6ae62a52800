"""How long work tells where it is, and how it is stopped.

A long function takes ``progress``, a callable ``progress(fraction, text)``, and calls it between
pieces of its work. Whoever wants the work to stop raises ``CancelledError`` from it.
"""

from __future__ import annotations

from collections.abc import Callable

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
