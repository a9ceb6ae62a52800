"""Tables that DuckDB reads: Parquet and JSON.

The connection may read the one file and nothing else: no network, no extensions, no other path. The
file's path goes in as a parameter; its columns are called by position, so that no name out of a
file ever becomes part of a query.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Collection, Column, Note
from vectarium.data.duck_column import INTEGERS, NUMBER, SINGLE, cast_of, column_of
from vectarium.data.duck_connection import locked_connection, plain_pattern, told
from vectarium.data.memory import check_memory
from vectarium.errors import FormatError
from vectarium.formats.bad_rows import BadRows
from vectarium.formats.layout import Field
from vectarium.formats.numbers import narrowed, with_nonfinite_note
from vectarium.formats.reader import Progress
from vectarium.formats.table import embeddings_from_table

if TYPE_CHECKING:
    import duckdb

Form = Literal["parquet", "json", "json lines"]
SCANS = {
    "parquet": "read_parquet(?)",
    # A key that only a late line has would be dropped silently if not all lines were looked at (-1).
    "json": "read_json(?, format = 'array', maximum_depth = 3, sample_size = -1)",
    "json lines": "read_json(?, format = 'newline_delimited', maximum_depth = 3, sample_size = -1)",
}
LIST = re.compile(NUMBER.pattern + r"\[\d*\]")
AT_ONCE = 64


class DuckTable:
    """One file as a table whose columns are fetched when they are needed.

    Parameters
    ----------
    connection
        A connection that may read the file.
    scan
        The part of a query that stands for it, with one parameter: the path.
    path
        The file.
    exact
        Whether its numbers have types of their own, which are kept. Text has none.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, scan: str, path: Path, *, exact: bool) -> None:
        self.connection = connection
        self.path = path
        self.exact = exact
        self.parameters = [plain_pattern(path.resolve())]
        if not exact:  # parsed once, not for every query
            self._run(f"CREATE TEMP TABLE parsed AS SELECT * FROM {scan}")  # noqa: S608
            scan, self.parameters = "parsed", []
        described = self._run(f"DESCRIBE SELECT * FROM {scan}").fetchall()  # noqa: S608
        self.types: list[str] = [str(row[1]) for row in described]
        names = ", ".join(f"c{index}" for index in range(len(described)))
        self.scan = f"{scan} AS t({names})"
        self.n = int(self._run(f"SELECT count(*) FROM {self.scan}").fetchall()[0][0])  # noqa: S608
        check_memory(8 * self.n * len(names.split(",")), f"The table of {self.n:,} rows", path)
        self.notes: list[Note] = []
        self.ragged: FormatError | None = None
        self._lengths: dict[int, tuple[int, NDArray[np.bool_]]] = {}
        self.fields = [self._field(index, str(row[0])) for index, row in enumerate(described)]

    def _run(self, query: str) -> duckdb.DuckDBPyConnection:
        import duckdb

        try:
            return self.connection.execute(query, self.parameters)
        except duckdb.Error as error:
            raise FormatError(told(error), self.path) from error

    def _fetch(self, what: str, where: str = "") -> dict[str, Any]:
        import duckdb

        try:
            return self._run(f"SELECT {what} FROM {self.scan} {where}").fetchnumpy()  # noqa: S608
        except duckdb.Error as error:
            raise FormatError(told(error), self.path) from error

    def _field(self, index: int, name: str) -> Field:
        kind = self.types[index]
        if NUMBER.fullmatch(kind):
            return Field(name, "integer" if kind in INTEGERS else "number")
        if not LIST.fullmatch(kind):
            return Field(name, "other")
        width = self._measure(index, name)
        return Field(name, "vectors", width) if width else Field(name, "other")

    def _measure(self, index: int, name: str) -> int:
        """The length that the lists of a column have, 0 if they have no common one; others become notes."""
        lengths = np.ma.filled(self._fetch(f"len(c{index})::BIGINT AS l")["l"], -1)
        widths, counts = np.unique(lengths[lengths > 0], return_counts=True)
        if not len(widths):
            return 0
        width = int(widths[np.argmax(counts)])
        check_memory(8 * self.n * width, f"The column {name!r}", self.path)
        good = lengths == width
        bad = BadRows(self.path, "row")
        told = {-1: "has none", 0: "is empty"}
        bad.extend(
            (
                int(row) + 1,
                f"the list in {name!r} {told.get(int(lengths[row]), f'has {lengths[row]:,} values')}, not {width:,}",
            )
            for row in np.flatnonzero(~good)
        )
        try:
            bad.check(self.n)
        except FormatError as error:  # such as the words of a text: a column, unless it is all there is
            self.ragged = error
            return 0
        self.notes += bad.notes()
        self._lengths[index] = width, good
        return width

    def numbers(self, fields: Sequence[int]) -> NDArray[Any]:
        """Some numeric columns side by side: array ``(n, len(fields))``."""
        single = self.exact and all(self.types[index] in SINGLE for index in fields)
        out: NDArray[Any] = np.empty((self.n, len(fields)), np.float32 if single else np.float64)
        for start in range(0, len(fields), AT_ONCE):
            some = fields[start : start + AT_ONCE]
            found = self._fetch(", ".join(f"c{index}::{'FLOAT' if single else 'DOUBLE'} AS c{index}" for index in some))
            for place, index in enumerate(some, start):
                out[:, place] = np.ma.filled(found[f"c{index}"], np.nan)
        return out if self.exact else narrowed(out)

    def vectors(self, index: int) -> NDArray[Any]:
        """A column of lists: array ``(n, width)``, NaN where a row has none of that length."""
        width, good = self._lengths[index]
        kind = self.types[index].partition("[")[0]
        exact = "FLOAT" if self.exact and kind in SINGLE else "DOUBLE"
        where = "" if good.all() else f"WHERE len(c{index}) = {width}"
        flat = np.ma.filled(self._fetch(f"unnest(c{index}::{exact}[]) AS v", where)["v"], np.nan)
        rows = flat.reshape(int(good.sum()), width)
        rows = rows if self.exact else narrowed(rows)
        if good.all():
            return rows
        out = np.full((self.n, width), np.nan, rows.dtype)
        out[good] = rows
        return out

    def column(self, index: int) -> Column | None:
        """A column typed; None for raw bytes."""
        name, kind = self.fields[index].name, self.types[index]
        if kind == "BLOB":
            return None
        values = self._fetch(f"c{index}{cast_of(kind)} AS v")["v"]
        return column_of(name, kind, values)


def collection_of(table: DuckTable) -> Collection:
    """The collection of all embeddings in a table.

    Raises
    ------
    FormatError
        If there are none; where lists of various lengths could have been some, it says so.
    """
    path = table.path
    try:
        embeddings = embeddings_from_table(path.stem, table, path)
    except FormatError:
        if table.ragged is not None:
            raise table.ragged from None
        raise
    return Collection(path.name, [with_nonfinite_note(each.with_notes(*table.notes)) for each in embeddings])


def open_table(path: Path, form: Form, progress: Progress) -> DuckTable:
    """Open a file as a table.

    Parameters
    ----------
    path
        The file.
    form
        What it is.
    progress
        Told at the start; DuckDB itself cannot be watched.

    Raises
    ------
    FormatError
        If DuckDB cannot read it.
    """
    progress(0.0, f"reading {path.name}")
    connection = locked_connection(path.resolve())
    return DuckTable(connection, SCANS[form], path, exact=form == "parquet")
