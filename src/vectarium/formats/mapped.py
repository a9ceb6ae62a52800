"""The bytes of a file, mapped: only what is looked at is read."""

from __future__ import annotations

import mmap
from pathlib import Path

from vectarium.errors import FormatError


def map_bytes(path: Path) -> mmap.mmap:
    """Map a whole file, read-only.

    Raises
    ------
    FormatError
        If it is empty, or cannot be read.
    """
    try:
        with path.open("rb") as file:
            if not file.seek(0, 2):
                raise FormatError("The file is empty (0 bytes). Write it again, or open another one.", path)
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except OSError as error:
        raise FormatError(f"The file cannot be read: {error.strerror or error}.", path) from error
