"""Vectors as the kernels take them: finite, in C order, in floating point, and of an ordinary size."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.errors import ShapeError

ORDINARY_SIZES = (1e-15, 1e15)  # far outside, squares leave float32's range


def check_matrix(x: NDArray[Any], what: str = "Vectors") -> None:
    """Raise ShapeError unless these are real numbers ``(n, d)`` of at least one dimension."""
    if x.ndim != 2 or x.dtype.kind not in "fiub" or x.shape[1] == 0:
        raise ShapeError(f"{what} of shape {x.shape} and dtype {x.dtype}; real numbers (n, d), d ≥ 1, are needed.")


def dense(x: NDArray[Any]) -> NDArray[Any]:
    """The vectors in C order, in the narrowest floating point that holds them exactly."""
    narrow = x.dtype == np.float32 or x.dtype.itemsize <= 2
    return np.ascontiguousarray(x, np.float32 if narrow else np.float64)


def centred(x: NDArray[Any]) -> NDArray[Any]:
    """Each vector's own mean taken away: the cosine of what remains is the correlation."""
    constant = x.min(axis=1) == x.max(axis=1)
    out = x - x.mean(axis=1, dtype=np.float64, keepdims=True)
    out[constant] = 0  # exactly, whatever the mean was rounded to
    return out


def ordinary(x: NDArray[Any]) -> tuple[NDArray[Any], float]:
    """The vectors, and the power of two they were multiplied by where their numbers were extreme."""
    largest = max(float(x.max(initial=0)), -float(x.min(initial=0)))
    low, high = ORDINARY_SIZES
    if largest == 0 or low < largest < high:
        return x, 1.0
    scale = 2.0 ** -np.frexp(largest)[1]
    return np.multiply(x, scale, dtype=np.float64), scale
