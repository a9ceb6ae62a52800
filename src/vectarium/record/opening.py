"""Opening the run that is recorded into, where there may be one already."""

from __future__ import annotations

import shutil
from os import PathLike
from pathlib import Path
from typing import Literal

from vectarium.data import RunWriter
from vectarium.data.manifest import FILE
from vectarium.data.run import is_run
from vectarium.data.storage import recording_errors
from vectarium.errors import ParameterError, RecordingError

Exists = Literal["refuse", "resume", "replace"]
PARTS = ("snapshots", "columns", "rows", "thumbnails", "probe", "projections", "bookmarks")


def open_run(path: str | PathLike[str], name: str | None, exists: Exists) -> RunWriter:
    """Open a run for writing.

    Parameters
    ----------
    path
        Its folder.
    name
        What it is called; None: as the folder.
    exists
        What to do with snapshots that are there: ``"refuse"``, ``"resume"`` after them, or ``"replace"`` them.

    Raises
    ------
    RecordingError
        If there are snapshots and they are to be kept, or the folder cannot be written to.
    RunLockedError
        If another process writes to it.
    """
    if exists not in {"refuse", "resume", "replace"}:
        raise ParameterError(f"exists is {exists!r}; 'refuse', 'resume' or 'replace' is needed.")
    writer = RunWriter(path, name=name)
    if exists == "resume" or not (writer.steps or writer.embeddings):
        return writer
    if writer.steps and exists == "refuse":
        writer.close()
        raise RecordingError(
            f"The run {str(writer.path)!r} has {len(writer.steps):,} snapshots already, the last of step {writer.last_step:,}. "
            "Say exists='resume' to go on with it, exists='replace' to begin it anew, or record into another folder."
        )
    writer.close()
    _empty(writer.path)
    return RunWriter(path, name=name)


def _empty(root: Path) -> None:
    """Remove what a run consists of, run.json first, so that nobody sees a part of it as the whole."""
    with recording_errors(root, "The run was not replaced"):
        if root.is_symlink() or not is_run(root):
            raise RecordingError(f"The folder {str(root)!r} is no plain folder of a run, so it is not replaced.")
        (root / FILE).unlink()
        for part in PARTS:
            folder = root / part
            if folder.is_symlink():
                folder.unlink()
            elif folder.is_dir():
                shutil.rmtree(folder)
