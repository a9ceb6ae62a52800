"""A column's values beside a given one, for every point at once."""

from __future__ import annotations

import operator
import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Column
from vectarium.errors import QueryError
from vectarium.explore.query import Comparison, Operator

Mask = NDArray[np.bool_]

ORDERINGS = {"<": operator.lt, "<=": operator.le, ">=": operator.ge, ">": operator.gt}
TRUTHS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
TIME = re.compile(r"\d{4}(-\d{2}(-\d{2}(T\d{2}(:\d{2}(:\d{2}(\.\d{1,6})?)?)?)?)?)?")
# Half of float32's spacing: a value that was float32 once is found by the digits a person reads.
SAME_NUMBER = 6e-8


def compare(term: Comparison) -> Mask:
    """Boolean array ``(n,)``: where the comparison holds. It never holds where the value is missing.

    For numbers, times and booleans; texts and categories are compared by the search table.

    Raises
    ------
    QueryError
        If the given value is not of the column's kind.
    """
    column = term.column
    if column.kind == "time":
        found = _compare_times(column.values, term.operator, _time(column, term.value))
    elif column.kind == "boolean":
        found = (column.values == _truth(column, term.value)) == (term.operator == "=")
    else:
        found = _compare_numbers(column.values, term.operator, _number(column, term.value))
    return found & ~column.missing


def _compare_numbers(values: NDArray[Any], ordering: Operator, given: float) -> Mask:
    if ordering in ORDERINGS:
        return ORDERINGS[ordering](values, given)
    same = values == given
    if values.dtype.kind == "f" and np.isfinite(given):
        same |= np.abs(values - given) <= SAME_NUMBER * abs(given)
    return same if ordering == "=" else ~same


def _compare_times(values: NDArray[np.datetime64], ordering: Operator, given: np.datetime64) -> Mask:
    # A year is as long as a year: "= 2020" is all of it, "> 2020" starts after it.
    start, stop = given.astype(values.dtype), (given + 1).astype(values.dtype)
    within = (values >= start) & (values < stop)
    results = {"=": within, "!=": ~within, "<": values < start, ">=": values >= start, "<=": values < stop}
    return results.get(ordering, values >= stop)


def _number(column: Column, text: str) -> int | float:
    try:
        return int(text) if len(text) < 30 else float(text)
    except ValueError:
        pass
    try:
        number = float(text.replace(",", "") if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d*)?", text) else text)
    except ValueError:
        number = np.nan
    if np.isnan(number):
        raise QueryError(f"{column.name!r} holds numbers, and {text!r} is not one.")
    return number


def _truth(column: Column, text: str) -> bool:
    if text.lower() not in TRUTHS:
        raise QueryError(f"{column.name!r} is true or false, and {text!r} is neither.")
    return TRUTHS[text.lower()]


def _time(column: Column, text: str) -> np.datetime64:
    written = text.strip().upper().replace(" ", "T")
    try:
        if TIME.fullmatch(written):
            return np.datetime64(written)
    except ValueError:  # the 31st of February
        pass
    raise QueryError(
        f"{column.name!r} holds times, and {text!r} is not one: write 2020, 2020-01-31 or 2020-01-31T18:00."
    )
