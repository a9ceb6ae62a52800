"""Zip archives: opened with an error of ours, and members that lie uncompressed found for mapping."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

from vectarium.errors import FormatError, TruncatedFileError

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


def read_member(archive: zipfile.ZipFile, name: str, path: Path, largest: int | None = None) -> bytes:
    """All bytes of a member.

    Raises
    ------
    FormatError
        If it is larger than ``largest``, damaged, or not as long as the archive says.
    """
    member = archive.getinfo(name)
    size, packed = member.file_size, member.compress_size
    if packed > path.stat().st_size:  # so much would be made room for
        raise TruncatedFileError(f"Its member {name!r} promises {packed:,} bytes, more than there are.", path)
    if largest is not None and size > largest:
        raise FormatError(f"Its member {name!r} of {size:,} bytes is not believed; at most {largest:,}.", path)
    try:
        with archive.open(name) as file:
            data = file.read(size + 1)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, ValueError, NotImplementedError) as error:
        raise FormatError(f"Its member {name!r} cannot be read: {error}.", path) from None
    if len(data) != size:
        raise TruncatedFileError(f"Its member {name!r} has {len(data):,} bytes; {size:,} are promised.", path)
    return data
