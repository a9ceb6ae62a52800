"""Search: a query, the columns it looks at, and the points that match."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Column, Columns
from vectarium.errors import ColumnNotFoundError, ParameterError, QueryError
from vectarium.explore.compare import compare
from vectarium.explore.messages.query import SearchMessage, SearchRequest
from vectarium.explore.query import LONGEST, Comparison, Missing, Term, Word, parse
from vectarium.explore.texts import TextTables

Mask = NDArray[np.bool_]

MOST_ROWS = 10_000
IN_TABLES = ("text", "category")


class Searcher:
    """Searches the columns of one embedding.

    Parameters
    ----------
    columns
        The columns.
    tables
        Their texts, as far as they are known; None: not yet.
    """

    def __init__(self, columns: Columns, tables: TextTables | None = None) -> None:
        self.columns = columns
        self.tables = tables or TextTables()

    def upon(self, columns: Columns) -> Searcher:
        """The search over columns some of which were edited; what is known of the others stays."""
        self.tables.keep(columns.values())
        return Searcher(columns, self.tables)

    def build(self, progress: Callable[[float, str], None]) -> None:
        """Make all tables beforehand, so that the first search is as fast as the others."""
        for done, column in enumerate(self.columns.values()):
            progress(done / len(self.columns), f"Reading {column.name} for the search")
            self.tables.build(column)
        if self.columns:  # the first answer of all takes the time of some imports
            self.tables.find(next(iter(self.columns.values())), "equals", "0")

    def search(self, request: SearchRequest) -> tuple[SearchMessage, dict[str, NDArray[Any]]]:
        """The head and the arrays of the answer. What cannot be understood is an answer, too."""
        start = time.perf_counter()
        if not 0 <= request.limit <= MOST_ROWS:
            raise ParameterError(f"limit is {request.limit}; 0 to {MOST_ROWS:,} rows are listed.")
        if request.column and request.column not in self.columns:
            raise ColumnNotFoundError(request.column, self.columns)
        found, understood, error = np.zeros(self.columns.n, bool), "", ""
        try:
            found, understood = self._find(request, found)
        except QueryError as refused:
            error = str(refused)
        rows = np.flatnonzero(found)[: request.limit].astype(np.uint32)
        arrays = {"rows": rows, "matches": np.packbits(found, bitorder="little")}
        spent = (time.perf_counter() - start) * 1000
        return SearchMessage(int(np.count_nonzero(found)), understood, error, round(spent, 3)), arrays

    def _find(self, request: SearchRequest, nothing: Mask) -> tuple[Mask, str]:
        chosen = self.columns[request.column] if request.column else None
        searched = [chosen] if chosen else list(self.columns.values())
        where = f"{chosen.name} " if chosen else ""
        if request.mode == "regex":
            found = self._find_expression(request.query, searched, nothing)
            return found, f"{where}matches /{request.query}/" if request.query else ""
        terms = parse(request.query, list(self.columns.values()), chosen)
        if not terms:
            return nothing, ""
        found = reduce(np.logical_and, (self._find_term(term, searched) for term in terms))
        return found, " and ".join(f"{where if isinstance(term, Word) else ''}{term}" for term in terms)

    def _find_expression(self, expression: str, searched: Sequence[Column], nothing: Mask) -> Mask:
        if len(expression) > LONGEST:
            raise QueryError(f"The expression is {len(expression):,} characters long; at most {LONGEST:,} are allowed.")
        if not expression:
            return nothing
        return reduce(np.logical_or, (self.tables.find(each, "regex", expression) for each in searched), nothing)

    def _find_term(self, term: Term, searched: Sequence[Column]) -> Mask:
        if isinstance(term, Word):
            found = (self.tables.find(column, "contains", term.text) for column in searched)
            return reduce(np.logical_or, found, np.zeros(self.columns.n, bool))
        if isinstance(term, Missing):
            return term.column.missing == term.expected
        return self._compare(term) if term.column.kind in IN_TABLES else compare(term)

    def _compare(self, term: Comparison) -> Mask:
        same = self.tables.find(term.column, "equals", term.value)
        return same if term.operator == "=" else ~same & ~term.column.missing
