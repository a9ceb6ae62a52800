"""word2vec's binary format: a line ``n d``, then a word, a blank and d little-endian float32, n times."""

from __future__ import annotations

import mmap
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Collection, Columns, Embedding, Note
from vectarium.data.memory import check_memory
from vectarium.errors import FormatError, TruncatedFileError
from vectarium.formats.mapped import map_bytes
from vectarium.formats.numbers import with_nonfinite_note
from vectarium.formats.reader import Progress, Reader
from vectarium.formats.text_file import looks_like_text
from vectarium.formats.word_text import read_word_header, word_column

LONGEST_WORD = 4096
TOLD_EVERY = 50_000


def read_word_binary(path: Path, progress: Progress) -> Collection:
    """Open a binary file of words and vectors.

    Raises
    ------
    TruncatedFileError
        If the file holds fewer words than its first line promises.
    FormatError
        If it has no such line.
    """
    with map_bytes(path) as data:
        header = read_word_header(data[:64])
        if header is None:
            raise FormatError(
                "Its first line is not 'number-of-words dimensions', as word2vec writes it. "
                "If these are plain float32 numbers, call the file .bytes and give their shape in a config.",
                path,
            )
        n, d, offset = header
        least = n * (4 * d + 1)
        if least > len(data) - offset or n == 0:
            raise TruncatedFileError(
                f"The first line promises {n:,} words of {d:,} numbers, at least {least:,} bytes; "
                f"{len(data) - offset:,} follow.",
                path,
            )
        check_memory(4 * n * d, "The file", path)
        words, vectors, end = _read_words(data, header, path, progress)
        left = len(data[end : end + 2].strip()) and len(data) - end
    column, notes = word_column(words, path)
    if left:
        notes.append(Note(f"{left:,} bytes follow the last of the {n:,} words and were not looked at.", path))
    embedding = Embedding(path.stem, vectors, Columns([column], n), notes=tuple(notes), source=path)
    return Collection(path.name, [with_nonfinite_note(embedding)])


def _read_words(
    data: mmap.mmap, header: tuple[int, int, int], path: Path, progress: Progress
) -> tuple[list[bytes], NDArray[Any], int]:
    n, d, position = header
    vectors = np.empty((n, d), np.dtype("<f4"))
    target = memoryview(vectors.data).cast("B")
    words: list[bytes] = []
    width, size = 4 * d, len(data)
    for row in range(n):
        blank = data.find(b" ", position, position + LONGEST_WORD)
        if blank < 0 or blank + 1 + width > size:
            raise TruncatedFileError(f"Word {row + 1:,} of {n:,}, at byte {position:,}, is not whole.", path)
        words.append(data[position:blank].lstrip(b"\n"))
        target[row * width : (row + 1) * width] = data[blank + 1 : blank + 1 + width]
        position = blank + 1 + width
        if row % TOLD_EVERY == 0:
            progress(position / size, f"reading {path.name}: {row:,} of {n:,} words")
    return words, vectors.astype(np.float32, copy=False), position


def _recognises(_path: Path, start: bytes) -> bool:
    header = read_word_header(start[:64])
    if header is None:
        return False
    rest = start[header[2] :]
    _, blank, numbers = rest[:LONGEST_WORD].partition(b" ")
    return bool(blank) and not looks_like_text(numbers[: 64 * header[1]])


WORD_BINARY = Reader(
    "word2vec binary", (".bin", ".w2v", ".vec"), _recognises, read_word_binary, "words with float32 vectors"
)
