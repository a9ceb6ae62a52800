"""A column: one typed value a point, any of which may be missing.

How each kind is kept:

========  ==========================================  =================
kind      values                                      missing
========  ==========================================  =================
text      object array of str                         None
category  int32 codes into ``categories``             -1
integer   int64                                       ``mask``
number    float64                                     NaN
boolean   bool                                        ``mask``
time      datetime64[us]                              NaT
========  ==========================================  =================
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, cast

import numpy as np
from numpy.typing import NDArray

from vectarium.errors import ShapeError

Kind = Literal["text", "category", "integer", "number", "boolean", "time"]


@dataclass(frozen=True, eq=False)
class Column:
    """One value a point.

    Parameters
    ----------
    name
        What the column is called.
    kind
        One of text, category, integer, number, boolean, time.
    values
        Array ``(n,)`` in the form that the module's table gives for the kind.
    categories
        The distinct values of a category column, in the order of their codes.
    mask
        Boolean array ``(n,)``, True where an integer or a boolean is missing. None: nothing is.
    """

    name: str
    kind: Kind
    values: NDArray[Any]
    categories: tuple[str, ...] = ()
    mask: NDArray[np.bool_] | None = None

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, row: int) -> Any:
        """The value of one point as a plain Python object, None where it is missing."""
        value = self.values[row]
        if self.missing[row]:
            return None
        if self.kind == "text":
            return value
        if self.kind == "category":
            return self.categories[int(value)]
        plain = value.item()
        # Python has the years 1 to 9999; of other times NumPy gives bare microseconds, which say nothing to a person.
        return str(value.astype("datetime64[s]")) if self.kind == "time" and isinstance(plain, int) else plain

    def __iter__(self) -> Iterator[Any]:
        return (self[row] for row in range(len(self)))

    def __repr__(self) -> str:
        missing = int(self.missing.sum())
        return f"Column({self.name!r}, {self.kind}, n={len(self):,}{f', missing={missing:,}' if missing else ''})"

    @cached_property
    def missing(self) -> NDArray[np.bool_]:
        """Boolean array ``(n,)``, True where there is no value."""
        if self.kind == "text":
            return np.equal(self.values, cast("Any", None)).astype(bool)
        if self.kind == "category":
            return self.values < 0
        if self.kind == "number":
            return np.isnan(self.values)
        if self.kind == "time":
            return np.isnat(self.values)
        return np.zeros(len(self), bool) if self.mask is None else self.mask

    def take(self, rows: NDArray[np.intp]) -> Column:
        """The same column for some points only, in the order given."""
        mask = None if self.mask is None else self.mask[rows]
        return Column(self.name, self.kind, self.values[rows], self.categories, mask)

    def renamed(self, name: str) -> Column:
        """The same column under another name."""
        return Column(name, self.kind, self.values, self.categories, self.mask)

    def texts(self) -> NDArray[np.object_]:
        """Every value as a str or None: what a person reads, and what a search looks at."""
        if self.kind == "text":
            return self.values
        if self.kind == "category":
            # The extra entry is where code -1 lands.
            lookup = np.empty(len(self.categories) + 1, dtype=object)
            lookup[:-1] = self.categories
            return lookup[self.values]
        out = np.empty(len(self), dtype=object)
        out[:] = [None if value is None else format_value(value) for value in self]
        return out


def format_value(value: object) -> str:
    """A value as a person reads it: no trailing zeros, no quotes."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.6g}"
    return str(value)


def check_length(column: Column, n: int) -> None:
    """Raise ShapeError unless the column has a value for each of the n points."""
    if len(column) != n:
        raise ShapeError(f"Column {column.name!r} has {len(column):,} values, but there are {n:,} points.")
