"""Where some points of a timeline are at all of its steps, so that their ways can be drawn."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.errors import ParameterError
from vectarium.explore.messages.timeline import TrailsMessage
from vectarium.explore.points import Rows
from vectarium.explore.timelines import Timelines

MOST_TRAILS = 1000


def trails(
    timelines: Timelines, name: str, rows: Rows | None, components: list[int]
) -> tuple[TrailsMessage, dict[str, NDArray[Any]]]:
    """The head and the arrays of a packet with the places of some points at all steps.

    Raises
    ------
    ParameterError
        If there are no rows, too many, or such that are not there; or no such components.
    """
    if rows is None or not 1 <= rows.size <= MOST_TRAILS:
        raise ParameterError(
            f"Trails of {0 if rows is None else rows.size:,} points; 1 to {MOST_TRAILS:,} can be asked for."
        )
    steps, places = timelines.ways(name, rows, components)
    return TrailsMessage(name, list(steps)), {"places": np.ascontiguousarray(places.transpose(1, 0, 2)).reshape(-1)}
