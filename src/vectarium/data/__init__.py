"""What is opened and explored: collections of embeddings, with columns and thumbnails."""

from vectarium.data.collection import Collection, collection
from vectarium.data.column import Column, Kind
from vectarium.data.columns import Columns
from vectarium.data.coordinates import Coordinates
from vectarium.data.embedding import Embedding
from vectarium.data.note import Note
from vectarium.data.thumbnails import FileThumbnails, PixelThumbnails, SpriteThumbnails, Thumbnails

__all__ = [
    "Collection",
    "Column",
    "Columns",
    "Coordinates",
    "Embedding",
    "FileThumbnails",
    "Kind",
    "Note",
    "PixelThumbnails",
    "SpriteThumbnails",
    "Thumbnails",
    "collection",
]
