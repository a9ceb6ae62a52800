"""What threads tell of steps, passed on in the order of the steps.

Keras calls harmless callbacks on a few threads beside the training, so that one batch may be told of before the one
before it. A curve goes forwards: what comes too early waits until what it waits for is there.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

# One thread may hang; what the others tell is not held for ever.
MOST_HELD = 256


class InOrder:
    """Passes on what is told of steps.

    Parameters
    ----------
    tell
        Called with a step and what was told of it, by one thread at a time and with ascending steps.

    Examples
    --------
    >>> told = []
    >>> ordered = InOrder(lambda step, what: told.append((step, what)))
    >>> ordered.begin(10, 1)
    >>> ordered.add(12, "b"), ordered.add(11, "a"), ordered.add(14, "d")
    (None, None, None)
    >>> told
    [(11, 'a'), (12, 'b')]
    >>> ordered.flush()
    >>> told[-1]
    (14, 'd')
    """

    def __init__(self, tell: Callable[[int, Any], None]) -> None:
        self._tell = tell
        self._held: dict[int, Any] = {}
        self._last, self._stride = 0, 1
        self._lock = threading.Lock()

    def begin(self, step: int, stride: int) -> None:
        """Say which step was the last one, and how many are done at once from here."""
        with self._lock:
            self._last, self._stride = step, stride

    def add(self, step: int, told: Any) -> None:
        """Tell of a step; what is told of one that was passed already is left out."""
        with self._lock:
            if step > self._last:
                self._held[step] = told
            while self._last + self._stride in self._held or len(self._held) > MOST_HELD:
                self._pass_on(min(self._held))

    def flush(self) -> None:
        """Pass on what still waits."""
        with self._lock:
            for step in sorted(self._held):
                self._pass_on(step)

    def _pass_on(self, step: int) -> None:
        self._last = step
        self._tell(step, self._held.pop(step))
