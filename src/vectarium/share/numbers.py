"""Vectors as other tools take them: blocks of rows, as text that reads back the same, or as float32."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Embedding, Note
from vectarium.formats import Progress

# As many digits as bring every number back.
DIGITS = {2: "%.9g", 4: "%.9g", 8: "%.17g"}
BLOCK_BYTES = 4 << 20


def blocks(embedding: Embedding, progress: Progress, doing: str) -> Iterator[tuple[int, NDArray[Any]]]:
    """The vectors some rows at a time, each with the number of its first row."""
    n, d = embedding.shape
    step = max(1, BLOCK_BYTES // max(1, 4 * d))
    for start in range(0, n, step):
        yield start, np.asarray(embedding.vectors[start : start + step])
        progress(min(1.0, (start + step) / max(n, 1)), f"{doing}: {min(start + step, n):,} of {n:,} rows")


def text_rows(block: NDArray[Any], delimiter: str) -> list[str]:
    """Each row as text.

    Examples
    --------
    >>> text_rows(np.array([[0.1, 2]], np.float32), " ")
    ['0.100000001 2']
    """
    if block.dtype.kind in "iub":
        return [
            delimiter.join(map(str, row)) for row in block.astype(np.int64 if block.dtype != "u8" else "u8").tolist()
        ]
    form = delimiter.join([DIGITS.get(block.dtype.itemsize, DIGITS[8])] * block.shape[1])
    return [form % tuple(row) for row in block.tolist()]


def single(block: NDArray[Any]) -> NDArray[np.float32]:
    """The numbers as little-endian float32."""
    with np.errstate(over="ignore"):
        return np.ascontiguousarray(block, "<f4")


def loses_digits(dtype: np.dtype[Any]) -> bool:
    """Whether a type holds numbers that float32 does not."""
    return not np.can_cast(dtype, np.float32, "safe")


def narrowed_note(embedding: Embedding) -> list[Note]:
    """That float64 and wide integers lose digits as float32, where they do."""
    if not loses_digits(embedding.dtype):
        return []
    return [Note(f"{embedding.name!r} is {embedding.dtype}; it was written as float32.", None, None, "remark")]
