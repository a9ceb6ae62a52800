"""How a text becomes rows of a table: what a person has to know to follow one from its words to its vectors.

texts → tokens → ids → ids of one length ``(texts, length)`` → rows of the table ``(texts, length, d)``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

Side = Literal["pre", "post"]
SIDES: tuple[Side, ...] = ("pre", "post")
LONGEST = 1 << 24


@dataclass(frozen=True)
class Lookup:
    """How texts were brought to ids. What is None is not known, or is not there.

    Parameters
    ----------
    column
        The column that holds the token of each row.
    length
        How many ids each text has in the end.
    padding
        The row that fills up shorter texts.
    unknown
        The row for tokens that are not in the vocabulary.
    start, end
        Rows that stand before and behind each text.
    padding_side
        Where padding stands: ``"pre"``, before the text, or ``"post"``, behind it.
    truncation_side
        Which end of a text that is too long is left out.
    mask
        Whether the layers that follow pass over padding.
    """

    column: str
    length: int | None = None
    padding: int | None = None
    unknown: int | None = None
    start: int | None = None
    end: int | None = None
    padding_side: Side | None = None
    truncation_side: Side | None = None
    mask: bool | None = None

    @property
    def rows(self) -> dict[str, int]:
        """The rows that it names, by what they are."""
        named = {"padding": self.padding, "unknown": self.unknown, "start": self.start, "end": self.end}
        return {name: row for name, row in named.items() if row is not None}

    def to_json(self) -> dict[str, Any]:
        """As it stands in run.json."""
        return asdict(self)

    def fault_of_column(self, columns: Mapping[str, str]) -> str:
        """What is wrong with its column, given the kinds of all by name; empty where nothing is."""
        if columns.get(self.column) in {"text", "category"}:
            return ""
        return f"the column of tokens is {self.column[:60]!r}; the columns of texts are {_texts(columns)}"

    def fault(self, size: int) -> str:
        """What is wrong with the rest of it, for a table of so many rows; empty where nothing is."""
        if self.length is not None and not 1 <= self.length <= LONGEST:
            return f"length is {self.length:,}; 1 to {LONGEST:,} ids are possible"
        for name, row in self.rows.items():
            if not 0 <= row < size:
                return f"{name} is row {row:,}; the table has 0 to {size - 1:,}"
        for name, side in (("padding_side", self.padding_side), ("truncation_side", self.truncation_side)):
            if side is not None and side not in SIDES:
                return f"{name} is {side!r}; 'pre' or 'post' is needed"
        return ""


def _texts(columns: Mapping[str, str]) -> str:
    return ", ".join(repr(name) for name, kind in columns.items() if kind in {"text", "category"}) or "none"
