"""Columns as CSV or TSV that reads back the same: a header, then one row a point.

What holds the delimiter, quotes or line ends is quoted, in TSV too. A missing value is nothing between two
delimiters; numbers have as many digits as tell them from every other one.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from vectarium.data import Column, Columns

ROWS_PER_BLOCK = 1 << 14
LONGEST_FIELD = 1 << 26


def text_blocks(columns: Columns, delimiter: str) -> Iterator[bytes]:
    """The file in blocks of rows, UTF-8."""
    yield text_lines([list(columns)], delimiter).encode("utf-8", "replace")
    for start in range(0, columns.n, ROWS_PER_BLOCK):
        rows = np.arange(start, min(columns.n, start + ROWS_PER_BLOCK))
        texts = [column_texts(each.take(rows)) for each in columns.values()]
        yield text_lines(zip(*texts, strict=True), delimiter).encode("utf-8", "replace")


def text_lines(rows: Iterable[Sequence[str]], delimiter: str, end: str = "") -> str:
    """Rows as lines."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=f"{end}\n").writerows(rows)
    return out.getvalue()


def quoted_rows(text: str, delimiter: str) -> list[list[str]] | None:
    """The rows of a text that is, to the last sign, what :func:`text_lines` writes of them; None of any other."""
    csv.field_size_limit(LONGEST_FIELD)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return rows if rows and text_lines(rows, delimiter) == text else None


def column_texts(column: Column) -> list[str]:
    """Each value as text that reads back the same; nothing where it is missing."""
    if column.kind == "number":
        return ["" if value is None else repr(value) for value in column]
    if column.kind == "time":
        return ["" if value is None else str(value).replace("T", " ") for value in column]
    return ["" if text is None else text.replace("\0", "\ufffd") for text in column.texts()]
