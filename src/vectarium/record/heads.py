"""Heads: what tells classes from the vectors of a table or of a layer, and the plane on which they are evaluated.

Where vectors have two dimensions, the head says something of every place in the plane. It is evaluated on a grid around
the points, with as much room on each side as they take up themselves, since they may be on their way outwards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.errors import ParameterError

SIDE = 64
LARGEST_SIDE = 1024
FARTHEST = 1e30


@dataclass(frozen=True, eq=False)
class Plane:
    """A grid around points in the plane.

    Parameters
    ----------
    low, high
        Its first and its last point.
    side
        How many points each side has.
    """

    low: tuple[float, float]
    high: tuple[float, float]
    side: int

    @classmethod
    def around(cls, vectors: NDArray[Any], side: int) -> Plane | None:
        """The plane around points ``(n, d)``; None where d is not 2, nothing is finite, or no grid is wanted."""
        if vectors.ndim != 2 or vectors.shape[1] != 2 or side == 0:
            return None
        near = vectors[(np.abs(vectors) < FARTHEST).all(axis=1)].astype(np.float64)
        if not len(near):
            return None
        low, high = near.min(0), near.max(0)
        middle, span = (low + high) / 2, float((high - low).max())
        reach = 1.5 * span if span > 1e-9 * np.abs(near).max() else max(1.0, float(np.abs(near).max()))
        first, last = middle - reach, middle + reach
        return cls((float(first[0]), float(first[1])), (float(last[0]), float(last[1])), side)

    @property
    def points(self) -> NDArray[np.float32]:
        """Every point, ``(side * side, 2)``, row by row from ``low``."""
        x, y = (np.linspace(low, high, self.side) for low, high in zip(self.low, self.high, strict=True))
        across, up = np.meshgrid(x, y)
        return np.stack([across.ravel(), up.ravel()], axis=1).astype(np.float32)


def named_heads(head: Any, tables: Sequence[str], activations: Sequence[str]) -> dict[str, Any]:
    """Heads by the name of the table or layer whose vectors they take.

    Raises
    ------
    ParameterError
        If it is unclear whose head it is.
    """
    if head is None:
        return {}
    recorded = [*tables, *activations]
    if not isinstance(head, Mapping):
        only = list(tables) or list(activations)
        if len(only) != 1:
            raise ParameterError(f"There are {len(only)} tables and layers; say whose head it is: head={{name: head}}.")
        return {only[0]: head}
    unknown = next((name for name in head if name not in recorded), None)
    if unknown is not None:
        raise ParameterError(
            f"head names {unknown!r}, which is none of what is recorded: {', '.join(map(repr, recorded))}."
        )
    return dict(head)


def check_side(grid: Any) -> int:
    """The number of points on each side of a grid, 0 for none.

    Raises
    ------
    ParameterError
        If it is no whole number that makes a grid.
    """
    if isinstance(grid, bool) or int(grid) != grid or (grid != 0 and not 2 <= grid <= LARGEST_SIDE):
        raise ParameterError(f"grid is {grid!r}; 2 to {LARGEST_SIDE:,} points a side, or 0 for no grid, are needed.")
    return int(grid)
