"""The probe of a run, and columns of a run, as they were stored."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from vectarium.data.columns import Columns
from vectarium.data.manifest import ProbeEntry, RecordedColumns
from vectarium.data.npy_file import map_stored
from vectarium.data.parquet_columns import read_parquet


class Probe:
    """The fixed examples of a run, as they were stored.

    Parameters
    ----------
    root
        The run's folder.
    entry
        What run.json says of it.
    """

    def __init__(self, root: Path, entry: ProbeEntry) -> None:
        self._root = root
        self._entry = entry

    @property
    def n(self) -> int:
        """How many examples there are."""
        return self._entry.n

    @property
    def hash(self) -> str:
        """SHA-256 over names, types, shapes, numbers and columns: the same examples have the same one."""
        return self._entry.sha256

    @property
    def description(self) -> str:
        """What they are, in words."""
        return self._entry.description

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of what the model tells apart, in the order of its outputs; empty where it does not."""
        return self._entry.classes

    @property
    def inputs(self) -> dict[str, NDArray[Any]]:
        """The arrays that went into the model, by name: each with one row an example, memory-mapped.

        Raises
        ------
        FormatError
            If a file is not what run.json says.
        """
        return {each.name: map_stored(self._root, each.stored, each.dtype, each.shape) for each in self._entry.inputs}

    @property
    def columns(self) -> Columns:
        """What is known of each example: its text, its label."""
        return read_columns(self._root, self._entry.columns, self.n)


def read_columns(root: Path, recorded: RecordedColumns | None, n: int) -> Columns:
    """The columns of a Parquet file of the run, checked against what run.json says of them.

    Raises
    ------
    FormatError
        If they do not agree.
    """
    if recorded is None:
        return Columns(n=n)
    return read_parquet(recorded.stored.prove(root), recorded.fields, n)
