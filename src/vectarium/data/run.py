"""A run: a collection on disk that grows while a model trains, read here and never written.

A reader may come at any moment. It sees every complete snapshot and says what it skipped, and why;
nothing is mapped before its size and its header are proven. Checksums take reading every byte, so they
are compared when asked: :meth:`Run.validate`. The format is ``spec/run-format.md``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data.collection import Collection
from vectarium.data.column import Column
from vectarium.data.columns import Columns
from vectarium.data.embedding import Embedding
from vectarium.data.lock import is_held
from vectarium.data.lookup import Lookup
from vectarium.data.manifest import (
    FILE,
    FORMAT,
    Manifest,
    RecordedEmbedding,
    read_manifest,
)
from vectarium.data.nonfinite import nonfinite_note
from vectarium.data.note import Note, note_from_error
from vectarium.data.npy_file import map_stored
from vectarium.data.png import png_size
from vectarium.data.recorded import Recorded, Training
from vectarium.data.snapshot import FOLDER, NAME, WRITING, Snapshot, read_snapshot, snapshot_curves
from vectarium.data.stored_file import StoredFile, is_plain_folder
from vectarium.data.stored_probe import Probe, read_columns
from vectarium.data.stored_vectors import overflow_said
from vectarium.data.thumbnails import SpriteThumbnails
from vectarium.data.training_log import Curve, TrainingLog
from vectarium.errors import EmbeddingNotFoundError, FormatError, SnapshotNotFoundError

START_BYTES = 4096
ROW = "row"


def is_run(path: str | PathLike[str]) -> bool:
    """Whether a folder is a run, told from the start of its ``run.json``."""
    try:
        with (Path(path) / FILE).open("rb") as file:
            return f'"{FORMAT}"'.encode() in file.read(START_BYTES)
    except (OSError, ValueError):
        return False


class Run:
    """A run on disk.

    Parameters
    ----------
    path
        Its folder.

    Raises
    ------
    FormatError
        If the folder is no run, of a version that is not known, or its ``run.json`` says what cannot be.
        Damage to a snapshot, or to one embedding's columns, is a note instead.
    """

    def __init__(self, path: str | PathLike[str]) -> None:
        self.path = Path(path).expanduser()
        self._stamp: tuple[int, ...] | None = None
        self._forget()
        self.refresh()

    def _forget(self) -> None:
        self._manifest: Manifest | None = None
        self._snapshots: dict[int, Snapshot] = {}
        self._notes: tuple[Note, ...] = ()
        self._still: dict[str, _Still] = {}
        self._log = TrainingLog(self.path)

    def __repr__(self) -> str:
        steps = f", steps {self.steps[0]:,} to {self.steps[-1]:,}" if self.steps else ""
        names = ", ".join(each.name for each in self.embeddings)
        return f"Run({self.name!r}: {names}; {len(self.steps):,} snapshots{steps})"

    @property
    def manifest(self) -> Manifest:
        """What run.json says."""
        assert self._manifest is not None
        return self._manifest

    @property
    def name(self) -> str:
        """What the run is called."""
        return self.manifest.name

    @property
    def embeddings(self) -> tuple[RecordedEmbedding, ...]:
        """What is recorded: name, kind, shape, dtype of each."""
        return self.manifest.embeddings

    @property
    def snapshots(self) -> tuple[Snapshot, ...]:
        """The complete snapshots, by step."""
        return tuple(self._snapshots.values())

    @property
    def steps(self) -> tuple[int, ...]:
        """The steps of the complete snapshots, ascending."""
        return tuple(self._snapshots)

    @property
    def last_told(self) -> int:
        """The last step of which anything is known, be it but the loss; -1: nothing is."""
        return max(self._log.last_step, self.steps[-1] if self.steps else -1)

    @property
    def notes(self) -> tuple[Note, ...]:
        """What was skipped, and why."""
        return (*self._notes, *self._log.notes)

    @property
    def curve(self) -> dict[str, Curve]:
        """The training's numbers step by step, by name: ``loss``, ``learning_rate``, ``epoch`` and every metric.

        Those of the snapshots, and those that were told in between. Each time it is asked, it looks for what came since.
        """
        curves = snapshot_curves(self.snapshots)
        for name, told in self._log.curves().items():
            curves[name] = curves[name].joined(told) if name in curves else told
        return curves

    @property
    def probe(self) -> Probe | None:
        """The fixed examples, None where there are none."""
        entry = self.manifest.probe
        return None if entry is None else Probe(self.path, entry)

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of what the model tells apart, in the order of its outputs; empty where it does not."""
        return () if self.manifest.probe is None else self.manifest.probe.classes

    @property
    def growing(self) -> bool:
        """Whether somebody writes it now, as far as can be told from here."""
        return is_held(self.path)

    def refresh(self) -> tuple[Snapshot, ...]:
        """Look for what came since: the new snapshots. Cheap where nothing did.

        Raises
        ------
        FormatError
            If the folder is no run any more.
        """
        self._refresh_manifest()
        self._log.refresh()
        names, notes = self._listed()
        known = self._snapshots
        found = dict[int, Snapshot]()
        new = list[Snapshot]()
        for step in sorted(int(name) for name in names):
            snapshot = known.get(step)
            if snapshot is None:
                try:
                    snapshot = read_snapshot(self.path, step, self.manifest)
                except FormatError as error:
                    notes.append(_skipped(step, error))
                    continue
                new.append(snapshot)
            found[step] = snapshot
        self._snapshots, self._notes = found, tuple(notes)
        return tuple(new)

    def _refresh_manifest(self) -> None:
        path = self.path / FILE
        try:
            status = path.stat()
            stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
        except (OSError, ValueError):
            stamp = None
        if stamp is not None and stamp == self._stamp:
            return
        manifest = read_manifest(self.path)
        if self._manifest is not None and self._manifest.identity != manifest.identity:
            self._forget()  # somebody put another run in its place
        self._manifest, self._stamp = manifest, stamp

    def _listed(self) -> tuple[list[str], list[Note]]:
        """The names of the snapshots' folders, and notes on what else is there."""
        folder = self.path / FOLDER
        if not folder.exists() and not folder.is_symlink():
            return [], []
        if not is_plain_folder(folder):
            return [], [Note("This is no plain folder; links in a run are not followed.", folder)]
        try:
            names = sorted(each.name for each in folder.iterdir())
        except OSError as error:
            return [], [Note(f"This folder cannot be looked into: {error.strerror}.", folder)]
        complete = [name for name in names if NAME.fullmatch(name)]
        notes = [_unfinished(folder / name) for name in names if name.startswith(WRITING)]
        others = [name for name in names if name[0] != "." and not NAME.fullmatch(name)]
        if others:
            listed = ", ".join(repr(name[:40]) for name in others[:5]) + (" …" if len(others) > 5 else "")
            notes.append(Note(f"These are no snapshots, so they were skipped: {listed}.", folder, None, "remark"))
        return complete, notes

    def embedding(self, name: str) -> RecordedEmbedding:
        """What is recorded under a name.

        Raises
        ------
        EmbeddingNotFoundError
            If nothing is.
        """
        for each in self.embeddings:
            if each.name == name:
                return each
        raise EmbeddingNotFoundError(name, [each.name for each in self.embeddings])

    def snapshot(self, step: int | None = None) -> Snapshot:
        """The snapshot of a step; None: the last one.

        Raises
        ------
        SnapshotNotFoundError
            If there is no complete one of that step.
        FormatError
            If there is none at all.
        """
        if not self._snapshots:
            why = " ".join(str(note) for note in self.notes[:3])
            raise FormatError(f"This run has no complete snapshot yet. {why}".strip(), self.path)
        if step is None:
            return self._snapshots[self.steps[-1]]
        if step not in self._snapshots:
            nearest = sorted(self.steps, key=lambda each: abs(each - step))
            raise SnapshotNotFoundError(step, map(str, nearest))
        return self._snapshots[step]

    def steps_of(self, name: str) -> tuple[int, ...]:
        """The steps at which an embedding was recorded, ascending."""
        return tuple(each.step for each in self.snapshots if name in each.embeddings)

    def changing(self, name: str) -> frozenset[str]:
        """The names of an embedding's columns that change with the step."""
        return frozenset(field[0] for each in self.snapshots for field in each.fields.get(name, ()))

    def at(self, name: str, step: int) -> Embedding:
        """An embedding as it is at one step, with all of its columns.

        Raises
        ------
        EmbeddingNotFoundError, SnapshotNotFoundError
            If there is nothing of that name, or of that step.
        """
        snapshot, embedding = self.snapshot(step), self.embedding(name)
        if name not in snapshot.embeddings:
            raise SnapshotNotFoundError(step, map(str, sorted(self.steps_of(name), key=lambda each: abs(each - step))))
        return self._at(snapshot, embedding)

    def training(self) -> Training:
        """What the training told of each step."""
        found = self.snapshots
        names = sorted({name for each in found for name in each.metrics})
        told = self._log.curves().keys() - {"epoch", "time"}
        return Training(
            [each.step for each in found],
            [each.epoch for each in found],
            [each.loss for each in found],
            [each.learning_rate for each in found],
            [each.time for each in found],
            {name: [each.metrics.get(name) for each in found] for name in names},
            {name: curve for name, curve in self.curve.items() if name in told},
        )

    def columns(self, name: str) -> Columns:
        """The columns of an embedding that are the same at every step, with the row's number where rows were chosen."""
        return self._of(name).columns

    def rows(self, name: str) -> NDArray[np.int64] | None:
        """Which rows of a larger table an embedding's points are: int64 array ``(n,)``, None where all are there."""
        embedding = self.embedding(name)
        if embedding.rows is None:
            return None
        return map_stored(self.path, embedding.rows.stored, "<i8", (embedding.n,))

    def thumbnails(self, name: str) -> SpriteThumbnails | None:
        """The thumbnails of an embedding, None where there are none."""
        return self._of(name).thumbnails

    def _of(self, name: str) -> _Still:
        if name not in self._still:
            self._still[name] = _read_still(self, self.embedding(name))
        return self._still[name]

    def collection(self, step: int | None = None) -> Collection:
        """The embeddings as they are at one step, with all of their columns.

        Parameters
        ----------
        step
            The training step; None: the last one.

        Raises
        ------
        SnapshotNotFoundError, FormatError
            As :meth:`snapshot`.
        """
        snapshot = self.snapshot(step)
        absent = [each.name for each in self.embeddings if each.name not in snapshot.embeddings]
        notes = [*self.notes, *snapshot.notes]
        if absent:
            told = f"Not recorded at step {snapshot.step:,}: {', '.join(absent)}."
            notes.append(Note(told, snapshot.folder, None, "remark"))
        return Collection(self.name, [self._at(snapshot, each) for each in snapshot.embeddings.values()], notes)

    def _at(self, snapshot: Snapshot, embedding: RecordedEmbedding) -> Embedding:
        still = self._of(embedding.name)
        notes = [*_remarks(embedding), *still.notes]
        overflowed = snapshot.overflowed[embedding.name]
        if overflowed:
            notes.append(Note(overflow_said(embedding, overflowed), snapshot.folder))
        try:
            columns = still.columns.joined(snapshot.columns(embedding.name).values())
        except FormatError as error:
            notes.append(note_from_error(error))
            columns = still.columns
        vectors = snapshot.vectors(embedding.name)
        recorded = Recorded(self, embedding.name, snapshot.step)
        boundary = snapshot.boundary(embedding.name)
        made = Embedding(
            embedding.name,
            vectors,
            columns,
            still.thumbnails,
            (),
            tuple(notes),
            snapshot.folder,
            recorded,
            boundary,
            still.lookup,
        )
        # Counted when it was written, so that a run whose vectors are all finite need not be looked through.
        nonfinite = nonfinite_note(made) if snapshot.nonfinite[embedding.name] else None
        return made if nonfinite is None else made.with_notes(nonfinite)

    def validate(self, progress: Callable[[float, str], None] | None = None) -> tuple[Note, ...]:
        """Read every byte of the run and compare every checksum.

        Parameters
        ----------
        progress
            Called with the fraction done and what is being done; it may raise CancelledError.

        Returns
        -------
        tuple of Note
            What is wrong, with what was skipped before; empty where nothing is.
        """
        self._log.refresh()
        notes = list(self.notes)
        for stored in self._files():
            try:
                stored.prove_checksum(self.path)
            except FormatError as error:
                notes.append(note_from_error(error))
        for done, snapshot in enumerate(self.snapshots):
            if progress is not None:
                progress(done / len(self._snapshots), f"comparing checksums of step {snapshot.step:,}")
            notes += snapshot.check()
        for each in self.embeddings:
            notes += [note for note in self._of(each.name).notes if note not in notes]
        return tuple(notes)

    def _files(self) -> list[StoredFile]:
        """Every file that run.json names."""
        parts: list[Any] = [part for each in self.embeddings for part in (each.columns, each.rows, each.thumbnails)]
        probe = self.manifest.probe
        if probe is not None:
            parts += [*probe.inputs, probe.columns]
        return [part.stored for part in parts if part is not None]


@dataclass(frozen=True, eq=False)
class _Still:
    """What is the same at every step."""

    columns: Columns
    thumbnails: SpriteThumbnails | None
    lookup: Lookup | None
    notes: tuple[Note, ...]


def _read_still(run: Run, embedding: RecordedEmbedding) -> _Still:
    """Columns, thumbnails and lookup; those that do not open become notes."""
    notes = list[Note]()
    columns, thumbnails, lookup = Columns(n=embedding.n), None, embedding.lookup
    try:
        columns = read_columns(run.path, embedding.columns, embedding.n)
    except FormatError as error:
        notes.append(note_from_error(error))
    try:
        rows = run.rows(embedding.name)
        if rows is not None:
            columns = columns.joined([Column(ROW, "integer", np.array(rows))])
    except FormatError as error:
        notes.append(note_from_error(error))
    try:
        thumbnails = _sprite(run.path, embedding)
    except FormatError as error:
        notes.append(note_from_error(error))
    fault = "" if lookup is None else lookup.fault_of_column({name: each.kind for name, each in columns.items()})
    if fault:
        lookup = None
        notes.append(Note(f"How texts become rows of {embedding.name!r} is not shown: {fault}."))
    return _Still(columns, thumbnails, lookup, tuple(notes))


def _sprite(root: Path, embedding: RecordedEmbedding) -> SpriteThumbnails | None:
    grid = embedding.thumbnails
    if grid is None:
        return None
    path = grid.stored.prove(root)
    width, height = png_size(path)
    rows = -(-grid.count // grid.columns)
    if width < grid.columns * grid.width or height < rows * grid.height:
        raise FormatError(
            f"The sprite is {width:,} × {height:,} pixels; {grid.columns:,} × {rows:,} thumbnails of "
            f"{grid.width:,} × {grid.height:,} need more.",
            path,
        )
    return SpriteThumbnails(path, (grid.width, grid.height), grid.columns, grid.count)


def _remarks(embedding: RecordedEmbedding) -> list[Note]:
    told = [embedding.space] if embedding.space else []
    if embedding.aliases:
        told.append(f"{embedding.name!r} is also {', '.join(map(repr, embedding.aliases))}: the same numbers.")
    if embedding.rows is not None:
        size = embedding.rows.table_size
        of = "a larger table" if size is None else f"{size:,}"
        told.append(f"{embedding.n:,} chosen rows of {of} of {embedding.name!r}; the column {ROW!r} says which.")
    if embedding.dtype == "float16":
        told.append(f"{embedding.name!r} was recorded as float16, which keeps three digits.")
    return [Note(text, None, None, "remark") for text in told]


def _skipped(step: int, error: FormatError) -> Note:
    return Note(f"The snapshot of step {step:,} was skipped: {error.message}", error.path, error.line)


def _unfinished(path: Path) -> Note:
    told = "A snapshot that is not complete was skipped: it is being written, or its writer was stopped."
    return Note(told, path, None, "remark")
