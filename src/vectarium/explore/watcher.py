"""From jobs and recordings, which change in threads, to one page, which listens on the event loop.

A job that reports a thousand times a second is told of twenty times a second; the last state is
always among them.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading

from vectarium.explore.jobs import Job
from vectarium.explore.messages.editing import EditedMessage, SelectMessage
from vectarium.explore.messages.recording import GrownMessage
from vectarium.explore.messages.session import JobMessage

News = GrownMessage | EditedMessage | SelectMessage

PAUSE_SECONDS = 0.05


class Watcher:
    """What has changed since the page was last told. Made on the event loop."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._event = asyncio.Event()
        self._changed: dict[str, Job | News] = {}
        self._lock = threading.Lock()

    def tell(self, job: Job) -> None:
        """Take note of a change, from any thread."""
        self._note(job.name, job)

    def tell_grown(self, grown: GrownMessage) -> None:
        """Take note that a recording has grown, from any thread."""
        self._note(f"grown {grown.grown}", grown)

    def tell_news(self, news: EditedMessage | SelectMessage) -> None:
        """Take note that somebody tagged, named or selected, from any thread."""
        self._note(f"edited {news.edited}" if isinstance(news, EditedMessage) else "select", news)

    def _note(self, key: str, news: Job | News) -> None:
        with self._lock:
            quiet = not self._changed
            self._changed[key] = news
        if quiet:
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody listens any more
                self._loop.call_soon_threadsafe(self._event.set)

    async def changes(self) -> list[JobMessage | News]:
        """Wait for changes and take them."""
        await self._event.wait()
        self._event.clear()
        with self._lock:
            news, self._changed = list(self._changed.values()), {}
        return [each.message() if isinstance(each, Job) else each for each in news]
