"""Axes of one's own: from one group of points to another, and where all points lie along them.

An axis is the difference of two centroids. Its direction has length 1, so that all axes of a picture share one
scale, and the coordinates along it are those of a linear projection: nothing is computed from neighbours, and
two points that lie far apart here are far apart indeed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self, cast

import numpy as np
from numpy.typing import NDArray

from vectarium.errors import ParameterError
from vectarium.project.estimator import Estimator
from vectarium.project.moments import Moments, moments
from vectarium.project.parameters import check_finite
from vectarium.project.principal import fit_rows, place
from vectarium.project.progress import Progress, silent, stage
from vectarium.project.rows import Rows
from vectarium.project.spectrum import with_signs

Floats = NDArray[np.float64]
# Rows of points; None: all of them.
Group = NDArray[Any] | None
# From one group to another; None: no axis is given, and the widest direction across the others is taken.
Ends = tuple[Group, Group] | None

# Two centroids that are nearer than this, as a share of the spread of all points, are the same.
SAME = 1e-9


@dataclass(frozen=True, eq=False)
class Directed:
    """Points along axes.

    Parameters
    ----------
    scores
        float32 array ``(k, m)``: the coordinate of each point along each axis, NaN for points that hold NaN or infinity.
    components
        Array ``(k, d)`` of rows of length 1, which need not be perpendicular.
    mean
        Array ``(d,)``, where the axes cross: the mean of the points.
    explained_variance_ratio
        Array ``(k,)``: the share of the whole variance that lies along each axis. The shares of axes that are not
        perpendicular overlap.
    used
        How many points took part.
    """

    scores: NDArray[np.float32]
    components: Floats
    mean: Floats
    explained_variance_ratio: Floats
    used: int


class Directions(Estimator):
    """Project onto axes that lead from one group of points to another.

    Parameters
    ----------
    ends
        One pair of groups for each axis: the rows at its low end and those at its high end, each an array of integers,
        a boolean mask over the rows, one row, or None for all rows. None instead of a pair: the direction of
        largest variance that is perpendicular to all others.
    random_state
        The seed of such a direction, used only where both the points and the dimensions are more than 4,000.

    Attributes
    ----------
    components_
        Array ``(k, d)`` of rows of length 1, from the low ends to the high ones.
    mean_
        Array ``(d,)``, the mean of the points, where the axes cross.
    explained_variance_ratio_
        Array ``(k,)``: the share of the variance along each axis.
    n_components_, n_features_in_
        k and d.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([[0.0, 0.0], [2.0, 0.0], [0.0, 1.0], [2.0, 1.0]])
    >>> Directions([([0, 2], [1, 3]), (0, 2)]).fit_transform(x)
    array([[-1. , -0.5],
           [ 1. , -0.5],
           [-1. ,  0.5],
           [ 1. ,  0.5]], dtype=float32)
    """

    components_: Floats
    mean_: Floats
    explained_variance_ratio_: Floats
    n_components_: int

    def __init__(self, ends: Sequence[Any] = (None, None), *, random_state: int = 0) -> None:
        self.ends = ends
        self.random_state = random_state

    def fit(self, x: Any, y: object = None) -> Self:  # noqa: ARG002 (scikit-learn passes it)
        """Find the axes of ``x`` ``(n, d)``.

        Raises
        ------
        ShapeError
            If ``x`` is not a matrix of real numbers.
        ParameterError
            If it holds NaN or infinity, a row is not there, a group is empty, or both groups of an axis have the same centroid.
        """
        self._fit(x)
        return self

    def fit_transform(self, x: Any, y: object = None) -> NDArray[np.float32]:  # noqa: ARG002
        """Find the axes of ``x`` ``(n, d)`` and return its coordinates, float32 ``(n, k)``."""
        return np.ascontiguousarray(self._fit(x).scores.T)

    def transform(self, x: Any) -> NDArray[np.float32]:
        """The coordinates, float32 ``(n, k)``, of other vectors ``(n, d)``; NaN stays NaN.

        Raises
        ------
        NotFittedError
            Before ``fit``.
        ShapeError
            If ``x`` has another number of dimensions.
        """
        rows = Rows(self._vectors_to_transform(x))
        with np.errstate(invalid="ignore"):
            return np.ascontiguousarray(place(rows, self.mean_, self.components_, silent).T)

    def _fit(self, x: Any) -> Directed:
        vectors = check_finite(self._vectors_to_fit(x))
        ends = [None if pair is None else _pair(pair, len(vectors)) for pair in self.ends]
        found = directed(vectors, ends, random_state=self.random_state)
        self.components_, self.mean_ = found.components, found.mean
        self.explained_variance_ratio_ = found.explained_variance_ratio
        self.n_components_ = len(found.components)
        return found


def directed(
    vectors: NDArray[Any],
    ends: Sequence[Ends],
    *,
    rows: NDArray[Any] | None = None,
    finite: NDArray[np.bool_] | None = None,
    like: Floats | None = None,
    random_state: int = 0,
    progress: Progress | None = None,
) -> Directed:
    """Find axes and place points along them.

    Parameters
    ----------
    vectors
        Array ``(n, d)`` of real numbers; may be memory-mapped, and is never copied whole.
    ends
        For each axis the rows ``(p,)`` at its low end and those at its high end, None for all points that are placed; or
        None: the direction of largest variance across the others.
    rows
        Which points are placed, integers ``(m,)``; None for all. The ends may be among others.
    finite
        Boolean ``(n,)``, False for rows that hold NaN or infinity, which take no part; None: not known.
    like
        Array ``(k, d)``: axes found elsewhere. One that is not given is then the same as there, made perpendicular to the
        others, so that pictures of the same points at several times have the same axes.
    random_state
        The seed of a direction that is not given.
    progress
        Called with the share done and a text; may raise CancelledError.

    Raises
    ------
    ParameterError
        If a group is empty or both of an axis have the same centroid; the error says which.
    """
    report = progress or silent
    if not ends:
        raise ParameterError(
            "There are no axes; at least one pair of groups is needed, such as ends=[([0, 1], [2, 3])]."
        )
    about = moments(vectors, rows, finite, stage(report, 0, 0.3))
    finite = about.finite if finite is None else finite
    chosen = Rows(vectors, rows, finite)
    given = {k: _between(vectors, pair, about, finite, k) for k, pair in enumerate(ends) if pair is not None}
    free = [k for k in range(len(ends)) if k not in given]
    for turn, k in enumerate(free):
        part = stage(report, 0.3 + 0.3 * turn / len(free), 0.3 + 0.3 * (turn + 1) / len(free))
        others = np.array([*given.values()]).reshape(-1, vectors.shape[1])
        if like is not None:
            given[k] = _without(like[k], _basis(others))
            continue
        given[k] = _widest(vectors, others, rows=rows, finite=finite, random_state=random_state, progress=part)
    found = np.array([given[k] for k in range(len(ends))])
    scores = place(chosen, about.mean, found, report)
    return Directed(scores, found, about.mean, _shares(scores, about), about.n)


def centroid(
    vectors: NDArray[Any], rows: NDArray[Any] | None, finite: NDArray[np.bool_] | None = None
) -> Floats | None:
    """The mean of some rows, ``(d,)``, without those that hold NaN or infinity; None where none is left."""
    if rows is not None and len(rows) == 0:
        return None
    found = moments(vectors, rows, finite)
    return found.mean if found.n else None


def _between(
    vectors: NDArray[Any], pair: tuple[Group, Group], about: Moments, finite: NDArray[np.bool_] | None, position: int
) -> Floats:
    """The direction from one group to the other, of length 1."""
    centroids = [about.mean if rows is None else centroid(vectors, rows, finite) for rows in pair]
    for end, found in zip(("low", "high"), centroids, strict=True):
        if found is None:
            raise ParameterError(
                f"No point with a place is at the {end} end of axis {position + 1}. Choose points that are there."
            )
    low, high = cast("list[Floats]", centroids)
    difference = high - low
    length = float(np.sqrt(difference @ difference))
    spread = float(np.sqrt(about.total)) + float(np.sqrt(about.mean @ about.mean)) * np.finfo(np.float32).eps
    if length <= SAME * spread or length == 0:
        raise ParameterError(
            f"Both ends of axis {position + 1} have the same centroid, so that it leads nowhere. Choose other points for one."
        )
    return difference / length


def _widest(
    vectors: NDArray[Any],
    axes: Floats,
    *,
    rows: NDArray[Any] | None,
    finite: NDArray[np.bool_] | None,
    random_state: int,
    progress: Progress,
) -> Floats:
    """The direction of largest variance that is perpendicular to some axes."""
    basis = _basis(axes)
    if len(basis) >= vectors.shape[1]:  # there is no other direction
        return np.zeros(vectors.shape[1])
    left = cast("NDArray[Any]", Across(vectors, basis))
    _, fit = fit_rows(left, 1, random_state, progress, rows=rows, finite=finite)
    # Where nothing varies across the axes, whatever was found may lie along them.
    return with_signs(_without(fit.components[0], basis)[None])[0]


def _without(axis: Floats, basis: Floats) -> Floats:
    """An axis made perpendicular to orthonormal rows, of length 1; 0 where it lies along them."""
    left = axis - (axis @ basis.T) @ basis
    length = float(np.sqrt(left @ left))
    return left / length if length > SAME else np.zeros_like(left)


def _basis(axes: Floats) -> Floats:
    """Orthonormal rows that span the same as some rows of length 1, or 0."""
    _, sizes, spanning = np.linalg.svd(axes, full_matrices=False)
    return spanning[sizes > SAME]


class Across:
    """Vectors without what lies along some perpendicular directions, taken away when they are read."""

    ndim = 2

    def __init__(self, vectors: NDArray[Any], basis: Floats) -> None:
        self.vectors = vectors
        self.basis = basis
        self.shape = vectors.shape
        self.dtype = np.dtype(np.float64)

    def __len__(self) -> int:
        return len(self.vectors)

    def __getitem__(self, rows: Any) -> Floats:
        block = np.asarray(self.vectors[rows]).astype(np.float64)
        with np.errstate(all="ignore"):
            return block - (block @ self.basis.T) @ self.basis

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return self[:].astype(dtype or self.dtype, copy=False)


def _shares(scores: NDArray[np.float32], about: Moments) -> Floats:
    """The share of the whole variance along each axis."""
    with np.errstate(all="ignore"):
        along = np.array([np.nanvar(each.astype(np.float64)) if about.n else 0.0 for each in scores])
    return np.minimum(along / about.total, 1) if about.total > 0 else np.zeros(len(scores))


def _pair(pair: Any, n: int) -> tuple[Group, Group]:
    if not isinstance(pair, (tuple, list)) or len(pair) != 2:  # pyright: ignore[reportUnknownArgumentType]
        raise ParameterError(
            f"An axis is {pair!r}; a pair is needed, the rows at its low end and those at its high end."
        )
    low, high = cast("Sequence[Any]", pair)
    return _group(low, n), _group(high, n)


def _group(given: Any, n: int) -> Group:
    """Rows from integers, one integer or a mask."""
    if given is None:
        return None
    rows = np.atleast_1d(np.asarray(given))
    if rows.dtype.kind == "b":
        if rows.shape != (n,):
            raise ParameterError(f"A mask of shape {rows.shape} was given; one value for each of {n:,} rows is needed.")
        return np.flatnonzero(rows)
    return rows.astype(np.intp) if rows.size == 0 else rows
