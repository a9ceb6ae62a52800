"""How alike two spaces are in which the same points lie: of their whole form, and neighbour by neighbour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.errors import ShapeError
from vectarium.project.progress import Progress, part, silent
from vectarium.project.rows import check_vectors, single_threaded_blas

Floats = NDArray[np.float64]

# So many numbers of both are read at a time; each row of neighbours needs a table of k by k.
BLOCK = 1 << 21
ROWS_PER_BLOCK = 8192


@dataclass(frozen=True)
class LinearCKA:
    """Linear centred kernel alignment, and what it would be by chance.

    Parameters
    ----------
    value
        From 0 to 1, which it is where one space is the other turned, mirrored, shifted or scaled as a whole. NaN
        where all points of a space lie in one place.
    chance
        Its mean over all ways of dealing the points of one space out to those of the other. It is far from 0
        where there are not many more points than dimensions.
    """

    value: float
    chance: float


def linear_cka(x: NDArray[Any], y: NDArray[Any], *, progress: Progress | None = None) -> LinearCKA:
    """Linear centred kernel alignment of two spaces in which the same points lie.

    Parameters
    ----------
    x, y
        Arrays ``(n, d)`` and ``(n, e)`` of finite real numbers; row i of one belongs to row i of the other. They
        may be memory-mapped and are read block by block.
    progress
        Called with the share done and a text; may raise CancelledError.

    Raises
    ------
    ShapeError
        If they are no matrices of real numbers of as many rows.

    Notes
    -----
    Kornblith, Norouzi, Lee and Hinton, "Similarity of neural network representations revisited", 2019: with
    centred columns ``|yᵀx|² / (|xᵀx| |yᵀy|)``, Frobenius norms. Exact: from products of dimensions where there are
    more points than dimensions, else from those of points. Its mean over all permutations of the points is
    ``|x|² |y|² / ((n - 1) |xᵀx| |yᵀy|)``.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.random.default_rng(0).standard_normal((50, 3))
    >>> round(linear_cka(x, 7 * x[:, ::-1] - 1).value, 6)
    1.0
    """
    for each in (x, y):
        check_vectors(each)
    if len(x) != len(y):
        raise ShapeError(f"There are {len(x):,} vectors and {len(y):,}; the same points are needed in both.")
    centres = _centre(x), _centre(y)
    shared, own_x, own_y, spread = _products(x, y, centres, progress or silent)
    both = np.sqrt(own_x * own_y)
    if not both > 0:
        return LinearCKA(float("nan"), float("nan"))
    return LinearCKA(float(min(shared / both, 1.0)), float(spread / ((len(x) - 1) * both)))


def shared_neighbors(a: NDArray[Any], b: NDArray[Any], *, progress: Progress | None = None) -> NDArray[np.float32]:
    """The share of each point's neighbours in one list that are in the other as well.

    Parameters
    ----------
    a, b
        Integers ``(n, k)``: the neighbours of each of the same n points, as numbers of these points.
    progress
        Called with the share done and a text; may raise CancelledError.

    Returns
    -------
    float32 array ``(n,)`` from 0 to 1.

    Raises
    ------
    ShapeError
        If the two are not of one shape.

    Examples
    --------
    >>> import numpy as np
    >>> shared_neighbors(np.array([[1, 2], [0, 2]]), np.array([[2, 3], [2, 0]]))
    array([0.5, 1. ], dtype=float32)
    """
    if a.ndim != 2 or a.shape != b.shape or not a.shape[1]:
        raise ShapeError(f"Neighbours of shape {a.shape} and {b.shape}; twice (n, k), k ≥ 1, is needed.")
    report = part(progress or silent, 0, 1, "Comparing the neighbours")
    kept = np.empty(len(a), np.float32)
    for start in range(0, len(a), ROWS_PER_BLOCK):
        report(start / len(a))
        rows = slice(start, start + ROWS_PER_BLOCK)
        kept[rows] = (a[rows, :, None] == b[rows, None, :]).any(axis=2).sum(axis=1)
    return kept / np.float32(a.shape[1])


def _centre(x: NDArray[Any]) -> tuple[Floats, float]:
    """The mean, and a size that brings what is left near 1, so that no product leaves the range of numbers."""
    mean: Floats = np.asarray(np.mean(x, axis=0, dtype=np.float64))
    size = max((float(np.abs(block - mean).max()) for block in _blocks(x)), default=0.0)
    return mean, size or 1.0


def _blocks(x: NDArray[Any]) -> list[NDArray[Any]]:
    rows = max(1, BLOCK // x.shape[1])
    return [x[start : start + rows] for start in range(0, len(x), rows)]


def _products(
    x: NDArray[Any], y: NDArray[Any], centres: tuple[tuple[Floats, float], tuple[Floats, float]], progress: Progress
) -> tuple[float, float, float, float]:
    """Squared norms of ``yᵀx``, ``xᵀx`` and ``yᵀy``, and the product of the two sums of squares."""
    report = part(progress, 0, 1, "Comparing the spaces as wholes")
    (mean_x, size_x), (mean_y, size_y) = centres
    n, d, e = len(x), x.shape[1], y.shape[1]
    with single_threaded_blas():
        if n <= max(d, e):
            report(0)
            u, v = (x - mean_x) / size_x, (y - mean_y) / size_y
            k, m = u @ u.T, v @ v.T
            return (
                float((k * m).sum()),
                float(np.square(k).sum()),
                float(np.square(m).sum()),
                float(k.trace() * m.trace()),
            )
        cross, own_x, own_y = np.zeros((e, d)), np.zeros((d, d)), np.zeros((e, e))
        step = max(1, BLOCK // (d + e))
        for start in range(0, n, step):
            report(start / n)
            u = (x[start : start + step] - mean_x) / size_x
            v = (y[start : start + step] - mean_y) / size_y
            cross += v.T @ u
            own_x += u.T @ u
            own_y += v.T @ v
    shared, x_alone, y_alone = (float(np.square(each).sum()) for each in (cross, own_x, own_y))
    return shared, x_alone, y_alone, float(own_x.trace() * own_y.trace())
