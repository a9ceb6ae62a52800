"""Layouts that move: the newest one of each run, and the page that shows it, which sets the pace.

A run overwrites its newest frame some thirty times a second, whoever looks. A page that watches it is
sent the newest when it has shown the last one, so a slow page or a slow line sees fewer frames, and
never an old one late.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from vectarium.explore import packet
from vectarium.explore.messages.projection import FrameMessage, ShownRequest
from vectarium.explore.points import Points

# The least time between two frames.
FRAME_SECONDS = 0.033


@dataclass(frozen=True, eq=False)
class Frame:
    """A layout at one iteration.

    Parameters
    ----------
    job
        The run.
    iteration, max_iter
        How many iterations were made, and how many there will be.
    points
        What is laid out.
    coordinates
        float32 array ``(used, dimensions)``, one row for each point that takes part.
    divergence
        The Kullback-Leibler divergence, where it is known.
    """

    job: str
    iteration: int
    max_iter: int
    points: Points
    coordinates: NDArray[np.float32]
    divergence: float | None

    def packet_at(self, _step: int | None) -> bytes:
        """The frame as it is sent to a page that sees this step; here there is but one."""
        return self.packet

    @cached_property
    def packet(self) -> bytes:
        """The frame as it is sent; made once, however many pages watch."""
        dimensions = self.coordinates.shape[1]
        message = FrameMessage(self.job, self.iteration, self.max_iter, dimensions, known(self.divergence))
        positions = self.points.spread(self.coordinates).reshape(-1)
        return b"".join(packet.encode(message, {"positions": positions}))


class Viewer:
    """What one page sees of the run it watches. Made on the event loop.

    Parameters
    ----------
    newest
        Gives the newest frame of a run by its job's name, None where there is none.
    """

    def __init__(self, newest: Callable[[str], Frame | None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._event = asyncio.Event()
        self._newest = newest
        self._job = ""
        self.step: int | None = None
        self._sent: Frame | None = None
        self._shown = True

    def watch(self, job: str, step: int | None = None) -> None:
        """Send this run's frames from now on, the newest at once, as they are at a step; none for an empty name."""
        self._job, self.step, self._sent, self._shown = job, step, None, True
        self._event.set()

    def shown(self, shown: ShownRequest) -> None:
        """The page has shown a frame, so that it can take another."""
        sent = self._sent
        if sent is not None and (sent.job, sent.iteration) == (shown.shown, shown.iteration):
            self._shown = True
            self._event.set()

    def tell(self, job: str) -> None:
        """Take note that a run has moved, from any thread."""
        if job == self._job:
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody looks any more
                self._loop.call_soon_threadsafe(self._event.set)

    async def next(self) -> Frame:
        """Wait for a frame that the page can take and has not seen, and take it as sent."""
        while True:
            await self._event.wait()
            self._event.clear()
            frame = self._newest(self._job) if self._job and self._shown else None
            if frame is not None and frame is not self._sent:
                self._sent, self._shown = frame, False
                return frame


def known(number: float | None) -> float | None:
    """A number that JSON can hold, or None."""
    return None if number is None or not math.isfinite(number) else float(number)
