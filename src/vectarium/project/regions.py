"""Where a model's prediction changes, in a picture of more than two dimensions: an estimate, and how true it is.

A point of the picture is the shadow of many vectors, so there is no boundary to be drawn, only what the
model said of the points that lie near (Rodrigues et al., "Constructing and visualizing high-quality
classifier decision boundary maps", 2019, discuss why every background is one slice of many). Each place
takes the vote of the points around it, nearer ones counting more; where none is near it stays blank. What
the background then says of each point itself is compared with what the model said: the share on which they
agree tells whether it may be drawn at all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vectarium.errors import ShapeError

# The standard deviation of a point's reach, as a share of the picture's diagonal; less where there are many.
REACH = 0.02
# Where all points around count less than this much of one that is right there, nothing is said.
FAINT = 0.08
NOTHING = 255
MOST_CLASSES = 250


@dataclass(frozen=True, eq=False)
class Regions:
    """A background of classes.

    Parameters
    ----------
    codes
        uint8 ``(height, width)``: the class at ``(x[j], y[i])``, 255 where nothing is said.
    confidence
        uint8 ``(height, width)``: its share of the votes, 0 to 255.
    agreement
        The share of points whose own class the background gives back; NaN without any.
    """

    codes: NDArray[np.uint8]
    confidence: NDArray[np.uint8]
    agreement: float


def estimate_regions(
    places: NDArray[np.floating],
    classes: NDArray[np.integer],
    low: tuple[float, float],
    high: tuple[float, float],
    shape: tuple[int, int] = (160, 240),
) -> Regions:
    """Estimate a background from the classes of points.

    Parameters
    ----------
    places
        Array ``(n, 2)``; NaN for points without a place.
    classes
        Integers ``(n,)`` from 0 on; below 0: none.
    low, high
        The corners of the background: its first and its last place.
    shape
        How many places there are, ``(height, width)``.

    Raises
    ------
    ShapeError
        If these do not fit together, or there are more than 250 classes.
    """
    if places.ndim != 2 or places.shape[1] != 2 or classes.shape != (len(places),):
        raise ShapeError(f"Places {places.shape} and classes {classes.shape}; (n, 2) and (n,) are needed.")
    used = np.isfinite(places).all(axis=1) & (classes >= 0)
    here, of = np.asarray(places[used], np.float64), np.asarray(classes[used], np.int64)
    if len(of) and of.max() >= MOST_CLASSES:
        raise ShapeError(f"There are {int(of.max()) + 1:,} classes; a background has up to {MOST_CLASSES}.")
    cells = _cells(here, low, high, shape)
    found = np.unique(of)
    reach = _reach(len(of), shape)
    votes = np.stack([_blurred(cells[of == each], shape, reach) for each in found]) if len(found) else None
    if votes is None:
        blank = np.full(shape, NOTHING, np.uint8)
        return Regions(blank, np.zeros(shape, np.uint8), float("nan"))
    total, winner = votes.sum(axis=0), votes.argmax(axis=0)
    said = total > FAINT
    share = np.divide(votes.max(axis=0), total, out=np.zeros(shape), where=said)
    codes = np.where(said, found[winner], NOTHING).astype(np.uint8)
    inside = (cells >= 0).all(axis=1)
    rows, columns = cells[inside].T
    agreement = float((codes[rows, columns] == of[inside]).mean()) if inside.any() else float("nan")
    return Regions(codes, np.round(255 * share).astype(np.uint8), agreement)


def _reach(n: int, shape: tuple[int, int]) -> float:
    """The standard deviation of a point's reach, in cells: the more points, the finer, but never within one."""
    diagonal = float(np.hypot(*shape))
    return max(0.9, REACH * diagonal * min(1.0, (1000 / max(n, 1)) ** 0.25))


def _cells(
    places: NDArray[np.float64], low: tuple[float, float], high: tuple[float, float], shape: tuple[int, int]
) -> NDArray[np.int64]:
    """Row and column of each place, ``(n, 2)``; -1 where it lies outside."""
    span = np.maximum(np.subtract(high, low), np.finfo(float).tiny)
    at = np.rint((places - np.asarray(low)) / span * (np.array(shape[::-1]) - 1)).astype(np.int64)[:, ::-1]
    outside = ((at < 0) | (at >= np.array(shape))).any(axis=1)
    at[outside] = -1
    return at


def _blurred(cells: NDArray[np.int64], shape: tuple[int, int], reach: float) -> NDArray[np.float64]:
    """How much the points in these cells count around them: 1 at a single one, less farther away."""
    height, width = shape
    inside = cells[(cells >= 0).all(axis=1)]
    counts = np.bincount(inside[:, 0] * width + inside[:, 1], minlength=height * width).reshape(shape)
    return _weights(height, reach) @ counts @ _weights(width, reach)


def _weights(size: int, reach: float) -> NDArray[np.float64]:
    """What a point in one cell counts in another, along one side, ``(size, size)``."""
    away = np.subtract.outer(np.arange(size), np.arange(size)) / reach
    return np.exp(-0.5 * np.square(away))
