"""LevelDB's table of sorted keys, in which TensorFlow keeps the index of a checkpoint.

A footer of 48 bytes names an index block, whose entries name the data blocks. In a block each key
gives how many of its bytes it shares with the one before; a block may be compressed by Snappy and ends in
a byte for that and a masked CRC-32C. Blocks may neither overlap nor run backwards and keys have to ascend, so
a file cannot stand for much more than its size.
The format: https://github.com/google/leveldb/blob/main/doc/table_format.md
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from vectarium.errors import FormatError, TruncatedFileError
from vectarium.formats.crc32c import masked_crc32c
from vectarium.formats.protobuf_wire import varint
from vectarium.formats.snappy import decompress

MAGIC = (0xDB4775248B80FB57).to_bytes(8, "little")
FOOTER, TRAILER = 48, 5
PLAIN, SNAPPY = 0, 1
# An entry takes some 60 bytes: a million variables.
LARGEST = 64 << 20
MOST_EXPANDED = 256 << 20

Handle = tuple[int, int]


def is_sorted_table(path: Path) -> bool:
    """Whether a file ends as such a table does."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            if size < FOOTER:
                return False
            file.seek(size - len(MAGIC))
            return file.read() == MAGIC
    except OSError:
        return False


def read_sorted_table(path: Path) -> Iterator[tuple[bytes, bytes]]:
    """The keys of a table with their values, in order.

    Raises
    ------
    TruncatedFileError
        If the file does not end as such a table does.
    FormatError
        If it is damaged, or larger than it could be.
    """
    size = path.stat().st_size
    if size > LARGEST:
        raise FormatError(f"An index of {size:,} bytes is not believed; at most {LARGEST:,}.", path)
    with path.open("rb") as file:
        table = _Table(file, size, path)
        last = b""
        for key, value in table.entries():
            if last and key <= last:
                raise FormatError("The keys of this table are not in order: it is damaged.", path)
            last = key
            yield key, value


class _Table:
    def __init__(self, file: BinaryIO, size: int, path: Path) -> None:
        self.file = file
        self.path = path
        self.expanded = 0
        if size < FOOTER:
            raise TruncatedFileError(f"The file has {size:,} bytes; such a table ends in {FOOTER}.", path)
        file.seek(size - FOOTER)
        footer = file.read(FOOTER)
        if not footer.endswith(MAGIC):
            raise TruncatedFileError(
                "The file does not end as the index of a checkpoint does: it was cut short, or is none. Copy it again.",
                path,
            )
        self.end = size - FOOTER
        _, position = _handle(footer, 0, path)
        self.index, _ = _handle(footer, position, path)

    def entries(self) -> Iterator[tuple[bytes, bytes]]:
        end = 0
        for _, value in self.block(self.index):
            handle, _ = _handle(value, 0, self.path)
            if handle[0] < end:
                raise FormatError("Two blocks of this table overlap: it is damaged.", self.path)
            end = handle[0] + handle[1]
            yield from self.block(handle)

    def block(self, handle: Handle) -> Iterator[tuple[bytes, bytes]]:
        data = self.contents(handle)
        restarts = int.from_bytes(data[-4:], "little")
        end = len(data) - 4 * (restarts + 1)
        if len(data) < 4 or end < 0:
            raise self.damaged()
        position, key = 0, b""
        while position < end:
            shared, position = varint(data, position, self.path)
            added, position = varint(data, position, self.path)
            length, position = varint(data, position, self.path)
            if shared > len(key) or added + length > end - position:
                raise self.damaged()
            key = key[:shared] + data[position : position + added]
            position += added
            self.count(len(key) + length)
            yield key, data[position : position + length]
            position += length

    def contents(self, handle: Handle) -> bytes:
        """The bytes of a block, its checksum compared."""
        offset, size = handle
        if offset + size + TRAILER > self.end:
            raise TruncatedFileError(
                f"A block of {size:,} bytes at {offset:,} lies outside of the {self.end:,} that there are.", self.path
            )
        self.file.seek(offset)
        data = self.file.read(size + TRAILER)
        if len(data) != size + TRAILER:
            raise self.damaged()
        if masked_crc32c([data[: size + 1]]) != int.from_bytes(data[size + 1 :], "little"):
            raise FormatError(
                f"The checksum of the block at byte {offset:,} is wrong: the file is damaged. Copy it again.", self.path
            )
        kind, block = data[size], data[:size]
        if kind == SNAPPY:
            block = decompress(block, self.path)
        elif kind != PLAIN:
            raise FormatError(f"A block is compressed in a way that is not known ({kind}).", self.path)
        self.count(len(block))
        return block

    def count(self, size: int) -> None:
        self.expanded += size
        if self.expanded > MOST_EXPANDED:
            raise FormatError(
                f"The table expands to more than {MOST_EXPANDED:,} bytes, which is not believed.", self.path
            )

    def damaged(self) -> FormatError:
        return FormatError("A block of this table is damaged. Copy the file again.", self.path)


def _handle(data: bytes, position: int, path: Path) -> tuple[Handle, int]:
    offset, position = varint(data, position, path)
    size, position = varint(data, position, path)
    return (offset, size), position
