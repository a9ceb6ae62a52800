"""Vectors as a run stores them: float32 or float16, ``(n, d)``, rows one after another.

NaN and infinity are kept, since a training that went wrong is worth seeing, and counted. So are the
numbers that were finite and are too large for float16.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data.inference import as_array
from vectarium.data.manifest import RecordedEmbedding
from vectarium.errors import ShapeError

ROWS_BYTES = 4 << 20


@dataclass(frozen=True, eq=False)
class StoredVectors:
    """The numbers, how many rows hold NaN or infinity, and how many numbers became infinite by the storage."""

    values: NDArray[Any]
    nonfinite: int
    overflowed: int


def stored_vectors(name: str, given: Any, code: str, shape: tuple[int, ...]) -> StoredVectors:
    """Turn an array or a tensor into what is stored.

    Parameters
    ----------
    name
        Named in errors.
    given
        Array or tensor of real numbers on any device; bfloat16 and the like are widened.
    code
        ``"<f4"`` or ``"<f2"``.
    shape
        What it has to have.

    Raises
    ------
    ShapeError
        If it has another shape, or holds no real numbers.
    """
    array = real_array(name, given)
    if array.shape != shape:
        raise ShapeError(_shape_message(name, array.shape, shape))
    with np.errstate(over="ignore", invalid="ignore"):
        values = np.ascontiguousarray(array, code)
    step = max(1, ROWS_BYTES // max(1, values[:1].nbytes))
    nonfinite = overflowed = 0
    for start in range(0, len(values), step):
        finite = np.isfinite(values[start : start + step])
        if not finite.all():
            nonfinite += int((~finite.all(axis=1)).sum())
            overflowed += int((~finite & np.isfinite(array[start : start + step])).sum())
    return StoredVectors(values, nonfinite, overflowed)


def real_array(name: str, given: Any) -> NDArray[Any]:
    """An array of real numbers that NumPy itself knows.

    Raises
    ------
    ShapeError
        If it holds anything else.
    """
    try:
        array = np.asarray(as_array(given))
    except TypeError:  # NumPy has no bfloat16, so PyTorch's cannot become an array as it is
        array = np.asarray(as_array(given.float()))
    if array.dtype.kind in "fiub":
        return array
    try:
        if array.dtype == object:
            return np.array(array.tolist(), np.float64)
        if array.dtype.kind == "V":
            return array.astype(np.float32)  # bfloat16 and others of ml_dtypes, all of which float32 holds exactly
    except (TypeError, ValueError):
        pass
    raise ShapeError(f"{name!r} holds {array.dtype} values of shape {array.shape}; real numbers are needed.")


def _shape_message(name: str, found: tuple[int, ...], needed: tuple[int, ...]) -> str:
    said = f"{name!r} has shape {found}; the run records {needed}."
    if len(found) == 2 and len(needed) == 2 and found[1] == needed[1]:
        return f"{said} A table that grew is another embedding: add it under another name, or begin another run."
    return said


def overflow_said(embedding: RecordedEmbedding, overflowed: int) -> str:
    """What is worth telling of numbers that became infinite by the storage."""
    return (
        f"{overflowed:,} numbers of {embedding.name!r} were finite, but too large for {embedding.dtype}: record this "
        "embedding as float32."
    )
