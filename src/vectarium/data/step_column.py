r"""Columns that change with the step, such as the predicted class, as plain arrays.

========  ======  ====================================  ==================
kind      stored  values                                missing
========  ======  ====================================  ==================
category  <i4     codes into ``categories``             -1
integer   <i8                                           −2⁶³
number    <f8                                           NaN
boolean   \|i1    0 and 1                               -1
time      <i8     microseconds since 1970, UTC          −2⁶³
========  ======  ====================================  ==================

A text that changes is a category: its distinct values stand in the snapshot's description.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data.column import Column, Kind
from vectarium.data.json_file import is_text
from vectarium.data.parquet_columns import Field, category_column, clean_texts
from vectarium.errors import FormatError, ParameterError

MISSING = np.iinfo(np.int64).min
CODES: dict[Kind, str] = {"category": "<i4", "integer": "<i8", "number": "<f8", "boolean": "|i1", "time": "<i8"}
MOST_CATEGORIES = 1 << 16


def storable(columns: Iterable[Column]) -> list[Column]:
    """The columns with texts made categories.

    Raises
    ------
    ParameterError
        If a column of texts has too many distinct ones.
    """
    made = [_with_plain_categories(each) for each in columns]
    for each in made:
        if not is_text(each.name):
            raise ParameterError(f"A column cannot be called {each.name!r:.80}.")
        if len(each.categories) > MOST_CATEGORIES:
            raise ParameterError(
                f"The column {each.name!r} has {len(each.categories):,} distinct texts; a column that changes with "
                f"the step may have {MOST_CATEGORIES:,}. Give what stays the same to add_embedding(columns=…)."
            )
    return made


def _with_plain_categories(column: Column) -> Column:
    """The column as it is, or, where texts have to be made categories or cannot be written down, with new ones."""
    if column.kind == "text" or not all(map(is_text, column.categories)):
        return category_column(column.name, clean_texts(column.texts()), None)
    return column


def encoded(column: Column) -> NDArray[Any]:
    """The values as they are stored, ``(n,)``."""
    if column.kind == "integer":
        return np.where(column.missing, MISSING, column.values).astype("<i8")
    if column.kind == "boolean":
        return np.where(column.missing, -1, column.values).astype("|i1")
    if column.kind == "time":
        return column.values.astype("datetime64[us]").view(np.int64)
    return column.values.astype(CODES[column.kind], copy=False)


def decoded(field: Field, values: NDArray[Any], path: Path) -> Column:
    """The column of stored values.

    Raises
    ------
    FormatError
        If a code stands for nothing.
    """
    name, kind, categories = field
    if kind == "category":
        return Column(name, kind, _checked(name, values, len(categories or ()), path), categories or ())
    if kind == "boolean":
        codes = _checked(name, values, 2, path)
        return Column(name, kind, codes == 1, mask=_mask(codes < 0))
    if kind == "integer":
        missing = values == MISSING
        return Column(name, kind, np.where(missing, 0, values), mask=_mask(missing))
    if kind == "time":
        return Column(name, kind, np.array(values, np.int64).view("datetime64[us]"))
    return Column(name, kind, np.array(values, np.float64))


def _checked(name: str, codes: NDArray[Any], count: int, path: Path) -> NDArray[Any]:
    if len(codes) and not (codes.min() >= -1 and codes.max() < count):
        raise FormatError(
            f"The column {name!r} has codes from {codes.min()} to {codes.max()}; there are {count:,}.", path
        )
    return np.array(codes)


def _mask(missing: NDArray[np.bool_]) -> NDArray[np.bool_] | None:
    return missing if missing.any() else None
