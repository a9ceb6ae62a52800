"""From a table, whatever file it is in, to embeddings with columns and coordinates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Column, Columns, Coordinates, Embedding, Note
from vectarium.data.columns import unused_name
from vectarium.data.inference import column_from_array
from vectarium.errors import FormatError
from vectarium.formats.layout import Field, Layout, Picture, layout


class TableSource(Protocol):
    """A table whose columns are read one by one, when their part is known."""

    @property
    def fields(self) -> Sequence[Field]:
        """Its columns, in order."""
        ...

    @property
    def n(self) -> int:
        """How many rows it has."""
        ...

    def numbers(self, fields: Sequence[int]) -> NDArray[Any]:
        """Some numeric columns side by side: array ``(n, len(fields))``, missing values as NaN."""
        ...

    def vectors(self, index: int) -> NDArray[Any]:
        """A column of lists: array ``(n, width)``."""
        ...

    def column(self, index: int) -> Column | None:
        """A column typed, or None where its values can be shown in no way."""
        ...


@dataclass
class Table:
    """A table that is in memory.

    Parameters
    ----------
    n
        How many rows it has.
    """

    n: int
    fields: list[Field] = field(default_factory=list[Field])
    parts: list[NDArray[Any]] = field(default_factory=list[NDArray[Any]])

    def add_numbers(self, name: str, values: NDArray[Any]) -> None:
        """Add a numeric column ``(n,)``."""
        self.fields.append(Field(name, "integer" if values.dtype.kind in "iu" else "number"))
        self.parts.append(values)

    def add_values(self, name: str, values: NDArray[Any]) -> None:
        """Add a column ``(n,)`` of anything else."""
        self.fields.append(Field(name, "other"))
        self.parts.append(values)

    def add_vectors(self, name: str, values: NDArray[Any]) -> None:
        """Add a column ``(n, width)`` that holds a vector in each row."""
        self.fields.append(Field(name, "vectors", values.shape[1]))
        self.parts.append(values)

    def numbers(self, fields: Sequence[int]) -> NDArray[Any]:
        """Some numeric columns side by side."""
        return np.stack([self.parts[index] for index in fields], axis=1)

    def vectors(self, index: int) -> NDArray[Any]:
        """A column of lists."""
        return self.parts[index]

    def column(self, index: int) -> Column | None:
        """A column typed."""
        return column_from_array(self.fields[index].name, self.parts[index])


def embeddings_from_table(
    name: str, source: TableSource, path: Path, chosen: Layout | None = None, notes: Sequence[Note] = ()
) -> list[Embedding]:
    """The embeddings in a table.

    Parameters
    ----------
    name
        What the embedding is called where there is only one.
    source
        The table.
    path
        The file, for messages.
    chosen
        What its columns are for, where that is known already.
    notes
        What there is to say about the table.

    Raises
    ------
    FormatError
        If it has no rows, or no columns of numbers.
    """
    roles = chosen or layout(source.fields)
    if source.n == 0:
        raise FormatError("The table has no rows.", path)
    if not roles.has_vectors:
        raise no_vectors(source.fields, path)
    columns, remarks = _columns(source, roles, path)
    coordinates = [_coordinates(source, picture) for picture in roles.pictures]
    told = [*notes, *remarks, *([Note(roles.remark, path, None, "remark")] if roles.remark else [])]
    vectors = {source.fields[index].name: source.vectors(index) for index in roles.lists}
    if roles.numbers:
        vectors[name] = source.numbers(roles.numbers)
    several = len(vectors) > 1
    return [
        Embedding(key if several else name, each, columns, None, tuple(coordinates), tuple(told), path)
        for key, each in vectors.items()
    ]


def no_vectors(fields: Sequence[Field], path: Path) -> FormatError:
    """The error for a table in which no column can be the vector."""
    names = ", ".join(f"{each.name!r}" for each in fields[:12]) + (" …" if len(fields) > 12 else "")
    return FormatError(
        f"No vectors in this table: its columns are {names}. It needs a column of lists of numbers, numbered columns "
        "(x_0, x_1 …), or numeric columns alone. If it describes points, attach it to their vectors: --metadata FILE.",
        path,
    )


def _columns(source: TableSource, roles: Layout, path: Path) -> tuple[Columns, list[Note]]:
    columns: list[Column] = []
    unshown: list[str] = []
    for index in roles.columns:
        column = source.column(index)
        if column is None:
            unshown.append(source.fields[index].name)
        else:
            columns.append(column.renamed(unused_name(column.name, [each.name for each in columns])))
    told = f"Left out, as their values are neither text nor numbers nor times: {', '.join(unshown)}."
    return Columns(columns, n=source.n), [Note(told, path, None, "remark")] if unshown else []


def _coordinates(source: TableSource, picture: Picture) -> Coordinates:
    lists = source.fields[picture.fields[0]].kind == "vectors"
    values = source.vectors(picture.fields[0]) if lists else source.numbers(picture.fields)
    names = ", ".join(source.fields[index].name for index in picture.fields)
    return Coordinates(picture.name, np.ascontiguousarray(values, dtype=np.float32), f"{names}, as the file has them")
