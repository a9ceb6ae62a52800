"""Parquet, read by DuckDB."""

from __future__ import annotations

from pathlib import Path

from vectarium.data import Collection
from vectarium.formats.duck_table import collection_of, open_table
from vectarium.formats.reader import Progress, Reader


def read_parquet(path: Path, progress: Progress) -> Collection:
    """Open a Parquet file: a column of lists or numbered columns are the vectors, ``x, y`` coordinates.

    Raises
    ------
    FormatError
        If the file is damaged, or no column can be the vector.
    """
    return collection_of(open_table(path, "parquet", progress))


def _recognises(_path: Path, start: bytes) -> bool:
    return start.startswith(b"PAR1")


PARQUET = Reader(
    "Parquet", (".parquet", ".pq"), _recognises, read_parquet, "a column of lists, or numbered columns, and all others"
)
