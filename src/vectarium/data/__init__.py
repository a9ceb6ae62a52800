"""What is opened and explored: collections of embeddings, with columns and thumbnails, and runs that hold them on disk."""

from vectarium.data.boundary import Boundary
from vectarium.data.collection import Collection, collection
from vectarium.data.column import Column, Kind
from vectarium.data.columns import Columns
from vectarium.data.coordinates import Coordinates
from vectarium.data.embedding import Embedding
from vectarium.data.lookup import Lookup
from vectarium.data.note import Note
from vectarium.data.recorded import Recorded, Recording, Training
from vectarium.data.run import Run
from vectarium.data.run_writer import RunWriter
from vectarium.data.snapshot import Snapshot
from vectarium.data.thumbnails import FileThumbnails, PixelThumbnails, SpriteThumbnails, Thumbnails
from vectarium.data.training_log import Curve

__all__ = [
    "Boundary",
    "Collection",
    "Column",
    "Columns",
    "Coordinates",
    "Curve",
    "Embedding",
    "FileThumbnails",
    "Kind",
    "Lookup",
    "Note",
    "PixelThumbnails",
    "Recorded",
    "Recording",
    "Run",
    "RunWriter",
    "Snapshot",
    "SpriteThumbnails",
    "Thumbnails",
    "Training",
    "collection",
]
