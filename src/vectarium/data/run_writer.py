"""Writing a run: the foundation of every recorder.

>>> import numpy as np, tempfile
>>> with tempfile.TemporaryDirectory() as folder, RunWriter(f"{folder}/words", name="words") as writer:
...     _ = writer.add_embedding("embed", n=3, d=2, columns={"word": ["a", "b", "c"]})
...     _ = writer.write(0, {"embed": np.zeros((3, 2))}, loss=0.7)
...     _ = writer.write(10, {"embed": np.ones((3, 2))}, loss=0.5)
...     writer.steps
(0, 10)

One process writes, any number read meanwhile. What is in the run when a process dies, at any moment,
is every snapshot whose :meth:`RunWriter.write` returned, and perhaps the one that was about to.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

from vectarium.data.boundary import Boundary
from vectarium.data.json_file import is_text, to_json
from vectarium.data.lock import NAME as LOCK
from vectarium.data.lock import RunLock
from vectarium.data.lookup import Lookup
from vectarium.data.manifest import FILE, Manifest, ProbeEntry, RecordedDtype, RecordedEmbedding, RecordedKind
from vectarium.data.note import Note
from vectarium.data.recorded_parts import PartsWriter, check_same, free_stem
from vectarium.data.run import Run
from vectarium.data.snapshot import FOLDER, WRITING, snapshot_folder
from vectarium.data.snapshot_writer import SnapshotDraft, checked_vectors, whole_step
from vectarium.data.storage import recording_errors, remove_folder, replace_file, sync_folder
from vectarium.data.training_log import FILE as LOG
from vectarium.data.training_log import TrainingLogWriter
from vectarium.errors import ParameterError, RecordingError

PARTS = ("columns", "rows", "thumbnails", "probe")


class RunWriter:
    """Writes a run, a new one or one that is there.

    Parameters
    ----------
    path
        Its folder: a run, which is gone on with; an empty folder; or none yet.
    name
        What the run is called; None: as the folder. One that is gone on with keeps its name.

    Raises
    ------
    RunLockedError
        If another process, or another writer in this one, is writing to it.
    RecordingError
        If the folder cannot be written to, or holds something else.
    FormatError
        If there is a run that cannot be read.
    """

    def __init__(self, path: str | PathLike[str], *, name: str | None = None) -> None:
        self.path = Path(path).expanduser().absolute()
        self._mutex = threading.RLock()
        self._log = TrainingLogWriter(self.path)
        with recording_errors(self.path, "The run was not begun"):
            self._prepare()
            self._lock: RunLock | None = RunLock(self.path)
            try:
                self._open(name)
            except BaseException:
                self.close()
                raise

    def _prepare(self) -> None:
        self.path.mkdir(parents=True, exist_ok=True)
        if (self.path / FILE).exists():
            return
        ours = {LOCK, LOG, FOLDER, *PARTS}
        foreign = sorted(each.name for each in self.path.iterdir() if each.name not in ours and each.name[0] != ".")
        if foreign:
            raise RecordingError(
                f"The folder {str(self.path)!r} is no run, and there is something in it: {', '.join(foreign[:5])}. "
                "Record into a folder of its own."
            )

    def _open(self, name: str | None) -> None:
        new = not (self.path / FILE).exists()
        (self.path / FOLDER).mkdir(exist_ok=True)
        if new:
            from vectarium import __version__

            title = name or self.path.name or "run"
            if not is_text(title):
                raise ParameterError(f"A run cannot be called {title[:60]!r}.")
            now = datetime.now(UTC).isoformat(timespec="seconds")
            self._manifest = Manifest(secrets.token_hex(16), title, now, f"vectarium {__version__}")
            self._write_manifest(self._manifest)
            sync_folder(self.path.parent)
        run = Run(self.path)
        self._manifest = run.manifest
        self._steps = list(run.steps)
        self.notes: tuple[Note, ...] = tuple(note for note in run.notes if note.severity == "fault")
        for each in (self.path / FOLDER).iterdir():
            if each.name.startswith(WRITING):
                remove_folder(each)

    @property
    def name(self) -> str:
        """What the run is called."""
        return self._manifest.name

    @property
    def embeddings(self) -> tuple[RecordedEmbedding, ...]:
        """What the run records."""
        return self._manifest.embeddings

    @property
    def steps(self) -> tuple[int, ...]:
        """The steps that are recorded whole, ascending."""
        return tuple(self._steps)

    @property
    def last_step(self) -> int | None:
        """The last of them, None where there is none: a new snapshot has to come after it."""
        return self._steps[-1] if self._steps else None

    def add_embedding(
        self,
        name: str,
        kind: RecordedKind = "weights",
        *,
        n: int,
        d: int,
        dtype: RecordedDtype = "float32",
        columns: Any = None,
        thumbnails: Any = None,
        rows: Any = None,
        table_size: int | None = None,
        aliases: Sequence[str] = (),
        space: str = "",
        lookup: Lookup | None = None,
    ) -> RecordedEmbedding:
        """Say what will be recorded; of a run that is gone on with: that it is still the same.

        Parameters
        ----------
        name
            What it is called: the layer's name.
        kind
            ``"weights"`` for the rows of a table, ``"activations"`` for what a layer makes of the probe.
        n, d
            Number of points and of dimensions, the same at every step.
        dtype
            ``"float32"``, or ``"float16"`` for half the bytes and three digits.
        columns
            What is known of each point and stays the same: anything that :func:`vectarium.collection` takes.
        thumbnails
            One image a point: uint8 ``(n, height, width)`` or ``(n, height, width, 1, 3 or 4)``.
        rows
            Where points are chosen rows of a larger table: which, ``(n,)`` whole numbers, each once.
        table_size
            How many rows that table has.
        aliases
            Other names of the same numbers, such as tied weights.
        space
            One sentence on what the numbers are, shown with them.
        lookup
            How texts become rows of this table. What is said last counts.

        Returns
        -------
        RecordedEmbedding

        Raises
        ------
        ParameterError, ShapeError
            If something does not fit, or differs from what the run already has under that name.
        RecordingError
            If the disk does not take it.
        """
        made = new_embedding(
            name,
            kind,
            n=n,
            d=d,
            dtype=dtype,
            aliases=aliases,
            space=space,
            files=[each.file for each in self.embeddings],
        )
        with self._mutex, self._writing(f"The embedding {name!r} was not added"):
            old = next((each for each in self.embeddings if each.name == name), None)
            if old is not None:
                check_same(old, made)
            parts = PartsWriter(self.path, old or made)
            parts.add_columns(columns)
            parts.add_rows(rows, table_size)
            parts.add_thumbnails(thumbnails)
            parts.add_lookup(lookup)
            if parts.embedding != old:
                kept = [each for each in self.embeddings if each.name != name]
                place = len(kept) if old is None else self.embeddings.index(old)
                listed = (*kept[:place], parts.embedding, *kept[place:])
                self._write_manifest(replace(self._manifest, embeddings=listed))
            return parts.embedding

    def add_probe(
        self,
        inputs: Mapping[str, Any],
        *,
        columns: Any = None,
        classes: Sequence[str] = (),
        description: str = "",
    ) -> ProbeEntry:
        """Store the fixed examples, once; of a run that is gone on with: check that they are the same.

        Parameters
        ----------
        inputs
            The arrays that go into the model, by name, each with one row an example. May be empty
            where the columns say everything.
        columns
            What is known of each example: its text, its label.
        classes
            The names of what the model tells apart, in the order of its outputs.
        description
            What the examples are, in words.

        Raises
        ------
        ParameterError, ShapeError
            If something does not fit, or the run has another probe.
        RecordingError
            If the disk does not take it.
        """
        from vectarium.data.recorded_probe import write_probe

        with self._mutex, self._writing("The probe was not stored"):
            old = self._manifest.probe
            probe = write_probe(self.path, inputs, columns, classes=classes, description=description, old=old)
            if probe != old:
                self._write_manifest(replace(self._manifest, probe=probe))
            return probe

    def write(
        self,
        step: int,
        vectors: Mapping[str, Any],
        *,
        columns: Mapping[str, Any] | None = None,
        predictions: Any = None,
        boundaries: Mapping[str, Boundary] | None = None,
        epoch: float | None = None,
        loss: float | None = None,
        metrics: Mapping[str, float] | None = None,
        learning_rate: float | None = None,
        notes: Sequence[str] = (),
    ) -> tuple[Note, ...]:
        """Record one step. When this returns, the disk has all of it; when it raises, the run is as before.

        Parameters
        ----------
        step
            The training step, after the last one that is recorded.
        vectors
            Array or tensor ``(n, d)`` by the embedding's name; not all embeddings have to be there.
        columns
            What changes with the step, such as the predicted class: for an embedding's name, anything
            that :func:`vectarium.collection` takes as columns, with ``n`` values each. Give classes as
            a :class:`vectarium.Column` of kind category, so that their order is the same at every step.
        predictions
            What the model says of the probe, ``(examples, classes)``.
        boundaries
            What its head says of the plane around the points, for names of embeddings with two dimensions.
        epoch, loss, learning_rate
            Numbers, None where there is none. NaN and infinity are kept.
        metrics
            More numbers by name.
        notes
            What a person has to know about this step; shown with it.

        Returns
        -------
        tuple of Note
            What is worth a warning: NaN, numbers too large for float16.

        Raises
        ------
        ParameterError
            If the step is recorded already, or not after the last one.
        ShapeError, EmbeddingNotFoundError
            If the vectors are not what was said.
        RecordingError
            If the disk is full, the folder gone, or there is no permission.
        """
        with self._mutex:
            draft = SnapshotDraft(step)
            self._check_step(draft.step)
            known = {each.name: each for each in self.embeddings}
            checked_vectors({**dict.fromkeys([*(columns or ()), *(boundaries or ())]), **vectors}, known)
            for name, given in vectors.items():
                draft.add_vectors(known[name], given)
            for name in [*(columns or ()), *(boundaries or ())]:
                if name not in vectors:
                    raise ParameterError(f"There is more of {name!r} at step {draft.step:,}, but no vectors of it.")
            for name, given in (columns or {}).items():
                draft.add_columns(known[name], given)
            for name, given in (boundaries or {}).items():
                draft.add_boundary(known[name], given)
            if predictions is not None:
                draft.add_predictions(predictions)
            draft.add_numbers(epoch=epoch, loss=loss, learning_rate=learning_rate)
            draft.add_metrics(metrics or {})
            draft.add_notes(notes)
            with self._writing(f"The snapshot of step {draft.step:,} was not recorded"):
                self._log.flush()
                draft.write(self.path)
            self._steps.append(draft.step)
            return tuple(Note(text, snapshot_folder(self.path, draft.step)) for text in draft.warnings)

    def log(
        self,
        step: int,
        *,
        epoch: Any = None,
        loss: Any = None,
        metrics: Mapping[str, Any] | None = None,
        learning_rate: Any = None,
    ) -> None:
        """Tell numbers of a step of which there need not be a snapshot: a denser curve, for some bytes a step.

        Lines are gathered for a second at most. Where a process dies, that second is lost.

        Parameters
        ----------
        step
            The training step. Where it goes back, what was told of later steps holds no longer.
        epoch, loss, learning_rate, metrics
            Numbers, or whatever ``float()`` takes; None where there is none.

        Raises
        ------
        RecordingError
            If the disk is full, the folder gone, or there is no permission.
        """
        named = {"epoch": epoch, "loss": loss, "learning_rate": learning_rate}
        known = {str(name): value for name, value in (metrics or {}).items()}
        known |= {name: value for name, value in named.items() if value is not None}
        with self._mutex, self._writing(f"The numbers of step {step:,} were not recorded"):
            self._log.add(whole_step(step), known)

    def _check_step(self, step: int) -> None:
        last = self.last_step
        if last is None or step > last:
            return
        said = "is recorded already" if step in self._steps else f"comes before the last recorded one, {last:,}"
        raise ParameterError(
            f"Step {step:,} {said}. Record into another folder; or, where the training was taken up again from an "
            f"earlier step, call rewind({max(step - 1, 0)}) first, which removes the snapshots after it."
        )

    def rewind(self, step: int) -> tuple[int, ...]:
        """Remove the snapshots after a step, where a training is taken up again from there.

        Parameters
        ----------
        step
            The last one that is kept.

        Returns
        -------
        tuple of int
            The steps that were removed.
        """
        with self._mutex, self._writing(f"The run was not rewound to step {step}"):
            kept = whole_step(step)
            gone = [each for each in self._steps if each > kept]
            for each in reversed(gone):  # the last first: what is left is always a beginning
                folder = snapshot_folder(self.path, each)
                beside = folder.parent / f"{WRITING}{folder.name}"
                remove_folder(beside)
                folder.rename(beside)
                self._steps.remove(each)
                remove_folder(beside)
            sync_folder(self.path / FOLDER)
            self._log.rewind(kept)
            return tuple(gone)

    def _writing(self, doing: str) -> Any:
        if self._lock is None:
            raise RecordingError(f"{doing}: the run {str(self.path)!r} is closed.")
        if not self._lock.holds:
            raise RecordingError(
                f"{doing}: the lock of the run {str(self.path)!r} is not held here any more. Its folder was removed or "
                "replaced, or this is a forked process; only the one that began to write may go on."
            )
        return recording_errors(self.path, doing)

    def _write_manifest(self, manifest: Manifest) -> None:
        replace_file(self.path / FILE, [to_json(manifest.to_json())], FILE)
        self._manifest = manifest

    def close(self) -> None:
        """Let go of the lock. But for a second of :meth:`log` nothing is left to be written."""
        with self._mutex:
            if self._lock is not None:
                try:
                    if self._lock.holds:
                        with recording_errors(self.path, "The last numbers of the training were not recorded"):
                            self._log.close()
                finally:
                    self._log.abandon()
                    self._lock.release()
                    self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"RunWriter({str(self.path)!r}, {len(self._steps):,} snapshots)"


def new_embedding(
    name: str,
    kind: RecordedKind,
    *,
    n: int,
    d: int,
    dtype: RecordedDtype,
    aliases: Sequence[str],
    space: str,
    files: Sequence[str],
) -> RecordedEmbedding:
    """What is recorded under a name, checked.

    Raises
    ------
    ParameterError
        If a parameter is not one of those allowed.
    """
    if not name or not is_text(name) or len(name) > 1000:
        raise ParameterError(f"An embedding cannot be called {name!r:.80}; a text of 1 to 1,000 characters is needed.")
    if kind not in {"weights", "activations"}:
        raise ParameterError(f"kind of {name!r} is {kind!r}; 'weights' or 'activations' is needed.")
    code = getattr(dtype, "name", dtype)
    if code not in {"float32", "float16"}:
        raise ParameterError(f"dtype of {name!r} is {dtype!r}; 'float32' or 'float16' is needed.")
    if int(n) != n or int(d) != d or n < 1 or d < 1:
        raise ParameterError(f"The shape of {name!r} is {n} × {d}; at least one point and one dimension are needed.")
    if isinstance(aliases, str) or not all(map(is_text, [*aliases, space])):
        raise ParameterError(f"aliases of {name!r} have to be a list of names, and space one sentence.")
    stored = cast("RecordedDtype", code)
    return RecordedEmbedding(name, free_stem(name, files), kind, int(n), int(d), stored, space, tuple(aliases))
