"""CSV and TSV: vectors alone, or vectors with columns.

The first lines tell what the file is: the delimiter, whether there is a header, and which columns
are the vector. A file of nothing but numbers is then parsed in bulk (``number_lines``); any other
goes through Python's csv module, which knows quoting, in blocks of rows.
"""

from __future__ import annotations

import sys
from pathlib import Path

from vectarium.data import Collection, Embedding, Note
from vectarium.errors import FormatError
from vectarium.formats.delimited_rows import read_table
from vectarium.formats.mapped import map_bytes
from vectarium.formats.number_lines import read_number_lines
from vectarium.formats.numbers import is_number, with_nonfinite_note
from vectarium.formats.outline import Outline, outline_of
from vectarium.formats.reader import Progress, Reader
from vectarium.formats.table import embeddings_from_table, no_vectors
from vectarium.formats.text_file import looks_like_text


def read_delimited(path: Path, progress: Progress) -> Collection:
    """Open a CSV or TSV file.

    A word list may have ``"`` as a word, which a reader that knows quoting takes for the start of a
    value that never ends. So where quotes do not work out they are kept as plain characters.

    Raises
    ------
    FormatError
        If it has no vectors, is not UTF-8, or more than 1 % of its rows cannot be read.
    """
    quoted = _Attempt(path, progress, quoting=True)
    if quoted.faults == 0 or not _has_quotes(path):
        return quoted.collection()
    plain = _Attempt(path, progress, quoting=False)
    if plain.error is not None or quoted.faults <= plain.faults:
        return quoted.collection()
    told = Note('The quotes (") do not pair up, so they were kept as characters.', path, None, "remark")
    return plain.collection(told)


class _Attempt:
    """One way to read a file, and what came of it."""

    def __init__(self, path: Path, progress: Progress, *, quoting: bool) -> None:
        self.path = path
        self.error: FormatError | None = None
        self.faults = 0
        self.embeddings: list[Embedding] = []
        try:
            outline = outline_of(path, quoting=quoting)
            if not outline.layout.has_vectors:
                raise no_vectors(outline.fields, path)
            self._read(outline, progress, quoting=quoting)
        except FormatError as error:
            self.error = error
            self.faults = sys.maxsize

    def _read(self, outline: Outline, progress: Progress, *, quoting: bool) -> None:
        name = self.path.stem
        if outline.numbers_alone:
            vectors, notes = read_number_lines(self.path, outline, progress)
            self.embeddings = [Embedding(name, vectors, notes=(*outline.notes, *notes), source=self.path)]
            return
        table = read_table(self.path, outline, progress, quoting=quoting)
        table.bad.check(table.n)
        self.faults = len(table.bad)
        notes = [*outline.notes, *table.bad.notes()]
        self.embeddings = embeddings_from_table(name, table, self.path, outline.layout, notes)

    def collection(self, *notes: Note) -> Collection:
        """What was read, or the error."""
        if self.error is not None:
            raise self.error
        return Collection(self.path.name, [with_nonfinite_note(each.with_notes(*notes)) for each in self.embeddings])


def _has_quotes(path: Path) -> bool:
    with map_bytes(path) as data:
        return data.find(b'"') >= 0


def _recognises(path: Path, start: bytes) -> bool:
    if not looks_like_text(start) or start.lstrip()[:1] in {b"{", b"<"}:
        return False
    if path.suffix.lower() in {".csv", ".tsv", ".tab"}:
        return True
    lines = [line for line in start.decode("utf-8", "replace").split("\n")[:5] if line.strip()]
    return any(_has_number(line) for line in lines[1:] or lines)


def _has_number(line: str) -> bool:
    """Whether one of several values of a line is a number; prose has commas too."""
    return any(len(values := line.split(mark)) > 1 and any(map(is_number, values)) for mark in "\t,;")


DELIMITED = Reader(
    "CSV and TSV", (".csv", ".tsv", ".tab", ".txt"), _recognises, read_delimited, "vectors alone, or with columns"
)
