"""Embeddings that were read by way of another file, called for the one that was opened."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from vectarium.data import Collection, Note


def called_for(collection: Collection, path: Path) -> Collection:
    """The collection as if it had been read from ``path`` itself: names, sources and notes."""
    single = len(collection) == 1
    embeddings = [
        replace(
            each,
            name=path.stem if single else each.name,
            source=path,
            notes=tuple(_moved(note, path) for note in each.notes),
        )
        for each in collection
    ]
    return Collection(path.name, embeddings, [_moved(note, path) for note in collection.notes])


def _moved(note: Note, path: Path) -> Note:
    return replace(note, path=path)
