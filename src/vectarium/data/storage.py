"""Writing so that a crash at any byte leaves either the old or the new: beside, synced, renamed."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
from collections.abc import Generator, Iterable
from pathlib import Path
from typing import Any

from vectarium.data.stored_file import BLOCK, StoredFile
from vectarium.errors import RecordingError

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def write_file(path: Path, blocks: Iterable[Any], name: str) -> StoredFile:
    """Write a new file and wait until the disk has it.

    Parameters
    ----------
    path
        Where; it must not exist.
    blocks
        Its bytes, in buffers.
    name
        How its description calls it.
    """
    digest, size = hashlib.sha256(), 0
    with path.open("xb", buffering=0) as file:
        for block in blocks:
            view = memoryview(block).cast("B")
            digest.update(view)
            size += len(view)
            while len(view):  # a raw file may take less than it is given
                view = view[file.write(view) :]
        os.fsync(file.fileno())
    return StoredFile(name, size, digest.hexdigest())


def replace_file(path: Path, blocks: Iterable[Any], name: str) -> StoredFile:
    """Write a file in place of an old one, if there is any: a reader sees the one or the other."""
    beside = path.parent / f".writing-{path.name}"
    beside.unlink(missing_ok=True)
    try:
        stored = write_file(beside, blocks, name)
        beside.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)
    return stored


def adopt_file(beside: Path, path: Path, name: str) -> StoredFile:
    """Put a file that somebody else wrote beside in its place, as :func:`replace_file` does."""
    digest, size = hashlib.sha256(), 0
    with beside.open("r+b") as file:
        while block := file.read(BLOCK):
            digest.update(block)
            size += len(block)
        os.fsync(file.fileno())
    beside.replace(path)
    sync_folder(path.parent)
    return StoredFile(name, size, digest.hexdigest())


def sync_folder(folder: Path) -> None:
    """Wait until the disk has the names in a folder. Windows knows no such thing."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:  # some network file systems refuse it for folders
        if error.errno not in {errno.EINVAL, errno.EBADF, errno.ENOTSUP}:
            raise
    finally:
        os.close(descriptor)


def remove_folder(folder: Path) -> None:
    """Remove a folder that we wrote, as far as it goes; a link in its place is only unlinked."""
    with contextlib.suppress(OSError):
        if folder.is_symlink() or folder.is_file():
            folder.unlink()
        else:
            shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def recording_errors(root: Path, doing: str) -> Generator[None]:
    """Turn the system's errors into a RecordingError that says what to do.

    Parameters
    ----------
    root
        The run.
    doing
        What could not be done: ``"The snapshot of step 100 was not recorded"``.
    """
    try:
        yield
    except OSError as error:
        raise RecordingError(f"{doing}: {_why(error, root)} (run {str(root)!r})") from error


def _why(error: OSError, root: Path) -> str:
    reason = error.strerror or str(error)
    if error.errno in FULL:
        return f"{reason}; {_free(root)}. Make room and go on; what is recorded so far stays readable"
    if not root.is_dir():
        return f"{reason}; the run's folder is gone"
    where = f" at {error.filename!r}" if error.filename else ""
    return f"{reason}{where}. What is recorded so far stays readable"


def _free(root: Path) -> str:
    try:
        return f"{shutil.disk_usage(root).free:,} bytes are free"
    except OSError:
        return "how much is free is unknown"
