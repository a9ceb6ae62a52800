"""What is known of each point, out of a file beside the vectors.

A TSV follows the Projector's rules: a tab in line 1 makes that line the header; without one the file
is a single column without a header; there is no quoting, unless the whole file is just what a program that
quotes would write; line i belongs to vector i. Real files
break the last rule by one line more often than not, so the counts are compared and what was made
of them is told. CSV, Parquet and JSON are read by their own readers.
"""

from __future__ import annotations

from pathlib import Path

from vectarium.data import Column, Note
from vectarium.data.columns import unused_name
from vectarium.data.inference import column_from_array, column_from_texts
from vectarium.errors import FormatError
from vectarium.formats.table_text import quoted_rows
from vectarium.formats.text_file import read_text

LABEL = "label"
TABULAR = {".parquet", ".pq"}
JSONS = {".jsonl", ".ndjson", ".json"}


def read_metadata(path: Path, n: int) -> tuple[list[Column], list[Note]]:
    """Read the columns of n points.

    Parameters
    ----------
    path
        A TSV or text file, or CSV, Parquet, JSON lines, ``.npy`` of labels.
    n
        How many vectors there are.

    Returns
    -------
    columns
        Each of length n: missing values where the file is too short, cut where it is too long.
    notes
        What does not fit, with both numbers.

    Raises
    ------
    FormatError
        If the file cannot be read at all.
    """
    if not path.is_file():
        raise FormatError("There is no such file of metadata.", path)
    if path.stat().st_size == 0:
        raise FormatError("The file of metadata is empty (0 bytes).", path)
    suffix = path.suffix.lower()
    if suffix == ".csv":
        return _read_csv(path, n)
    if suffix in TABULAR or suffix in JSONS:
        return _read_table(path, n)
    if suffix == ".npy":
        return _read_npy(path, n)
    return _read_tsv(path, n)


def _read_tsv(path: Path, n: int) -> tuple[list[Column], list[Note]]:
    text = read_text(path)
    quoted = quoted_rows(text, "\t") if '"' in text else None
    if quoted is not None and len(quoted) == n + 1:
        return _columns_of(path, quoted[0], quoted[1:], n)
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    if not lines[-1]:
        lines.pop()
    if lines and "\t" in lines[0]:
        while len(lines) > n + 1 and not lines[-1].strip():
            lines.pop()
        return _many_columns(path, lines, n)
    return _one_column(path, lines, n)


def _one_column(path: Path, lines: list[str], n: int) -> tuple[list[Column], list[Note]]:
    """Labels without a header, or with one that the rules do not allow."""
    name, notes = LABEL, list[Note]()
    if len(lines) == n + 1:
        header = lines[0].strip()
        if not header:
            lines = lines[1:]
            notes.append(
                Note(f"Line 1 is blank, and there are {n:,} vectors: labels start in line 2.", path, 1, "remark")
            )
        elif lines[-1].strip() and header not in lines[1:]:
            name, lines = header, lines[1:]
            told = f"There is one line more than the {n:,} vectors: {header!r} was taken as the column's name."
            notes.append(Note(told, path, 1, "remark"))
    while len(lines) > n and not lines[-1].strip():
        lines = lines[:-1]
    texts, more = _fitted(path, [*lines], n)
    return [column_from_texts(name, texts)], [*notes, *more]


def _many_columns(path: Path, lines: list[str], n: int) -> tuple[list[Column], list[Note]]:
    header, rows, notes = lines[0].split("\t"), lines[1:], list[Note]()
    if len(rows) == n - 1:
        rows = lines
        header = [f"column {index + 1}" for index in range(len(header))]
        told = f"There are as many lines as vectors, {n:,}: line 1 was taken as a row, not as names."
        notes.append(Note(told, path, 1, "remark"))
    first = len(lines) - len(rows) + 1
    width = len(header)
    parted = [row.split("\t") for row in rows]
    ragged = [line for line, row in enumerate(parted, first) if len(row) != width]
    if ragged:
        notes.append(_ragged_note(path, ragged, parted[ragged[0] - first], width))
    names: list[str] = []
    for index, name in enumerate(header):
        names.append(unused_name(name.strip() or f"column {index + 1}", names))
    columns: list[Column] = []
    for index, name in enumerate(names):
        texts, more = _fitted(path, [row[index] if index < len(row) else None for row in parted], n)
        columns.append(column_from_texts(name, texts))
        notes += more if index == 0 else []
    return columns, notes


def _ragged_note(path: Path, lines: list[int], first: list[str], width: int) -> Note:
    told = f"{len(lines):,} lines do" if len(lines) > 1 else "This line does"
    return Note(
        f"{told} not have {width:,} values{f', such as this one with {len(first):,}' if len(lines) > 1 else ''}: "
        "what is missing stays missing, what is too much is left out.",
        path,
        lines[0],
    )


def _fitted(path: Path, texts: list[str | None], n: int) -> tuple[list[str | None], list[Note]]:
    """As many values as vectors, and a note where they were not."""
    notes = _count_notes(path, len(texts), n)
    return [*texts[:n], *[None] * (n - len(texts))], notes


def _count_notes(path: Path, rows: int, n: int) -> list[Note]:
    if rows == n:
        return []
    if rows > n:
        last = "the last one was" if rows == n + 1 else f"the last {rows - n:,} were"
        told = f"{rows:,} rows of metadata for {n:,} vectors: {last} not attached."
        if rows == n + 1:
            told += " Often the first vector was taken for a header when the vectors were made: then remove row 1 here."
    else:
        last = "the last vector has" if rows == n - 1 else f"the last {n - rows:,} vectors have"
        told = f"{rows:,} rows of metadata for {n:,} vectors: {last} none."
    return [Note(f"{told} If rows are missing in between, the others stand at the wrong points.", path)]


def _fit_columns(path: Path, columns: list[Column], rows: int, n: int) -> tuple[list[Column], list[Note]]:
    if rows > n:
        import numpy as np

        columns = [column.take(np.arange(n)) for column in columns]
    elif rows < n:
        columns = [column_from_array(column.name, [*column, *[None] * (n - rows)]) for column in columns]
    return columns, _count_notes(path, rows, n)


def _read_csv(path: Path, n: int) -> tuple[list[Column], list[Note]]:
    """A CSV with a header; without one where that makes the numbers of rows agree."""
    from vectarium.formats.outline import outline_of, rows_of

    delimiter = outline_of(path).delimiter
    rows = [row for row in rows_of(path, delimiter) if row]
    notes: list[Note] = []
    if len(rows) == n:
        header, body = [LABEL] if len(rows[0]) == 1 else [f"column {i + 1}" for i in range(len(rows[0]))], rows
        notes.append(Note(f"There are as many lines as vectors, {n:,}: line 1 was taken as a row.", path, 1, "remark"))
    else:
        header, body = rows[0], rows[1:]
    ragged = [row for row, values in enumerate(body, 1) if len(values) != len(header)]
    if ragged:
        told = f"{len(ragged):,} rows do not have {len(header):,} values, the first of them row {ragged[0]:,}."
        notes.append(Note(told, path))
    columns, more = _columns_of(path, header, body, n)
    return columns, [*notes, *more]


def _columns_of(path: Path, header: list[str], body: list[list[str]], n: int) -> tuple[list[Column], list[Note]]:
    notes: list[Note] = []
    columns: list[Column] = []
    for index, name in enumerate(header):
        texts, more = _fitted(path, [row[index] if index < len(row) else None for row in body], n)
        named = unused_name(name.strip() or f"column {index + 1}", [each.name for each in columns])
        columns.append(column_from_texts(named, texts))
        notes += more if index == 0 else []
    return columns, notes


def _read_table(path: Path, n: int) -> tuple[list[Column], list[Note]]:
    from vectarium.formats.duck_table import open_table
    from vectarium.formats.json_lines import open_json_table
    from vectarium.formats.reader import silent

    parquet = path.suffix.lower() in TABULAR
    table = open_table(path, "parquet", silent) if parquet else open_json_table(path, silent)
    found = [table.column(index) for index in range(len(table.fields))]
    columns = [column for column in found if column is not None]
    return _fit_columns(path, columns, table.n, n)


def _read_npy(path: Path, n: int) -> tuple[list[Column], list[Note]]:
    from vectarium.formats.npy import map_npy

    array, notes = map_npy(path)
    if array.ndim != 1:
        raise FormatError(f"Labels have to be an array of one dimension, not {array.shape}.", path)
    columns, more = _fit_columns(path, [column_from_array(LABEL, array)], len(array), n)
    return columns, [*notes, *more]
