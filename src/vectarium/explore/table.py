"""The columns of some or all points as a file to take home."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Column, Columns, Embedding
from vectarium.data.columns import unused_name
from vectarium.data.parquet_columns import write_parquet

ROW = "row"
BLOCK_BYTES = 1 << 20
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "tsv": "text/tab-separated-values; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
}


def table_of(embedding: Embedding, mask: NDArray[np.bool_] | None) -> Columns:
    """All columns of some points, with the points' numbers in the last one where these are not all."""
    if mask is None or mask.all():
        return embedding.columns or _numbered(embedding.columns, np.arange(len(embedding)))
    rows = np.flatnonzero(mask)
    return _numbered(embedding.columns.take(rows), rows)


def table_blocks(columns: Columns, form: str) -> Iterator[bytes]:
    """A table as the bytes of a file, block by block."""
    from vectarium.formats.table_text import text_blocks

    if form != "parquet":
        yield from text_blocks(columns, "," if form == "csv" else "\t")
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.parquet"
        write_parquet(path, columns)
        with path.open("rb") as file:
            while block := file.read(BLOCK_BYTES):
                yield block


def file_name(embedding: Embedding, form: str, *, part: bool) -> str:
    """What the file is called."""
    plain = re.sub(r"[^\w. -]+", "-", embedding.name).strip("-. ")[:80] or "table"
    return f"{plain}{' selection' if part else ''}.{form}"


def _numbered(columns: Columns, rows: NDArray[np.intp]) -> Columns:
    number = Column(unused_name(ROW, columns), "integer", rows.astype(np.int64))
    return Columns([*columns.values(), number], n=len(rows))
