"""Where a Zarr hierarchy lies: a folder of small files, or a zip archive of them, read by key.

Keys are made of names that the hierarchy's own listing gave, and of numbers; a link that leads out of the folder is
not followed. Nothing is extracted.
"""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol, cast

from vectarium.errors import FormatError
from vectarium.formats.zip_members import open_archive, read_member

GROUP, ARRAY, ATTRIBUTES, NODE = ".zgroup", ".zarray", ".zattrs", "zarr.json"
MARKS = (NODE, GROUP, ARRAY, ".zmetadata")
LARGEST_JSON = 32 << 20
MOST_CHILDREN = 20_000


class Store(Protocol):
    """Bytes by key, and the names below a key."""

    path: Path

    def size(self, key: str) -> int | None:
        """How many bytes lie under a key; None where there is nothing."""
        ...

    def read(self, key: str) -> bytes:
        """The bytes under a key."""
        ...

    def names(self, key: str) -> list[str]:
        """The names of the folders below a key, sorted."""
        ...

    def file(self, key: str) -> Path | None:
        """The file that a key is, where it is one."""
        ...


class FolderStore:
    """A folder.

    Parameters
    ----------
    path
        The folder.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.root = path.resolve()

    def file(self, key: str) -> Path | None:
        """The file of a key, if it lies inside."""
        path = self.root / key
        try:
            return path if path.is_file() and path.resolve().is_relative_to(self.root) else None
        except (OSError, ValueError, RuntimeError):  # too long, a NUL, links in a circle
            return None

    def size(self, key: str) -> int | None:
        """How many bytes its file has."""
        path = self.file(key)
        return None if path is None else path.stat().st_size

    def read(self, key: str) -> bytes:
        """What its file holds."""
        path = self.file(key)
        try:
            return b"" if path is None else path.read_bytes()
        except OSError as error:
            raise FormatError(f"{key!r} in it cannot be read: {error.strerror or error}.", self.path) from None

    def names(self, key: str) -> list[str]:
        """The folders below, without links and hidden ones."""
        try:
            found = [
                each.name
                for each in (self.root / key).iterdir()
                if not each.name.startswith(".") and not each.is_symlink() and each.is_dir()
            ]
        except OSError:
            return []
        return sorted(found)[:MOST_CHILDREN]


class ZipStore:
    """A zip archive; the hierarchy may lie in one folder of it.

    Parameters
    ----------
    path
        The archive.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.archive = open_archive(path, "a zip archive")
        self.members = {member.filename: member for member in self.archive.infolist()}
        self.prefix = prefix_of(list(self.members)) or ""

    def file(self, key: str) -> Path | None:  # noqa: ARG002 - members are no files
        """No member is a file."""
        return None

    def size(self, key: str) -> int | None:
        """How many bytes a member has in the archive, packed."""
        member = self.members.get(self.prefix + key)
        return None if member is None else member.compress_size

    def read(self, key: str) -> bytes:
        """What a member holds: at most what its packed size could be."""
        member = self.members[self.prefix + key]
        return read_member(self.archive, member.filename, self.path, 1100 * member.compress_size + 1024)

    def names(self, key: str) -> list[str]:
        """The folders below."""
        return self._below.get(f"{self.prefix}{key}/" if key else self.prefix, [])[:MOST_CHILDREN]

    @cached_property
    def _below(self) -> dict[str, list[str]]:
        """The folders of each folder that have metadata of their own."""
        found: dict[str, set[str]] = {}
        for name in self.members:
            folder, _, last = name.rpartition("/")
            above, _, own = folder.rpartition("/")
            if last in MARKS and own:
                found.setdefault(f"{above}/" if above else "", set()).add(own)
        return {key: sorted(names) for key, names in found.items()}


def prefix_of(names: list[str]) -> str | None:
    """The folder of a zip archive that holds a hierarchy, with its slash; None where none does.

    >>> prefix_of(["cells.zarr/.zgroup", "cells.zarr/X/.zarray"])
    'cells.zarr/'
    """
    marks = [name for name in names if name.rpartition("/")[2] in MARKS]
    shortest = min(marks, key=lambda name: name.count("/"), default=None)
    return None if shortest is None else shortest[: len(shortest) - len(shortest.rpartition("/")[2])]


def is_zarr_folder(path: Path) -> bool:
    """Whether a folder is a group or an array of Zarr."""
    return any((path / mark).is_file() for mark in MARKS)


def store_of(path: Path) -> Store:
    """The store of a folder or an archive."""
    return FolderStore(path) if path.is_dir() else ZipStore(path)


def read_json(store: Store, key: str) -> dict[str, Any] | None:
    """The JSON object under a key; None where there is nothing.

    Raises
    ------
    FormatError
        If it is something else, or too large.
    """
    size = store.size(key)
    if size is None:
        return None
    if size > LARGEST_JSON:
        raise FormatError(f"Its {key!r} of {size:,} bytes is not believed; at most {LARGEST_JSON:,}.", store.path)
    try:
        value: object = json.loads(store.read(key))
    except (ValueError, RecursionError) as error:
        raise FormatError(f"Its {key!r} is not JSON: {error}.", store.path) from None
    if not isinstance(value, dict):
        raise FormatError(f"Its {key!r} is no JSON object.", store.path)
    return cast("dict[str, Any]", value)
