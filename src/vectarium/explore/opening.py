"""Paths as one collection to explore."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from vectarium.data import Collection, Embedding, Note, Run
from vectarium.data.note import note_from_error
from vectarium.data.run import is_run
from vectarium.errors import CancelledError, VectariumError
from vectarium.explore.jobs import Progress

WAIT_SECONDS = 0.3


def path_loader(paths: Sequence[Path], *, name: str | None = None, **parts: Any) -> PathLoad:
    """A function that opens paths as one collection.

    Parameters
    ----------
    paths
        Files and folders. One that cannot be opened does not take the others down: it becomes a note.
    name
        What the collection is called; None: as the first path.
    **parts
        ``metadata``, ``thumbnails`` and ``images``, as :func:`vectarium.formats.open_path` takes them.
    """
    return PathLoad(paths, name, parts)


class PathLoad:
    """Opens paths as one collection, and knows afterwards which embedding came from which.

    Parameters
    ----------
    paths, name, parts
        As :func:`path_loader` takes them.
    """

    def __init__(self, paths: Sequence[Path], name: str | None, parts: dict[str, Any]) -> None:
        self._paths = paths
        self._name = name
        self._parts = parts
        self.homes: list[Path] = []

    def __call__(self, progress: Progress) -> Collection:
        """Open them."""
        from vectarium.formats import open_path

        paths, parts = self._paths, self._parts
        for path in paths:
            wait_for_first(path, progress)
        if len(paths) == 1:
            found = open_path(paths[0], name=self._name, progress=progress, **parts)
            self.homes = [paths[0]] * len(found)
            return found
        opened: list[Collection] = []
        failures: list[VectariumError] = []
        homes: list[Path] = []
        for done, path in enumerate(paths):
            try:
                opened.append(open_path(path, progress=_share(progress, done, len(paths)), **parts))
                homes += [path] * len(opened[-1])
            except CancelledError:
                raise
            except VectariumError as error:
                failures.append(error)
        if not opened:
            raise failures[0] if len(failures) == 1 else VectariumError("\n".join(map(str, failures)))
        self.homes = homes
        return joined(self._name or f"{opened[0].name} and {len(paths) - 1} more", opened, failures)


def wait_for_first(path: Path, progress: Progress) -> None:
    """Where a path is a run that somebody has just begun to write, wait until there is something to see."""
    if not is_run(path):
        return
    run = Run(path)
    while not run.snapshots and run.growing:
        progress(0, f"Waiting for the first snapshot of {run.name}")
        time.sleep(WAIT_SECONDS)
        run.refresh()


def joined(name: str, collections: Sequence[Collection], failures: Sequence[VectariumError] = ()) -> Collection:
    """Several collections as one."""
    embeddings: list[Embedding] = [embedding for each in collections for embedding in each]
    notes: list[Note] = [note_from_error(error) for error in failures]
    return Collection(name, embeddings, [*notes, *(note for each in collections for note in each.notes)])


def _share(progress: Progress, done: int, count: int) -> Progress:
    return lambda fraction, text: progress((done + fraction) / count, text)
