"""One cloud of points laid upon another: turned, mirrored, shifted and scaled as a whole, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.errors import ShapeError
from vectarium.project.rotation import rotation

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Alignment:
    """How a cloud of points is laid upon another.

    Parameters
    ----------
    turn
        Orthogonal matrix ``(p, p)``.
    scale
        A factor.
    origin, target
        Arrays ``(p,)``: the middle of the points before and afterwards.
    agreement
        How alike the two forms are then: 1 where one is the other turned and scaled. The correlation in a
        Procrustean sense, the root of one less the disparity. NaN where points of either lie in one place.
    """

    turn: Floats
    scale: float
    origin: Floats
    target: Floats
    agreement: float

    def place(self, x: NDArray[Any]) -> Floats:
        """Points ``(m, q)``, ``q ≤ p``, where they come to lie, ``(m, p)``; NaN stays NaN."""
        return (_wide(x, len(self.turn)) - self.origin) @ (self.scale * self.turn) + self.target


def align(x: NDArray[Any], onto: NDArray[Any]) -> Alignment:
    """Lay points upon others as well as turning, mirroring, shifting and scaling them as a whole can do.

    Parameters
    ----------
    x, onto
        Arrays ``(n, p)`` and ``(n, q)``; row i of one belongs to row i of the other. The one with fewer dimensions
        is taken as flat in the others. Rows that hold NaN in either are left out.

    Returns
    -------
    Alignment
        Scaled so that both take the same room, however alike they are.

    Raises
    ------
    ShapeError
        If they have not the same number of rows.

    Notes
    -----
    Schönemann and Carroll, "Fitting one matrix to another under choice of a central dilation and a rigid motion",
    1970; the agreement as in Peres-Neto and Jackson, "How well do multivariate data sets match?", 2001.

    Examples
    --------
    >>> import numpy as np
    >>> square = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 1.0], [1.0, 0.0]])
    >>> found = align(5 + 2 * square[:, ::-1], square)
    >>> found.place(np.array([[5.0, 7.0]])).round(6).tolist(), round(found.agreement, 6)
    ([[1.0, 0.0]], 1.0)
    """
    if x.ndim != 2 or onto.ndim != 2 or len(x) != len(onto):
        raise ShapeError(
            f"Points of shape {x.shape} and {onto.shape}; (n, p) and (n, q) of the same points are needed."
        )
    width = max(x.shape[1], onto.shape[1])
    placed = np.isfinite(x).all(axis=1) & np.isfinite(onto).all(axis=1)
    a, b = _wide(x[placed], width), _wide(onto[placed], width)
    if not len(a):
        return Alignment(np.eye(width), 1.0, np.zeros(width), np.zeros(width), float("nan"))
    origin, target = a.mean(axis=0), b.mean(axis=0)
    a, b = a - origin, b - target
    sizes = float(np.linalg.norm(a)), float(np.linalg.norm(b))
    if not min(sizes) > 0:
        return Alignment(np.eye(width), 1.0, origin, target, float("nan"))
    turn = rotation(a, b)
    agreement = float(np.clip(((a @ turn) * b).sum() / (sizes[0] * sizes[1]), 0, 1))
    return Alignment(turn, sizes[1] / sizes[0], origin, target, agreement)


def _wide(x: NDArray[Any], width: int) -> Floats:
    """The points in more dimensions, flat in those that are new."""
    out = np.zeros((len(x), width))
    out[:, : x.shape[1]] = x
    return out
