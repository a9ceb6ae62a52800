"""The columns of points as Parquet, written and read by DuckDB.

Parquet knows no categories with an order and DuckDB no two names that differ in case only, so names,
kinds and categories stand beside, in the run's description; the file can be read without them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data.column import Column, Kind
from vectarium.data.columns import Columns, unused_name
from vectarium.data.duck_column import cast_of, column_of
from vectarium.data.duck_connection import locked_connection, plain_pattern, told
from vectarium.data.memory import check_memory
from vectarium.errors import FormatError

Field = tuple[str, Kind, tuple[str, ...] | None]
"""Name, kind, and the categories in their order where the kind is category."""

TYPES: dict[Kind, str] = {
    "text": "VARCHAR",
    "category": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "time": "TIMESTAMP",
}
TEXTS_PER_BLOCK = 1 << 16


def write_parquet(path: Path, columns: Columns, lists: Mapping[str, NDArray[Any]] | None = None) -> None:
    """Write columns into a new file.

    Parameters
    ----------
    path
        The file.
    columns
        The columns.
    lists
        Arrays ``(n, d)`` by name, each of which becomes a column of lists.

    Raises
    ------
    OSError
        If the disk does not take it.
    """
    import duckdb

    given, selected, taken = dict[str, NDArray[Any]](), list[str](), list[str]()
    for index, column in enumerate(columns.values()):
        name = _told_apart(column.name, taken)
        given |= _given(column, index)
        selected.append(f'{_value(column, index)} AS "{name.replace(chr(34), chr(34) * 2)}"')
    for place, (name, values) in enumerate((lists or {}).items()):
        arrays, value = _listed(values, place)
        given |= arrays
        selected.append(f'{value} AS "{_told_apart(name, taken).replace(chr(34), chr(34) * 2)}"')
    with duckdb.connect(config={"threads": 1, "pandas_analyze_sample": 0}) as connection:
        connection.register("given", given)
        try:
            relation = connection.sql(f"SELECT {', '.join(selected)} FROM given")  # noqa: S608 - our own words, names quoted
            relation.write_parquet(str(path))
        except duckdb.Error as error:
            raise OSError(told(error, "write")) from error


def _told_apart(name: str, taken: list[str]) -> str:
    """The name, or with a number behind where another one differs in case only; never empty, no NUL."""
    plain = _clean(name).replace("\0", "") or "column"
    free = unused_name(plain.casefold(), taken)
    taken.append(free)
    return plain + free[len(plain.casefold()) :]


def _given(column: Column, index: int) -> dict[str, NDArray[Any]]:
    if column.kind in {"text", "category"}:
        return {f"c{index}": clean_texts(column.texts())}
    values = {f"c{index}": np.ascontiguousarray(column.values)}
    return values if column.mask is None else values | {f"m{index}": np.ascontiguousarray(column.mask)}


def _listed(values: NDArray[Any], place: int) -> tuple[dict[str, NDArray[Any]], str]:
    """An array as its columns, and what makes lists of them."""
    plain = values.astype(np.float32) if values.dtype == np.float16 else values
    plain = plain.astype(plain.dtype.newbyteorder("="), copy=False)
    arrays = {f"l{place}_{index}": np.ascontiguousarray(plain[:, index]) for index in range(plain.shape[1])}
    return arrays, f"list_value({', '.join(arrays)})"


def _value(column: Column, index: int) -> str:
    value = f"CAST(c{index} AS {TYPES[column.kind]})"
    return value if column.mask is None else f"CASE WHEN m{index} THEN NULL ELSE {value} END"


def clean_texts(texts: NDArray[np.object_]) -> NDArray[np.object_]:
    """The same texts, with what UTF-8 cannot hold replaced: DuckDB dies of half a surrogate pair."""
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


def read_parquet(path: Path, fields: Sequence[Field], n: int) -> Columns:
    """Read columns back.

    Parameters
    ----------
    path
        The file, its place and size already proven.
    fields
        What its columns are, in order.
    n
        How many rows there have to be.

    Raises
    ------
    FormatError
        If the file holds anything else.
    """
    import duckdb

    check_memory(8 * n * len(fields), f"The table of {n:,} rows", path)
    whole = path.resolve()
    connection = locked_connection(whole)
    try:
        return Columns(_read(connection, whole, fields, n), n=n)
    except duckdb.Error as error:
        raise FormatError(told(error), path) from error
    finally:
        connection.close()


def _read(connection: Any, path: Path, fields: Sequence[Field], n: int) -> list[Column]:
    pattern = [plain_pattern(path)]
    kinds = [str(row[1]) for row in connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", pattern).fetchall()]
    if len(kinds) != len(fields):
        raise FormatError(f"The table has {len(kinds):,} columns; the run says {len(fields):,}.", path)
    names = ", ".join(f"c{index}" for index in range(len(fields)))
    scan = f"read_parquet(?) AS t({names})"
    rows = connection.execute(f"SELECT count(*) FROM {scan}", pattern).fetchall()[0][0]  # noqa: S608 - our own words
    if rows != n:
        raise FormatError(f"The table has {rows:,} rows; there are {n:,} points.", path)
    selected = ", ".join(f"c{index}{cast_of(kind)} AS c{index}" for index, kind in enumerate(kinds))
    found = connection.execute(f"SELECT {selected} FROM {scan}", pattern).fetchnumpy()  # noqa: S608 - the same
    return [_column(path, each, kinds[index], found[f"c{index}"]) for index, each in enumerate(fields)]


def _column(path: Path, field: Field, duck_kind: str, values: Any) -> Column:
    name, kind, categories = field
    if kind in {"text", "category"} and duck_kind == "VARCHAR":
        texts = np.ma.getdata(values).astype(object)
        texts[np.ma.getmaskarray(values)] = None
        return Column(name, "text", texts) if kind == "text" else category_column(name, texts, categories, path)
    column = column_of(name, duck_kind, values)
    if column.kind != kind:
        raise FormatError(f"The column {name!r} holds {duck_kind}; the run says that it is {kind}.", path)
    return column


def category_column(
    name: str, texts: NDArray[np.object_], categories: tuple[str, ...] | None, path: Path | None = None
) -> Column:
    """A category column of texts; categories that are not given are the distinct texts, sorted.

    Raises
    ------
    FormatError
        If a text is none of the categories.
    """
    named = tuple(sorted({text for text in texts if text is not None})) if categories is None else categories
    codes = {text: code for code, text in enumerate(named)}
    codes_of_texts: list[int] = [-1 if text is None else codes.get(text, -2) for text in texts]
    found = np.asarray(codes_of_texts, np.int32)
    if (found == -2).any():
        row = int(np.argmax(found == -2))
        raise FormatError(
            f"The column {name!r} has {texts[row]!r} in row {row:,}, which is none of its categories.", path
        )
    return Column(name, "category", found, named)
