"""What a film is made of. Whoever has a recording to show gives one: see ``vectarium.explore.films``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Column

Ground = tuple[NDArray[np.uint8], NDArray[np.uint8], list[str], list[float], list[float]]
"""Regions behind the points: codes and confidence ``(height, width)``, the classes, the corners of the grid."""


class Reel(Protocol):
    """The points at every step, and what is said about them."""

    @property
    def title(self) -> str:
        """What is seen, in a few words."""
        ...

    @property
    def sentence(self) -> str:
        """How it was made, in one line."""
        ...

    @property
    def steps(self) -> Sequence[int]:
        """The steps."""
        ...

    @property
    def epochs(self) -> Sequence[float | None]:
        """The epoch of each step, None where it is not known."""
        ...

    @property
    def curve(self) -> tuple[str, Sequence[float | None]] | None:
        """A number a step that the training told, with its name."""
        ...

    @property
    def low(self) -> Sequence[float]:
        """Where nearly all points of all steps lie: the lower corner, one number an axis."""
        ...

    @property
    def high(self) -> Sequence[float]:
        """The upper corner. As many numbers as there are axes, 2 or 3."""
        ...

    @property
    def labels(self) -> Column | None:
        """The points' names."""
        ...

    @property
    def importance(self) -> NDArray[np.float64] | None:
        """A number a point: larger ones are labelled first. None: labels spread evenly."""
        ...

    def places(self, index: int) -> NDArray[np.float32]:
        """Where the points are, ``(n, 2 or 3)``, at the step of that index; NaN without a place."""
        ...

    def colors(self, index: int) -> Column | None:
        """The column that points are coloured by, as it is at the step."""
        ...

    def spans(self) -> tuple[float, float] | None:
        """The least and the largest value over all steps, of a column of numbers that changes."""
        ...

    def ground(self, index: int) -> Ground | None:
        """The regions behind the points at the step."""
        ...
