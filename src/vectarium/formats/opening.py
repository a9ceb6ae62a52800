"""The one entrance: any path to a collection."""

from __future__ import annotations

import difflib
from dataclasses import replace
from os import PathLike
from pathlib import Path

from vectarium.data import Collection
from vectarium.data.manifest import FILE as RUN_FILE
from vectarium.data.run import is_run
from vectarium.errors import EmbeddingNotFoundError, FormatError
from vectarium.formats.attach import attach
from vectarium.formats.beside import with_metadata_beside
from vectarium.formats.checkpoint_series import index_of
from vectarium.formats.file_steps import completed
from vectarium.formats.folder import read_folder
from vectarium.formats.reader import Progress, silent
from vectarium.formats.registry import folder_reader, read_file
from vectarium.formats.run import read_run

AnyPath = str | PathLike[str]


def open_path(
    path: AnyPath,
    *,
    metadata: AnyPath | None = None,
    thumbnails: AnyPath | None = None,
    images: AnyPath | None = None,
    name: str | None = None,
    progress: Progress | None = None,
) -> Collection:
    """Open vectors of any known format.

    Parameters
    ----------
    path
        A file; a run; or a folder that holds runs, such files, or a config that names them.
        ``FILE::NAME`` opens one embedding, or one tensor of a model, by its name.
    metadata
        A file with one row a point: TSV by the Projector's rules, CSV, Parquet, JSON lines.
    thumbnails
        A sprite sheet, or an ``.npy`` of pixels ``(n, h, w)`` or ``(n, h, w, c)``.
    images
        A folder of images, called by their row or by the text in a column.
    name
        What the collection is called; by default as the file or folder.
    progress
        Called with the fraction done and what is being done. It may raise CancelledError.

    Returns
    -------
    Collection
        Its notes say what did not open, and what was chosen for the reader.

    Raises
    ------
    FormatError
        If nothing opens.
    """
    there, wanted = _parted(Path(path).expanduser())
    there = _existing(there)
    report = progress or silent
    collection = _read(there, report, wanted)
    if metadata is None and not there.is_dir():
        beside = [with_metadata_beside(embedding)[0] for embedding in collection]
        collection = Collection(collection.name, beside, collection.notes)
    named = [None if each is None else Path(each).expanduser() for each in (metadata, thumbnails, images)]
    collection = attach(collection, *named)
    report(1.0, f"opened {collection.name}")
    return completed(collection if name is None else _renamed(collection, name))


def _read(path: Path, progress: Progress, wanted: str | None) -> Collection:
    if is_run(path) or (path.name == RUN_FILE and is_run(path.parent)):
        collection = read_run(path, progress)
    elif path.is_dir() and folder_reader(path) is None:
        collection = read_folder(path, progress, wanted)
    else:
        return read_file(path, progress, wanted)
    return collection if wanted is None else _only(collection, wanted)


def _only(collection: Collection, wanted: str) -> Collection:
    """The embeddings of a name, whatever folder or layer stands before it."""
    found = [each for each in collection if each.name == wanted or each.name.endswith((f"/{wanted}", f".{wanted}"))]
    if not found:
        raise EmbeddingNotFoundError(wanted, [each.name for each in collection])
    return Collection(collection.name, found, collection.notes)


def _parted(path: Path) -> tuple[Path, str | None]:
    """A path, and the name behind ``::`` unless that is part of a file's name."""
    file, mark, name = str(path).partition("::")
    return (path, None) if not mark or not name or _is_there(path) else (Path(file), name)


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # too long a name, links in a circle
        return False


def _existing(path: Path) -> Path:
    if _is_there(path):
        return path
    index = index_of(path)  # TensorFlow calls a checkpoint by a name that no file has
    if index is not None:
        return index
    folder = path.parent
    try:
        names = sorted(each.name for each in folder.iterdir())
    except OSError:
        raise FormatError(f"There is no such file, and no folder {str(folder)!r}.", path) from None
    near = difflib.get_close_matches(path.name, names, n=3) or names[:5]
    listed = ", ".join(repr(each) for each in near) or "nothing"
    raise FormatError(f"There is no such file. In its folder there is {listed}.", path)


def _renamed(collection: Collection, name: str) -> Collection:
    """Under a name of the person's choice; the only embedding has it too."""
    embeddings = [replace(collection[0], name=name)] if len(collection) == 1 else collection.embeddings
    return Collection(name, embeddings, collection.notes)
