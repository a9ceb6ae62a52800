"""Zip archives: opened with an error of ours, and members that lie uncompressed found for mapping."""

from __future__ import annotations

import zipfile
from pathlib import Path

from vectarium.errors import FormatError

LOCAL_HEADER = 30
MOST_MEMBERS = 200_000


def open_archive(path: Path, what: str) -> zipfile.ZipFile:
    """A zip archive.

    Raises
    ------
    FormatError
        If it is none, or is damaged.
    """
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise FormatError(f"This is not {what}, or it was cut short ({error}).", path) from error
    if len(archive.filelist) > MOST_MEMBERS:
        archive.close()
        raise FormatError(
            f"The archive has {len(archive.filelist):,} members; at most {MOST_MEMBERS:,} are read.", path
        )
    return archive


def stored_at(path: Path, member: zipfile.ZipInfo) -> int | None:
    """Where a member that is stored without compression starts in the archive, else None."""
    if member.compress_type != zipfile.ZIP_STORED or member.flag_bits & 1:
        return None
    with path.open("rb") as file:
        file.seek(member.header_offset)
        header = file.read(LOCAL_HEADER)
    if len(header) < LOCAL_HEADER or not header.startswith(b"PK\x03\x04"):
        return None
    offset = (
        member.header_offset
        + LOCAL_HEADER
        + int.from_bytes(header[26:28], "little")
        + int.from_bytes(header[28:30], "little")
    )
    return offset if offset + member.file_size <= path.stat().st_size else None
