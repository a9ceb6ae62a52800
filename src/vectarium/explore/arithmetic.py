"""Sums and differences of points, as a person types them.

::

    king - man + woman          a sign stands after a space; − and – are minus, too
    "new york" - york           in quotes: with whatever is inside
    king-man+woman              without spaces, where no point is called so and all parts are points
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Column, Embedding
from vectarium.data.column import format_value
from vectarium.errors import NameNotFoundError, ParameterError, QueryError
from vectarium.explore.messages.axes import ArithmeticMessage, ArithmeticRequest
from vectarium.explore.preparations import Prepared
from vectarium.explore.query import LONGEST
from vectarium.explore.search import Searcher
from vectarium.explore.spaces import space

MOST_TERMS = 32
MOST_NEIGHBORS = 1000
# A label may stand for many points; of so many the mean is taken without a pass over all.
MOST_COMPARED = 20_000
SIGNED = re.compile(r"(?:^|(?<=\s))([+\-−–])\s*|\s+([+\-−–])(?=\S)")
UNSPACED = re.compile(r"([+\-−–])")


class LabelNotFoundError(NameNotFoundError):
    """No point has that label."""

    what = "point called"

    def __init__(self, label: str, column: str, known: Iterable[str]) -> None:
        names = list(known)
        self.near = difflib.get_close_matches(label, names, n=4, cutoff=0.5)
        near = f" Near it: {', '.join(self.near)}." if self.near else " Look it up in the search."
        Exception.__init__(self, f"There is no point called “{label}” in {column}.{near}")


@dataclass(frozen=True)
class Signed:
    """One label of a sum; ``minus`` where it is taken away."""

    label: str
    minus: bool


class Labels:
    """The labels of points, looked up by what a person types.

    Parameters
    ----------
    column
        The labels.
    searcher
        Searches them.
    """

    def __init__(self, column: Column, searcher: Searcher) -> None:
        self.column = column
        self._searcher = searcher

    def rows(self, label: str) -> NDArray[np.intp]:
        """The points of a label: those that have just this one, else those that have it in other letters."""
        found = np.flatnonzero(self._searcher.tables.find(self.column, "equals", label))
        exact = [row for row in found[:MOST_COMPARED].tolist() if format_value(self.column[row]) == label]
        return np.array(exact, np.intp) if exact else found

    def near(self, label: str) -> list[str]:
        """Labels that may be meant, so few that they can all be compared: those with the same beginning first."""
        column, start = self.column, label[:2].casefold()
        texts = column.categories if column.kind == "category" else (str(v) for v in column.values if v is not None)
        alike: dict[str, None] = {}
        others: dict[str, None] = {}
        for text in texts:
            kept = alike if text[:2].casefold() == start else others
            if len(kept) < MOST_COMPARED // 2 and abs(len(text) - len(label)) <= 3:
                kept[text] = None
        return [*alike, *others]


def parse(expression: str) -> list[Signed]:
    """The labels of a sum with their signs.

    Raises
    ------
    QueryError
        If there is none, or one is missing after a sign.

    Examples
    --------
    >>> parse("king − man + woman")
    [Signed(label='king', minus=False), Signed(label='man', minus=True), Signed(label='woman', minus=False)]
    """
    if len(expression) > LONGEST:
        raise QueryError(f"The sum is {len(expression):,} characters long; at most {LONGEST:,} are allowed.")
    quoted: list[str] = []

    def hide(found: re.Match[str]) -> str:
        quoted.append(found.group(1))
        return f"\0{len(quoted) - 1}\0"

    hidden = re.sub(r'"([^"]*)"', hide, expression.replace("\0", ""))
    pieces = [piece for piece in SIGNED.split(hidden) if piece is not None]
    first, *rest = pieces
    terms = [Signed(first.strip(), minus=False)] if first.strip() else []
    terms += [Signed(label.strip(), minus=sign != "+") for sign, label in zip(rest[::2], rest[1::2], strict=True)]
    if any(not term.label for term in terms):
        raise QueryError("A word is missing after a sign.")
    if not terms or len(terms) > MOST_TERMS:
        raise QueryError(f"{len(terms)} words are given; 1 to {MOST_TERMS} are needed, such as king - man + woman.")

    def shown(label: str) -> str:
        return re.sub("\0(\\d+)\0", lambda found: quoted[int(found.group(1))], label)

    return [Signed(shown(term.label), term.minus) for term in terms]


def resolve(terms: list[Signed], labels: Labels) -> list[tuple[Signed, NDArray[np.intp]]]:
    """Each label with its points; one that is not there may be a sum without spaces.

    Raises
    ------
    LabelNotFoundError
        If there is no such point; the error names what is near.
    """
    found: list[tuple[Signed, NDArray[np.intp]]] = []
    for term in terms:
        rows = labels.rows(term.label)
        parts = _parts(term) if not len(rows) else []
        resolved = [(part, labels.rows(part.label)) for part in parts]
        if not len(rows) and not (resolved and all(len(each) for _, each in resolved)):
            raise LabelNotFoundError(term.label, labels.column.name, labels.near(term.label))
        found += [(term, rows)] if len(rows) else resolved
    return found


def answer(
    embedding: Embedding, searcher: Searcher, request: ArithmeticRequest, prepared: Prepared | None
) -> tuple[ArithmeticMessage, dict[str, NDArray[Any]]]:
    """The head and the arrays of the answer. What cannot be understood is an answer, too."""
    if not 1 <= request.k <= MOST_NEIGHBORS:
        raise ParameterError(f"k is {request.k}; 1 to {MOST_NEIGHBORS:,} points are listed.")
    nothing = np.zeros(0, np.uint32)
    try:
        found = resolve(parse(request.expression), Labels(searcher.columns[request.column], searcher))
        rows, distances = _nearest(embedding, found, request, prepared)
    except (QueryError, LabelNotFoundError, ParameterError) as refused:
        near = refused.near if isinstance(refused, LabelNotFoundError) else []
        empty = {"rows": nothing, "distances": nothing.astype(np.float32), "given": nothing}
        return ArithmeticMessage("", "", str(refused), near), empty | {"matches": _bits(nothing, len(embedding))}
    given = np.concatenate([each for _, each in found]).astype(np.uint32)
    lit = np.concatenate([rows, given])
    arrays = {"rows": rows, "distances": distances, "given": given, "matches": _bits(lit, len(embedding))}
    said = space(embedding, request.metric, prepared)
    if request.metric == "cosine":
        said += "; every word counts at length 1"
    return ArithmeticMessage(_understood(found), said, "", []), arrays


def _nearest(
    embedding: Embedding,
    found: list[tuple[Signed, NDArray[np.intp]]],
    request: ArithmeticRequest,
    prepared: Prepared | None,
) -> tuple[NDArray[np.uint32], NDArray[np.float32]]:
    from vectarium.project import arithmetic

    vectors = embedding.vectors if prepared is None else prepared.fitted().view(embedding.vectors)
    plus = [rows for term, rows in found if not term.minus]
    minus = [rows for term, rows in found if term.minus]
    return arithmetic(vectors, plus, minus, k=request.k, metric=request.metric, leave_out=request.leave_out)


def _parts(term: Signed) -> list[Signed]:
    first, *rest = UNSPACED.split(term.label)
    parts = [Signed(first, term.minus)]
    parts += [Signed(label, term.minus != (sign != "+")) for sign, label in zip(rest[::2], rest[1::2], strict=True)]
    return parts if rest and all(part.label for part in parts) else []


def _understood(found: list[tuple[Signed, NDArray[np.intp]]]) -> str:
    said = ""
    for term, rows in found:
        sign = "− " if term.minus else "+ " if said else ""
        many = f" (the mean of {len(rows):,})" if len(rows) > 1 else ""
        said += f"{' ' if said else ''}{sign}{term.label}{many}"
    return said


def _bits(rows: NDArray[np.uint32], n: int) -> NDArray[np.uint8]:
    found = np.zeros(n, bool)
    found[rows] = True
    return np.packbits(found, bitorder="little")
