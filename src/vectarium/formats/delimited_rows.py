"""CSV and TSV with columns beside the vectors: rows through Python's csv module, in blocks."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Column
from vectarium.data.inference import column_from_texts
from vectarium.errors import FormatError
from vectarium.formats.bad_rows import ROOM, BadRows
from vectarium.formats.layout import Field
from vectarium.formats.number_lines import parse_row
from vectarium.formats.numbers import narrowed, stacked
from vectarium.formats.outline import LONGEST_FIELD, Outline
from vectarium.formats.reader import Progress
from vectarium.formats.text_file import open_lines

ROWS = 4096


class DelimitedTable:
    """The rows of a file: its vectors as numbers, its columns as text, each block by itself.

    Parameters
    ----------
    path
        The file.
    outline
        What it is.
    """

    def __init__(self, path: Path, outline: Outline) -> None:
        self.outline = outline
        self.fields: Sequence[Field] = outline.fields
        self.bad = BadRows(path)
        self.n = 0
        self._blocks: dict[tuple[int, ...], list[NDArray[Any]]] = {group: [] for group in _groups(outline)}
        self._texts: dict[int, list[str | None]] = {index: [] for index in outline.layout.columns}
        self._arrays: dict[tuple[int, ...], NDArray[Any]] = {}

    def add(self, rows: list[tuple[int, list[str]]]) -> None:
        """Add a block of rows, each with the number of its line."""
        width = len(self.fields)
        self.n += len(rows)
        fitting = [self._fitted(row, width) for _, row in rows]
        for index, texts in self._texts.items():
            texts.extend(None if row is None or index >= len(row) else row[index] for row in fitting)
        told: set[int] = set()
        for group, blocks in self._blocks.items():
            blocks.append(self._parse(group, rows, fitting, told))

    def check(self, left: int) -> None:
        """Raise FormatError where too many rows are bad, even if all that are left, at most so many, were good."""
        self.bad.check(self.n + max(left, 0))

    def _fitted(self, row: list[str], width: int) -> list[str] | None:
        """The row without empty values behind its end; None where it is too long."""
        while len(row) > width and not row[-1].strip():
            row = row[:-1]
        return row if len(row) <= width else None

    def _parse(
        self, group: tuple[int, ...], rows: list[tuple[int, list[str]]], fitting: list[list[str] | None], told: set[int]
    ) -> NDArray[Any]:
        literal = self.outline.literals.get(group[0])
        fast = None if literal else _parse_all(group, fitting)
        if fast is not None:
            return narrowed(fast)
        d = literal or len(group)
        if 8 * len(rows) * d > ROOM:
            self.bad.check_room(len(rows), d, sum(len(value) + 1 for _, row in rows for value in row))
        out = np.full((len(rows), d), np.nan)
        for place, ((line, whole), row) in enumerate(zip(rows, fitting, strict=True)):
            if row is None or group[-1] >= len(row):
                problem = f"it has {len(whole):,} values, not {len(self.fields):,}"
            else:
                values = _spelled(row[group[0]]) if literal else [row[index] for index in group]
                out[place], problem = parse_row(values, d, decimal_comma=self.outline.delimiter == ";")
            if problem and line not in told:
                told.add(line)
                self.bad.add(line, problem)
        return narrowed(out)

    def numbers(self, fields: Sequence[int]) -> NDArray[Any]:
        """The columns of a vector or of coordinates, side by side."""
        return self._whole(tuple(fields), len(fields))

    def vectors(self, index: int) -> NDArray[Any]:
        """The vectors that a column spells."""
        return self._whole((index,), self.outline.literals[index])

    def _whole(self, group: tuple[int, ...], d: int) -> NDArray[Any]:
        if group not in self._arrays:
            self._arrays[group] = stacked(self._blocks.pop(group), d)
        return self._arrays[group]

    def column(self, index: int) -> Column | None:
        """A column, its type told from its texts."""
        return column_from_texts(self.fields[index].name, self._texts.pop(index))


def read_table(path: Path, outline: Outline, progress: Progress, *, quoting: bool) -> DelimitedTable:
    """Read all rows.

    Raises
    ------
    FormatError
        If a quote is opened and never closed, or too many rows cannot be read.
    """
    table = DelimitedTable(path, outline)
    csv.field_size_limit(LONGEST_FIELD)
    style = csv.QUOTE_MINIMAL if quoting else csv.QUOTE_NONE
    lines = _CountedLines(path)
    reader = csv.reader(lines, delimiter=outline.delimiter, quoting=style, strict=quoting)
    size = max(path.stat().st_size, 1)
    block: list[tuple[int, list[str]]] = []
    header, line = outline.header, 1
    try:
        for row in reader:
            if row and header:
                header = False
            elif row:
                block.append((line, row))
            line = reader.line_num + 1
            if len(block) == ROWS:
                table.add(block)
                block = []
                table.check((size - lines.characters) // len(table.fields))
                progress(min(1.0, lines.characters / size), f"reading {path.name}: {table.n:,} rows")
    except csv.Error as error:
        raise FormatError(f"The quotes of this row cannot be made out: {error}.", path, line) from None
    if block:
        table.add(block)
    return table


class _CountedLines:
    """The lines of a file, counting what has gone by."""

    def __init__(self, path: Path) -> None:
        self.lines = open_lines(path)
        self.characters = 0

    def __iter__(self) -> Iterator[str]:
        for line in self.lines:
            self.characters += len(line)
            yield line


def _groups(outline: Outline) -> list[tuple[int, ...]]:
    """The sets of columns that are read as numbers together."""
    chosen = outline.layout
    groups = [chosen.numbers] if chosen.numbers else []
    groups += [(index,) for index in chosen.lists]
    return list(dict.fromkeys([*groups, *(picture.fields for picture in chosen.pictures)]))


def _parse_all(group: tuple[int, ...], rows: list[list[str] | None]) -> NDArray[np.float64] | None:
    """All rows at once, or None if one of them is not as it should be."""
    first, last = group[0], group[-1]
    adjoining = group == tuple(range(first, last + 1))
    flat: list[str] = []
    for row in rows:
        if row is None or len(row) <= last:
            return None
        flat.extend(row[first : last + 1] if adjoining else [row[index] for index in group])
    if "_" in "".join(flat):
        return None
    try:
        return np.fromiter(map(float, flat), np.float64, len(flat)).reshape(len(rows), len(group))
    except ValueError:
        return None


def _spelled(text: str) -> list[str]:
    return text.strip().strip("[]").replace(",", " ").split()
