"""The tensor that a config means, in the checkpoints that belong to the config."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

from vectarium.data import Embedding, Note
from vectarium.errors import FormatError
from vectarium.formats.checkpoint import Checkpoint, listed, open_checkpoint, steps_said
from vectarium.formats.checkpoint_series import INDEX, Series, base_name, series_in
from vectarium.formats.checkpoint_steps import steps_of_series
from vectarium.formats.file_steps import FileSteps, recorded_in
from vectarium.formats.model_beside import models_in, table_beside
from vectarium.formats.reader import Progress
from vectarium.formats.tensor_names import Shape, TensorName
from vectarium.formats.within import is_within, locate

TRAINING = "train"
MOST_BELOW = 200


class ConfigCheckpoints:
    """The checkpoints that belong to a config.

    Parameters
    ----------
    config
        Its file.
    root
        What was opened; nothing outside of it is read.
    named, folder
        ``model_checkpoint_path`` and ``model_checkpoint_dir`` of the config; empty where it has none.
    """

    def __init__(self, config: Path, root: Path, named: str = "", folder: str = "") -> None:
        self.config = config
        self.root = root
        self.named = named
        self.folder = folder
        self.used: set[str] = set()
        self.steps: dict[str, tuple[FileSteps, list[Note]]] = {}

    @cached_property
    def series(self) -> list[Series]:
        """All that could be meant, the likeliest first."""
        for folder in self._folders():
            found = series_in(folder, self.root)
            if found:
                return self._named_first(found)
        return []

    def _folders(self) -> list[Path]:
        """Where to look: where the config says, beside it, in folders below (Keras writes into ``train``), and above."""
        folders: list[Path] = []
        if self.named:
            with contextlib.suppress(FormatError):  # of another machine
                folders.append(locate(self.named + INDEX, self.config.parent, self.root, "The checkpoint").parent)
        here = self.config.parent
        if self.folder:
            folders += [here / self.folder.replace("\\", "/"), here / base_name(self.folder)]
        folders += [here, *_below(here)]
        above = here
        while above != self.root and is_within(above.parent, self.root):
            above = above.parent
            folders.append(above)
        return [each for each in dict.fromkeys(folders) if _is_folder(each) and is_within(each, self.root)]

    def _named_first(self, found: list[Series]) -> list[Series]:
        name = f"{base_name(self.named)}{INDEX}"
        for series in found:
            for step, index in series.indexes.items():
                if index.name == name:
                    return [series.at(step), *(each for each in found if each is not series)]
        return found

    @cached_property
    def checkpoints(self) -> list[tuple[Series, Checkpoint]]:
        """The same, opened; one that is damaged raises where it is the only one."""
        opened: list[tuple[Series, Checkpoint]] = []
        faults: list[FormatError] = []
        for series in self.series:
            try:
                opened.append((series, open_checkpoint(series.shown, self.root)))
            except FormatError as error:
                faults.append(error)
        if faults and not opened:
            raise faults[0]
        return opened

    @cached_property
    def models(self) -> list[Series]:
        """Models of other formats beside the config, such as those that Keras 3 writes."""
        return next((found for folder in self._folders() if (found := models_in(folder, self.root))), [])

    def names(self) -> list[TensorName]:
        """Everything that can be shown of the checkpoint that counts."""
        return self.checkpoints[0][1].matrices if self.checkpoints else []

    def embedding(
        self, asked: str, shape: Shape | None, progress: Progress, rows: Callable[[], int | None] = lambda: None
    ) -> Embedding:
        """The tensor that a config means.

        Parameters
        ----------
        asked, shape
            As the config has them.
        progress
            Told while it is read.
        rows
            Counts the lines of its metadata, where names do not tell tables apart.

        Raises
        ------
        FormatError
            If there is no checkpoint, or nothing like it in it.
        """
        models = [] if self.checkpoints else self.models
        if models:
            found, notes = table_beside(models, asked, shape, rows(), progress)
            return found.with_notes(*notes)
        if not self.checkpoints:
            raise FormatError(
                f"The tensor {asked!r} is in a checkpoint, and none lies beside the config. TensorFlow writes NAME.index "
                "and NAME.data-00000-of-00001; copy both here, or name a .tsv or .npy by tensor_path.",
                self.config,
            )
        series, checkpoint, name, sure = self._find(asked, shape)
        self.used.add(name.key)
        embedding = checkpoint.embedding(name, asked, progress)
        notes: list[Note] = []
        index = checkpoint.bundle.index
        if not sure:
            told = f"The config's {asked!r} was taken to be {listed([name])}."
            notes.append(Note(told, index, None, "remark"))
        if shape is not None and len(shape) == 2 and shape != embedding.shape:
            told = "The config says {:,} × {:,} for {!r}; the checkpoint holds {:,} × {:,}."
            notes.append(Note(told.format(*shape, asked, *embedding.shape), index))
        if len(series.indexes) > 1:
            steps, more = self._steps(series, checkpoint, name.key)
            notes += [Note(steps_said(series), index, None, "remark"), *more]
            embedding = recorded_in(embedding, steps, name.key, series.last)
        return embedding.with_notes(*notes)

    def _steps(self, series: Series, checkpoint: Checkpoint, key: str) -> tuple[FileSteps, list[Note]]:
        """The steps of a series, the same for all tensors of the config; a checkpoint's faults are told once."""
        if series.name not in self.steps:
            keys = [each.key for each in checkpoint.matrices]
            self.steps[series.name] = steps_of_series(series, checkpoint.bundle, list({*keys, key}))
            return self.steps[series.name]
        steps, _ = self.steps[series.name]
        return (steps, []) if key in steps.names else steps_of_series(series, checkpoint.bundle, [key])

    def _find(self, asked: str, shape: Shape | None) -> tuple[Series, Checkpoint, TensorName, bool]:
        """In the first checkpoint that has that very name, else in the first that has something like it."""
        found: list[tuple[Series, Checkpoint, TensorName, bool]] = []
        faults: list[FormatError] = []
        for series, checkpoint in self.checkpoints:
            try:
                found.append((series, checkpoint, *checkpoint.find(asked, shape)))
            except FormatError as error:
                faults.append(error)
        if not found:
            raise faults[0]
        return next((each for each in found if each[3]), found[0])

    def left_over(self) -> list[Note]:
        """A remark on what else could be opened."""
        if not self.used or not self.checkpoints:
            return []
        left = [each for each in self.names() if each.key not in self.used]
        if not left:
            return []
        index = self.checkpoints[0][1].bundle.index
        told = (
            f"The checkpoint also holds {listed(left)}, which the config does not name. To see that: open {index.name}."
        )
        return [Note(told, index, None, "remark")]


def _below(folder: Path) -> list[Path]:
    """The folders in a folder, links left out, that of the training first."""
    try:
        found = sorted(each for each in folder.iterdir() if each.is_dir() and not each.is_symlink())
    except OSError:
        return []
    return sorted(found[:MOST_BELOW], key=lambda each: each.name != TRAINING)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):  # too long, a NUL
        return False
