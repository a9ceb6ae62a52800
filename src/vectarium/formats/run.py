"""A run that Vectarium recorded: its last step as a collection."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from vectarium.data import Collection
from vectarium.data.json_file import real_to_json
from vectarium.data.manifest import FILE
from vectarium.data.run import Run, is_run
from vectarium.formats.reader import Progress, Reader, silent
from vectarium.formats.summary import summary_of


def read_run(path: Path, progress: Progress) -> Collection:
    """Open a run, given its folder or its ``run.json``.

    Raises
    ------
    FormatError
        If it is none, or has no complete snapshot yet.
    """
    root = path if path.is_dir() else path.parent
    progress(0.0, f"looking into {root.name}")
    return Run(root).collection()


def run_summary(path: Path, *, checksums: bool, progress: Progress = silent) -> dict[str, Any]:
    """What is in a run: its last step as any collection, and under ``"run"`` what it has beyond that.

    Parameters
    ----------
    path
        Its folder.
    checksums
        Whether to read every byte and compare.
    progress
        Told meanwhile.
    """
    run = Run(path)
    found = list(run.validate(progress) if checksums else run.notes)
    collection = run.collection() if run.snapshots else Collection(run.name, [])
    told = {str(note) for note in collection.all_notes()}
    notes = [*collection.notes, *(note for note in found if str(note) not in told)]
    summary = summary_of(Collection(collection.name, collection, notes))
    return summary | {"run": _beyond(run, checksums)}


def _beyond(run: Run, checksums: bool) -> dict[str, Any]:
    return {
        "created": run.manifest.created,
        "writer": run.manifest.writer,
        "checksums_compared": checksums,
        "embeddings": [
            {"name": each.name, "kind": each.kind, "shape": list(each.shape), "dtype": each.dtype}
            for each in run.embeddings
        ],
        "probe": None if run.probe is None else {"n": run.probe.n, "hash": run.probe.hash},
        "snapshots": [
            {
                "step": each.step,
                "time": each.time.isoformat(),
                "epoch": real_to_json(each.epoch),
                "loss": real_to_json(each.loss),
                "embeddings": list(each.embeddings),
            }
            for each in run.snapshots
        ],
    }


def _recognises(path: Path, _start: bytes) -> bool:
    return path.name == FILE and is_run(path.parent)


# No ending of its own: a run is a folder, and run.json is told from other JSON by what is in it.
RUN = Reader("Vectarium's runs", (), _recognises, read_run, "a folder that grows while a model trains")
