"""FlatBuffers, as much of them as Arrow's messages need: tables, vectors, texts and structs by offset.

https://flatbuffers.dev/internals/ describes the layout; every offset is proven before it is followed.
"""

from __future__ import annotations

import struct
from pathlib import Path

from vectarium.errors import TruncatedFileError

MOST_ITEMS = 1 << 20


class FlatTable:
    """A table in a buffer.

    Parameters
    ----------
    data
        The buffer.
    position
        Where the table is.
    path
        The file, for errors.
    """

    def __init__(self, data: memoryview, position: int, path: Path) -> None:
        self.data = data
        self.path = path
        self.position = position
        self._table = position - self._number("<i", position)

    def _number(self, form: str, position: int) -> int:
        if position < 0 or position + struct.calcsize(form) > len(self.data):
            raise TruncatedFileError("A message in it points out of itself; the file is damaged.", self.path)
        return int(struct.unpack_from(form, self.data, position)[0])

    def _place(self, field: int) -> int:
        """Where a field is, 0 where it is not there."""
        at = 4 + 2 * field
        if at + 2 > self._number("<H", self._table):
            return 0
        offset = self._number("<H", self._table + at)
        return self.position + offset if offset else 0

    def number(self, field: int, form: str, default: int = 0) -> int:
        """A number, in a form of :mod:`struct`."""
        place = self._place(field)
        return self._number(form, place) if place else default

    def table(self, field: int) -> FlatTable | None:
        """A table inside."""
        place = self._place(field)
        return FlatTable(self.data, place + self._number("<I", place), self.path) if place else None

    def text(self, field: int) -> str:
        """A text, empty where there is none."""
        start, size = self._vector(field, 1)
        return bytes(self.data[start : start + size]).decode("utf-8", "replace")

    def tables(self, field: int) -> list[FlatTable]:
        """A vector of tables."""
        start, count = self._vector(field, 4)
        places = [start + 4 * index for index in range(count)]
        return [FlatTable(self.data, place + self._number("<I", place), self.path) for place in places]

    def structs(self, field: int, form: str) -> list[tuple[int, ...]]:
        """A vector of structs, each in a form of :mod:`struct`."""
        start, count = self._vector(field, struct.calcsize(form))
        return list(struct.iter_unpack(form, self.data[start : start + count * struct.calcsize(form)]))

    def _vector(self, field: int, width: int) -> tuple[int, int]:
        place = self._place(field)
        if not place:
            return 0, 0
        start = place + self._number("<I", place)
        count = self._number("<I", start)
        if (count > MOST_ITEMS and width > 1) or start + 4 + count * width > len(self.data):
            raise TruncatedFileError("A list in it is longer than its message; the file is damaged.", self.path)
        return start + 4, count


def root_table(data: memoryview, path: Path) -> FlatTable:
    """The outermost table of a buffer."""
    if len(data) < 8:
        raise TruncatedFileError("A message in it is cut short; the file is damaged.", path)
    return FlatTable(data, int.from_bytes(data[:4], "little"), path)
