"""What a reader of one format is, and how it tells of its progress."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from vectarium.data import Collection

Progress = Callable[[float, str], None]
"""Called with the fraction done, 0 … 1, and what is being done. It may raise CancelledError."""


@dataclass(frozen=True)
class Reader:
    """One format that can be opened.

    Parameters
    ----------
    name
        What people call the format.
    suffixes
        The endings of its files, in small letters, with the dot.
    recognises
        Whether a file is of this format, told from its path and its first bytes.
    read
        Reads a file into a collection.
    description
        One line for a list of what can be opened.
    read_named
        Of models, which hold many tensors: reads the one of a name, or the likely tables where that is None.
    """

    name: str
    suffixes: tuple[str, ...]
    recognises: Callable[[Path, bytes], bool]
    read: Callable[[Path, Progress], Collection]
    description: str
    read_named: Callable[[Path, Progress, str | None], Collection] | None = None


def silent(fraction: float, text: str) -> None:
    """Progress that nobody listens to."""


def part(progress: Progress, index: int, count: int) -> Progress:
    """The progress of one piece of work among ``count``, as the progress of the whole."""
    return lambda fraction, text: progress((index + fraction) / max(count, 1), text)
