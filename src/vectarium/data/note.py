"""A note: something a person has to know about what was opened, and where it is.

Readers never drop, shorten or repair anything silently. What does not stop them becomes a note,
which travels with the embedding or the collection to the terminal and to the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from vectarium.errors import FormatError, VectariumError, place

Severity = Literal["fault", "remark"]


@dataclass(frozen=True)
class Note:
    """One thing to know.

    Parameters
    ----------
    message
        What was found and what was done about it, in plain words.
    path, line
        Where, if it is in a file. Lines count from 1.
    severity
        ``"fault"`` where something is wrong, ``"remark"`` where a choice was made for the reader.
    """

    message: str
    path: Path | None = None
    line: int | None = None
    severity: Severity = "fault"

    def __str__(self) -> str:
        return f"{place(self.path, self.line)}{self.message}"


def note_from_error(error: VectariumError) -> Note:
    """The note that stands for an error which must not take its neighbours down."""
    if isinstance(error, FormatError):
        return Note(error.message, error.path, error.line)
    return Note(str(error))
