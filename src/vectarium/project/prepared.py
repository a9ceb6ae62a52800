"""Vectors as the native searches take them: finite, in C order, of ordinary size."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.errors import ParameterError, ShapeError
from vectarium.project.rows import find_finite

METRICS = ("euclidean", "cosine", "correlation", "inner_product")
ORDINARY_SIZES = (1e-15, 1e15)  # far outside, distances leave float32's range and then their order is lost


def kernel_metric(metric: str) -> str:
    """The name of the metric for the kernels, which know no correlation: `prepared` makes it a cosine."""
    return "cosine" if metric == "correlation" else metric


def prepared(x: Any, metric: str) -> NDArray[Any]:
    """The vectors in C order, in the narrowest floating point that holds them exactly.

    Parameters
    ----------
    x
        Array ``(n, d)`` of real numbers. One that is already so is not copied.
    metric
        For ``"correlation"`` each vector's own mean is taken away.

    Raises
    ------
    ShapeError
        If ``x`` is not a matrix of real numbers with at least one dimension.
    ParameterError
        If it holds NaN or infinity.
    """
    x = np.asanyarray(x)
    if x.ndim != 2 or x.dtype.kind not in "fiub" or x.shape[1] == 0:
        raise ShapeError(f"Vectors of shape {x.shape} and dtype {x.dtype}; real numbers (n, d), d ≥ 1, are needed.")
    finite = find_finite(x)
    if finite is not None:
        bad = np.flatnonzero(~finite)
        row = int(bad[0])
        column = int(np.flatnonzero(~np.isfinite(x[row]))[0])
        raise ParameterError(
            f"{len(bad):,} of {len(x):,} vectors hold NaN or infinity; the first is {x[row, column]} in row {row}, "
            f"column {column}. Leave them out first."
        )
    narrow = x.dtype == np.float32 or x.dtype.itemsize <= 2
    vectors = np.ascontiguousarray(x, np.float32 if narrow else np.float64)
    return without_mean(vectors) if metric == "correlation" else vectors


def without_mean(vectors: NDArray[Any]) -> NDArray[Any]:
    """Each vector less its own mean; exactly zero where all its numbers are the same."""
    constant = vectors.min(axis=1) == vectors.max(axis=1)
    vectors = vectors - vectors.mean(axis=1, dtype=np.float64, keepdims=True)
    vectors[constant] = 0  # whatever the mean was rounded to
    return vectors


def ordinary(vectors: NDArray[Any]) -> tuple[NDArray[Any], float]:
    """The vectors, and the power of two they were multiplied by where their numbers were extreme."""
    largest = max(float(vectors.max(initial=0)), -float(vectors.min(initial=0)))
    low, high = ORDINARY_SIZES
    if largest == 0 or low < largest < high:
        return vectors, 1.0
    scale = 2.0 ** -np.frexp(largest)[1]
    return np.multiply(vectors, scale, dtype=np.float64), scale


def unscaled(distances: NDArray[np.float32], scale: float, metric: str) -> NDArray[np.float32]:
    """The distances of the vectors before `ordinary` multiplied them by ``scale``."""
    power = {"euclidean": 1, "inner_product": 2}.get(metric, 0)
    if scale == 1 or power == 0:
        return distances
    with np.errstate(over="ignore", under="ignore"):
        return (distances.astype(np.float64) / scale**power).astype(np.float32)
