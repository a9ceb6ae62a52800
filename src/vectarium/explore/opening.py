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
from vectarium.explore.session import Load

WAIT_SECONDS = 0.3


def path_loader(paths: Sequence[Path], *, name: str | None = None, **parts: Any) -> Load:
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

    def load(progress: Progress) -> Collection:
        from vectarium.formats import open_path

        for path in paths:
            wait_for_first(path, progress)
        if len(paths) == 1:
            return open_path(paths[0], name=name, progress=progress, **parts)
        opened: list[Collection] = []
        failures: list[VectariumError] = []
        for done, path in enumerate(paths):
            try:
                opened.append(open_path(path, progress=_share(progress, done, len(paths)), **parts))
            except CancelledError:
                raise
            except VectariumError as error:
                failures.append(error)
        if not opened:
            raise failures[0] if len(failures) == 1 else VectariumError("\n".join(map(str, failures)))
        return joined(name or f"{opened[0].name} and {len(paths) - 1} more", opened, failures)

    return load


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
