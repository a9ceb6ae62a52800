"""Parquet: the vectors as one column of lists, every other column with its type; written by DuckDB."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Collection, Columns, Embedding, Note
from vectarium.data.column import Column
from vectarium.data.columns import unused_name
from vectarium.data.memory import check_memory
from vectarium.data.parquet_columns import write_parquet
from vectarium.formats import Progress
from vectarium.share.beside import written_beside
from vectarium.share.left_out import left_out
from vectarium.share.writer import Writer

VECTORS = "vector"


def write_table(collection: Collection, path: Path, progress: Progress) -> list[Note]:
    """Write the only embedding of a collection, and its coordinates."""
    embedding = collection[0]
    n, d = embedding.shape
    check_memory(2 * n * d * max(4, embedding.dtype.itemsize), f"The table of {n:,} × {d:,}", path)
    progress(0.0, f"writing {path.name}")
    columns = with_coordinates(embedding)
    lists = {unused_name(VECTORS, columns): embedding.vectors}
    written_beside(path, lambda place: write_parquet(place, columns, lists))
    return left_out(embedding, coordinates=False)


def with_coordinates(embedding: Embedding) -> Columns:
    """The columns, and the pictures that came with the data as more of them: ``umap_x``, ``umap_y``."""
    made: list[Column] = []
    for each in embedding.coordinates:
        named = f"{each.name}_" if each.name and each.name not in {"x, y", "x, y, z"} else ""
        made += [
            Column(f"{named}{axis}", "number", _axis(each.values, place))
            for place, axis in enumerate("xyz"[: each.values.shape[1]])
        ]
    return embedding.columns.joined(made)


def _axis(values: NDArray[Any], place: int) -> NDArray[np.float64]:
    return values[:, place].astype(np.float64)


PARQUET = Writer("parquet", (".parquet", ".pq"), write_table, "a table with the vectors as a column of lists")
