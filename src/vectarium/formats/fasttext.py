"""fastText's own models, ``.bin``: a dictionary and a matrix of words and n-grams, from which the vectors are made.

As https://github.com/facebookresearch/fastText writes it: a magic number and a version (not in the oldest),
twelve arguments, the dictionary, the input matrix, the output matrix.
"""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Collection, Columns, Embedding, Note
from vectarium.data.inference import column_from_array
from vectarium.data.memory import check_memory
from vectarium.errors import FormatError, TruncatedFileError, UnknownFormatError
from vectarium.formats.mapped import map_bytes
from vectarium.formats.model_readers import FASTTEXT_MAGIC
from vectarium.formats.numbers import with_nonfinite_note
from vectarium.formats.reader import Progress
from vectarium.formats.subwords import word_vectors
from vectarium.formats.word_text import word_column

ARGUMENTS = 12  # dim, ws, epoch, minCount, neg, wordNgrams, loss, model, bucket, minn, maxn, lrUpdateRate
SUPERVISED, OLD_VERSION = 3, 11
LONGEST_WORD = 1 << 16
MOST_DIMENSIONS = 1 << 16
TOLD_EVERY = 50_000


@dataclass
class Dictionary:
    """The words and labels of a model, with how often they were seen."""

    words: list[bytes]
    labels: list[bytes]
    counts: list[int]
    shortest: int
    longest: int
    dimensions: int
    is_supervised: bool


class FasttextBytes:
    """The bytes of a model, read one part after another."""

    def __init__(self, data: mmap.mmap, path: Path) -> None:
        self.data = data
        self.path = path
        self.position = 0

    def numbers(self, form: str) -> tuple[Any, ...]:
        """The next numbers, in a form of :mod:`struct`."""
        size = struct.calcsize(form)
        if self.position + size > len(self.data):
            raise TruncatedFileError("The model ends before its dictionary does; download or copy it again.", self.path)
        self.position += size
        return struct.unpack_from(form, self.data, self.position - size)

    def word(self) -> bytes:
        """The next text that ends in a zero."""
        end = self.data.find(b"\0", self.position, self.position + LONGEST_WORD)
        if end < 0:
            raise TruncatedFileError(f"A word at byte {self.position:,} does not end; the file is damaged.", self.path)
        found = self.data[self.position : end]
        self.position = end + 1
        return found

    def matrix(self, what: str) -> NDArray[np.float32]:
        """The next matrix, mapped."""
        rows, width = self.numbers("<2q")
        left = len(self.data) - self.position
        if rows < 0 or not 1 <= width <= MOST_DIMENSIONS or 4 * rows * width > left:
            raise TruncatedFileError(
                f"{what} promises {rows:,} × {width:,} numbers, {4 * rows * width:,} bytes; {max(left, 0):,} follow. The "
                "file was cut short; download or copy it again.",
                self.path,
            )
        start = self.position
        self.position += 4 * rows * width
        if rows == 0:
            return np.empty((0, width), np.float32)
        return np.memmap(self.path, np.dtype("<f4"), "r", start, (rows, width)).view(np.ndarray)


def read_fasttext(path: Path, progress: Progress) -> Collection:
    """Open a model: the vectors of its words, and of its labels where it has some.

    Raises
    ------
    UnknownFormatError
        If it is quantised.
    FormatError
        If it is damaged.
    """
    with map_bytes(path) as data:
        reading = FasttextBytes(data, path)
        is_new = data[:4] == FASTTEXT_MAGIC
        found = _dictionary(reading, progress, is_new=is_new)
        rows = _input(reading, found, is_new=is_new)
        labels = _labels(reading, found, is_new=is_new)
    n = len(found.words)
    check_memory(4 * n * rows.shape[1], "The vectors of its words", path)
    vectors = word_vectors(found.words, rows[:n], rows[n:], (found.shortest, found.longest), progress)
    remark = "Each vector is the mean of the word's own and of those of its n-grams, as fastText computes it."
    notes = [Note(remark, path, None, "remark")] if found.longest and len(rows) > n else []
    embeddings = [_embedding(path.stem, (found.words, found.counts[:n]), vectors, path, notes)]
    if labels is not None:
        embeddings.append(_embedding("labels", (found.labels, found.counts[n:]), labels, path, []))
    return Collection(path.name, embeddings)


def _embedding(
    name: str, seen: tuple[list[bytes], list[int]], vectors: NDArray[Any], path: Path, notes: list[Note]
) -> Embedding:
    words, counts = seen
    column, more = word_column(words, path)
    columns = Columns([column, column_from_array("count", np.array(counts, np.int64))], len(words))
    return with_nonfinite_note(Embedding(name, vectors, columns, notes=(*notes, *more), source=path))


def _dictionary(reading: FasttextBytes, progress: Progress, *, is_new: bool) -> Dictionary:
    version = reading.numbers("<2i")[1] if is_new else 0
    dimensions, *_, model, _buckets, shortest, longest, _ = reading.numbers(f"<{ARGUMENTS}i")
    reading.numbers("<d")
    size, words, labels, _tokens = reading.numbers("<3iq")
    pruned = reading.numbers("<q")[0] if is_new else -1
    least = 10 * size  # a word, its end, its count, its kind
    plausible = 0 <= words <= size and labels >= 0 and words + labels == size and 1 <= dimensions <= MOST_DIMENSIONS
    if not plausible or least > len(reading.data) or not 0 <= shortest <= 64 or not 0 <= longest <= 64:
        raise FormatError(f"The model is damaged: {words:,} words and {labels:,} labels of {size:,}.", reading.path)
    texts: list[bytes] = []
    counts: list[int] = []
    for place in range(size):
        texts.append(reading.word())
        counts.append(reading.numbers("<qb")[0])
        if place % TOLD_EVERY == 0:
            progress(place / size, f"reading {reading.path.name}: {place:,} of {size:,} words")
    if pruned > 0:
        raise _quantised(reading.path)
    if version == OLD_VERSION and model == SUPERVISED:
        longest = 0  # the older version did not use n-grams here, whatever it says
    if not words:
        raise FormatError("There is not one word in this model.", reading.path)
    return Dictionary(
        texts[:words], texts[words:], counts, shortest, longest, dimensions, is_supervised=model == SUPERVISED
    )


def _quantised(path: Path) -> UnknownFormatError:
    return UnknownFormatError(
        "This model is quantised (.ftz): most of its words and n-grams were cut away, and its vectors are only near to "
        "the true ones. Open the .bin or .vec file that it was made from.",
        path,
    )


def _input(reading: FasttextBytes, found: Dictionary, *, is_new: bool) -> NDArray[np.float32]:
    if is_new and reading.numbers("<?")[0]:
        raise _quantised(reading.path)
    rows = reading.matrix("The matrix of words and n-grams")
    if len(rows) < len(found.words) or rows.shape[1] != found.dimensions:
        raise FormatError(
            f"The matrix has shape {rows.shape}; a row of {found.dimensions:,} numbers for each of the "
            f"{len(found.words):,} words is needed.",
            reading.path,
        )
    return rows


def _labels(reading: FasttextBytes, found: Dictionary, *, is_new: bool) -> NDArray[np.float32] | None:
    """The vectors of the labels, where the model was trained on some."""
    if not found.is_supervised or len(found.labels) < 2:
        return None
    try:
        if is_new and reading.numbers("<?")[0]:
            return None
        rows = reading.matrix("The matrix of labels")
    except TruncatedFileError:
        return None
    return np.array(rows) if rows.shape == (len(found.labels), found.dimensions) else None
