"""Where a model's prediction changes: its head evaluated on a grid in the plane of a two-dimensional embedding."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from vectarium.data.json_file import LARGEST_REAL, Fields, is_text
from vectarium.errors import FormatError, ShapeError

CODE = "<f2"
LARGEST_SIDE = 1 << 12
MOST_CLASSES = 1 << 16


@dataclass(frozen=True, eq=False)
class Boundary:
    """Class probabilities on a grid.

    Parameters
    ----------
    probabilities
        float16 ``(height, width, classes)``: ``[i, j]`` is what the model says of the point ``(x[j], y[i])``. NaN where
        it says nothing.
    low, high
        The first and the last point of the grid: ``x`` goes evenly from ``low[0]`` to ``high[0]``, ``y`` from ``low[1]``
        to ``high[1]``, both included.
    classes
        Their names.

    Raises
    ------
    ShapeError
        If these do not fit together.
    """

    probabilities: NDArray[np.float16]
    low: tuple[float, float]
    high: tuple[float, float]
    classes: tuple[str, ...]

    def __post_init__(self) -> None:
        shape = self.probabilities.shape
        sides = len(shape) == 3 and all(2 <= side <= LARGEST_SIDE for side in shape[:2])
        if not sides or not 1 <= shape[2] <= MOST_CLASSES:
            raise ShapeError(
                f"The grid of a boundary has shape {shape}; (height, width, classes) is needed, 2 to {LARGEST_SIDE:,} points a side."
            )
        if len(self.classes) != shape[2] or not all(map(is_text, self.classes)):
            raise ShapeError(
                f"A boundary of {shape[2]:,} classes has {len(self.classes):,} names; one for each is needed."
            )
        if not is_extent(self.low, self.high):
            raise ShapeError(
                f"The grid of a boundary goes from {self.low} to {self.high}; finite growing numbers are needed."
            )

    def described(self) -> dict[str, Any]:
        """As it stands in snapshot.json."""
        height, width, _ = self.probabilities.shape
        corners = {"low": list(map(float, self.low)), "high": list(map(float, self.high))}
        return {"height": height, "width": width, **corners, "classes": list(self.classes)}


@dataclass(frozen=True)
class BoundaryEntry:
    """A boundary as snapshot.json has it."""

    shape: tuple[int, int, int]
    low: tuple[float, float]
    high: tuple[float, float]
    classes: tuple[str, ...]


def boundary_entry(fields: Fields, d: int) -> BoundaryEntry:
    """Read what snapshot.json says of one.

    Parameters
    ----------
    fields
        Its object.
    d
        How many dimensions its embedding has.

    Raises
    ------
    FormatError
        If it says what cannot be.
    """
    if d != 2:
        raise FormatError(f"{fields.what} belongs to an embedding of {d} dimensions; 2 are needed.", fields.path)
    classes = fields.texts("classes")
    if not 1 <= len(classes) <= MOST_CLASSES:
        raise fields.wrong("classes", f"a list of 1 to {MOST_CLASSES:,} names")
    low, high = _pair(fields, "low"), _pair(fields, "high")
    if not is_extent(low, high):
        raise fields.wrong("high", f"a point above {list(low)} in both coordinates")
    height, width = fields.integer("height", 2, LARGEST_SIDE), fields.integer("width", 2, LARGEST_SIDE)
    return BoundaryEntry((height, width, len(classes)), low, high, classes)


def is_extent(low: Sequence[float], high: Sequence[float]) -> bool:
    """Whether two points span a finite rectangle."""
    spans = [above - below for below, above in zip(low, high, strict=True)]
    return len(spans) == 2 and all(math.isfinite(span) and span > 0 for span in spans)


def _pair(fields: Fields, name: str) -> tuple[float, float]:
    value: Any = fields.values.get(name)
    pair = cast("list[Any]", value) if isinstance(value, list) else []
    plain = all(isinstance(each, (int, float)) and not isinstance(each, bool) for each in pair)
    if len(pair) != 2 or not plain or not all(abs(each) <= LARGEST_REAL for each in pair):
        raise fields.wrong(name, "a list of two numbers")
    return float(pair[0]), float(pair[1])
