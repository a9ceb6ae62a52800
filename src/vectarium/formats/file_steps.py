"""Embeddings that lie in several files, one a step of a training, as what a run recorded.

Only the file of the step that is asked for is read. What was attached to the embedding that is shown,
its columns and thumbnails, belongs to the same points at every step, unless a step brings its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from vectarium.data import Collection, Embedding
from vectarium.data.recorded import Recorded, Training
from vectarium.errors import EmbeddingNotFoundError, ShapeError, SnapshotNotFoundError


@dataclass(frozen=True)
class FileStep:
    """One embedding at one step.

    Parameters
    ----------
    path
        Its file.
    read
        Reads it.
    whole
        Whether it brings its own columns and thumbnails.
    """

    path: Path
    read: Callable[[], Embedding]
    whole: bool = False


class FileSteps:
    """What lies in files of several steps.

    Parameters
    ----------
    name
        What it is called.
    files
        The steps of each embedding, by its name.
    changing
        The names of columns that change with the step, of each embedding.
    """

    growing = False
    classes: tuple[str, ...] = ()

    def __init__(
        self,
        name: str,
        files: Mapping[str, Mapping[int, FileStep]],
        changing: Mapping[str, frozenset[str]] | None = None,
    ) -> None:
        self.name = name
        self._files = {key: dict(sorted(steps.items())) for key, steps in files.items()}
        self._changing = dict(changing or {})
        self._shown: dict[str, Embedding] = {}

    @property
    def steps(self) -> tuple[int, ...]:
        """The steps at which anything is there, ascending."""
        return tuple(sorted({step for steps in self._files.values() for step in steps}))

    @property
    def last_told(self) -> int:
        """The last step of which anything is known."""
        return self.steps[-1] if self._files else -1

    @property
    def names(self) -> frozenset[str]:
        """What is there, by name."""
        return frozenset(self._files)

    def refresh(self) -> None:
        """Look for what came since: files are read as they were when they were opened."""

    def steps_of(self, name: str) -> tuple[int, ...]:
        """The steps of one embedding, ascending."""
        return tuple(self._of(name))

    def changing(self, name: str) -> frozenset[str]:
        """The names of its columns that change with the step."""
        return self._changing.get(name, frozenset())

    def show(self, name: str, embedding: Embedding) -> None:
        """Tell what an embedding looks like when all that belongs to it is attached."""
        self._shown[name] = embedding

    def at(self, name: str, step: int) -> Embedding:
        """An embedding as it is at one step, with all of its columns.

        Raises
        ------
        EmbeddingNotFoundError, SnapshotNotFoundError
            If there is nothing of that name, or of that step.
        FormatError, ShapeError
            If the file cannot be read, or holds other points.
        """
        steps = self._of(name)
        if step not in steps:
            raise SnapshotNotFoundError(step, map(str, sorted(steps, key=lambda each: abs(each - step))))
        found = replace(steps[step].read(), recorded=Recorded(self, name, step))
        shown = self._shown.get(name)
        if shown is None:
            return found
        if shown.shape != found.shape:
            raise ShapeError(f"At step {step:,} {shown.name!r} has shape {found.shape}, not {shown.shape}.")
        if steps[step].whole:
            return replace(found, name=shown.name)
        return replace(found, name=shown.name, columns=shown.columns, thumbnails=shown.thumbnails)

    def training(self) -> Training:
        """The steps, with the times at which their files were written."""
        paths = {step: each.path for steps in self._files.values() for step, each in steps.items()}
        nothing: list[float | None] = [None] * len(paths)
        times = [_written(paths[step]) for step in self.steps]
        return Training(list(self.steps), [*nothing], [*nothing], [*nothing], times)

    def _of(self, name: str) -> dict[int, FileStep]:
        if name not in self._files:
            raise EmbeddingNotFoundError(name, self._files)
        return self._files[name]


def _written(path: Path) -> datetime | None:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError:
        return None


def recorded_in(embedding: Embedding, recording: FileSteps, name: str, step: int) -> Embedding:
    """The embedding with the steps that it is one of, where there are others."""
    if name not in recording.names or len(recording.steps_of(name)) < 2:
        return embedding
    return replace(embedding, recorded=Recorded(recording, name, step))


def completed(collection: Collection) -> Collection:
    """The collection, when everything is attached: its other steps show it from now on."""
    for embedding in collection:
        if embedding.recorded is not None and isinstance(embedding.recorded.recording, FileSteps):
            embedding.recorded.recording.show(embedding.recorded.name, embedding)
    return collection
