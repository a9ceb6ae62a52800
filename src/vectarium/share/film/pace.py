"""Which step each picture of a film shows: as the page plays them (``web/src/state/replay.svelte.ts``)."""

from __future__ import annotations

from dataclasses import dataclass

from vectarium.errors import ParameterError

# How long the whole takes, unless there are too few or too many steps for that, in seconds.
WHOLE, SHORTEST, LONGEST = 12.0, 0.05, 0.9
# The first step stands for a moment before anything moves, and the last one longer, in seconds, but for no more
# than these shares of the film.
BEFORE, AFTER = 0.5, 1.5
BEFORE_SHARE, AFTER_SHARE = 0.06, 0.15
STILL = 2.0


@dataclass(frozen=True)
class Moment:
    """What one picture shows: ``share`` of the way from the step at ``index`` to the next one, ``seconds`` after the start."""

    index: int
    share: float
    seconds: float


def usual_seconds(steps: int, speed: float = 1.0) -> float:
    """How long a film of so many steps is."""
    if steps < 2:
        return STILL
    return (steps - 1) * min(max(WHOLE / (steps - 1), SHORTEST), LONGEST) / speed + BEFORE + AFTER


def moments(steps: int, seconds: float, fps: float) -> list[Moment]:
    """One a picture; the first shows the first step and the last the last one, exactly.

    Raises
    ------
    ParameterError
        If there would be no picture, or more than anybody looks at.
    """
    count = round(seconds * fps)
    if not 1 <= count <= 100_000:
        raise ParameterError(
            f"{seconds:g} seconds at {fps:g} pictures a second are {count:,} pictures; 1 to 100,000 are allowed."
        )
    last = steps - 1
    before = min(BEFORE, BEFORE_SHARE * seconds)
    moving = max(seconds - before - min(AFTER, AFTER_SHARE * seconds), 1e-9)
    made: list[Moment] = []
    for number in range(count):
        at = number / fps
        place = min(max((at - before) / moving, 0.0), 1.0) * last if number < count - 1 else float(last)
        index = min(int(place), last)
        made.append(Moment(index, place - index, at))
    return made
