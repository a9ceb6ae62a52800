"""What a person types into the search, understood.

::

    vampire                     every word has to occur somewhere, without regard to case
    "new york"                  in quotes: with the space, and without any meaning of its own
    count > 100                 a comparison: > >= < <= = != (also ≥ ≤ ≠ ==)
    "word count" > 5            a column's name may stand in quotes
    tag = NOUN and count > 9    several: a space or "and" between them, all have to hold
    count is missing            or: is not missing

A comparison is one only where a column of that name exists: ``<b>`` is a word like any other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from vectarium.data import Column
from vectarium.errors import ColumnNotFoundError, QueryError

Operator = Literal["<", "<=", "=", "!=", ">=", ">"]

OPERATORS: dict[str, Operator] = {
    "<": "<", "<=": "<=", "≤": "<=", "=": "=", "==": "=", "!=": "!=", "≠": "!=", ">=": ">=", "≥": ">=", ">": ">",
}  # fmt: skip
ORDERED = ("integer", "number", "time")
LONGEST = 2000
MOST_TERMS = 64

OPERATOR = r"(?P<operator>>=|<=|!=|==|=|>|<|≥|≤|≠)"
VALUE = r'(?P<value>"[^"]*"|[^\s"<>=!≥≤≠]\S*)?(?=\s|$)'
ANY_NAME = r'"[^"]+"|[^\s"<>=!≥≤≠]+'
QUOTED = re.compile(r'"([^"]*)"(?=\s|$)')
WORD = re.compile(r"\S+")
BARE_COMPARISON = re.compile(rf"{OPERATOR}\s*{VALUE}")
NUMBER = re.compile(r"[-+]?[\d.,]+(e[-+]?\d+)?", re.IGNORECASE)


@dataclass(frozen=True)
class Word:
    """A text that has to occur."""

    text: str
    quoted: bool = False

    def __str__(self) -> str:
        return f"contains “{self.text}”"


@dataclass(frozen=True)
class Comparison:
    """A column's value beside a given one."""

    column: Column
    operator: Operator
    value: str

    def __str__(self) -> str:
        return f"{self.column.name} {self.operator} {self.value}"


@dataclass(frozen=True)
class Missing:
    """Whether a column has no value."""

    column: Column
    expected: bool

    def __str__(self) -> str:
        return f"{self.column.name} is {'' if self.expected else 'not '}missing"


Term = Word | Comparison | Missing


def parse(query: str, columns: Sequence[Column], chosen: Column | None = None) -> list[Term]:
    """The terms of a query, all of which have to hold; none for an empty query.

    Parameters
    ----------
    query
        What was typed.
    columns
        The columns there are.
    chosen
        The column that is searched, None for all; ``> 5`` alone is about it.

    Raises
    ------
    QueryError
        If it cannot be understood; the message says why.
    """
    if len(query) > LONGEST:
        raise QueryError(f"The search is {len(query):,} characters long; at most {LONGEST:,} are looked at.")
    reader = _Reader(query.strip(), columns, chosen)
    terms = _without_joints(list(reader))
    if len(terms) > MOST_TERMS:
        raise QueryError(f"The search has {len(terms)} parts; at most {MOST_TERMS} are allowed.")
    return terms


class _Reader:
    """Reads one term after another."""

    def __init__(self, query: str, columns: Sequence[Column], chosen: Column | None) -> None:
        self.query = query
        self.columns = columns
        self.chosen = chosen
        self.position = 0
        # Names that hold a space or an operator are found as a whole, the longest first.
        special = [column.name for column in columns if re.search(r"[\s<>=!≥≤≠]", column.name)]
        known = [re.escape(name) for name in sorted(special, key=len, reverse=True)]
        name = rf"(?P<name>{'|'.join([*known, ANY_NAME])})"
        self.comparison = re.compile(rf"{name}\s*{OPERATOR}\s*{VALUE}", re.IGNORECASE)
        self.missing = re.compile(rf"{name}\s+is\s+(?P<negated>not\s+)?missing(?=\s|$)", re.IGNORECASE)

    def __iter__(self) -> _Reader:
        return self

    def __next__(self) -> Term:
        while self.position < len(self.query) and self.query[self.position].isspace():
            self.position += 1
        if self.position >= len(self.query):
            raise StopIteration
        term = self._missing() or self._comparison() or self._bare_comparison() or self._quoted()
        return term or Word(self._take(WORD).group())

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        return pattern.match(self.query, self.position)

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str]:
        found = self._match(pattern)
        assert found is not None
        self.position = found.end()
        return found

    def _missing(self) -> Term | None:
        found = self._match(self.missing)
        column = find_column(unquoted(found["name"]), self.columns) if found else None
        if found is None or column is None:
            return None
        self.position = found.end()
        return Missing(column, expected=not found["negated"])

    def _comparison(self) -> Term | None:
        found = self._match(self.comparison)
        if found is None:
            return None
        name = unquoted(found["name"])
        column = find_column(name, self.columns)
        if column is None:
            self._refuse_unknown(name, found["value"])
            return None
        self.position = found.end()
        return comparison(column, found["operator"], found["value"])

    def _refuse_unknown(self, name: str, value: str | None) -> None:
        if value and NUMBER.fullmatch(value) and re.fullmatch(r"\w[\w .-]*", name):
            nearest = ColumnNotFoundError(name, [column.name for column in self.columns])
            raise QueryError(f"{nearest} To find the text itself, put it in quotes.")

    def _bare_comparison(self) -> Term | None:
        if self.chosen is None or self.chosen.kind not in ORDERED or not (found := self._match(BARE_COMPARISON)):
            return None
        self.position = found.end()
        return comparison(self.chosen, found["operator"], found["value"])

    def _quoted(self) -> Term | None:
        if not (found := self._match(QUOTED)):
            return None
        self.position = found.end()
        return Word(found[1], quoted=True)


def comparison(column: Column, operator: str, value: str | None) -> Comparison:
    """A comparison that makes sense for the column's kind, or QueryError."""
    meaning = OPERATORS[operator]
    if not value:
        raise QueryError(f"Say what {column.name!r} is to be compared with, such as {_example(column, meaning)}.")
    if column.kind not in ORDERED and meaning not in ("=", "!="):
        raise QueryError(f"{column.name!r} holds {_what(column)}, which is compared with = or != only.")
    return Comparison(column, meaning, unquoted(value))


def find_column(name: str, columns: Sequence[Column]) -> Column | None:
    """The column of that name, or else the one whose name differs only in case."""
    exact = [column for column in columns if column.name == name]
    alike = [column for column in columns if column.name.casefold() == name.casefold()]
    return next(iter(exact + alike), None)


def unquoted(text: str) -> str:
    """A text without the quotes around it."""
    return text[1:-1] if len(text) >= 2 and text[0] == text[-1] == '"' else text


def _without_joints(terms: list[Term]) -> list[Term]:
    """Leave out what only joins: an "and" beside a comparison, and quotes with nothing inside."""
    plain = {"and", "or", "not"} if any(not isinstance(term, Word) for term in terms) else set[str]()
    kept: list[Term] = []
    for term in terms:
        joint = term.text.lower() if isinstance(term, Word) and not term.quoted else ""
        if joint in plain - {"and"}:
            raise QueryError(f'Conditions are joined by "and" only. To find the text {joint!r}, put it in quotes.')
        if joint not in plain and term != Word("", quoted=True):
            kept.append(term)
    return kept


def _what(column: Column) -> str:
    return {"boolean": "true and false", "category": "categories"}.get(column.kind, "text")


def _example(column: Column, operator: Operator) -> str:
    value = {"integer": "100", "number": "0.5", "time": "2020-01-31", "boolean": "true"}.get(column.kind, "word")
    return f"{column.name} {operator} {value}"
