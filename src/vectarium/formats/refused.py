"""Formats that are known but not opened, so that the message can say why and what to do instead."""

from __future__ import annotations

from pathlib import Path

from vectarium.data import Collection
from vectarium.errors import UnknownFormatError
from vectarium.formats.reader import Progress, Reader

SIGNATURES = {
    b"SQLite format 3\x00": "SQLite",
    b"PK\x03\x04": "zip archive",
    b"\x1f\x8b": "gzip",
    b"%PDF": "PDF",
}
SUFFIXES = {
    ".gz": "gzip",
}


def is_other(path: Path, start: bytes) -> bool:
    """Whether this is some other format that people know by name."""
    if path.suffix.lower() == ".npz":
        return False
    return _other_name(path, start) is not None


def _other_name(path: Path, start: bytes) -> str | None:
    by_bytes = next((name for signature, name in SIGNATURES.items() if start.startswith(signature)), None)
    return SUFFIXES.get(path.suffix.lower(), by_bytes)


def _refuse_other(path: Path, _progress: Progress) -> Collection:
    with path.open("rb") as file:
        name = _other_name(path, file.read(64)) or "such"
    raise UnknownFormatError(
        f"Vectarium does not read {name} files yet. "
        "Save the vectors as .npy (numpy.save) or .parquet, and their columns as .tsv or .parquet.",
        path,
    )


OTHERS = Reader("others", tuple(SUFFIXES), is_other, _refuse_other, "known, but not read yet")
