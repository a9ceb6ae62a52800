"""The texts of columns in DuckDB, where a million of them are searched while a person types.

Each column gets a table of its own when it is first asked for: what a person reads of each value,
in the points' order, or, where values repeat, of each distinct value. The SQL is constant but for
the tables' names, which are our own; what a person types is always a parameter.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Column
from vectarium.errors import QueryError

Test = Literal["contains", "equals", "regex"]
Mask = NDArray[np.bool_]

TESTS: dict[Test, str] = {
    "contains": "contains({lowered}, lower($1))",
    "equals": "{lowered} = lower($1)",
    "regex": "regexp_matches(value, $1)",
}
WRITTEN = {"number": "format('{:.6g}', value)", "integer": "CAST(value AS VARCHAR)", "time": "CAST(value AS VARCHAR)"}
SMALL = "SELECT bool_and(value = lower(value)) FROM {name}"
# What can stand in the text of a value: a word with other letters need not be looked for.
LETTERS = {
    "integer": frozenset("-0123456789"),
    "number": frozenset("-+.0123456789einfEINF"),
    "time": frozenset("-:. 0123456789"),
}
TEXTS_PER_BLOCK = 1 << 16
# Distinct values are searched in place of all where each occurs so many times or more on average.
REPEATED = 2


class Table(NamedTuple):
    """The texts of one column: a table's name, the text in small letters as SQL, and the column itself.

    ``codes`` says for each point which row of the table it is, -1 where its value is missing; None: the rows are the
    points. Turning a million texts into small letters takes longer than looking into them; where they are small already,
    as numbers and most vocabularies are, ``lowered`` is the text as it stands.
    """

    name: str
    lowered: str
    column: Column  # held, so that its id stays its own
    codes: NDArray[np.integer] | None


class TextTables:
    """The texts of some columns, searched by words and by expressions."""

    def __init__(self) -> None:
        self._connection: Any = None
        self._tables: dict[int, Table] = {}
        self._numbers = itertools.count()
        self._lock = threading.Lock()

    def find(self, column: Column, test: Test, text: str) -> Mask:
        """Boolean array ``(n,)``: the points whose text in the column passes the test.

        Raises
        ------
        QueryError
            If the expression is none.
        """
        if test != "regex" and column.kind in LETTERS and not LETTERS[column.kind].issuperset(text):
            return np.zeros(len(column), bool)
        table = self.build(column)
        passes = TESTS[test].format(lowered=table.lowered)
        found = self._ask(f"SELECT coalesce({passes}, false) AS found FROM {table.name}", _clean(text))  # noqa: S608 - our own words
        return found if table.codes is None else np.append(found, False)[table.codes]  # -1, missing, is the last

    def build(self, column: Column) -> Table:
        """The column's table, which is made when it is not there."""
        with self._lock:
            if id(column) not in self._tables:
                self._tables[id(column)] = self._make(f"texts_{next(self._numbers)}", column)
            return self._tables[id(column)]

    def keep(self, columns: Iterable[Column]) -> None:
        """Give back what all other columns take."""
        kept = set(map(id, columns))
        with self._lock:
            for gone in self._tables.keys() - kept:
                table = self._tables.pop(gone)
                with self._connection.cursor() as cursor:
                    cursor.execute(f"DROP TABLE {table.name}")

    def close(self) -> None:
        """Give the memory back."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()

    def _ask(self, statement: str, text: str) -> Mask:
        import duckdb

        try:
            with self._connection.cursor() as cursor:
                found = cursor.execute(statement, [text]).fetchnumpy()["found"]
        except duckdb.InvalidInputException as error:
            raise QueryError(f"This is not an expression that can be searched for: {_reason(error)}.") from None
        return np.asarray(found, dtype=bool)

    def _make(self, name: str, column: Column) -> Table:
        if self._connection is None:
            self._connection = _connect()
        values, codes = _searched(column)
        given: dict[str, NDArray[Any]] = {"value": values}
        written = WRITTEN.get(column.kind, "value")
        if codes is None and column.mask is not None and column.kind == "integer":
            given["mask"] = np.ascontiguousarray(column.mask)
            written = f"CASE WHEN mask THEN NULL ELSE {written} END"
        with self._connection.cursor() as cursor:
            cursor.register("given", given)
            cursor.execute(f"CREATE TABLE {name} AS SELECT {written} AS value FROM given")  # noqa: S608 - our own words
            cursor.unregister("given")
            small = column.kind in LETTERS or cursor.execute(SMALL.format(name=name)).fetchone() != (False,)
        return Table(name, "value" if small else "lower(value)", column, codes)


def _connect() -> Any:
    import duckdb

    settings: dict[str, Any] = {
        "threads": 2,
        # Nothing a query could do may reach a file or another host.
        "enable_external_access": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "temp_directory": "",
        "pandas_analyze_sample": 0,  # object arrays are text
        "lock_configuration": True,
    }
    return duckdb.connect(":memory:", config=settings)


def _searched(column: Column) -> tuple[NDArray[Any], NDArray[np.integer] | None]:
    """The values that are looked into, and which of them each point has; None: each point its own."""
    if column.kind == "category":
        return _clean_all(np.array(column.categories, dtype=object)), column.values
    if column.kind == "boolean":
        return np.array(["false", "true"], dtype=object), np.where(column.missing, -1, column.values.astype(np.int8))
    distinct = _distinct_texts(column.values) if column.kind == "text" else _distinct_numbers(column)
    values, codes = distinct or (column.values, None)
    return _clean_all(values) if column.kind == "text" else np.ascontiguousarray(values), codes


def _distinct_texts(texts: NDArray[np.object_]) -> tuple[NDArray[np.object_], NDArray[np.int32]] | None:
    """Texts that differ, and which of them each is, -1 for None; None where too many differ."""
    known: dict[str | None, int] = {None: -1}
    codes = np.empty(len(texts), np.int32)
    for start in range(0, len(texts), TEXTS_PER_BLOCK):
        block = texts[start : start + TEXTS_PER_BLOCK]
        codes[start:][:TEXTS_PER_BLOCK] = [known.setdefault(text, len(known) - 1) for text in block]
        if (len(known) - 1) * REPEATED > start + len(block):
            return None
    values = np.empty(len(known) - 1, dtype=object)
    values[:] = list(known)[1:]
    return values, codes


def _distinct_numbers(column: Column) -> tuple[NDArray[Any], NDArray[np.int32]] | None:
    """Values that differ, and which of them each point has, -1 where it is missing; None where too many differ."""
    # Compared as bits: 0 and -0 are written differently.
    values = np.ascontiguousarray(column.values)
    bits, codes = np.unique(values.view(f"i{values.dtype.itemsize}"), return_inverse=True)
    if len(bits) * REPEATED > len(column):
        return None
    return bits.view(values.dtype), np.where(column.missing, -1, codes).astype(np.int32)


def _clean_all(texts: NDArray[np.object_]) -> NDArray[np.object_]:
    """The same texts, with what UTF-8 cannot hold replaced: DuckDB dies of a lone surrogate."""
    for start in range(0, len(texts), TEXTS_PER_BLOCK):
        block = texts[start : start + TEXTS_PER_BLOCK]
        try:
            "".join(filter(None, block)).encode()
        except UnicodeEncodeError:
            texts = texts.copy()
            texts[start:][:TEXTS_PER_BLOCK] = [None if text is None else _clean(text) for text in block]
    return texts


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _reason(error: Exception) -> str:
    return str(error).split("\n", 1)[0].removeprefix("Invalid Input Error: ").strip().rstrip(".")
