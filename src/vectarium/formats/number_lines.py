"""Files of nothing but numbers, one vector a line, parsed in bulk.

A block of some megabytes is parsed in one go, and believed if each of its lines has the right
number of delimiters and as many numbers came out as there have to be. Only a block that fails is
gone through line by line, to find the lines that are wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Note
from vectarium.errors import FormatError
from vectarium.formats.bad_rows import BadRows
from vectarium.formats.numbers import narrowed, parse_fields, parse_joined, parse_lines, stacked
from vectarium.formats.reader import Progress
from vectarium.formats.text_file import UTF8_MARK, wrong_encoding

if TYPE_CHECKING:
    from vectarium.formats.outline import Outline

BLOCK = 2 << 20
LINE_END = ord("\n")


def read_number_lines(path: Path, outline: Outline, progress: Progress) -> tuple[NDArray[Any], list[Note]]:
    """Read the vectors of such a file.

    Parameters
    ----------
    path
        The file.
    outline
        Its delimiter, its header, and how many columns it has.
    progress
        Told after each block.

    Returns
    -------
    vectors
        float32 array ``(n, d)``; float64 where a number is too large for that.
    notes
        The lines that could not be read, and blank lines in between.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        lines = _NumberLines(path, outline.delimiter, len(outline.fields), _skip_start(file, outline))
        for block in blocks_of_lines(file):
            lines.add(block)
            progress(file.tell() / size, f"reading {path.name}: {lines.n:,} vectors")
            lines.check(size - file.tell())
    if lines.n == 0:
        raise FormatError("There is not one vector in this file.", path)
    notes = [*lines.bad.notes(), *lines.blank_notes()]
    return stacked(lines.blocks, lines.d), notes


class _NumberLines:
    """What has been read so far of one file."""

    def __init__(self, path: Path, delimiter: str, d: int, line: int) -> None:
        self.path = path
        self.delimiter = delimiter
        self.d = d
        self.line = line
        self.n = 0
        self.bad = BadRows(path)
        self.blocks: list[NDArray[Any]] = []
        self.blank: list[int] = []

    def add(self, block: bytes) -> None:
        """Add whole lines."""
        fast = parse_lines(block, self.delimiter, self.d)
        if fast is not None:
            self.blocks.append(fast[0])
            self.line += len(fast[0])
            self.n += len(fast[0])
            return
        ends = np.flatnonzero(np.frombuffer(block, np.uint8) == LINE_END)
        parsed = self._parse_at_once(block, ends)
        self.blocks.append(self._parse_lines(block) if parsed is None else parsed)
        self.line += len(ends)
        self.n += len(self.blocks[-1])

    def check(self, left: int) -> None:
        """Raise FormatError where too many lines are bad, even if all that is left of the file were good."""
        self.bad.check(self.n + left // (2 * self.d))

    def blank_notes(self) -> list[Note]:
        """A remark on blank lines, except those at the end."""
        blank, end = list(self.blank), self.line
        while blank and blank[-1] == end - 1:
            end = blank.pop()
        told = f"{len(blank):,} blank lines between the vectors were passed over."
        return [Note(told, self.path, blank[0], "remark")] if blank else []

    def _parse_at_once(self, block: bytes, ends: NDArray[np.intp]) -> NDArray[Any] | None:
        """All vectors of a block, or None if one of its lines is not as it should be."""
        if not _is_regular(block, ends, self.delimiter, self.d):
            return None
        mark = self.delimiter.encode()
        parsed = parse_joined(block.replace(b"\n", mark).rstrip(b"\r" + mark), self.delimiter, len(ends) * self.d)
        return None if parsed is None else narrowed(parsed.reshape(len(ends), self.d))

    def _parse_lines(self, block: bytes) -> NDArray[Any]:
        try:
            text = block.decode("utf-8")
        except UnicodeDecodeError:
            raise wrong_encoding(self.path) from None
        rows: list[NDArray[np.float64]] = []
        lines = text.split("\n")[:-1]
        self.bad.check_room(sum(not each.isspace() for each in lines if each), self.d, len(block))
        for number, each in enumerate(lines, self.line):
            if not each.strip():
                self.blank.append(number)
                continue
            row, problem = parse_row(_fields(each, self.delimiter), self.d, decimal_comma=self.delimiter == ";")
            rows.append(row)
            if problem:
                self.bad.add(number, problem)
        return narrowed(np.array(rows).reshape(len(rows), self.d))


def _skip_start(file: BinaryIO, outline: Outline) -> int:
    """Go past the byte-order mark and the header; the number of the line that follows."""
    if file.read(3) != UTF8_MARK:
        file.seek(0)
    if not outline.header:
        return 1
    line = 1
    while not file.readline().strip():
        line += 1
    return line + 1


def blocks_of_lines(file: BinaryIO) -> Iterator[bytes]:
    """Whole lines, some megabytes at a time; the last one with its line end in any case."""
    while block := file.read(BLOCK):
        block += file.readline()
        yield block if block.endswith(b"\n") else block + b"\n"


def _is_regular(block: bytes, ends: NDArray[np.intp], delimiter: str, d: int) -> bool:
    """Whether each line of a block has ``d - 1`` delimiters."""
    if delimiter == " ":
        return all(len(each.split()) == d for each in block.splitlines())
    marks = np.flatnonzero(np.frombuffer(block, np.uint8) == ord(delimiter))
    before = np.searchsorted(marks, ends)
    return bool((np.diff(before, prepend=0) == d - 1).all())


def _fields(text: str, delimiter: str) -> list[str]:
    text = text.rstrip("\r\n")
    return text.split() if delimiter == " " else text.split(delimiter)


def parse_row(fields: list[str], d: int, *, decimal_comma: bool = False) -> tuple[NDArray[np.float64], str]:
    """One vector ``(d,)`` and what is wrong with it; all NaN where anything is."""
    unquoted = [text.strip().strip('"') for text in fields]
    while len(unquoted) > d and not unquoted[-1]:
        unquoted.pop()
    if decimal_comma:
        unquoted = [text.replace(",", ".") for text in unquoted]
    if len(unquoted) != d:
        return np.full(d, np.nan), f"it has {len(unquoted):,} values, not {d:,}"
    try:
        return parse_fields(unquoted), ""
    except ValueError as error:
        return np.full(d, np.nan), str(error)
