"""What a CSV or TSV file is, told from its first rows."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from vectarium.data import Note
from vectarium.data.columns import unused_name
from vectarium.data.inference import LEADING_ZERO, MISSING_TEXTS
from vectarium.errors import FormatError
from vectarium.formats.layout import Field, FieldKind, Layout, layout
from vectarium.formats.numbers import is_number
from vectarium.formats.text_file import open_lines

SAMPLE = 500
MOST_VALUES = 60_000
MOSTLY = 0.9
FEW = 20
DELIMITERS = "\t,;|"
LONGEST_FIELD = 1 << 26


@dataclass
class Outline:
    """What the first rows say.

    Parameters
    ----------
    delimiter
        What stands between values.
    header
        Whether the first row holds names.
    fields
        The columns.
    layout
        What they are for.
    literals
        Columns of text that spell a vector, ``[0.1, 0.2]``, with its length.
    notes
        What was chosen.
    """

    delimiter: str
    header: bool
    fields: list[Field]
    layout: Layout
    literals: dict[int, int] = field(default_factory=dict[int, int])
    notes: list[Note] = field(default_factory=list[Note])

    @property
    def numbers_alone(self) -> bool:
        """Whether the file is nothing but one vector a line, in order."""
        chosen = self.layout
        return chosen.numbers == tuple(range(len(self.fields))) and not (chosen.pictures or chosen.columns)


def outline_of(path: Path, *, quoting: bool = True) -> Outline:
    """Tell what a file is.

    Parameters
    ----------
    path
        The file.
    quoting
        Whether quotes hold a value together, or are characters as any other.

    Raises
    ------
    FormatError
        If it has no rows.
    """
    delimiter = _delimiter(path)
    rows = _sample(path, delimiter, quoting)
    if not rows:
        raise FormatError("There is not one row in this file.", path)
    if delimiter == ";":
        rows = [[text.replace(",", ".") for text in row] for row in rows]  # decimal commas
    header = _has_header(rows)
    body = rows[1:] if header else rows
    if not body:
        raise FormatError(f"There is only one line, and it holds names: {', '.join(rows[0][:8])}.", path, 1)
    width = len(rows[0]) if header else _usual_width(body)
    fields, literals = _fields(rows[0] if header else [], body, width)
    outline = Outline(delimiter, header, fields, layout(fields), literals)
    if path.suffix.lower() in {".tsv", ".tab"} and delimiter != "\t" and width > 1:
        outline.notes.append(Note(f"The values are parted by {delimiter!r}, not by tabs.", path, None, "remark"))
    return outline


def rows_of(path: Path, delimiter: str, *, quoting: bool = True) -> Iterator[list[str]]:
    """The rows of a file as lists of texts; a blank line is an empty list."""
    csv.field_size_limit(LONGEST_FIELD)
    style = csv.QUOTE_MINIMAL if quoting else csv.QUOTE_NONE
    yield from csv.reader(open_lines(path), delimiter=delimiter, quoting=style)


def _sample(path: Path, delimiter: str, quoting: bool) -> list[list[str]]:
    """The first rows that are not blank: five hundred, or fewer very wide ones."""
    rows: list[list[str]] = []
    values = 0
    for row in rows_of(path, delimiter, quoting=quoting):
        if row:
            rows.append(row)
            values += len(row)
        if len(rows) >= SAMPLE or (values > MOST_VALUES and len(rows) > FEW):
            break
    return rows


def _delimiter(path: Path) -> str:
    """The delimiter: a tab in a .tsv that has one, else the one that parts the first lines into most values."""
    with path.open("rb") as file:
        lines = file.read(1 << 18).decode("utf-8-sig", "replace").split("\n")[:20]
    filled = [line for line in lines if line.strip()] or [""]
    first = filled[0]
    if path.suffix.lower() in {".tsv", ".tab"} and "\t" in first:
        return "\t"
    counts = {mark: min(line.count(mark) for line in filled[:2]) for mark in DELIMITERS}
    best = max(counts, key=lambda mark: (counts[mark], -DELIMITERS.index(mark)))
    if counts[";"] and all(is_number(text.replace(",", ".")) for text in filled[-1].split(";")):
        return ";"  # 0,5;0,7 is two numbers with decimal commas
    if counts[best]:
        return best
    numbers = first.split()
    if len(numbers) > 1 and all(is_number(text) for text in numbers):
        return " "
    return max(DELIMITERS, key=first.count) if any(mark in first for mark in DELIMITERS) else "\t"


def _usual_width(rows: Sequence[Sequence[str]]) -> int:
    widths = [len(row) for row in rows]
    return max(set(widths), key=lambda width: (widths.count(width), width == widths[0]))


def _has_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row holds names: where it has a text, the next rows have a number, or the first counts."""
    first, others = rows[0], rows[1:6]
    numeric = [is_number(text) for text in first]
    if not any(numeric):
        return bool(others) or not any(text.strip().lower() in MISSING_TEXTS for text in first) or len(first) == 1
    for row in others:
        for index in range(min(len(first), len(row))):
            named = not numeric[index] and first[index].strip().lower() not in MISSING_TEXTS
            if named and is_number(row[index]):
                return True
    return _counts(first, numeric) and bool(others) and any("." in text for row in others for text in row)


def _counts(first: Sequence[str], numeric: Sequence[bool]) -> bool:
    numbers = [text.strip() for text, known in zip(first, numeric, strict=True) if known]
    return len(numbers) > 2 and any(
        numbers == [str(value) for value in range(start, start + len(numbers))] for start in (0, 1)
    )


def _fields(names: Sequence[str], body: Sequence[Sequence[str]], width: int) -> tuple[list[Field], dict[int, int]]:
    fields: list[Field] = []
    literals: dict[int, int] = {}
    taken: list[str] = []
    for index in range(width):
        given = names[index].strip() if index < len(names) else ""
        fallback = "index" if names and index == 0 else (f"column {index + 1}" if names else f"x_{index}")
        name = unused_name(given or fallback, taken)
        taken.append(name)
        texts = [row[index].strip() for row in body if index < len(row)]
        length = _literal_length(texts)
        if length:
            literals[index] = length
            fields.append(Field(name, "vectors", length))
        else:
            fields.append(Field(name, _kind(texts)))
    if not names and any(each.kind == "other" for each in fields):
        fields = _unnamed(fields)
    return fields, literals


def _unnamed(fields: list[Field]) -> list[Field]:
    """Without a header the numbers are x_0, x_1 … in order, and the texts are labels."""
    named: list[Field] = []
    numbers = labels = 0
    for each in fields:
        if each.kind == "other":
            labels += 1
            named.append(Field("label" if labels == 1 else f"label {labels}", "other"))
        elif each.kind == "vectors":
            named.append(each)
        else:
            named.append(Field(f"x_{numbers}", each.kind))
            numbers += 1
    return named


def _kind(texts: Sequence[str]) -> FieldKind:
    """What a column holds: a number if nine in ten of its values are (half of a few), none written like ``007``."""
    present = [text for text in texts if text.lower() not in MISSING_TEXTS]
    numbers = [text for text in present if is_number(text)]
    enough = MOSTLY if len(present) >= FEW else 0.5
    coded = any(LEADING_ZERO.match(text) and "." not in text for text in numbers)
    if not present or len(numbers) < enough * len(present) or coded:
        return "other"
    return "integer" if all(text.lstrip("+-").isdigit() for text in numbers) else "number"


def _literal_length(texts: Sequence[str]) -> int:
    """The length of the vectors that a column spells, 0 if it spells none."""
    present = [text for text in texts if text]
    spelled = [text for text in present if text[0] == "[" and text[-1] == "]"]
    if not spelled or len(spelled) < MOSTLY * len(present):
        return 0
    lengths = [len(text.strip("[]").replace(",", " ").split()) for text in spelled]
    numbers = spelled[0].strip("[]").replace(",", " ").split()
    return max(set(lengths), key=lengths.count) if all(is_number(text) for text in numbers if text != "...") else 0
