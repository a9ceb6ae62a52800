"""What is in a collection, in numbers and examples: plain dictionaries that go to a terminal or into JSON."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from vectarium.data import Collection, Column, Embedding, FileThumbnails, Note, SpriteThumbnails
from vectarium.data.column import format_value
from vectarium.data.nonfinite import nonfinite_note

EXAMPLES = 4


def summary_of(collection: Collection) -> dict[str, Any]:
    """Everything there is to say about a collection.

    Returns
    -------
    dict
        ``name``, ``embeddings`` and ``notes``, of values that JSON knows.
    """
    notes = [_note(note) for note in collection.notes]
    return {"name": collection.name, "embeddings": [_embedding(each) for each in collection], "notes": notes}


def _embedding(embedding: Embedding) -> dict[str, Any]:
    notes = list(embedding.notes)
    nonfinite = nonfinite_note(embedding)
    if nonfinite is not None and nonfinite not in notes:
        notes.append(nonfinite)
    return {
        "name": embedding.name,
        "n": embedding.shape[0],
        "d": embedding.shape[1],
        "dtype": str(embedding.dtype),
        "source": None if embedding.source is None else str(embedding.source),
        "vectors": _vectors(embedding),
        "columns": [_column(column) for column in embedding.columns.values()],
        "thumbnails": _thumbnails(embedding),
        "coordinates": [
            {"name": each.name, "dimensions": each.values.shape[1], "description": each.description}
            for each in embedding.coordinates
        ],
        "notes": [_note(note) for note in notes],
    }


def _vectors(embedding: Embedding) -> dict[str, Any]:
    """Ranges of the numbers and of the lengths of the vectors, over the finite ones, block by block."""
    low, high = np.full(embedding.shape[1], np.inf), np.full(embedding.shape[1], -np.inf)
    norms = np.empty(len(embedding), np.float64)
    step = embedding.rows_per_block()
    for start in range(0, len(embedding), step):
        with np.errstate(all="ignore"):  # NaN of some kinds, squares too large
            block = embedding.vectors[start : start + step].astype(np.float64)
            norms[start : start + step] = np.sqrt(np.einsum("ij,ij->i", block, block))
        finite = block[np.isfinite(block).all(axis=1)]
        if len(finite):
            low, high = np.minimum(low, finite.min(axis=0)), np.maximum(high, finite.max(axis=0))
    known = norms[np.isfinite(norms)]
    constant = int((low == high).sum()) if len(embedding) > 1 else 0
    return {
        "finite": len(known),
        "min": _real(low.min()),
        "max": _real(high.max()),
        "norm_min": _real(known.min()) if len(known) else None,
        "norm_mean": _real(known.mean()) if len(known) else None,
        "norm_max": _real(known.max()) if len(known) else None,
        "zero_vectors": int((known == 0).sum()),
        "constant_dimensions": constant,
    }


def _column(column: Column) -> dict[str, Any]:
    told: dict[str, Any] = {"name": column.name, "kind": column.kind, "missing": int(column.missing.sum())}
    if column.kind == "category":
        counts = np.bincount(column.values[column.values >= 0], minlength=len(column.categories))
        often = np.argsort(-counts, kind="stable")[:EXAMPLES]
        told |= {"distinct": len(column.categories), "examples": [column.categories[int(code)] for code in often]}
    elif column.kind == "text":
        present = [text for text in column.values if text is not None]
        told |= {"distinct": len(set(present)), "examples": present[:EXAMPLES]}
    else:
        present = column.values[~column.missing]
        told |= {"distinct": len(np.unique(present))}
        if len(present):
            told |= {"min": _plain(present.min()), "max": _plain(present.max())}
    return told


def _thumbnails(embedding: Embedding) -> dict[str, Any] | None:
    thumbnails = embedding.thumbnails
    if thumbnails is None:
        return None
    count = len(thumbnails)
    form = "pixels"
    if isinstance(thumbnails, SpriteThumbnails):
        form = "sprite"
    elif isinstance(thumbnails, FileThumbnails):
        form, count = "files", sum(path is not None for path in thumbnails.paths)
    return {"form": form, "count": count, "width": thumbnails.size[0], "height": thumbnails.size[1]}


def _note(note: Note) -> dict[str, Any]:
    return {
        "severity": note.severity,
        "message": note.message,
        "path": None if note.path is None else str(note.path),
        "line": note.line,
    }


def _plain(value: Any) -> Any:
    item = value.item()
    if isinstance(item, float):
        return _real(item)
    return item if isinstance(item, (bool, int)) else format_value(item)


def _real(value: Any) -> float | None:
    number = float(value)
    return number if math.isfinite(number) else None
