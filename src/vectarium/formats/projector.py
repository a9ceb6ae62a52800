"""The collection that a config of the Embedding Projector names.

One entry that does not open never takes the others down: it becomes a note with its name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from vectarium.data import Collection, Embedding, Note
from vectarium.data.note import note_from_error
from vectarium.errors import CancelledError, FormatError, ShapeError, VectariumError
from vectarium.formats.add_embedding import Tag, open_tag, tags_of
from vectarium.formats.attach import with_metadata, with_sprite
from vectarium.formats.bookmarks import read_bookmarks
from vectarium.formats.checkpoint import titles
from vectarium.formats.checkpoint_entry import ConfigCheckpoints
from vectarium.formats.projector_entry import Entry
from vectarium.formats.raw_bytes import map_raw
from vectarium.formats.reader import Progress, part, silent
from vectarium.formats.tensor_names import plain_name
from vectarium.formats.within import locate


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
    reading = _Reading(config, root, checkpoints or ConfigCheckpoints(config, root))
    embeddings = reading.open_all(entries, progress)
    notes = reading.notes
    if not embeddings:
        why = " ".join(note.message for note in notes if note.severity == "fault") or "It names none."
        raise FormatError(f"Not one embedding of this config opens. {why}", config)
    return Collection(name or config.parent.name, embeddings, [*notes, *reading.checkpoints.left_over()])


class _Reading:
    """One config being read, and what there is to say about it."""

    def __init__(self, config: Path, root: Path, checkpoints: ConfigCheckpoints) -> None:
        self.config = config
        self.root = root
        self.checkpoints = checkpoints
        self.notes: list[Note] = []

    def open_all(self, entries: Sequence[Entry], progress: Progress) -> list[Embedding]:
        """Open each once; those that fail become notes."""
        once = list(dict.fromkeys(entries))
        if len(once) < len(entries):
            repeated = len(entries) - len(once)
            told = f"{len(entries):,} entries, of which {repeated:,} repeat another; each was opened once."
            self.notes.append(Note(told, self.config, None, "remark"))
        tags, alone = tags_of(self._named_by_checkpoint(once))
        work: list[Tag | Entry] = [*tags, *alone]
        found: list[Embedding] = []
        for index, each in enumerate(work):
            told_to = part(progress, index, len(work))
            opened = self._steps(each, told_to) if isinstance(each, Tag) else [self._one(each, told_to)]
            found += [embedding for embedding in opened if embedding is not None]
        return found

    def _named_by_checkpoint(self, entries: list[Entry]) -> list[Entry]:
        """The entries, with one that names no tensor replaced by one for each tensor of the checkpoint.

        TensorBoard gives the metadata of such an entry to every tensor that the others do not name.
        """
        named = [entry for entry in entries if entry.tensor_name or entry.tensor_path]
        if len(named) == len(entries):
            return entries
        try:
            every = self.checkpoints.names()
        except FormatError as error:
            self.notes.append(note_from_error(error))
            return named
        taken = {plain_name(entry.tensor_name) for entry in named}
        left = [each for each in every if not taken & set(each.names)]
        if not every:
            told = "An entry names no tensor, and there is no checkpoint beside the config."
            self.notes.append(Note(told, self.config))
        nameless = next(entry for entry in entries if entry not in named)
        return [*named, *(replace(nameless, tensor_name=title) for title in titles(left))]

    def _one(self, entry: Entry, progress: Progress) -> Embedding | None:
        try:
            return self.open(entry, progress)
        except CancelledError:
            raise
        except (VectariumError, OSError) as error:
            self.notes.append(self._note(entry, error))
            return None

    def _steps(self, tag: Tag, progress: Progress) -> list[Embedding | None]:
        """The steps of a tag as one embedding; each by itself where the last does not open."""
        try:
            embedding, apart, notes = open_tag(tag, self.config, self.root, self._later, progress)
        except CancelledError:
            raise
        except (VectariumError, OSError) as error:
            step, last = tag.last
            self.notes.append(self._note(last, error))
            left = Tag(tag.name, {each: entry for each, entry in tag.entries.items() if each != step})
            return self._steps(left, progress) if left.entries else []
        self.notes += notes
        return [embedding, *(self._one(entry, progress) for entry in apart)]

    def _note(self, entry: Entry, error: Exception) -> Note:
        note = note_from_error(error) if isinstance(error, VectariumError) else Note(str(error))
        named = note.message if entry.title in note.message else f"{entry.title!r} does not open: {note.message}"
        return Note(named, note.path if note.path and note.path.is_file() else self.config, note.line)

    def _later(self, entry: Entry, progress: Progress = silent) -> Embedding:
        return self.open(entry, progress)

    def open(self, entry: Entry, progress: Progress) -> Embedding:
        """One entry with all that it names.

        Raises
        ------
        FormatError
            If its tensor does not open; what else does not is a note.
        """
        if entry.tensor_path:
            embedding = self._tensor(entry, progress)
        else:
            embedding = self.checkpoints.embedding(
                entry.tensor_name, entry.tensor_shape, progress, lambda: self._rows(entry)
            )
        embedding = self._with_metadata(embedding, entry)
        embedding = self._with_sprite(embedding, entry)
        return self._with_bookmarks(embedding, entry)

    def _rows(self, entry: Entry) -> int | None:
        """How many lines the metadata has; None where there is none."""
        try:
            path = self._at(entry.metadata_path, "") if entry.metadata_path else None
            return None if path is None else path.read_bytes().rstrip(b"\r\n").count(b"\n") + 1
        except (FormatError, OSError):
            return None

    def _with_metadata(self, embedding: Embedding, entry: Entry) -> Embedding:
        if not entry.metadata_path:
            return embedding
        what = f"The metadata of {entry.title!r}"
        return self._attached(embedding, lambda: with_metadata(embedding, self._at(entry.metadata_path, what)))

    def _with_sprite(self, embedding: Embedding, entry: Entry) -> Embedding:
        if not entry.sprite_path:
            return embedding
        what = f"The sprite of {entry.title!r}"
        return self._attached(
            embedding, lambda: with_sprite(embedding, self._at(entry.sprite_path, what), entry.sprite_size)
        )

    def _with_bookmarks(self, embedding: Embedding, entry: Entry) -> Embedding:
        """With the pictures of its saved views as coordinates."""
        if not entry.bookmarks_path:
            return embedding

        def attach() -> Embedding:
            path = self._at(entry.bookmarks_path, f"The file of bookmarks of {entry.title!r}")
            pictures, notes = read_bookmarks(path, len(embedding))
            seen = (*embedding.coordinates, *pictures)
            return replace(embedding, coordinates=seen, bookmarks=path).with_notes(*notes)

        return self._attached(embedding, attach)

    def _attached(self, embedding: Embedding, attach: Callable[[], Embedding]) -> Embedding:
        """The embedding with something attached, or with a note on why not."""
        try:
            return attach()
        except FormatError as error:
            note = note_from_error(error)
            at = note.path if note.path and note.path.is_file() else self.config
            return embedding.with_notes(replace(note, path=at))

    def _at(self, named: str, what: str) -> Path:
        return locate(named, self.config.parent, self.root, what)

    def _tensor(self, entry: Entry, progress: Progress) -> Embedding:
        from vectarium.formats.registry import read_file

        path = self._at(entry.tensor_path, f"The tensor {entry.title!r}")
        if path.suffix.lower() == ".bytes":
            return Embedding(entry.title, map_raw(path, entry.tensor_shape), source=path)
        if path.suffix.lower() in {".json", ".pbtxt"}:
            raise FormatError(f"The tensor {entry.title!r} is {path.name!r}, another config.", self.config)
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
