"""Who is told of something, from whichever thread it happens in."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

News = TypeVar("News")


class Listeners(Generic[News]):
    """Callables that are called with each piece of news."""

    def __init__(self) -> None:
        self._all: tuple[Callable[[News], None], ...] = ()
        self._lock = threading.Lock()

    def add(self, listener: Callable[[News], None]) -> Callable[[], None]:
        """Tell one more; returns how to stop that."""
        with self._lock:
            self._all = (*self._all, listener)
        return lambda: self._remove(listener)

    def tell(self, news: News) -> None:
        """Tell them all, in the thread that calls."""
        for listener in self._all:
            listener(news)

    def __len__(self) -> int:
        return len(self._all)

    def _remove(self, listener: Callable[[News], None]) -> None:
        with self._lock:
            self._all = tuple(each for each in self._all if each is not listener)
