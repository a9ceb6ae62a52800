"""Columns of plain Python values, or rows of them, as a table: lists of numbers become vectors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Note
from vectarium.formats.numbers import narrowed
from vectarium.formats.table import Table

NUMBERS = frozenset({int, float, bool})
SIMPLE = (str, int, float, bool, type(None))


def table_of_columns(columns: Mapping[str, Any], n: int, path: Path) -> tuple[Table, list[Note]]:
    """A table of columns, and what was left out.

    Parameters
    ----------
    columns
        Each an array ``(n,)`` or ``(n, width)``, or a list of n values: numbers, texts, None, or lists of numbers.
    n
        How many rows there are.
    path
        The file, for notes.
    """
    table, left = Table(n), list[str]()
    for name, values in columns.items():
        array = values if isinstance(values, np.ndarray) else array_of_values(cast("Sequence[Any]", values))
        if array is None or len(array) != n or array.ndim not in {1, 2}:
            left.append(name)
        elif array.ndim == 2:
            table.add_vectors(name, array)
        elif array.dtype.kind in "fiu":
            table.add_numbers(name, array)
        else:
            table.add_values(name, array)
    told = f"Left out, as their values are neither numbers, texts, times nor lists of one length: {', '.join(left)}."
    return table, [Note(told, path, None, "remark")] if left else []


def array_of_values(values: Sequence[Any]) -> NDArray[Any] | None:
    """Plain values as an array: ``(n,)``, or ``(n, width)`` of lists of numbers; None where they are neither.

    >>> array_of_values([[1, 2.5], None]).tolist()
    [[1.0, 2.5], [nan, nan]]
    """
    kinds = {type(value) for value in values}
    if kinds <= {list, tuple, type(None)} and kinds - {type(None)}:
        return _vectors(values)
    if not kinds <= set(SIMPLE):
        return None
    if kinds == {int} and _fits(values):
        return np.array(values)
    if kinds <= {float, int, type(None)} and float in kinds and _fits(values):
        return np.array([np.nan if each is None else float(each) for each in values])
    objects = np.empty(len(values), object)
    objects[:] = [str(each) if type(each) is int and abs(each) >> 63 else each for each in values]
    return objects


def _fits(values: Sequence[Any]) -> bool:
    return all(type(each) is not int or -(1 << 63) <= each < 1 << 63 for each in values)


def _vectors(values: Sequence[Any]) -> NDArray[Any] | None:
    """Lists of one length; NaN where there is none."""
    widths = {len(value) for value in values if value is not None}
    # NumPy would go into whatever else lies in them, and never come back from a list that holds itself.
    plain = all(value is None or set(map(type, value)) <= NUMBERS for value in values)
    if len(widths) != 1 or 0 in widths or not plain:
        return None
    width = widths.pop()
    missing = [np.nan] * width
    try:
        found = np.array([missing if value is None else value for value in values])
    except (ValueError, OverflowError):
        return None
    return narrowed(found.astype(np.float64)) if found.dtype.kind in "fiub" and found.ndim == 2 else None
