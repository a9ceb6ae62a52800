"""A file of a run: where it lies, how large it is, and its checksum.

Whatever a run says, only plain files inside of it are opened: their paths are a name, or a folder and
a name, of harmless letters, and no link is followed on the way.
"""

from __future__ import annotations

import hashlib
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vectarium.data.json_file import Fields, shown
from vectarium.errors import FormatError, TruncatedFileError

NAME = r"[A-Za-z0-9_][A-Za-z0-9_.\-]{0,119}"
PATH = re.compile(rf"({NAME}/)?{NAME}")
DIGEST = re.compile(r"[0-9a-f]{64}")
LARGEST = 1 << 62
BLOCK = 4 << 20


@dataclass(frozen=True)
class StoredFile:
    """One file.

    Parameters
    ----------
    path
        Where it lies, seen from the folder that holds its description, parted by ``/``.
    size
        In bytes.
    sha256
        Its checksum, 64 hexadecimal digits.
    """

    path: str
    size: int
    sha256: str

    @classmethod
    def read(cls, path: str, fields: Fields) -> StoredFile:
        """The file that a JSON object describes.

        Raises
        ------
        FormatError
            If its path could lead anywhere else, or its size or checksum is none.
        """
        if not PATH.fullmatch(path) or path.endswith("."):
            raise FormatError(
                f"{fields.what} names the file {shown(path)}, which is no plain name inside of the run.", fields.path
            )
        digest = fields.text("sha256")
        if not DIGEST.fullmatch(digest):
            raise fields.wrong("sha256", "a checksum of 64 hexadecimal digits")
        return cls(path, fields.integer("size", 0, LARGEST), digest)

    def to_json(self) -> dict[str, Any]:
        """Its size and checksum, as they stand in a description."""
        return {"size": self.size, "sha256": self.sha256}

    def prove(self, root: Path) -> Path:
        """Where the file is, its size proven.

        Parameters
        ----------
        root
            The folder that holds the description, already known to be a plain one.

        Raises
        ------
        FormatError
            If it is missing, a link or no plain file, or longer than it should be.
        TruncatedFileError
            If it is shorter.
        """
        path = root / self.path
        folder = path.parent
        if folder != root and not is_plain_folder(folder):
            raise FormatError(_not_plain(folder, "folder"), folder)
        try:
            status = path.lstat()
        except OSError as error:
            raise FormatError(f"The file is missing ({error.strerror}).", path) from error
        if not stat.S_ISREG(status.st_mode):
            raise FormatError(_not_plain(path, "file"), path)
        if status.st_size != self.size:
            kind = TruncatedFileError if status.st_size < self.size else FormatError
            raise kind(f"The file has {status.st_size:,} bytes; it was written with {self.size:,}.", path)
        return path

    def prove_checksum(self, root: Path) -> None:
        """Read the whole file and compare its checksum.

        Raises
        ------
        FormatError
            If it is another.
        """
        path = self.prove(root)
        found = hashlib.sha256()
        try:
            with path.open("rb") as file:
                while block := file.read(BLOCK):
                    found.update(block)
        except OSError as error:
            raise FormatError(f"The file cannot be read: {error.strerror or error}.", path) from error
        if found.hexdigest() != self.sha256:
            raise FormatError(
                f"The checksum is wrong: SHA-256 {found.hexdigest()[:12]}… is not {self.sha256[:12]}…, so its bytes "
                "have changed since they were written.",
                path,
            )


def is_plain_folder(path: Path) -> bool:
    """Whether this is a folder, and no link to one."""
    try:
        status = path.lstat()
    except OSError:
        return False
    is_junction = getattr(path, "is_junction", None)  # Windows; Python 3.12
    return stat.S_ISDIR(status.st_mode) and not (is_junction is not None and is_junction())


def _not_plain(path: Path, what: str) -> str:
    kind = "a link" if path.is_symlink() else "missing" if not path.exists() else f"no plain {what}"
    return f"This {what} of the run is {kind}. In a run, nothing outside of it is read, so links are not followed."
