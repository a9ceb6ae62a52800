"""A snapshot: all embeddings of a run at one training step. Complete, or not one at all.

Its folder gets its name when everything in it is on the disk, so a folder of that name is complete
unless somebody changed it since; that is what :func:`read_snapshot` proves before anything is mapped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data.boundary import CODE as BOUNDARY_CODE
from vectarium.data.boundary import Boundary, BoundaryEntry, boundary_entry
from vectarium.data.columns import Columns
from vectarium.data.json_file import Fields, read_json
from vectarium.data.manifest import Manifest, RecordedEmbedding, field_from_json
from vectarium.data.note import Note, note_from_error
from vectarium.data.npy_file import map_stored, prove_array
from vectarium.data.parquet_columns import Field
from vectarium.data.step_column import CODES, decoded
from vectarium.data.stored_file import StoredFile, is_plain_folder
from vectarium.data.training_log import Curve
from vectarium.errors import EmbeddingNotFoundError, FormatError

FOLDER = "snapshots"
FILE = "snapshot.json"
FORMAT = "vectarium.snapshot"
PREDICTIONS = "predictions.npy"
DIGITS = 12
NAME = re.compile(r"[0-9]{12}", re.ASCII)
WRITING = ".writing-"
LAST_STEP = 10**DIGITS - 1
MOST = 1 << 40


def snapshot_folder(root: Path, step: int) -> Path:
    """Where the snapshot of a step lies."""
    return root / FOLDER / f"{step:0{DIGITS}}"


@dataclass(frozen=True, eq=False)
class Snapshot:
    """One step of a run, read-only.

    Parameters
    ----------
    folder
        Where it lies.
    step
        The training step.
    time
        When it was written, in UTC.
    epoch, loss, learning_rate
        As the training told them; None where it did not. A loss may be NaN.
    metrics
        Its other numbers by name.
    embeddings
        What was recorded at this step, by name.
    files
        Every file with its size and checksum.
    nonfinite, overflowed
        How many vectors of each embedding hold NaN or infinity; how many numbers were finite before they
        were stored.
    fields
        The columns of this step, of each embedding that has some.
    predictions_shape
        ``(examples, classes)``, None where there are none.
    boundaries
        What is said of the grids of those embeddings that have one.
    notes
        What the writer had to say.
    """

    folder: Path
    step: int
    time: datetime
    epoch: float | None
    loss: float | None
    learning_rate: float | None
    metrics: Mapping[str, float]
    embeddings: Mapping[str, RecordedEmbedding]
    files: Mapping[str, StoredFile]
    nonfinite: Mapping[str, int]
    overflowed: Mapping[str, int]
    fields: Mapping[str, tuple[Field, ...]]
    predictions_shape: tuple[int, int] | None
    boundaries: Mapping[str, BoundaryEntry]
    notes: tuple[Note, ...]

    def __repr__(self) -> str:
        loss = "" if self.loss is None else f", loss {self.loss:.6g}"
        return f"Snapshot(step {self.step:,}{loss}: {', '.join(self.embeddings)})"

    def vectors(self, name: str) -> NDArray[Any]:
        """The vectors of an embedding: array ``(n, d)``, float32 or float16, memory-mapped and read-only.

        Raises
        ------
        EmbeddingNotFoundError
            If this step has none of that name.
        FormatError
            If the file has changed since it was proven.
        """
        if name not in self.embeddings:
            raise EmbeddingNotFoundError(name, self.embeddings)
        embedding = self.embeddings[name]
        return map_stored(self.folder, self.files[vectors_path(embedding)], embedding.code, embedding.shape)

    def columns(self, name: str) -> Columns:
        """The columns of an embedding that change with the step, as they are at this one.

        Raises
        ------
        EmbeddingNotFoundError
            If this step has no embedding of that name.
        FormatError
            If a file has changed since it was proven, or holds codes that stand for nothing.
        """
        if name not in self._columns:
            if name not in self.embeddings:
                raise EmbeddingNotFoundError(name, self.embeddings)
            self._columns[name] = self._read_columns(self.embeddings[name])
        return self._columns[name]

    @cached_property
    def _columns(self) -> dict[str, Columns]:
        return {}

    def _read_columns(self, embedding: RecordedEmbedding) -> Columns:
        made = list[Any]()
        for index, field in enumerate(self.fields.get(embedding.name, ())):
            path = column_path(embedding, index)
            values = map_stored(self.folder, self.files[path], CODES[field[1]], (embedding.n,))
            made.append(decoded(field, values, self.folder / path))
        return Columns(made, n=embedding.n)

    def predictions(self) -> NDArray[np.float32] | None:
        """What the model said of the probe: float32 array ``(examples, classes)``, None where it is not recorded."""
        if self.predictions_shape is None:
            return None
        return map_stored(self.folder, self.files[PREDICTIONS], "<f4", self.predictions_shape)

    def boundary(self, name: str) -> Boundary | None:
        """The class probabilities around the points of a two-dimensional embedding, None where they are not recorded.

        Raises
        ------
        EmbeddingNotFoundError
            If this step has none of that name.
        FormatError
            If the file has changed since it was proven.
        """
        if name not in self.embeddings:
            raise EmbeddingNotFoundError(name, self.embeddings)
        entry = self.boundaries.get(name)
        if entry is None:
            return None
        stored = self.files[boundary_path(self.embeddings[name])]
        grid = map_stored(self.folder, stored, BOUNDARY_CODE, entry.shape)
        return Boundary(grid, entry.low, entry.high, entry.classes)

    def check(self) -> list[Note]:
        """Read every file and compare its checksum; a note for each that is wrong."""
        notes = list[Note]()
        for stored in self.files.values():
            try:
                stored.prove_checksum(self.folder)
            except FormatError as error:
                notes.append(note_from_error(error))
        return notes


def snapshot_curves(snapshots: Iterable[Snapshot]) -> dict[str, Curve]:
    """What snapshots, ascending by step, tell of the training, by name."""
    told: dict[str, tuple[list[int], list[float]]] = {}
    for each in snapshots:
        named = {"epoch": each.epoch, "loss": each.loss, "learning_rate": each.learning_rate}
        for name, value in {**each.metrics, **named, "time": each.time.timestamp()}.items():
            if value is not None:
                steps, values = told.setdefault(name, ([], []))
                steps.append(each.step)
                values.append(value)
    return {name: Curve(np.array(steps, np.int64), np.array(values)) for name, (steps, values) in told.items()}


def vectors_path(embedding: RecordedEmbedding) -> str:
    """The file of an embedding's vectors, seen from the snapshot's folder."""
    return f"{embedding.file}.npy"


def column_path(embedding: RecordedEmbedding, index: int) -> str:
    """The file of one of its columns."""
    return f"columns/{embedding.file}.{index}.npy"


def boundary_path(embedding: RecordedEmbedding) -> str:
    """The file of its grid of class probabilities."""
    return f"boundaries/{embedding.file}.npy"


def read_snapshot(root: Path, step: int, manifest: Manifest) -> Snapshot:
    """Read a snapshot and prove that it is whole: the size of every file, and the header of every array.

    Raises
    ------
    FormatError
        If it is not.
    """
    folder = snapshot_folder(root, step)
    if not is_plain_folder(folder):
        raise FormatError("This is no plain folder; links in a run are not followed.", folder)
    path = folder / FILE
    if path.is_symlink() or not path.is_file():
        raise FormatError(f"There is no plain file {FILE}, so the snapshot is not complete.", folder)
    fields = read_json(path)
    if fields.values.get("format") != FORMAT:
        raise fields.wrong("format", repr(FORMAT))
    if fields.integer("step", 0, LAST_STEP) != step:
        raise fields.wrong("step", f"the folder's own number, {step:,},")
    listed = fields.part("files")
    files = {name: StoredFile.read(name, listed.part(name)) for name in listed}
    embeddings = _embeddings(fields, manifest)
    snapshot = Snapshot(
        folder,
        step,
        _time(fields),
        fields.real("epoch"),
        fields.real("loss"),
        fields.real("learning_rate"),
        {name: _metric(fields, name) for name in fields.part("metrics")},
        embeddings,
        files,
        _counts(fields, embeddings, "nonfinite"),
        _counts(fields, embeddings, "overflowed"),
        _fields(fields, embeddings),
        _predictions_shape(fields),
        _boundaries(fields, embeddings),
        tuple(Note(text, folder, None, "remark") for text in fields.texts("notes")),
    )
    _prove(snapshot)
    return snapshot


def _embeddings(fields: Fields, manifest: Manifest) -> dict[str, RecordedEmbedding]:
    known = {each.name: each for each in manifest.embeddings}
    names = fields.part("embeddings").values
    unknown = next((name for name in names if name not in known), None)
    if unknown is not None:
        raise FormatError(f"The snapshot has an embedding {unknown[:60]!r} that run.json does not know.", fields.path)
    return {name: known[name] for name in known if name in names}


def _counts(fields: Fields, embeddings: Mapping[str, RecordedEmbedding], what: str) -> dict[str, int]:
    listed = fields.part("embeddings")
    return {name: listed.part(name).integer(what, 0, each.n * each.d) for name, each in embeddings.items()}


def _metric(fields: Fields, name: str) -> float:
    metrics = fields.part("metrics")
    value = metrics.real(name)
    if value is None:
        raise metrics.wrong(name, "a number")
    return value


def _time(fields: Fields) -> datetime:
    try:
        time = datetime.fromisoformat(fields.text("time"))
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError):
        raise fields.wrong("time", "a time such as 2026-01-31T12:00:00+00:00") from None


def _fields(fields: Fields, embeddings: Mapping[str, RecordedEmbedding]) -> dict[str, tuple[Field, ...]]:
    columns = fields.part("columns")
    found = {
        name: tuple(field_from_json(each) for each in columns.parts(name)) for name in columns if name in embeddings
    }
    for name, listed in found.items():
        if len({each[0] for each in listed}) < len(listed):
            raise FormatError(f"Two columns of {name!r} have the same name.", fields.path)
        if any(each[1] not in CODES for each in listed):
            raise FormatError(f"A column of {name!r} is text, which cannot change with the step.", fields.path)
    return found


def _boundaries(fields: Fields, embeddings: Mapping[str, RecordedEmbedding]) -> dict[str, BoundaryEntry]:
    listed = fields.part("boundaries")
    return {name: boundary_entry(listed.part(name), embeddings[name].d) for name in listed if name in embeddings}


def _predictions_shape(fields: Fields) -> tuple[int, int] | None:
    if not fields.has("predictions"):
        return None
    part = fields.part("predictions")
    return part.integer("examples", 1, MOST), part.integer("classes", 1, MOST)


def _prove(snapshot: Snapshot) -> None:
    """Prove the size of every file, and the header of every array that is known."""
    arrays = dict[str, tuple[str, tuple[int, ...]]]()
    for embedding in snapshot.embeddings.values():
        arrays[vectors_path(embedding)] = embedding.code, embedding.shape
        for index, (_, kind, _) in enumerate(snapshot.fields.get(embedding.name, ())):
            arrays[column_path(embedding, index)] = CODES[kind], (embedding.n,)
    if snapshot.predictions_shape is not None:
        arrays[PREDICTIONS] = "<f4", snapshot.predictions_shape
    for name, entry in snapshot.boundaries.items():
        arrays[boundary_path(snapshot.embeddings[name])] = BOUNDARY_CODE, entry.shape
    for path, (code, shape) in arrays.items():
        if path not in snapshot.files:
            raise FormatError(f"The snapshot's list of files lacks {path!r}.", snapshot.folder / FILE)
        prove_array(snapshot.folder, snapshot.files[path], code, shape)
    for path, stored in snapshot.files.items():
        if path not in arrays:
            stored.prove(snapshot.folder)
