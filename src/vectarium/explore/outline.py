"""The collection as the page is told of it: everything but the numbers."""

from __future__ import annotations

from vectarium import data
from vectarium.errors import place
from vectarium.explore.messages.collection import (
    CollectionMessage,
    ColumnOutline,
    CoordinatesOutline,
    EmbeddingOutline,
    LookupOutline,
    NoteMessage,
    RecordedOutline,
    ThumbnailsOutline,
)
from vectarium.explore.recordings import Recordings
from vectarium.explore.thumbnails import rows_per_page


def collection_message(
    collection: data.Collection, recordings: Recordings, hint: str, version: str
) -> CollectionMessage:
    """What there is to explore."""
    return CollectionMessage(
        name=collection.name,
        version=version,
        hint=hint,
        embeddings=[embedding_outline(index, embedding, recordings) for index, embedding in enumerate(collection)],
        notes=[note_message(note) for note in collection.notes],
    )


def embedding_outline(index: int, embedding: data.Embedding, recordings: Recordings) -> EmbeddingOutline:
    """An embedding without its numbers."""
    n, d = embedding.shape
    return EmbeddingOutline(
        index=index,
        name=embedding.name,
        n=n,
        d=d,
        dtype=embedding.dtype.name,
        columns=[ColumnOutline(column.name, column.kind) for column in embedding.columns.values()],
        thumbnails=None if embedding.thumbnails is None else thumbnails_outline(embedding.thumbnails),
        coordinates=[coordinates_outline(each) for each in embedding.pictures],
        notes=[note_message(note) for note in embedding.notes],
        source="" if embedding.source is None else str(embedding.source),
        recorded=recorded_outline(embedding, recordings),
        lookup=None if embedding.lookup is None else LookupOutline(**embedding.lookup.to_json()),
    )


def recorded_outline(embedding: data.Embedding, recordings: Recordings) -> RecordedOutline | None:
    """Where an embedding's points are found at other steps."""
    number, recorded = recordings.number(embedding), embedding.recorded
    if number is None or recorded is None:
        return None
    return RecordedOutline(number, recorded.step, list(recorded.steps), sorted(recorded.changing))


def coordinates_outline(coordinates: data.Coordinates) -> CoordinatesOutline:
    """A picture that came with the data, without its numbers."""
    return CoordinatesOutline(coordinates.name, coordinates.values.shape[1], coordinates.description)


def note_message(note: data.Note) -> NoteMessage:
    """A note as the page is told of it."""
    return NoteMessage(note.severity, note.message, place(note.path, note.line).removesuffix(": "))


def thumbnails_outline(thumbnails: data.Thumbnails) -> ThumbnailsOutline:
    """Thumbnails without their pixels."""
    width, height = thumbnails.size
    channels, columns = 0, 0
    if isinstance(thumbnails, data.PixelThumbnails):
        form = "pixels"
        channels = 1 if thumbnails.pixels.ndim == 3 else thumbnails.pixels.shape[3]
    elif isinstance(thumbnails, data.SpriteThumbnails):
        form, columns = "sprite", thumbnails.columns
    else:
        form = "files"
    return ThumbnailsOutline(form, len(thumbnails), width, height, channels, columns, rows_per_page(thumbnails))
