"""CSV and TSV: vectors alone, or vectors with columns.

The first lines tell what the file is: the delimiter, whether there is a header, and which columns
are the vector. A file of nothing but numbers is then parsed in bulk (``number_lines``); any other
goes through Python's csv module, which knows quoting, in blocks of rows.
"""

from __future__ import annotations

from pathlib import Path

from vectarium.data import Collection, Embedding, Note
from vectarium.errors import FormatError
from vectarium.formats.delimited_rows import DelimitedTable, RowError, read_table
from vectarium.formats.number_lines import read_number_lines
from vectarium.formats.numbers import with_nonfinite_note
from vectarium.formats.outline import Outline, outline_of
from vectarium.formats.reader import Progress, Reader
from vectarium.formats.table import embeddings_from_table, no_vectors
from vectarium.formats.text_file import looks_like_text


def read_delimited(path: Path, progress: Progress) -> Collection:
    """Open a CSV or TSV file.

    Raises
    ------
    FormatError
        If it has no vectors, is not UTF-8, or more than 1 % of its rows cannot be read.
    """
    outline = outline_of(path)
    if not outline.layout.has_vectors and not outline.literals:
        raise no_vectors(outline.fields, path)
    if outline.numbers_alone:
        vectors, notes = read_number_lines(path, outline, progress)
        embedding = Embedding(path.stem, vectors, notes=(*outline.notes, *notes), source=path)
        return Collection(path.name, [with_nonfinite_note(embedding)])
    table = read_quoted_or_not(path, outline, progress)
    embeddings = embeddings_from_table(path.stem, table, path, outline.layout, [*outline.notes, *table.notes])
    return Collection(path.name, [with_nonfinite_note(each) for each in embeddings])


def read_quoted_or_not(path: Path, outline: Outline, progress: Progress) -> DelimitedTable:
    """Read with quotes as quotes, and where that does not work out, as plain characters.

    A word list has ``"`` as a word, which a reader that knows quoting takes for the start of a
    value that never ends.
    """
    try:
        table = read_table(path, outline, progress, quoting=True)
        if not table.bad or b'"' not in path.read_bytes():
            table.bad.check(table.n)
            return table
        first = None
    except RowError as error:
        table, first = None, error
    plain = read_table(path, outline, progress, quoting=False)
    if table is not None and len(table.bad) <= len(plain.bad):
        table.bad.check(table.n)
        return table
    if first is not None and plain.bad:
        raise FormatError(first.args[0], path, first.line)
    plain.bad.check(plain.n)
    plain.notes.insert(0, Note('The quotes (") do not pair up, so they were kept as characters.', path, None, "remark"))
    return plain


def _recognises(path: Path, start: bytes) -> bool:
    if not looks_like_text(start) or start.lstrip()[:1] in {b"{", b"<"}:
        return False
    first = start.partition(b"\n")[0]
    return path.suffix.lower() in {".csv", ".tsv"} or any(mark in first for mark in (b"\t", b",", b";"))


DELIMITED = Reader(
    "CSV and TSV", (".csv", ".tsv", ".tab", ".txt"), _recognises, read_delimited, "vectors alone, or with columns"
)
