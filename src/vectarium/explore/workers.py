"""A few threads that take work from a queue.

``concurrent.futures`` waits for its threads when Python ends; these are daemons, so that Ctrl-C
ends the program even while a long piece of native code runs.
"""

from __future__ import annotations

import os
import queue
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

Result = TypeVar("Result")


class Workers:
    """Threads that are started when there is work for them.

    Parameters
    ----------
    count
        The most threads at work at the same time.
    name
        What the threads are called in a debugger.
    niceness
        How far they step back for other threads, the server's own among them, where a core is wanted
        by both; 0: not at all, 19: most. Threads that native code starts in them do the same. On
        Linux only, where each thread has a niceness of its own.
    """

    def __init__(self, count: int, name: str, niceness: int = 0) -> None:
        self._count = count
        self._name = name
        self._niceness = niceness
        self._waiting: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()
        self._idle = 0

    def submit(self, call: Callable[..., Result], *arguments: Any) -> Future[Result]:
        """Have a function called; its result or its error comes through the future."""
        future: Future[Result] = Future()

        def task() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(call(*arguments))
            except BaseException as error:
                future.set_exception(error)

        with self._lock:
            self._waiting.put(task)
            if self._idle < self._waiting.qsize() and len(self._threads) < self._count:
                thread = threading.Thread(target=self._serve, name=f"{self._name} {len(self._threads)}", daemon=True)
                self._threads.append(thread)
                thread.start()
        return future

    def close(self) -> None:
        """Let the threads end when the queue is empty."""
        with self._lock:
            for _ in self._threads:
                self._waiting.put(None)

    def _serve(self) -> None:
        if self._niceness and sys.platform == "linux":
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), self._niceness)
        while True:
            self._idle += 1
            task = self._waiting.get()
            self._idle -= 1
            if task is None:
                return
            task()
            del task  # or the last result would live on while the thread waits
