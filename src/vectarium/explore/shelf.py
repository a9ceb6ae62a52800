"""What is kept until its room is needed: names with the memory each takes, the one unused for longest first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator


class Shelf:
    """A ledger of what is kept elsewhere.

    Parameters
    ----------
    budget
        How many bytes may be kept; the newest one may be larger on its own.
    most
        How many may be kept, however small.
    """

    def __init__(self, budget: int, most: int) -> None:
        self._budget = budget
        self._most = most
        self._sizes: OrderedDict[str, int] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, name: str, nbytes: int) -> list[str]:
        """Keep one, as the newest; returns the names of those that have to go."""
        gone: list[str] = []
        with self._lock:
            self._sizes[name] = nbytes
            self._sizes.move_to_end(name)
            while len(self._sizes) > self._most or (len(self._sizes) > 1 and self.nbytes > self._budget):
                gone.append(self._sizes.popitem(last=False)[0])
        return gone

    def touch(self, name: str) -> None:
        """Take note that one was used."""
        with self._lock:
            if name in self._sizes:
                self._sizes.move_to_end(name)

    def drop(self, name: str) -> None:
        """Keep one no longer."""
        with self._lock:
            self._sizes.pop(name, None)

    @property
    def nbytes(self) -> int:
        """How much is kept."""
        return sum(self._sizes.values())

    def __contains__(self, name: object) -> bool:
        return name in self._sizes

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._sizes))
