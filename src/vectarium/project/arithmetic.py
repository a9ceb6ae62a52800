"""Sums and differences of vectors, and what lies nearest to the result: king − man + woman."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.errors import ParameterError
from vectarium.project.directions import centroid
from vectarium.project.metric import check_metric
from vectarium.project.preparation import to_unit_length
from vectarium.project.progress import Progress
from vectarium.project.query import METRICS, query_vector
from vectarium.project.rows import check_vectors

# One point, or several that stand for their mean.
Rows = int | Sequence[int] | NDArray[Any]


def arithmetic(
    x: Any,
    plus: Sequence[Rows],
    minus: Sequence[Rows] = (),
    *,
    k: int = 20,
    metric: str = "cosine",
    leave_out: bool = True,
    finite: NDArray[np.bool_] | None = None,
    progress: Progress | None = None,
) -> tuple[NDArray[np.uint32], NDArray[np.float32]]:
    """Find the points nearest to a sum of vectors less others.

    Parameters
    ----------
    x
        Array ``(n, d)`` of real numbers; may be memory-mapped.
    plus, minus
        The points that are added and those that are taken away. Several rows in one place stand for their mean.
    k
        How many points; fewer are found where there are fewer.
    metric
        ``"cosine"``: every vector counts by its direction alone, at length 1, as is usual for words; ``"euclidean"``:
        the vectors as they are.
    leave_out
        Whether the given points are left out: the result nearly always lies next to one of them.
    finite
        Boolean ``(n,)``, False for rows to leave out.
    progress
        Called with the share done and a text; may raise CancelledError.

    Returns
    -------
    rows, distances
        uint32 and float32 ``(k,)``, from the nearest on.

    Raises
    ------
    ParameterError
        If nothing is given, a row is not there, one holds NaN or infinity, or nothing is left of the sum.

    References
    ----------
    Mikolov, Yih, Zweig: Linguistic Regularities in Continuous Space Word Representations, NAACL 2013.

    Examples
    --------
    >>> x = np.array([[1.0, 1.0], [1.0, 0.0], [0.0, 1.0], [0.1, 2.0]])
    >>> arithmetic(x, [0], [1], k=1, metric="euclidean")
    (array([2], dtype=uint32), array([0.], dtype=float32))
    """
    vectors = np.asanyarray(x) if isinstance(x, (list, tuple)) else x
    check_vectors(vectors)
    check_metric(metric, METRICS)
    if not plus and not minus:
        raise ParameterError("There is nothing to add or to take away. Name at least one point.")
    groups = [np.atleast_1d(np.asarray(each)) for each in (*plus, *minus)]
    signs = [1] * len(plus) + [-1] * len(minus)
    total = np.zeros(vectors.shape[1])
    for sign, rows in zip(signs, groups, strict=True):
        total += sign * _vector(vectors, rows, metric)
    if metric == "cosine" and not total.any():
        raise ParameterError("Nothing is left of the sum, so it has no direction. Add another point.")
    given = np.concatenate(groups).tolist() if leave_out else []
    return query_vector(vectors, total, k, metric, without=given, finite=finite, progress=progress)


def _vector(vectors: NDArray[Any], rows: NDArray[Any], metric: str) -> NDArray[np.float64]:
    if metric == "cosine" and len(rows):
        _check_there(rows, len(vectors))
        found = to_unit_length(np.asarray(vectors[rows]).astype(np.float64)).mean(axis=0)
    else:
        found = centroid(vectors, rows)
    if found is None or not np.isfinite(found).all():
        raise ParameterError(f"Row {rows[:1].tolist()} has no finite vector to count with. Choose another point.")
    return found


def _check_there(rows: NDArray[Any], n: int) -> None:
    wrong = [int(row) for row in rows if not 0 <= row < n]
    if wrong:
        raise ParameterError(f"There is no row {wrong[0]}; there are 0 to {n - 1:,}.")
