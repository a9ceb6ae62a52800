"""Checks of parameters: each error names the parameter, the value it got, and what is allowed."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral, Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.errors import ParameterError, ShapeError
from vectarium.project.rows import check_vectors, find_finite

FARTHEST_START = 1e6


def check_integer(name: str, value: object, low: int, high: int | None = None, *, example: int) -> int:
    """The integer from ``low`` to ``high``, or ParameterError."""
    if not isinstance(value, bool) and isinstance(value, Integral):
        whole = int(value)
        if whole >= low and (high is None or whole <= high):
            return whole
    allowed = f"from {low:,} on" if high is None else f"from {low:,} to {high:,}"
    raise ParameterError(f"{name} is {value!r}; an integer {allowed} is needed, such as {example:,}.")


def check_number(name: str, value: object, low: float, high: float, *, example: float) -> float:
    """The real number from ``low`` to ``high``, or ParameterError."""
    if not isinstance(value, bool) and isinstance(value, Real) and low <= float(value) <= high:
        return float(value)
    raise ParameterError(f"{name} is {value!r}; a number from {low:g} to {high:g} is needed, such as {example:g}.")


def check_choice(name: str, value: object, choices: Sequence[str]) -> str:
    """The word, or ParameterError unless it is among the choices."""
    if isinstance(value, str) and value in choices:
        return value
    raise ParameterError(f"{name} is {value!r}; it can be {', '.join(map(repr, choices))}.")


def check_finite(x: Any) -> NDArray[Any]:
    """Vectors ``(n, d)`` of finite real numbers.

    Raises
    ------
    ShapeError
        If they are no matrix of real numbers.
    ParameterError
        If one is NaN or infinite; the error says in which row and column.
    """
    vectors = np.asanyarray(x)
    check_vectors(vectors)
    finite = find_finite(vectors)
    if finite is not None:
        row = int(np.flatnonzero(~finite)[0])
        column = int(np.flatnonzero(~np.isfinite(vectors[row]))[0])
        raise ParameterError(
            f"{np.count_nonzero(~finite):,} of {len(vectors):,} vectors hold NaN or infinity, the first in row {row}, "
            f"column {column}: {vectors[row, column]}. Leave them out, or fill in their values."
        )
    return vectors


def check_start(init: Any, n: int, n_components: int) -> NDArray[np.float32]:
    """Coordinates ``(n, n_components)`` to start from, or an error that says what is wrong with them."""
    start = np.asarray(init)
    if start.shape != (n, n_components) or start.dtype.kind not in "fiub":
        raise ShapeError(
            f"init has shape {start.shape} and dtype {start.dtype}; real numbers ({n:,}, {n_components}) are needed, "
            "or 'pca' or 'random'."
        )
    with np.errstate(over="ignore"):
        start = np.ascontiguousarray(start, np.float32)
    if not (np.abs(start) <= FARTHEST_START).all():
        raise ParameterError(
            f"init holds NaN or numbers beyond {FARTHEST_START:g} in size; finite ones from {-FARTHEST_START:g} to "
            f"{FARTHEST_START:g} are needed. Divide them by a constant."
        )
    return start
