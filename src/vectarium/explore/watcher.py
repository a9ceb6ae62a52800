"""From jobs, which change in threads, to one page, which listens on the event loop.

A job that reports a thousand times a second is told of twenty times a second; the last state is
always among them.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading

from vectarium.explore.jobs import Job
from vectarium.explore.messages import JobMessage

PAUSE_SECONDS = 0.05


class Watcher:
    """What has changed since the page was last told. Made on the event loop."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._event = asyncio.Event()
        self._changed: dict[str, Job] = {}
        self._lock = threading.Lock()

    def tell(self, job: Job) -> None:
        """Take note of a change, from any thread."""
        with self._lock:
            quiet = not self._changed
            self._changed[job.name] = job
        if quiet:
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody listens any more
                self._loop.call_soon_threadsafe(self._event.set)

    async def changes(self) -> list[JobMessage]:
        """Wait for changes and take them."""
        await self._event.wait()
        self._event.clear()
        with self._lock:
            jobs, self._changed = list(self._changed.values()), {}
        return [job.message() for job in jobs]
