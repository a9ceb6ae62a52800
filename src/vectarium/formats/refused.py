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
BOOKMARK_KEYS = (b'"isSelected"', b'"tSNEIteration"', b'"projections"')
SUFFIXES = {
    ".gz": "gzip",
}


def is_bookmarks(start: bytes) -> bool:
    """Whether this is a list of the Embedding Projector's views."""
    head = start.lstrip(b"\xef\xbb\xbf \t\r\n")[:4096]
    return head.startswith(b"[") and head[1:].lstrip().startswith(b"{") and all(key in head for key in BOOKMARK_KEYS)


def is_other(path: Path, start: bytes) -> bool:
    """Whether this is some other format that people know by name."""
    if path.suffix.lower() == ".npz":
        return False
    if is_bookmarks(start):
        return True
    return _other_name(path, start) is not None


def _other_name(path: Path, start: bytes) -> str | None:
    by_bytes = next((name for signature, name in SIGNATURES.items() if start.startswith(signature)), None)
    return SUFFIXES.get(path.suffix.lower(), by_bytes)


def _refuse_other(path: Path, _progress: Progress) -> Collection:
    with path.open("rb") as file:
        start = file.read(4096)
    if is_bookmarks(start):
        raise UnknownFormatError(
            "These are bookmarks of the Embedding Projector: views of vectors, and no vectors themselves. Open the "
            "vectors, or the folder with the config that names both.",
            path,
        )
    name = _other_name(path, start) or "such"
    raise UnknownFormatError(
        f"Vectarium does not read {name} files yet. "
        "Save the vectors as .npy (numpy.save) or .parquet, and their columns as .tsv or .parquet.",
        path,
    )


OTHERS = Reader("others", tuple(SUFFIXES), is_other, _refuse_other, "known, but not read yet")
