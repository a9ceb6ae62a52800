"""Words and their vectors as text: word2vec's and fastText's ``.vec`` with a first line ``n d``, GloVe's without.

A line is a word and d numbers. Words may hold blanks, so the last d values are the vector; the
numbers of many lines are parsed in one go, and only a block that fails is gone through line by line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Collection, Column, Columns, Embedding, Note
from vectarium.errors import FormatError, TruncatedFileError
from vectarium.formats.bad_rows import BadRows
from vectarium.formats.number_lines import BLOCK, blocks_of_lines
from vectarium.formats.numbers import (
    is_number,
    narrowed,
    parse_fields,
    parse_joined,
    parse_lines,
    stacked,
    with_nonfinite_note,
)
from vectarium.formats.reader import Progress, Reader
from vectarium.formats.text_file import UTF8_MARK, looks_like_text

HEADER = re.compile(rb"\s*(\d{1,18}) (\d{1,9})\s*")
FEWEST = 2
UNREADABLE = "�"


@dataclass
class Words:
    """What has been read so far."""

    path: Path
    d: int
    words: list[bytes]
    blocks: list[NDArray[Any]]
    bad: BadRows


def read_word_text(path: Path, progress: Progress) -> Collection:
    """Open a text of words and vectors.

    Returns
    -------
    Collection
        One embedding with a column ``word``.

    Raises
    ------
    FormatError
        If more than 1 % of the lines are not a word and d numbers.
    """
    with path.open("rb") as file:
        start = file.read(1 << 16)
        promised, d, offset = read_word_header(start) or (None, _guess_dimensions(start, path), 0)
        file.seek(offset or (3 if start.startswith(UTF8_MARK) else 0))
        found = Words(path, d, [], [], BadRows(path))
        line, size = (2 if promised is not None else 1), path.stat().st_size
        for block in blocks_of_lines(file):
            line += _add_block(found, block, line)
            found.bad.check(
                max(len(found.words), 100 * (BLOCK // (2 * d + 1))) if file.tell() < size else len(found.words)
            )
            progress(file.tell() / size, f"reading {path.name}: {len(found.words):,} words")
    if not found.words:
        raise TruncatedFileError("There is not one word in this file.", path)
    return Collection(path.name, [_embedding(found, promised)])


def _embedding(found: Words, promised: int | None) -> Embedding:
    column, notes = word_column(found.words, found.path)
    n = len(found.words)
    if promised is not None and promised != n:
        notes.append(Note(f"The first line promises {promised:,} words; the file holds {n:,}.", found.path, 1))
    notes = [*found.bad.notes(), *notes]
    vectors = stacked(found.blocks, found.d)
    embedding = Embedding(found.path.stem, vectors, Columns([column], n), notes=tuple(notes), source=found.path)
    return with_nonfinite_note(embedding)


def word_column(words: Iterable[bytes], path: Path) -> tuple[Column, list[Note]]:
    """The column of words; bytes that are not UTF-8 become ``�``, which a note tells."""
    listed = list(words)
    texts = np.empty(len(listed), dtype=object)
    texts[:] = [word.decode("utf-8", "replace") for word in listed]
    wrong = [
        row
        for row, (text, word) in enumerate(zip(texts, listed, strict=True))
        if UNREADABLE in text and not _valid(word)
    ]
    notes: list[Note] = []
    if wrong:
        told = f"{len(wrong):,} words are not in UTF-8, the first in row {wrong[0]:,}; what cannot be read shows as {UNREADABLE}."
        notes.append(Note(told, path))
    return Column("word", "text", texts), notes


def _valid(word: bytes) -> bool:
    try:
        word.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def read_word_header(start: bytes) -> tuple[int, int, int] | None:
    """The first line of word2vec's formats: number of words, of dimensions, and where it ends; None if there is none."""
    first, end, _ = start.partition(b"\n")
    match = HEADER.fullmatch(first)
    if not match or not end or int(match[2]) == 0:
        return None
    return int(match[1]), int(match[2]), len(first) + 1


def _guess_dimensions(start: bytes, path: Path) -> int:
    """Values a line less the word; the fewest of the first lines, as words may hold blanks."""
    lines = [line for line in start.split(b"\n")[:100] if line.strip()]
    if len(lines) > 1 and len(start) == 1 << 16:
        lines = lines[:-1]  # perhaps cut
    d = min((len(line.split()) for line in lines), default=1) - 1
    if d < 1:
        raise FormatError("The lines are not a word and its numbers.", path, 1)
    return d


def _add_block(found: Words, block: bytes, line: int) -> int:
    """Add the words of a block of lines; the number of its lines."""
    first = block[: block.index(b"\n")]
    by_tab = b"\t" in first and b" " not in first
    fast = parse_lines(block, "\t" if by_tab else " ", found.d, words=True)
    if fast is not None:
        vectors, places = fast
        found.words += [block[start:end] for start, end in (() if places is None else places.tolist())]
        found.blocks.append(vectors)
        return len(vectors)
    lines = [each.rstrip(b" \r\t") for each in block.split(b"\n")[:-1]]
    mark = b"\t" if lines and b"\t" in lines[0] and b" " not in lines[0] else b" "
    parted = [each.partition(mark) for each in lines]
    regular = all(rest.count(mark) == found.d - 1 and word for word, _, rest in parted)
    if regular:
        values = parse_joined(mark.join([rest for _, _, rest in parted]), mark.decode(), len(lines) * found.d)
        if values is not None:
            found.words += [word for word, _, _ in parted]
            found.blocks.append(narrowed(values.reshape(len(lines), found.d)))
            return len(lines)
    _add_lines(found, lines, line)
    return len(lines)


def _add_lines(found: Words, lines: list[bytes], line: int) -> None:
    rows: list[NDArray[np.float64]] = []
    found.bad.check_room(sum(not each.isspace() for each in lines if each), found.d, sum(map(len, lines)))
    for number, each in enumerate(lines, line):
        if not each.strip():
            continue
        word, row, problem = _part(each, found.d)
        found.words.append(word)
        rows.append(row)
        if problem:
            found.bad.add(number, problem)
    found.blocks.append(narrowed(np.array(rows).reshape(len(rows), found.d)))


def _part(line: bytes, d: int) -> tuple[bytes, NDArray[np.float64], str]:
    """A word, its vector, and what is wrong with it."""
    parts = line.rsplit(None, d)
    if len(parts) == d and line[:1].isspace():  # the word is a blank
        parts = [line[:1], *parts]
    if len(parts) != d + 1:
        return parts[0], np.full(d, np.nan), f"it has {len(parts) - 1:,} numbers behind the word, not {d:,}"
    try:
        return parts[0], parse_fields([part.decode("ascii", "replace") for part in parts[1:]]), ""
    except ValueError as error:
        return parts[0], np.full(d, np.nan), str(error)


def has_word_header(start: bytes) -> bool:
    """Whether a file starts with a number of words and of dimensions, and a word with as many numbers."""
    return read_word_header(start) is not None and _recognises(Path("words"), start)


def _recognises(path: Path, start: bytes) -> bool:
    if path.suffix.lower() in {".csv", ".tsv", ".json", ".bytes"}:
        return False
    header = read_word_header(start)
    rest = start[header[2] :] if header else start
    if not looks_like_text(rest[:4096]):
        return False
    lines = [line for line in rest.removeprefix(UTF8_MARK).split(b"\n")[:2] if line.strip()]
    if not lines:
        return header is not None
    d = header[1] if header else len(lines[0].split()) - 1
    values = lines[0].rsplit(None, d)[1:] if d >= 1 else []
    whole = len(values) == d or (len(rest) >= 1 << 15 and len(values) > FEWEST)
    numeric = whole and all(is_number(value.decode("ascii", "replace")) for value in values[:50])
    if header:
        return numeric or path.suffix.lower() == ".vec"
    word = lines[0].split()[0].decode("utf-8", "replace")
    return d >= FEWEST and numeric and (not is_number(word) or path.suffix.lower() in {".vec", ".glove"})


WORD_TEXT = Reader(
    "word2vec, GloVe and fastText text",
    (".vec", ".txt", ".glove", ".w2v"),
    _recognises,
    read_word_text,
    "a word and its numbers a line",
)
