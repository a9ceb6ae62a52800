"""Writing one snapshot: into a folder that readers do not look at, synced, then renamed."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data.boundary import CODE as BOUNDARY_CODE
from vectarium.data.boundary import Boundary
from vectarium.data.column import Column
from vectarium.data.columns import columns_from
from vectarium.data.json_file import is_text, real_to_json, to_json
from vectarium.data.manifest import RecordedEmbedding, field_to_json
from vectarium.data.npy_file import npy_blocks
from vectarium.data.snapshot import (
    FILE,
    FORMAT,
    LAST_STEP,
    PREDICTIONS,
    WRITING,
    boundary_path,
    column_path,
    snapshot_folder,
    vectors_path,
)
from vectarium.data.step_column import encoded, storable
from vectarium.data.storage import remove_folder, sync_folder, write_file
from vectarium.data.stored_file import StoredFile
from vectarium.data.stored_vectors import overflow_said, real_array, stored_vectors
from vectarium.errors import EmbeddingNotFoundError, ParameterError, ShapeError


class SnapshotDraft:
    """All that one snapshot will hold, checked before anything is written.

    Parameters
    ----------
    step
        The training step, 0 to 999,999,999,999.
    """

    def __init__(self, step: int) -> None:
        self.step = whole_step(step)
        self.warnings: list[str] = []
        self._arrays: dict[str, NDArray[Any]] = {}
        self._description: dict[str, Any] = {
            "format": FORMAT,
            "step": self.step,
            "time": datetime.now(UTC).isoformat(timespec="microseconds"),
            "epoch": None,
            "loss": None,
            "learning_rate": None,
            "metrics": {},
            "embeddings": {},
            "columns": {},
            "predictions": None,
            "boundaries": {},
            "notes": [],
        }

    def add_numbers(self, **numbers: Any) -> None:
        """Take epoch, loss and learning rate, None where there is none."""
        self._description |= {name: _number(name, value) for name, value in numbers.items()}

    def add_metrics(self, metrics: Mapping[str, Any]) -> None:
        """Take more numbers by name."""
        made = {str(name): _number(str(name), value) for name, value in metrics.items()}
        bad = next((name for name in made if not is_text(name)), None)
        if bad is not None:
            raise ParameterError(f"A metric cannot be called {bad[:60]!r}.")
        self._description["metrics"] = {name: value for name, value in made.items() if value is not None}

    def add_notes(self, notes: Sequence[str]) -> None:
        """Take what a person has to know."""
        if isinstance(notes, str) or not all(map(is_text, notes)):
            raise ParameterError(f"notes are {notes!r:.80}; a list of texts is needed.")
        self._description["notes"] = list(notes)

    def add_vectors(self, embedding: RecordedEmbedding, given: Any) -> None:
        """Take the vectors of an embedding ``(n, d)``."""
        stored = stored_vectors(embedding.name, given, embedding.code, embedding.shape)
        if stored.nonfinite:
            self.warnings.append(
                f"{stored.nonfinite:,} of {embedding.n:,} vectors of {embedding.name!r} hold NaN or infinity."
            )
        if stored.overflowed:
            self.warnings.append(overflow_said(embedding, stored.overflowed))
        self._arrays[vectors_path(embedding)] = stored.values
        self._description["embeddings"][embedding.name] = {
            "nonfinite": stored.nonfinite,
            "overflowed": stored.overflowed,
        }

    def add_columns(self, embedding: RecordedEmbedding, given: Any) -> None:
        """Take the columns of an embedding that change with the step, in any form that has ``n`` values each."""
        columns: list[Column] = storable(columns_from(given, embedding.n).values())
        for index, column in enumerate(columns):
            self._arrays[column_path(embedding, index)] = encoded(column)
        self._description["columns"][embedding.name] = [
            field_to_json(each.name, each.kind, each.categories if each.kind == "category" else None)
            for each in columns
        ]

    def add_predictions(self, given: Any) -> None:
        """Take what the model says of the probe ``(examples, classes)``, or ``(examples,)``."""
        array = real_array("predictions", given)
        array = array[:, None] if array.ndim == 1 else array
        if array.ndim != 2 or 0 in array.shape:
            raise ShapeError(f"Predictions have shape {array.shape}; (examples, classes) is needed.")
        self._arrays[PREDICTIONS] = np.ascontiguousarray(array, "<f4")
        self._description["predictions"] = {"examples": array.shape[0], "classes": array.shape[1]}

    def add_boundary(self, embedding: RecordedEmbedding, given: Boundary) -> None:
        """Take the class probabilities around the points of a two-dimensional embedding."""
        if embedding.d != 2:
            raise ShapeError(f"{embedding.name!r} has {embedding.d} dimensions; a boundary needs 2.")
        self._arrays[boundary_path(embedding)] = np.ascontiguousarray(given.probabilities, BOUNDARY_CODE)
        self._description["boundaries"][embedding.name] = given.described()

    def write(self, root: Path) -> None:
        """Write it: after this it is there whole, or, after an error, not at all.

        Raises
        ------
        OSError
            If the disk does not take it.
        """
        final = snapshot_folder(root, self.step)
        beside = final.parent / f"{WRITING}{final.name}"
        remove_folder(beside)
        beside.mkdir()
        try:
            self._fill(beside)
            if final.exists():  # damaged, or it would count as recorded; kept where no reader looks
                final.rename(final.parent / f".damaged-{final.name}-{secrets.token_hex(4)}")
            beside.rename(final)
        except BaseException:
            remove_folder(beside)
            raise
        sync_folder(final.parent)

    def _fill(self, folder: Path) -> None:
        for each in {(folder / name).parent for name in self._arrays} - {folder}:
            each.mkdir()
        files: list[StoredFile] = [
            write_file(folder / name, npy_blocks(array), name) for name, array in self._arrays.items()
        ]
        described = self._description | {"files": {each.path: each.to_json() for each in files}}
        write_file(folder / FILE, [to_json(described)], FILE)
        for each in {(folder / name).parent for name in self._arrays} | {folder}:
            sync_folder(each)


def whole_step(step: Any) -> int:
    """The step as an int.

    Raises
    ------
    ParameterError
        If it is no whole number from 0 to 999,999,999,999.
    """
    try:
        whole = int(step)
    except (TypeError, ValueError, OverflowError):
        whole = -1
    if isinstance(step, bool) or whole != step or not 0 <= whole <= LAST_STEP:
        raise ParameterError(f"step is {step!r}; a whole number from 0 to {LAST_STEP:,} is needed.")
    return whole


def _number(name: str, value: Any) -> float | str | None:
    if value is None:
        return None
    try:
        return real_to_json(float(value))
    except (TypeError, ValueError, OverflowError):
        raise ParameterError(f"{name!r} is {value!r:.80}; one number is needed.") from None


def checked_vectors(vectors: Mapping[str, Any], known: Mapping[str, RecordedEmbedding]) -> None:
    """Raise unless there is at least one embedding, and the run knows all of them."""
    if not vectors:
        raise ParameterError("A snapshot needs the vectors of at least one embedding; there are none.")
    for name in vectors:
        if name not in known:
            raise EmbeddingNotFoundError(name, known)
