"""Work says where it is, and stops when asked."""

from __future__ import annotations

import threading
import time

import pytest

from vectarium.errors import CancelledError
from vectarium.project.progress import Progress, silent, watched


@watched
def nap(seconds: float, *, progress: Progress | None = None) -> str:
    """Work that cannot be asked to stop."""
    (progress or silent)(0.5, "Sleeping")
    time.sleep(seconds)
    return threading.current_thread().name


def test_watched_work_asks_while_it_is_busy_and_stops_at_once():
    asked: list[tuple[float, str]] = []

    def stop(fraction: float, text: str) -> None:
        asked.append((fraction, text))
        raise CancelledError("enough")

    start = time.perf_counter()
    with pytest.raises(CancelledError, match="enough"):
        nap(30, progress=stop)
    assert time.perf_counter() - start < 10
    assert asked == [(0.5, "Sleeping")]


def test_watched_work_returns_and_raises_what_the_function_does():
    assert nap(0, progress=silent) == "watched work"
    assert nap(0) == threading.current_thread().name
    with pytest.raises(ValueError, match="sleep length"):
        nap(-1, progress=silent)


def test_watched_work_that_nobody_waits_for_ends_at_its_next_report():
    ended = threading.Event()

    @watched
    def work(*, progress: Progress) -> None:
        try:
            while True:
                progress(0, "On and on")
                time.sleep(0.001)
        finally:
            ended.set()

    def stop(fraction: float, text: str) -> None:
        raise CancelledError

    with pytest.raises(CancelledError):
        work(progress=stop)
    assert ended.wait(10)
