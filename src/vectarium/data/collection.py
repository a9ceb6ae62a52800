"""A collection: what is opened and explored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from vectarium.data.columns import columns_from, unused_name
from vectarium.data.coordinates import Coordinates
from vectarium.data.embedding import Embedding
from vectarium.data.inference import as_array
from vectarium.data.note import Note
from vectarium.data.thumbnails import PixelThumbnails, Thumbnails
from vectarium.errors import EmbeddingNotFoundError, ShapeError


class Collection:
    """Embeddings that belong together.

    Parameters
    ----------
    name
        What the page's title says.
    embeddings
        The embeddings. Two of the same name get a number behind it.
    notes
        What a person has to know about the whole: files that did not open, and why.
    """

    def __init__(self, name: str, embeddings: Iterable[Embedding], notes: Iterable[Note] = ()) -> None:
        self.name = name
        self.notes = tuple(notes)
        self.embeddings: tuple[Embedding, ...] = _told_apart(embeddings)

    def __iter__(self) -> Iterator[Embedding]:
        return iter(self.embeddings)

    def __len__(self) -> int:
        return len(self.embeddings)

    def __getitem__(self, key: str | int) -> Embedding:
        """An embedding by name or by position."""
        if isinstance(key, int):
            return self.embeddings[key]
        for embedding in self.embeddings:
            if embedding.name == key:
                return embedding
        raise EmbeddingNotFoundError(key, [embedding.name for embedding in self.embeddings])

    def __repr__(self) -> str:
        lines = [f"Collection {self.name!r}, {len(self)} embedding{'' if len(self) == 1 else 's'}"]
        width = max((len(embedding.name) for embedding in self.embeddings), default=0)
        lines += [f"  {embedding.name:<{width}}  {_outline(embedding)}" for embedding in self.embeddings]
        faults = [note for note in self.all_notes() if note.severity == "fault"]
        lines += [f"  ! {note}" for note in faults[:5]]
        if len(faults) > 5:
            lines.append(f"  ! and {len(faults) - 5:,} more; see .notes")
        return "\n".join(lines)

    def all_notes(self) -> tuple[Note, ...]:
        """The notes of the collection and of everything in it."""
        return self.notes + tuple(note for embedding in self.embeddings for note in embedding.notes)


def _told_apart(embeddings: Iterable[Embedding]) -> tuple[Embedding, ...]:
    from dataclasses import replace

    out: list[Embedding] = []
    for embedding in embeddings:
        name = unused_name(embedding.name, (each.name for each in out))
        out.append(embedding if name == embedding.name else replace(embedding, name=name))
    return tuple(out)


def _outline(embedding: Embedding) -> str:
    n, d = embedding.shape
    parts = [f"{n:>9,} × {d:<5,} {embedding.dtype}"]
    if embedding.columns:
        parts.append(", ".join(list(embedding.columns)[:6]) + (" …" if len(embedding.columns) > 6 else ""))
    if embedding.thumbnails is not None:
        parts.append("thumbnails {}×{}".format(*embedding.thumbnails.size))
    return "  ".join(parts)


def collection(
    vectors: Any,
    columns: Any = None,
    thumbnails: Any = None,
    coordinates: Any = None,
    name: str = "vectors",
) -> Collection:
    """Make a collection from arrays, tensors and DataFrames of any library.

    Parameters
    ----------
    vectors
        Anything that NumPy can turn into an array of shape ``(n, d)``, or a mapping from name to
        such a thing, for several embeddings of the same points.
    columns
        What is known of each point: a DataFrame (pandas, polars, PyArrow …), a mapping from name to
        values, or a list of labels.
    thumbnails
        One image a point: uint8 of shape ``(n, height, width)`` or ``(n, height, width, channels)``.
    coordinates
        A picture that is already computed: shape ``(n, 2)`` or ``(n, 3)``, or a mapping from name
        to such a thing.
    name
        What the collection, and its embedding, is called.

    Returns
    -------
    Collection

    Raises
    ------
    ShapeError
        If the parts do not have the same number of points.

    Examples
    --------
    >>> import numpy as np, vectarium as vt
    >>> words = vt.collection(np.eye(3), columns={"word": ["a", "b", "c"]}, name="words")
    >>> words["words"].columns["word"][1]
    'b'
    """
    named = vectors if isinstance(vectors, dict) else {name: vectors}
    return Collection(
        name, [_embedding(str(key), value, columns, thumbnails, coordinates) for key, value in named.items()]
    )


def _embedding(name: str, vectors: Any, columns: Any, thumbnails: Any, coordinates: Any) -> Embedding:
    array = _as_vectors(name, vectors)
    named = coordinates if isinstance(coordinates, dict) else ({} if coordinates is None else {"given": coordinates})
    return Embedding(
        name,
        array,
        columns_from(columns, len(array)),
        _as_thumbnails(thumbnails, len(array)),
        tuple(Coordinates(str(key), np.asarray(as_array(value), np.float32)) for key, value in named.items()),
    )


def _as_vectors(name: str, vectors: Any) -> np.ndarray[Any, Any]:
    if isinstance(vectors, (list, tuple)):
        try:
            array = np.asarray(vectors, dtype=np.float64)
        except ValueError:
            raise ShapeError(f"The rows of {name!r} do not all have the same number of values, or hold text.") from None
    else:
        array = vectors if isinstance(vectors, np.ndarray) else np.asarray(as_array(vectors))
    if array.ndim != 2:
        hint = " One point a row is needed: reshape to (n, d)." if array.ndim != 1 else ""
        raise ShapeError(f"The vectors of {name!r} have shape {array.shape}; (n, d) is needed.{hint}")
    return array


def _as_thumbnails(thumbnails: Any, n: int) -> Thumbnails | None:
    if thumbnails is None:
        return None
    made = thumbnails if isinstance(thumbnails, Thumbnails) else PixelThumbnails(as_array(thumbnails))
    if len(made) != n:
        raise ShapeError(f"There are {len(made):,} thumbnails, but {n:,} vectors.")
    return made
