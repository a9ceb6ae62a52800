"""What the Embedding Projector's two kinds of config say, and the collection that they name.

One entry that does not open never takes the others down: it becomes a note with its name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from vectarium.data import Collection, Embedding, Note
from vectarium.data.note import note_from_error
from vectarium.errors import CancelledError, FormatError, ShapeError, VectariumError
from vectarium.formats.attach import with_metadata, with_sprite
from vectarium.formats.checkpoint import titles
from vectarium.formats.checkpoint_entry import ConfigCheckpoints
from vectarium.formats.raw_bytes import map_raw
from vectarium.formats.reader import Progress, part
from vectarium.formats.tensor_names import plain_name
from vectarium.formats.within import locate


@dataclass(frozen=True)
class Entry:
    """One embedding that a config names.

    Parameters
    ----------
    tensor_name, tensor_path, metadata_path
        As in the config; empty where it has none.
    tensor_shape
        ``(n, d)``, or None.
    sprite_path, sprite_size
        The sheet of thumbnails, and width and height of each.
    bookmarks_path
        Saved views.
    """

    tensor_name: str = ""
    tensor_path: str = ""
    tensor_shape: tuple[int, ...] | None = None
    metadata_path: str = ""
    sprite_path: str = ""
    sprite_size: tuple[int, int] | None = None
    bookmarks_path: str = ""

    @property
    def title(self) -> str:
        """What to call it."""
        return self.tensor_name or Path(self.tensor_path).stem or "embedding"


def sprite_size(sizes: tuple[int, ...] | None) -> tuple[int, int] | None:
    """Width and height of a thumbnail as a config has them; one number stands for both."""
    sides = list(sizes or ())
    return (sides[0], sides[-1]) if 1 <= len(sides) <= 2 else None


def open_entries(
    entries: Sequence[Entry],
    config: Path,
    root: Path,
    progress: Progress,
    *,
    name: str | None = None,
    checkpoints: ConfigCheckpoints | None = None,
) -> Collection:
    """Open everything that a config names.

    Parameters
    ----------
    entries
        What it names; exact repetitions are opened once.
    config
        The config's file.
    root
        What was opened; no file outside of it is read.
    progress
        Told for each entry.
    name
        What the collection is called.
    checkpoints
        Where the tensors are that have no file of their own. None: in the checkpoints beside the config.

    Raises
    ------
    FormatError
        If not one of them opens.
    """
    beside = checkpoints or ConfigCheckpoints(config, root)
    once = list(dict.fromkeys(entries))
    notes: list[Note] = []
    if len(once) < len(entries):
        told = f"{len(entries):,} entries, of which {len(entries) - len(once):,} repeat another; each was opened once."
        notes.append(Note(told, config, None, "remark"))
    once = _named_by_checkpoint(once, beside, notes)
    embeddings: list[Embedding] = []
    for index, entry in enumerate(once):
        try:
            embeddings.append(_open_entry(entry, config, root, beside, part(progress, index, len(once))))
        except CancelledError:
            raise
        except (VectariumError, OSError) as error:
            notes.append(_entry_note(entry, error, config))
    if not embeddings:
        why = " ".join(note.message for note in notes if note.severity == "fault") or "It names none."
        raise FormatError(f"Not one embedding of this config opens. {why}", config)
    return Collection(name or config.parent.name, embeddings, [*notes, *beside.left_over()])


def _named_by_checkpoint(entries: list[Entry], checkpoints: ConfigCheckpoints, notes: list[Note]) -> list[Entry]:
    """The entries, with one that names no tensor replaced by one for each tensor of the checkpoint.

    TensorBoard gives the metadata of such an entry to every tensor that the others do not name.
    """
    nameless = [entry for entry in entries if not (entry.tensor_name or entry.tensor_path)]
    if not nameless:
        return entries
    try:
        every = checkpoints.names()
    except FormatError as error:
        notes.append(note_from_error(error))
        return [entry for entry in entries if entry not in nameless]
    named = [entry for entry in entries if entry not in nameless]
    taken = {plain_name(entry.tensor_name) for entry in named}
    left = [each for each in every if not taken & set(each.names)]
    if not left:
        told = "An entry names no tensor, and there is no checkpoint with others beside the config."
        notes.append(Note(told, checkpoints.config))
    return [*named, *(replace(nameless[0], tensor_name=title) for title in titles(left))]


def _entry_note(entry: Entry, error: Exception, config: Path) -> Note:
    note = note_from_error(error) if isinstance(error, VectariumError) else Note(str(error))
    named = note.message if entry.title in note.message else f"{entry.title!r} does not open: {note.message}"
    return Note(named, note.path if note.path and note.path.is_file() else config, note.line)


def _open_entry(
    entry: Entry, config: Path, root: Path, checkpoints: ConfigCheckpoints, progress: Progress
) -> Embedding:
    if entry.tensor_path:
        embedding = _open_tensor(entry, config, root, progress)
    else:
        embedding = checkpoints.embedding(entry.tensor_name, entry.tensor_shape, progress)
    if entry.metadata_path:
        embedding = _attached(
            embedding,
            config,
            lambda each: with_metadata(
                each, locate(entry.metadata_path, config.parent, root, f"The metadata of {entry.title!r}")
            ),
        )
    if entry.sprite_path:
        embedding = _attached(
            embedding,
            config,
            lambda each: with_sprite(
                each,
                locate(entry.sprite_path, config.parent, root, f"The sprite of {entry.title!r}"),
                entry.sprite_size,
            ),
        )
    return embedding.with_notes(_bookmarks_note(entry, config)) if entry.bookmarks_path else embedding


def _bookmarks_note(entry: Entry, config: Path) -> Note:
    told = f"The bookmarks of {entry.title!r}, {entry.bookmarks_path!r}, are not read yet."
    return Note(told, config, None, "remark")


def _attached(embedding: Embedding, config: Path, apply: Callable[[Embedding], Embedding]) -> Embedding:
    """The embedding with something attached, or with a note on why not."""
    try:
        return apply(embedding)
    except FormatError as error:
        note = note_from_error(error)
        at = note.path if note.path and note.path.is_file() else config
        return embedding.with_notes(replace(note, path=at))


def _open_tensor(entry: Entry, config: Path, root: Path, progress: Progress) -> Embedding:
    from vectarium.formats.registry import read_file

    path = locate(entry.tensor_path, config.parent, root, f"The tensor {entry.title!r}")
    if path.suffix.lower() == ".bytes":
        return Embedding(entry.title, map_raw(path, entry.tensor_shape), source=path)
    if path.suffix.lower() in {".json", ".pbtxt"}:
        raise FormatError(f"The tensor {entry.title!r} is {path.name!r}, another config.", config)
    found = read_file(path, progress)
    embedding = replace(found[0], name=entry.title).with_notes(*found.notes)
    if entry.tensor_shape and len(entry.tensor_shape) == 2 and entry.tensor_shape != embedding.shape:
        told = "The config says {:,} × {:,} for {!r}".format(*entry.tensor_shape, entry.title)
        embedding = embedding.with_notes(
            Note(f"{told}; the file holds {embedding.shape[0]:,} × {embedding.shape[1]:,}.", path)
        )
    if len(found) > 1:
        raise ShapeError(f"{path.name!r} holds {len(found)} embeddings; the tensor {entry.title!r} is one.")
    return embedding
