"""The token of a server at a port that a person chose: the same at every start, so that pages that are open come back.

It lies in the person's own folder, for nobody else to read. A server at a free port has a new one each time.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from pathlib import Path

from vectarium.explore.keeping import own_folder

TOKEN = re.compile(r"[A-Za-z0-9_-]{20,64}")


def token_for(port: int, folder: Path | None = None) -> str:
    """The token for a port; a new one for port 0, and wherever it cannot be kept.

    Parameters
    ----------
    port
        Where the server listens.
    folder
        Where tokens are kept; None: in the person's own folder.
    """
    fresh = secrets.token_urlsafe(16)
    if port == 0:
        return fresh
    path = (folder or own_folder().parent / "tokens") / str(port)
    with contextlib.suppress(OSError, UnicodeDecodeError):
        kept = path.read_text("ascii").strip()
        if TOKEN.fullmatch(kept) and _private(path):
            return kept
    with contextlib.suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(fresh)
    return fresh


def _private(path: Path) -> bool:
    """Whether only its owner, who is the one that asks, can read a file."""
    if os.name == "nt":
        return True  # the folder is the person's own
    status = path.lstat()
    return status.st_uid == os.getuid() and not status.st_mode & 0o077
