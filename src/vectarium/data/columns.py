"""The columns of an embedding: an ordered mapping from name to :class:`Column`, all of one length."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data.column import Column, check_length
from vectarium.data.frames import frame_arrays
from vectarium.data.inference import as_array, column_from_array
from vectarium.errors import ColumnNotFoundError, ParameterError


class Columns(Mapping[str, Column]):
    """Columns by name, in order.

    Parameters
    ----------
    columns
        The columns, each with a name of its own.
    n
        How many points there are. None: as many as the first column has.

    Raises
    ------
    ShapeError
        If a column has another length.
    ParameterError
        If two have the same name.
    """

    def __init__(self, columns: Iterable[Column] = (), n: int | None = None) -> None:
        listed = list(columns)
        self.n = (len(listed[0]) if listed else 0) if n is None else n
        self._columns: dict[str, Column] = {}
        for column in listed:
            check_length(column, self.n)
            if column.name in self._columns:
                raise ParameterError(f"Two columns are called {column.name!r}; give each a name of its own.")
            self._columns[column.name] = column

    def __getitem__(self, name: str) -> Column:
        try:
            return self._columns[name]
        except KeyError:
            raise ColumnNotFoundError(name, self._columns) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)

    def __contains__(self, name: object) -> bool:
        return name in self._columns

    def __repr__(self) -> str:
        return f"Columns({', '.join(f'{column.name}: {column.kind}' for column in self._columns.values())})"

    def take(self, rows: NDArray[np.intp]) -> Columns:
        """The same columns for some points only."""
        return Columns((column.take(rows) for column in self.values()), n=len(rows))

    def joined(self, others: Iterable[Column]) -> Columns:
        """These columns and more; a name that is taken gets a number behind it."""
        listed = list(self.values())
        for column in others:
            listed.append(column.renamed(unused_name(column.name, {each.name for each in listed})))
        return Columns(listed, n=self.n)


def unused_name(name: str, taken: Iterable[str]) -> str:
    """The name itself, or the first of ``name 2``, ``name 3`` … that is not taken."""
    names = set(taken)
    if name not in names:
        return name
    number = 2
    while f"{name} {number}" in names:
        number += 1
    return f"{name} {number}"


def columns_from(source: Any, n: int) -> Columns:
    """Columns from whatever a person has.

    Parameters
    ----------
    source
        None, :class:`Columns`, a mapping from name to values, a list of labels, or a DataFrame
        (pandas, polars, PyArrow, DuckDB, and what is built like them).
    n
        How many points there are.

    Raises
    ------
    ShapeError
        If the number of values is not the number of points.
    """
    if source is None:
        return Columns(n=n)
    if isinstance(source, Columns):
        return Columns(source.values(), n=n)
    if isinstance(source, Mapping):
        return Columns([column_from_array(str(name), values) for name, values in source.items()], n=n)
    if isinstance(source, (list, tuple)) or (isinstance(source, np.ndarray) and source.ndim == 1):
        return Columns([column_from_array("label", as_array(source))], n=n)
    return Columns(_columns_from_frame(source), n=n)


def _columns_from_frame(frame: Any) -> list[Column]:
    arrays = frame_arrays(frame)
    if arrays is None:
        raise ParameterError(
            f"Columns cannot be made from {type(frame).__name__!r}. Give a DataFrame, a dictionary of "
            "name: values, or a list of labels."
        )
    return [column_from_array(name, values) for name, values in arrays.items()]
