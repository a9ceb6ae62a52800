"""The lock of a run: one writer at a time, and none after its process has died.

The system's own lock on the open file ``run.lock`` is what counts; it goes with its process, however
that ends. What stands in the file only tells a person who holds it. A forked child, such as a worker
of a data loader, lets go of its copy at once, so that it never outlives the writer.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import sys
import weakref
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from vectarium.errors import RunLockedError

NAME = "run.lock"
HELD = {errno.EACCES, errno.EAGAIN, errno.EDEADLK, errno.EWOULDBLOCK}
NOT_SUPPORTED = {errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}
FAR = 1 << 30  # Windows locks bytes: one behind everything that is ever written
LONGEST = 1000

_held: weakref.WeakSet[RunLock] = weakref.WeakSet()


class RunLock:
    """A lock that is held from its making to :meth:`release` or the end of the process.

    Parameters
    ----------
    root
        The run's folder.

    Raises
    ------
    RunLockedError
        If another writer holds it; the message says who.
    """

    def __init__(self, root: Path) -> None:
        self.path = root / NAME
        self.process = os.getpid()
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
        self._descriptor: int | None = os.open(self.path, flags, 0o666)
        try:
            self.supported = _lock(self._descriptor)
        except BlockingIOError:
            holder = _holder(self._descriptor)
            self._close()
            raise RunLockedError(
                f"The run {str(root)!r} is being written by {holder}. Two writers would mix two trainings: wait for "
                "that one to end, or record into another folder."
            ) from None
        except BaseException:
            self._close()
            raise
        _write_holder(self._descriptor)
        _held.add(self)

    @property
    def holds(self) -> bool:
        """Whether the lock is still ours, and the file still the one that is locked."""
        if self._descriptor is None or self.process != os.getpid():
            return False
        try:
            return os.path.samestat(os.fstat(self._descriptor), self.path.stat())
        except OSError:
            return False

    def release(self) -> None:
        """Let go. The file stays, so that nobody locks one that is about to vanish."""
        if self._descriptor is not None and self.process == os.getpid():
            with contextlib.suppress(OSError):
                os.ftruncate(self._descriptor, 0)
        self._close()

    def _close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __del__(self) -> None:
        with contextlib.suppress(Exception):
            self._close()


def is_held(root: Path) -> bool:
    """Whether a writer holds the lock of a run, as far as can be told without touching it.

    To try the lock would refuse a writer that comes at the same moment. What the holder wrote into the
    file is gone after :meth:`RunLock.release`; a process of this machine that died did not clean up.
    """
    import socket

    path = root / NAME
    try:
        if path.is_symlink() or not path.is_file():
            return False
        with path.open("rb") as file:
            told: Any = json.loads(file.read(LONGEST))
        process, host = int(told["process"]), str(told["host"])
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return host != socket.gethostname() or _lives(process)


def _lives(process: int) -> bool:
    if sys.platform == "win32" or process <= 0:
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


if sys.platform == "win32":

    def _lock(descriptor: int) -> bool:
        import msvcrt

        os.lseek(descriptor, FAR, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            raise BlockingIOError from error
        return True

else:

    def _lock(descriptor: int) -> bool:
        """Lock, and say whether the file system knows how to."""
        import fcntl

        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in HELD:
                raise BlockingIOError from error
            if error.errno in NOT_SUPPORTED:
                return False
            raise
        return True


def _write_holder(descriptor: int) -> None:
    import socket

    told = {"process": os.getpid(), "host": socket.gethostname(), "since": datetime.now(UTC).isoformat()}
    with contextlib.suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, json.dumps(told).encode())


def _holder(descriptor: int) -> str:
    try:
        os.lseek(descriptor, 0, os.SEEK_SET)
        told: Any = json.loads(os.read(descriptor, LONGEST))
        return f"process {told['process']} on {told['host']}, since {told['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"


def _let_go_in_child() -> None:
    for lock in list(_held):
        lock._close()  # noqa: SLF001 - the same module  # pyright: ignore[reportPrivateUsage]


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_let_go_in_child)
