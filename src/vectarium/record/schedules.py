"""When a snapshot is due.

>>> [step for step in range(60) if schedule("log").at_step(step)]
[0, 1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 20, 25, 32, 40, 50]
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from numbers import Integral
from typing import Any

from vectarium.errors import ParameterError


class Schedule:
    """By hand: nothing is due by itself. The other schedules say when something is."""

    def at_step(self, step: int) -> bool:
        """Whether a snapshot is due after this training step."""
        del step
        return False

    def at_epoch(self, epoch: int) -> bool:
        """Whether a snapshot is due at the end of this epoch, counted from 0."""
        del epoch
        return False


@dataclass(frozen=True)
class EveryEpoch(Schedule):
    """At the end of every k-th epoch."""

    k: int = 1

    def at_epoch(self, epoch: int) -> bool:
        """Whether a snapshot is due at the end of this epoch."""
        return (epoch + 1) % self.k == 0


@dataclass(frozen=True)
class EverySteps(Schedule):
    """At step 0, k, 2k …."""

    k: int

    def at_step(self, step: int) -> bool:
        """Whether a snapshot is due after this training step."""
        return step % self.k == 0


@dataclass(frozen=True)
class LogSpaced(Schedule):
    """Often at first, where most is learned, then more and more rarely: so many in each power of ten."""

    per_decade: int = 10

    def at_step(self, step: int) -> bool:
        """Whether a snapshot is due after this training step: step 0, and where a power of ``10^(1/k)`` is rounded to it."""
        if step < 2:
            return True
        digits = len(str(step))
        first = (digits - 1) * self.per_decade
        return any(
            round(10 ** (power / self.per_decade)) == step for power in range(first - 1, first + self.per_decade + 1)
        )


@dataclass(frozen=True)
class AtSteps(Schedule):
    """At the steps that are listed."""

    steps: frozenset[int] = field(default_factory=frozenset[int])

    def at_step(self, step: int) -> bool:
        """Whether a snapshot is due after this training step."""
        return step in self.steps


def schedule(every: Any) -> Schedule:
    """A schedule from the short forms.

    Parameters
    ----------
    every
        ``"epoch"``; a whole number k for every k-th step; ``"log"``; a list of steps; None for by
        hand; or a :class:`Schedule`.

    Raises
    ------
    ParameterError
        If it is none of these.
    """
    if every is None:
        return Schedule()
    if isinstance(every, Schedule):
        return every
    if every == "epoch":
        return EveryEpoch()
    if every == "log":
        return LogSpaced()
    if _is_whole(every) and every >= 1:
        return EverySteps(int(every))
    if isinstance(every, Iterable) and not isinstance(every, str):
        listed = list(every)
        if all(_is_whole(step) and step >= 0 for step in listed):
            return AtSteps(frozenset(map(int, listed)))
    raise ParameterError(
        f"every is {every!r:.80}; it can be 'epoch', a whole number of steps such as 100, 'log', a list of steps, or "
        "None for snapshots by hand."
    )


def _is_whole(value: Any) -> bool:
    return not isinstance(value, bool) and isinstance(value, Integral)
