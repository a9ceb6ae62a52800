"""Metadata and thumbnails, attached to the vectors that they belong to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from vectarium.data import Collection, Embedding, Note, PixelThumbnails
from vectarium.errors import FormatError
from vectarium.formats.arrays import is_images, thumbnails_from_array
from vectarium.formats.images import folder_thumbnails
from vectarium.formats.metadata import read_metadata
from vectarium.formats.npy import map_npy
from vectarium.formats.sprite import sprite_thumbnails


def with_metadata(embedding: Embedding, path: Path) -> Embedding:
    """The embedding with the columns of a file."""
    columns, notes = read_metadata(path, len(embedding))
    return replace(embedding, columns=embedding.columns.joined(columns), notes=(*embedding.notes, *notes))


def with_sprite(embedding: Embedding, path: Path, size: tuple[int, int] | None) -> Embedding:
    """The embedding with a sprite sheet, of which the size of a thumbnail may be known."""
    thumbnails, notes = sprite_thumbnails(path, len(embedding), size)
    return replace(embedding, thumbnails=thumbnails, notes=(*embedding.notes, *notes))


def with_thumbnails(embedding: Embedding, path: Path) -> Embedding:
    """The embedding with a sprite sheet, or with an ``.npy`` of pixels.

    Raises
    ------
    FormatError
        If the file is neither, or has another number of images.
    """
    if not path.is_file():
        raise FormatError("There is no such file of thumbnails. A folder of images is given by --images.", path)
    if path.suffix.lower() != ".npy":
        return with_sprite(embedding, path, None)
    array, notes = map_npy(path)
    if not is_images(array):
        raise FormatError(
            f"Thumbnails have shape {array.shape} and dtype {array.dtype}; uint8 of shape (n, h, w) or "
            "(n, h, w, 1, 3 or 4) is needed.",
            path,
        )
    if len(array) != len(embedding):
        raise FormatError(f"There are {len(array):,} thumbnails for {len(embedding):,} vectors.", path)
    thumbnails: PixelThumbnails = thumbnails_from_array(array)
    return replace(embedding, thumbnails=thumbnails, notes=(*embedding.notes, *notes))


def with_images(embedding: Embedding, folder: Path) -> Embedding:
    """The embedding with the images of a folder."""
    thumbnails, notes = folder_thumbnails(folder, embedding)
    return replace(embedding, thumbnails=thumbnails, notes=(*embedding.notes, *notes))


def attach(collection: Collection, metadata: Path | None, thumbnails: Path | None, images: Path | None) -> Collection:
    """Attach what a person names to each embedding that it fits to; to the only one in any case.

    Raises
    ------
    FormatError
        If something fits to none of them.
    """
    for path, apply in ((metadata, with_metadata), (thumbnails, with_thumbnails), (images, with_images)):
        if path is not None:
            collection = _attached(collection, path, apply)
    return collection


def _attached(collection: Collection, path: Path, apply: Callable[[Embedding, Path], Embedding]) -> Collection:
    if len(collection) == 1:
        return Collection(collection.name, [apply(collection[0], path)], collection.notes)
    embeddings: list[Embedding] = []
    whys: list[str] = []
    for embedding in collection:
        try:
            made = apply(embedding, path)
            faults = [note for note in made.notes[len(embedding.notes) :] if note.severity == "fault"]
        except FormatError as error:
            made, faults = embedding, [Note(error.message)]
        embeddings.append(embedding if faults else made)
        whys += [f"{embedding.name!r}: {faults[0].message}"] if faults else []
    if len(whys) == len(collection):
        raise FormatError(f"This fits to none of the {len(collection)} embeddings. {' '.join(whys[:5])}", path)
    remarks = [Note(f"Not attached to {why}", path, None, "remark") for why in whys]
    return Collection(collection.name, embeddings, [*collection.notes, *remarks])
