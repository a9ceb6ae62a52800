"""Numbers out of text, in bulk."""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Embedding
from vectarium.data.inference import MISSING_TEXTS
from vectarium.data.nonfinite import nonfinite_note

# More would wait for the lines to come off the disk.
THREADS = min(4, os.cpu_count() or 1)
LARGEST_SINGLE = float(np.finfo(np.float32).max)


def parse_lines(
    block: bytes, delimiter: str, d: int, *, words: bool = False
) -> tuple[NDArray[np.float32], NDArray[np.int64] | None] | None:
    r"""The vectors of whole lines, by the kernel; None where a line is not as it should be.

    Parameters
    ----------
    block
        Whole lines, the last one with its end.
    delimiter
        What stands between numbers; a space stands for any run of them.
    d
        How many numbers a line has.
    words
        Whether a word stands before them.

    Returns
    -------
    vectors
        Array ``(n, d)``.
    words
        Where the word of each line begins and ends: array ``(n, 2)``; None without words.

    Examples
    --------
    >>> parse_lines(b"a 1 2.5\nb nan -3\n", " ", 2, words=True)[0]
    array([[ 1. ,  2.5],
           [ nan, -3. ]], dtype=float32)
    """
    from vectarium._native import number_text

    return number_text(block, delimiter, d, words, THREADS)


def parse_joined(text: bytes, separator: str, count: int) -> NDArray[np.float64] | None:
    """Parse ``count`` numbers that stand one after another, or None if they do not.

    Parameters
    ----------
    text
        The numbers and nothing else.
    separator
        What stands between them; a space stands for any run of blanks.
    count
        How many there have to be.
    """
    if b"_" in text:
        return None
    with warnings.catch_warnings():  # NumPy warns, or from some version on raises, where it stops early
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            values: NDArray[np.float64] = np.fromstring(text, dtype=np.float64, sep=separator)
        except ValueError:
            return None
    return values if len(values) == count else None


def parse_fields(fields: Sequence[str]) -> NDArray[np.float64]:
    """Parse one row of numbers; an empty field and the usual words for nothing are NaN.

    Raises
    ------
    ValueError
        Whose message names the first value that is no number, and its place.
    """
    out = np.empty(len(fields), np.float64)
    for index, text in enumerate(fields):
        try:
            out[index] = _number(text)
        except ValueError:
            raise ValueError(f"value {index + 1} is {_short(text)}, not a number") from None
    return out


def _number(text: str) -> float:
    if "_" in text:  # Python would read 1_000
        raise ValueError(text)
    try:
        return float(text)
    except ValueError:
        if text.strip().lower() in MISSING_TEXTS:
            return np.nan
        raise


def is_number(text: str) -> bool:
    """Whether a text is a number, NaN and infinity included."""
    try:
        float(text)
    except ValueError:
        return False
    return "_" not in text


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:39] + "…")


def narrowed(values: NDArray[np.float64]) -> NDArray[Any]:
    """The same numbers as float32, unless one of them is too large for it.

    Text knows no type, and embeddings are trained in 32 bits or fewer.
    """
    with np.errstate(over="ignore"):
        single = values.astype(np.float32)
    if np.isinf(single).any() and (np.abs(values[np.isinf(single)]) != np.inf).any():
        return values
    return single


def stacked(blocks: list[NDArray[Any]], d: int) -> NDArray[Any]:
    """One array ``(n, d)`` of blocks of rows, which are let go of one by one, so that both are never held whole."""
    dtype = np.result_type(*blocks) if blocks else np.dtype(np.float32)
    out = np.empty((sum(len(block) for block in blocks), d), dtype)
    start = 0
    blocks.reverse()
    while blocks:
        block = blocks.pop()
        out[start : start + len(block)] = block
        start += len(block)
    return out


def with_nonfinite_note(embedding: Embedding) -> Embedding:
    """The embedding, with that note where it applies."""
    note = nonfinite_note(embedding)
    return embedding if note is None else embedding.with_notes(note)


def named_row(path: Path, line: int) -> str:
    """How a message names a line of a file."""
    return f"{path.name}, line {line:,}"
