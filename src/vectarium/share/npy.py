"""NumPy's ``.npy``: the vectors as they are, and their columns in a Parquet file beside, which opening finds again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from vectarium.data import Collection, Note
from vectarium.data.npy_file import npy_blocks
from vectarium.data.parquet_columns import write_parquet
from vectarium.data.storage import replace_file
from vectarium.formats import Progress
from vectarium.share.beside import written_beside
from vectarium.share.left_out import left_out
from vectarium.share.writer import Writer


def write_npy(collection: Collection, path: Path, progress: Progress) -> list[Note]:
    """Write the only embedding of a collection."""
    embedding = collection[0]
    progress(0.0, f"writing {path.name}")
    replace_file(path, _blocks(embedding.vectors), path.name)
    notes = left_out(embedding)
    if embedding.columns:
        beside = path.with_name(f"{path.stem}_metadata.parquet")
        written_beside(beside, lambda place: write_parquet(place, embedding.columns))
        notes.append(Note(f"An array holds no columns; they are in {beside.name!r}.", beside, None, "remark"))
    return notes


def _blocks(vectors: Any) -> Iterator[Any]:
    return npy_blocks(np.asarray(vectors))


NPY = Writer("npy", (".npy",), write_npy, "NumPy's array; columns in a Parquet file beside it")
