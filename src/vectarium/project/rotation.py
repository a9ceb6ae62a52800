"""Which rotation of one cloud of points brings it nearest to another: orthogonal Procrustes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.errors import ShapeError

TOWARDS_STILL = 1e-9  # of the products' size; where the points say nothing, nothing is turned


def rotation(x: NDArray[Any], onto: NDArray[Any]) -> NDArray[np.float64]:
    """The orthogonal matrix R with which ``x @ R`` lies nearest to ``onto``, reflections included.

    Parameters
    ----------
    x, onto
        Arrays ``(n, d)`` of finite numbers; row i of one belongs to row i of the other.

    Returns
    -------
    float64 array ``(d, d)``. Directions in which the points do not lie are not turned.

    Raises
    ------
    ShapeError
        If the two are not of one shape.

    Notes
    -----
    Schönemann, "A generalized solution of the orthogonal Procrustes problem", 1966. The space is turned
    about its origin; where the points shall be turned about their mean, take that away first.

    Examples
    --------
    >>> import numpy as np
    >>> square = np.array([[1.0, 0.0], [0.0, 1.0]])
    >>> (rotation(square, square[::-1]).round(6) + 0.0).tolist()
    [[0.0, 1.0], [1.0, 0.0]]
    """
    if x.ndim != 2 or x.shape != onto.shape:
        raise ShapeError(f"Points of shape {x.shape} and {onto.shape}; twice (n, d) is needed.")
    products = x.astype(np.float64).T @ onto.astype(np.float64)
    size = float(np.abs(products).max(initial=0))
    if size == 0:
        return np.eye(x.shape[1])
    left, _, right = np.linalg.svd(products / size + TOWARDS_STILL * np.eye(x.shape[1]))
    return left @ right
