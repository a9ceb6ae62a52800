"""Which points of two embeddings are the same: by a column that names each once, or row by row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Column, Embedding
from vectarium.errors import ParameterError, ShapeError

# Names under which people keep what tells points apart, the most telling first.
NAMES = ("id", "ids", "key", "uuid", "token", "word", "words", "name", "text", "label")
KINDS = ("text", "category", "integer")
# A column names points if all but so large a share of them are alone in their name.
MOST_REPEATED = 0.05
SAMPLE = 1000


@dataclass(frozen=True, eq=False)
class Matching:
    """The points that two embeddings share.

    Parameters
    ----------
    rows_a, rows_b
        int64 ``(m,)``: the same points in both, in the order of the first.
    by
        The columns that name them, or None where row i of one is row i of the other.
    repeated
        How many names were left out since they stand for more than one point of either.
    n_a, n_b
        How many points there are.
    """

    rows_a: NDArray[np.int64]
    rows_b: NDArray[np.int64]
    by: tuple[str, str] | None
    repeated: int
    n_a: int
    n_b: int

    @property
    def sentence(self) -> str:
        """How they were found, in words."""
        if self.by is None:
            return f"{self.n_a:,} points matched row by row"
        named = repr(self.by[0]) if self.by[0] == self.by[1] else f"{self.by[0]!r} and {self.by[1]!r}"
        said = f"{len(self.rows_a):,} points matched by {named}"
        alone = [n - len(self.rows_a) for n in (self.n_a, self.n_b)]
        if any(alone):
            said += f", {alone[0]:,} only in the first, {alone[1]:,} only in the second"
        if self.repeated:
            said += f"; {self.repeated:,} name{'s' * (self.repeated != 1)} that occur more than once left out"
        return said

    def only(self, kept: NDArray[np.bool_]) -> Matching:
        """Some of the shared points."""
        return Matching(self.rows_a[kept], self.rows_b[kept], self.by, self.repeated, self.n_a, self.n_b)


def match(a: Embedding, b: Embedding, ids: str | tuple[str, str] | None = None) -> Matching:
    """Find the points that two embeddings share.

    Parameters
    ----------
    a, b
        Two embeddings.
    ids
        The column that names the points, or that of each; ``"row"`` for row by row. None: the columns of one name
        that name points, such as ``id``, ``token`` or ``word``; where there is none, row by row, if there are as many
        points in both and no column of both says otherwise.

    Raises
    ------
    ColumnNotFoundError
        If there is no such column.
    ParameterError
        If no point is shared, or nothing says which are.
    """
    if ids is not None and ids != "row":
        pair = (ids, ids) if isinstance(ids, str) else ids
        found = _by_columns(a, b, (pair[0], pair[1]))
        if not len(found.rows_a):
            raise ParameterError(_nothing_shared(a, b, found))
        return found
    if ids is None:
        for pair in _candidates(a, b):
            found = _by_columns(a, b, pair)
            if len(found.rows_a):
                return found
        if len(a) == len(b):
            _check_rows_agree(a, b)
    return _by_row(a, b)


def match_columns(a: Embedding, b: Embedding) -> list[str]:
    """The names of the columns of both that could name points, the most telling first."""
    return [first for first, second in _candidates(a, b) if first == second]


def _candidates(a: Embedding, b: Embedding) -> list[tuple[str, str]]:
    named_a, named_b = ([name for name in _order(each) if _names(each.columns[name])] for each in (a, b))
    same = [(name, name) for name in named_a if name in named_b]
    telling = [
        (first, second)
        for first in named_a
        for second in named_b
        if first != second and first.lower() in NAMES and second.lower() in NAMES
    ]
    return same + telling


def _order(embedding: Embedding) -> list[str]:
    def place(name: str) -> int:
        return NAMES.index(name.lower()) if name.lower() in NAMES else len(NAMES)

    usable = [name for name, column in embedding.columns.items() if column.kind in KINDS]
    # Any other number may be alone in its value, and still names nothing: a count, a year.
    telling = [name for name in usable if name.lower() in NAMES or embedding.columns[name].kind == "text"]
    return sorted(telling, key=place)


def _names(column: Column) -> bool:
    """Whether a column's values tell points apart. A sample decides where it is clear that they do not."""
    for size in (SAMPLE, len(column)):
        part = column.take(np.arange(min(size, len(column))))
        given = [value for value in part.texts() if value is not None]
        if not given or len(set(given)) < (1 - MOST_REPEATED) * len(given):
            return False
    return True


def _by_columns(a: Embedding, b: Embedding, by: tuple[str, str]) -> Matching:
    (first, twice_a), (second, twice_b) = _numbered(a.columns[by[0]]), _numbered(b.columns[by[1]])
    shared = [(row, second[name]) for name, row in first.items() if name in second]
    rows = np.array(shared, np.int64).reshape(-1, 2)
    rows_a, rows_b = np.ascontiguousarray(rows[:, 0]), np.ascontiguousarray(rows[:, 1])
    # Only what could have been matched is worth telling of.
    known_a, known_b = first.keys() | twice_a, second.keys() | twice_b
    return Matching(rows_a, rows_b, by, len((twice_a & known_b) | (twice_b & known_a)), len(a), len(b))


def _numbered(column: Column) -> tuple[dict[Any, int], set[Any]]:
    """The row of each name that stands for one point only, and the names that stand for more."""
    rows: dict[Any, int] = {}
    twice = set[Any]()
    for row, name in enumerate(column.texts()):
        if name is None:
            continue
        if name in rows:
            twice.add(name)
        rows[name] = row
    for name in twice:
        del rows[name]
    return rows, twice


def _by_row(a: Embedding, b: Embedding) -> Matching:
    if len(a) != len(b):
        raise ShapeError(
            f"{a.name!r} has {len(a):,} points, {b.name!r} {len(b):,}, and no column says which are the same. Give "
            f"both a column such as 'id' that names each point once. {a.name!r} has {_listed(a)}, {b.name!r} {_listed(b)}."
        )
    rows = np.arange(len(a), dtype=np.int64)
    return Matching(rows, rows, None, 0, len(a), len(b))


def _check_rows_agree(a: Embedding, b: Embedding) -> None:
    """Texts that go under one name have to be the same, or the rows are not."""
    changing = set[str]() if a.recorded is None else set(a.recorded.changing)
    for name, column in a.columns.items():
        other = b.columns.get(name)
        if name in changing or other is None or not (_tells(column) and _tells(other)):
            continue
        differs = np.flatnonzero(column.texts() != other.texts())
        if len(differs):
            row = int(differs[0])
            raise ParameterError(
                f"Row {row:,} of {a.name!r} is {column[row]!r} in {name!r}, that of {b.name!r} {other[row]!r}: these "
                "are other points. Give both a column such as 'id' that names each point once."
            )


def _tells(column: Column) -> bool:
    """Whether a column says what its points are: classes may be others for the same points."""
    return column.kind == "text" or column.name.lower() in NAMES[:-1]


def _nothing_shared(a: Embedding, b: Embedding, found: Matching) -> str:
    assert found.by is not None
    if found.repeated:
        return (
            f"All {found.repeated:,} values of {found.by[0]!r} that {a.name!r} and {b.name!r} share stand for more than "
            "one point, so none says which points are the same. Choose another column."
        )
    examples = [
        next((value for value in each.columns[name].texts() if value is not None), None)
        for each, name in ((a, found.by[0]), (b, found.by[1]))
    ]
    return (
        f"{a.name!r} and {b.name!r} share no value of {found.by[0]!r}: it begins with {examples[0]!r} in one and with "
        f"{examples[1]!r} in the other. Choose another column."
    )


def _listed(embedding: Embedding) -> str:
    names = list(embedding.columns)
    return ", ".join(map(repr, names[:6])) if names else "no column"
