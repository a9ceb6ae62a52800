"""Rows of a table that a person chooses, and what is known of each.

>>> top_rows([5, 0, 9, 5], 2)
array([2, 0])
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Column, Columns, Lookup
from vectarium.data.columns import columns_from
from vectarium.data.inference import as_array, column_from_array
from vectarium.data.lookup import Side
from vectarium.errors import ParameterError, ShapeError
from vectarium.record.labels import Labels, labels_from
from vectarium.record.lookups import seen_in, side, told_by
from vectarium.record.probe import Probe
from vectarium.record.reading import TableInfo

TOKEN, COUNT, MARK, UPDATED = "token", "count", "mark", "updated"
PADDING, UNKNOWN, UNUSED, START, END = MARKS = ("padding", "out of vocabulary", "unused", "start", "end")
PADDING_WORDS = {"<pad>", "[pad]", "<|pad|>", "[padding]", "<padding>"}
UNKNOWN_WORDS = {"<unk>", "[unk]", "<oov>", "[oov]", "<unknown>", "<|unk|>"}


def top_rows(counts: Any, k: int) -> NDArray[np.int64]:
    """The rows with the highest counts.

    Parameters
    ----------
    counts
        One number a row, ``(n,)``: an array, a list, or a :class:`vectarium.Column` of numbers.
    k
        How many rows; all where there are fewer.

    Returns
    -------
    ndarray of int64 (min(k, n),)
        Highest count first, the lower row first where counts are the same. Rows without a count come last.

    Raises
    ------
    ParameterError
        If k is no whole number from 1 on, or the counts are no numbers.
    """
    if isinstance(k, bool) or int(k) != k or k < 1:
        raise ParameterError(f"k is {k!r}; a whole number of rows from 1 on is needed, such as 5,000.")
    column = counts if isinstance(counts, Column) else column_from_array("counts", counts)
    if column.kind not in {"integer", "number", "boolean"}:
        raise ParameterError(f"The counts are a column of kind {column.kind}; numbers are needed.")
    values = np.where(column.missing, -np.inf, column.values.astype(np.float64))
    return np.argsort(-values, kind="stable")[: int(k)].astype(np.int64)


class Table:
    """What is known of an embedding table, and which of its rows are recorded.

    Parameters
    ----------
    vocabulary
        The words in the order of their rows, or a mapping from word to row, as tokenizers have it; a
        tokenizer of Hugging Face or a TextVectorization layer, which know most of the rest too. May be
        shorter than the table: what is beyond it is marked as unused.
    columns
        What else is known of each row: a DataFrame, or a mapping from name to values.
    rows
        Which rows are recorded: :func:`vectarium.top_rows`, numbers, words, or a boolean a row. None: all.
    counts
        How often each word occurs, in the order of the rows, or by word.
    padding, unknown
        Rows, or words, that stand for nothing, and for words that are not in the vocabulary; they are
        marked. None: those that are called ``<pad>``, ``[UNK]`` and the like.
    labels, classes
        What is right for each row, where the recorder has a ``head`` that tells classes from vectors.
    offset
        What is added to the rows of a mapping: 3 for ``keras.datasets.imdb.get_word_index()``.
    length
        How many ids each text was brought to. None: as many as the probe's examples have.
    padding_side, truncation_side
        Where texts were filled up, and where cut: ``"pre"`` or ``"post"``. None: the first is seen in the probe.
    start, end
        Rows, or words, that stand before and behind each text.
    mask
        Whether the layers that follow pass over padding. None: as the layer says.

    Notes
    -----
    What is from ``length`` on changes nothing of what is recorded: the explorer's lookup follows it from a text to the
    vectors.
    """

    def __init__(
        self,
        vocabulary: Any = None,
        *,
        columns: Any = None,
        rows: Any = None,
        counts: Any = None,
        padding: Any = None,
        unknown: Any = None,
        labels: Any = None,
        classes: Sequence[str] | None = None,
        offset: int = 0,
        length: int | None = None,
        padding_side: str | None = None,
        truncation_side: str | None = None,
        start: Any = None,
        end: Any = None,
        mask: bool | None = None,
    ) -> None:
        told = told_by(vocabulary)
        known = {} if told is None else told
        self.words: list[str | None] | None = _words(known.get("vocabulary", vocabulary), offset)
        self._columns = columns
        self._rows = rows
        self._counts = counts
        self._padding = known.get("padding") if padding is None else padding
        self._unknown = known.get("unknown") if unknown is None else unknown
        self._start = known.get("start") if start is None else start
        self._end = known.get("end") if end is None else end
        self._length = known.get("length") if length is None else int(length)
        self._padding_side: Side | None = side("padding_side", padding_side or known.get("padding_side"))
        self._truncation_side: Side | None = side("truncation_side", truncation_side or known.get("truncation_side"))
        self._mask = mask
        self._labels = labels
        self._classes = classes

    @classmethod
    def of(cls, given: Any) -> Table:
        """A table from its short forms: None, a vocabulary, or columns."""
        if isinstance(given, Table):
            return given
        if (
            given is None
            or isinstance(given, (list, tuple, Column))
            or (isinstance(given, np.ndarray) and given.ndim == 1)
            or told_by(given) is not None
        ):
            return cls(given)
        if isinstance(given, Mapping) and all(isinstance(row, (int, np.integer)) for row in given.values()):
            return cls(given)
        return cls(columns=given)

    def chosen(self, n: int) -> NDArray[np.int64] | None:
        """Which of the n rows are recorded, ``(rows,)``; None: all.

        Raises
        ------
        ParameterError
            If a row or a word is not there.
        """
        if self._rows is None:
            return None
        rows = list(self._rows) if not isinstance(self._rows, np.ndarray) else self._rows
        array = np.asarray(as_array(rows))
        if array.dtype.kind == "O" and all(isinstance(each, str) for each in array):
            array = np.array([self._row_of(each) for each in array], np.int64)
        elif array.dtype.kind == "O":
            array = np.asarray(rows)
        if array.dtype.kind == "b" and len(array) == n:
            array = np.flatnonzero(array)
        if array.ndim != 1 or array.dtype.kind not in "iu" or not len(array):
            raise ParameterError(f"rows are {self._rows!r:.80}; row numbers, words, or one boolean a row are needed.")
        if array.min() < 0 or array.max() >= n:
            raise ParameterError(f"rows go from {array.min():,} to {array.max():,}; the table has 0 to {n - 1:,}.")
        return array.astype(np.int64)

    def _row_of(self, word: str) -> int:
        words = self.words or []
        if word in words:
            return words.index(word)
        near = difflib.get_close_matches(word, [each for each in words if each], n=3, cutoff=0.4)
        listed = ", ".join(map(repr, near)) or "none is close"
        raise ParameterError(f"The vocabulary of {len(words):,} words has no {word!r}. The nearest: {listed}.")

    def columns(self, n: int, padding: int | None, rows: NDArray[np.int64] | None, first: int | None = None) -> Columns:
        """What is known of the rows that are recorded.

        Parameters
        ----------
        n
            How many rows the table has.
        padding
            The padding row that the layer itself names.
        rows
            Those recorded; None: all.
        first
            How many it had when the recording began, where it grew: what is known ends there.

        Raises
        ------
        ShapeError
            If there are more words, counts or values than rows.
        """
        known = list[Column]()
        if self.words is not None:
            known.append(column_from_array(TOKEN, filled(TOKEN, self.words, n)))
        if self._columns is not None:
            known += _stretched(columns_from(self._columns, n if first is None else first), n)
        if self._counts is not None:
            known.append(column_from_array(COUNT, filled(COUNT, self._listed_counts(), n)))
        marks = self._marks(n, padding)
        if (marks >= 0).any():
            known.append(Column(MARK, "category", marks, MARKS))
        joined = Columns(n=n).joined(known)
        return joined if rows is None else joined.take(rows)

    def _listed_counts(self) -> Any:
        if not isinstance(self._counts, Mapping):
            return list(as_array(self._counts))
        return [self._counts.get(word) for word in self.words or ()]

    def _marks(self, n: int, padding: int | None) -> NDArray[np.int32]:
        marks = np.full(n, -1, np.int32)
        words = self.words or []
        if words:
            marks[len(words) :] = MARKS.index(UNUSED)
        for row, word in enumerate(words):
            lowered = None if word is None else word.lower()
            if word is None:
                marks[row] = MARKS.index(UNUSED)
            elif lowered in PADDING_WORDS and self._padding is None:
                marks[row] = MARKS.index(PADDING)
            elif lowered in UNKNOWN_WORDS and self._unknown is None:
                marks[row] = MARKS.index(UNKNOWN)
        named = (
            (padding, PADDING),
            (self._padding, PADDING),
            (self._unknown, UNKNOWN),
            (self._start, START),
            (self._end, END),
        )
        for given, mark in named:
            for row in self._rows_of(given):
                if not 0 <= row < n:
                    raise ParameterError(f"The row of {mark} is {row:,}; the table has 0 to {n - 1:,}.")
                marks[row] = MARKS.index(mark)
        return marks

    def _rows_of(self, given: Any) -> list[int]:
        if given is None:
            return []
        listed: Iterable[Any] = [given] if isinstance(given, (str, int, np.integer)) else given
        return [self._row_of(each) if isinstance(each, str) else int(each) for each in listed]

    def lookup(self, info: TableInfo, probe: Probe | None) -> Lookup | None:
        """How texts become rows of the table, as far as is known; None where it has no words.

        Raises
        ------
        ParameterError
            If a word is not there.
        """
        if self.words is None:
            return None
        marks = self._marks(info.n, info.padding)
        padding, unknown, start, end = (_first(marks, mark) for mark in (PADDING, UNKNOWN, START, END))
        length, shown = seen_in(probe, info.n, padding)
        return Lookup(
            TOKEN,
            length if self._length is None else self._length,
            padding,
            unknown,
            start,
            end,
            shown if self._padding_side is None else self._padding_side,
            self._truncation_side,
            info.masks if self._mask is None else bool(self._mask),
        )

    def labels(self, n: int, rows: NDArray[np.int64] | None) -> Labels | None:
        """What is right for the rows that are recorded, None where nobody said."""
        made = labels_from(self._labels, self._classes, n)
        return made if made is None or rows is None else Labels(made.values[rows], made.classes, made.ordered)

    @property
    def class_names(self) -> tuple[str, ...]:
        """The names of the classes that a head tells apart, as far as they were given."""
        return tuple(map(str, self._classes or ()))


def filled(name: str, values: Sequence[Any], n: int) -> list[Any]:
    """The values with None for the rows beyond them.

    Raises
    ------
    ShapeError
        If there are more than rows.
    """
    if len(values) > n:
        raise ShapeError(
            f"There are {len(values):,} values of {name!r}, but the table has {n:,} rows. Each row is one word: is this the "
            "vocabulary of another layer?"
        )
    return [*values, *[None] * (n - len(values))]


def _stretched(columns: Columns, n: int) -> list[Column]:
    if columns.n == n:
        return list(columns.values())
    return [column_from_array(each.name, filled(each.name, list(each), n)) for each in columns.values()]


def _first(marks: NDArray[np.int32], mark: str) -> int | None:
    """The first row of a mark, None where there is none."""
    found = np.flatnonzero(marks == MARKS.index(mark))
    return int(found[0]) if len(found) else None


def _words(vocabulary: Any, offset: int) -> list[str | None] | None:
    if vocabulary is None:
        return None
    if isinstance(vocabulary, Mapping):
        size = max((int(row) for row in vocabulary.values()), default=-1) + 1 + offset
        words: list[str | None] = [None] * size
        for word, row in vocabulary.items():
            if int(row) + offset < 0:
                raise ParameterError(f"The row of {word!r} is {row}; rows are counted from 0.")
            words[int(row) + offset] = str(word)
        return words
    values = vocabulary if isinstance(vocabulary, Column) else as_array(vocabulary)
    return [None if each is None else str(each) for each in values]


class UpdatedRows:
    """Which rows have changed since the recording began: those that never did were never seen in training.

    A number of 64 bits stands for each row, so a table of a million rows takes 8 MB and not a copy.
    """

    def __init__(self) -> None:
        self._first: NDArray[np.uint64] | None = None
        self._changed: NDArray[np.bool_] | None = None

    def seen(self, vectors: NDArray[Any]) -> NDArray[np.bool_]:
        """Whether each row ``(n, d)`` is or ever was another one than at first, ``(n,)``."""
        now = fingerprints(vectors)
        first, changed = self._first, self._changed
        if first is None or changed is None or len(now) != len(first):
            first, changed = now, np.zeros(len(now), bool)
        changed = changed | (now != first)
        self._first, self._changed = first, changed
        return changed

    def changed_before(self, changed: NDArray[np.bool_]) -> None:
        """Take over what an earlier part of the run knows."""
        if self._changed is not None and len(changed) == len(self._changed):
            self._changed = self._changed | changed


def fingerprints(vectors: NDArray[Any]) -> NDArray[np.uint64]:
    """A number for the bits of each row, ``(n,)``: equal rows have the same, others almost never."""
    bits = np.ascontiguousarray(vectors, np.float32).view(np.uint32)
    odd = np.random.default_rng(0).integers(0, 1 << 63, bits.shape[1], np.uint64) * np.uint64(2) + np.uint64(1)
    made = np.empty(len(bits), np.uint64)
    step = max(1, (1 << 20) // max(1, bits.shape[1]))
    for start in range(0, len(bits), step):
        made[start : start + step] = (bits[start : start + step] * odd).sum(1, dtype=np.uint64)
    return made
