"""What a writer of one format is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from vectarium.data import Collection, Note
from vectarium.formats import Progress


@dataclass(frozen=True)
class Writer:
    """One format that can be written.

    Parameters
    ----------
    name
        What ``--to`` calls it.
    suffixes
        The endings by which it is chosen, in small letters, with the dot.
    write
        Writes a collection to a path that does not exist yet, or into a folder; its notes say what the format does
        not hold.
    description
        One line for a list of what can be written.
    folder
        Whether it writes a folder of files.
    several
        Whether it holds more than one embedding.
    """

    name: str
    suffixes: tuple[str, ...]
    write: Callable[[Collection, Path, Progress], list[Note]]
    description: str
    folder: bool = False
    several: bool = False
