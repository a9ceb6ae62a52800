"""A tensor of a model: known by name, shape and type, and read only where somebody asks for it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from vectarium.formats.reader import Progress
from vectarium.formats.stored_numbers import StoredNumbers


@dataclass(frozen=True)
class Tensor:
    """One tensor that a file holds.

    Parameters
    ----------
    name
        Its name in the file.
    shape
        Its shape.
    kind
        The type of its numbers as people call it: ``float32``, ``bfloat16``, ``Q8_0``.
    read
        Reads it: array of that shape, mapped where its bytes lie plainly.
    source
        The file that its numbers are in.
    remark
        What happens to it when it is read; empty where it is used as it lies.
    is_table
        Whether the file itself says that it is a table of embeddings.
    """

    name: str
    shape: tuple[int, ...]
    kind: str
    read: Callable[[Progress], NDArray[Any]]
    source: Path
    remark: str = ""
    is_table: bool = False

    @property
    def size(self) -> int:
        """How many numbers it has."""
        return math.prod(self.shape)

    @property
    def outline(self) -> str:
        """Its name and shape, for a list."""
        return f"{self.name!r} {' × '.join(f'{size:,}' for size in self.shape)}"


def stored_tensor(name: str, stored: StoredNumbers) -> Tensor:
    """The tensor of numbers that lie plainly in a file."""
    return Tensor(name, stored.shape, stored.kind, stored.read, stored.path, stored.remark)
