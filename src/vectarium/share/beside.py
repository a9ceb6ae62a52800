"""Files that somebody else writes, put in their place when they are whole."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

from vectarium.data.storage import adopt_file


def written_beside(path: Path, write: Callable[[Path], None]) -> None:
    """Let ``write`` write under another name, and rename: a reader sees the old file or the new one."""
    beside = path.parent / f".writing-{path.name}"
    beside.unlink(missing_ok=True)
    try:
        write(beside)
        adopt_file(beside, path, path.name)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise
