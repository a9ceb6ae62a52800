"""Rows that cannot be read: named, counted, and kept as vectors of NaN so that no other row moves."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from vectarium.data import Note
from vectarium.errors import FormatError

NAMED = 20
MOST = 0.01
ROOM = 64 << 20


class BadRows:
    """The rows of one file that cannot be read.

    Parameters
    ----------
    path
        The file.
    word
        What a row is counted in: ``"line"``, ``"row"``.

    Examples
    --------
    >>> bad = BadRows(Path("a.tsv"))
    >>> bad.add(3, "it has 4 values, not 5")
    >>> print(bad.notes()[0])
    a.tsv, line 3: it has 4 values, not 5. The point is kept without a vector.
    """

    def __init__(self, path: Path, word: str = "line") -> None:
        self.path = path
        self.word = word
        self.rows: list[tuple[int, str]] = []

    def __len__(self) -> int:
        return len(self.rows)

    def add(self, line: int, reason: str) -> None:
        """Remember one."""
        self.rows.append((line, reason))

    def extend(self, rows: Iterable[tuple[int, str]]) -> None:
        """Remember several."""
        self.rows.extend(rows)

    def check(self, n: int) -> None:
        """Raise FormatError where more rows are bad than could be a slip: over 1 % of ``n``, and over one."""
        if len(self) == 0 or (len(self) <= max(1, int(MOST * n)) and len(self) < n):
            return
        first = "; ".join(f"{self.word} {line:,}: {reason}" for line, reason in self.rows[:5])
        raise FormatError(
            f"{len(self):,} of {n:,} rows cannot be read as vectors: {first}{' …' if len(self) > 5 else ''}. "
            "At most 1 % may be so; correct the file.",
            self.path,
            self.rows[0][0] if self.word == "line" else None,
        )

    def check_room(self, n: int, d: int, size: int) -> None:
        """Raise FormatError where n rows of d numbers are far more than ``size`` bytes of text can hold.

        A row that is too short is kept as d times NaN. Where nearly all are, as in a file whose first line promises
        a million numbers, those would take all memory before they are counted. A number takes two bytes or more.
        """
        if 8 * n * d > 8 * size + ROOM:
            raise FormatError(
                f"{n:,} rows of {d:,} numbers each cannot be in {size:,} bytes; most {self.word}s are too short, or the "
                "first ones too long. Correct the file.",
                self.path,
            )

    def notes(self) -> list[Note]:
        """One note for each of the first twenty, and one with the number of the others."""
        kept = "The point is kept without a vector."
        if self.word == "line":
            told = [Note(f"{reason}. {kept}", self.path, line) for line, reason in self.rows[:NAMED]]
        else:
            told = [Note(f"{self.word} {line:,}: {reason}. {kept}", self.path) for line, reason in self.rows[:NAMED]]
        if len(self) > NAMED:
            told.append(Note(f"{len(self) - NAMED:,} more rows could not be read; kept without a vector.", self.path))
        return told
