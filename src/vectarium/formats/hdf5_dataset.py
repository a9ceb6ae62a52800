"""The values of an HDF5 dataset: mapped where they lie in one piece, else put together from chunks.

Chunks are unpacked by zlib, LZF, Blosc, Zstandard and by undoing the shuffle of bytes, each at most to the size that a
chunk has. A dataset is allocated only where its file could hold it.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data.memory import check_memory
from vectarium.errors import FormatError
from vectarium.formats.blosc import unpack_blosc
from vectarium.formats.hdf5_bytes import UNDEFINED, Cursor, Hdf5Bytes
from vectarium.formats.hdf5_types import BFLOAT16, Hdf5Type
from vectarium.formats.hdf5_values import values_of
from vectarium.formats.lzf import unpack_lzf
from vectarium.formats.reader import Progress
from vectarium.formats.shuffle import unshuffled
from vectarium.formats.stored_numbers import PLAIN, StoredNumbers
from vectarium.formats.zstd import unpack_zstd

COMPACT, CONTIGUOUS, CHUNKED, VIRTUAL = 0, 1, 2, 3
DEFLATE, SHUFFLE, FLETCHER, LZF, BLOSC, ZSTD = 1, 2, 3, 32000, 32001, 32015
FILTERS = {4: "szip", 5: "nbit", 6: "scale-offset", 32004: "LZ4", 32026: "Blosc2"}
SINGLE, IMPLICIT, FIXED_ARRAY = 1, 2, 3
MOST_PACKED = 1100  # zlib packs at most 1,032 times
LARGEST_CHUNK = 1 << 32


class Hdf5Dataset:
    """Values of one type and shape.

    Parameters
    ----------
    file
        The file's bytes.
    name
        Its path in the file.
    kind
        The type of its values.
    shape
        Its shape; None where it holds nothing.
    layout, filters
        The messages that say where the values lie and how they are packed.
    """

    def __init__(
        self,
        file: Hdf5Bytes,
        name: str,
        *,
        kind: Hdf5Type,
        shape: tuple[int, ...] | None,
        layout: memoryview,
        filters: memoryview | None,
    ) -> None:
        self.file = file
        self.name = name
        self.kind = kind
        self.shape = shape or ()
        self.is_empty = shape is None
        self.layout = layout
        self.filters = [] if filters is None else _filters(Cursor(filters, file.path))

    @property
    def size(self) -> int:
        """How many bytes its values take."""
        return math.prod(self.shape) * self.kind.dtype.itemsize

    @property
    def is_numeric(self) -> bool:
        """Whether its values are numbers."""
        return self.kind.form in {"plain", "boolean", BFLOAT16} and self.kind.dtype.kind in "fiu"

    @property
    def type_name(self) -> str:
        """Its type in words."""
        return self.kind.form if self.kind.form not in {"plain", "boolean"} else self.kind.dtype.name

    def _place(self) -> tuple[int, Cursor]:
        """The kind of its place, and the rest of the message that describes it."""
        cursor = Cursor(self.layout, self.file.path)
        version = cursor.number(1)
        if version in {1, 2}:
            rank, form = cursor.number(1), cursor.number(1)
            cursor.take(5)
            if form == CONTIGUOUS:
                return form, cursor
            raise self.file.wrong(f"{self.name!r}, of {rank - 1} dimensions, is stored as HDF5 1.4 did")
        if version not in {3, 4}:
            raise self.file.wrong(f"{self.name!r} is stored in a way of a newer HDF5 (layout {version})")
        form = cursor.number(1)
        if form == VIRTUAL:
            raise self.file.wrong(f"{self.name!r} is made up of other files, which are not opened")
        return form, cursor

    def stored(self) -> StoredNumbers | None:
        """Where its numbers lie plainly in the file; None where they do not."""
        form, cursor = self._place()
        plain = self.kind.dtype.kind in "fiu" and (self.kind.form == BFLOAT16 or self.kind.dtype.name in PLAIN)
        if form != CONTIGUOUS or self.file.base is None or not plain:
            return None
        address = cursor.number(8)
        if address == UNDEFINED or self.size == 0:
            return None
        name = BFLOAT16 if self.kind.form == BFLOAT16 else self.kind.dtype.name
        name = "bool" if self.kind.form == "boolean" else name
        at = self.file.base + self.file.start + address
        big = self.kind.dtype.byteorder == ">"
        stored = StoredNumbers(self.file.path, at, name, self.shape, f"The dataset {self.name!r}", big)
        stored.prove(self.file.base + len(self.file))
        return stored

    def read(self, progress: Progress) -> NDArray[Any]:
        """Its values: array of its shape, objects where they are texts.

        Raises
        ------
        FormatError
            If they are not all there, or packed in a way that is not known.
        """
        stored = self.stored()
        if stored is not None:
            return stored.read(progress)
        try:
            return values_of(self.file, self._raw(progress), self.kind)
        except (ValueError, TypeError, IndexError, OverflowError, zlib.error, MemoryError) as error:
            if isinstance(error, FormatError):
                raise
            raise self.file.wrong(f"the dataset {self.name!r} is damaged ({error})") from None

    def _raw(self, progress: Progress) -> NDArray[Any]:
        form, cursor = self._place()
        if form == COMPACT:
            return np.frombuffer(cursor.take(cursor.number(2))[: self.size], self.kind.dtype).reshape(self.shape)
        if form == CONTIGUOUS:
            address = cursor.number(8)
            if address == UNDEFINED:
                self._check(self.size)
                return np.zeros(self.shape, self.kind.dtype)
            return np.frombuffer(self.file.at(address, self.size), self.kind.dtype).reshape(self.shape)
        return self._joined(cursor, progress)

    def _check(self, size: int) -> None:
        """Raise FormatError where the file could not hold so many bytes however it were packed."""
        if size > MOST_PACKED * len(self.file) + (1 << 20):
            raise self.file.wrong(f"{self.name!r} promises {size:,} bytes, more than the file can hold")
        check_memory(size, f"The dataset {self.name!r}", self.file.path)

    def _joined(self, cursor: Cursor, progress: Progress) -> NDArray[Any]:
        sizes, chunks = self._chunks(cursor)
        width = self.kind.dtype.itemsize
        if len(sizes) != len(self.shape) or 0 in sizes:
            raise self.file.wrong(f"the chunks of {self.name!r} have another number of dimensions")
        whole = math.prod(sizes) * width
        self._check(self.size)
        if whole > min(LARGEST_CHUNK, MOST_PACKED * len(self.file) + (1 << 20)):
            raise self.file.wrong(f"a chunk of {self.name!r} has {whole:,} bytes")
        out = np.zeros(self.shape, self.kind.dtype)
        seen: set[tuple[int, ...]] = set()
        count = math.prod(-(-size // chunk) for size, chunk in zip(self.shape, sizes, strict=True))
        for offset, address, size, mask in chunks:
            inside = all(at < end and at % step == 0 for at, end, step in zip(offset, self.shape, sizes, strict=True))
            if not inside or offset in seen:
                raise self.file.wrong(f"the chunks of {self.name!r} lie over each other or outside of it")
            seen.add(offset)
            data = self._unpacked(bytes(self.file.at(address, size)), whole, mask)
            block = np.frombuffer(data, self.kind.dtype).reshape(sizes)
            region = tuple(
                slice(at, min(at + step, end)) for at, step, end in zip(offset, sizes, self.shape, strict=True)
            )
            out[region] = block[tuple(slice(0, each.stop - each.start) for each in region)]
            progress(len(seen) / count, f"reading {self.name}")
        return out

    def _chunks(self, cursor: Cursor) -> tuple[tuple[int, ...], Iterator[tuple[tuple[int, ...], int, int, int]]]:
        """The shape of a chunk, and all of them: where in the array, where in the file, bytes, filters left out."""
        if self.layout[0] == 3:
            rank = cursor.number(1) - 1
            address = cursor.number(8)
            return tuple(cursor.number(4) for _ in range(rank)), self._chunks_of_tree(address, rank)
        flags, rank = cursor.number(1), cursor.number(1) - 1
        width = cursor.number(1)
        sizes = tuple(cursor.number(width) for _ in range(rank))
        cursor.take(width)
        index = cursor.number(1)
        if index == SINGLE:
            size = cursor.number(8) if flags & 2 else math.prod(sizes) * self.kind.dtype.itemsize
            mask = cursor.number(4) if flags & 2 else 0
            return sizes, iter([((0,) * rank, cursor.number(8), size, mask)])
        from vectarium.formats.hdf5 import NEWER

        raise self.file.wrong(f"the chunks of {self.name!r} are listed in a newer way: {NEWER}")

    def _chunks_of_tree(self, address: int, rank: int) -> Iterator[tuple[tuple[int, ...], int, int, int]]:
        from vectarium.formats.hdf5 import entries_of_tree

        for key, child in entries_of_tree(self.file, address, 1, 8 + 8 * (rank + 1)):
            cursor = Cursor(key, self.file.path)
            size, mask = cursor.number(4), cursor.number(4)
            yield tuple(cursor.number(8) for _ in range(rank)), child, size, mask

    def _unpacked(self, data: bytes, whole: int, mask: int) -> bytes:
        """The bytes of a chunk, the filters undone in the opposite order."""
        for place, (code, values) in reversed(list(enumerate(self.filters))):
            if mask >> place & 1:
                continue
            if code == DEFLATE:
                data = zlib.decompressobj().decompress(data, whole + 8)
            elif code == LZF:
                data = data if len(data) == whole else unpack_lzf(data, whole)
            elif code == BLOSC:
                data = unpack_blosc(data, whole)
            elif code == ZSTD:
                data = unpack_zstd(data, whole)
            elif code == SHUFFLE:
                data = unshuffled(data, values[0] if values else self.kind.dtype.itemsize)
            elif code == FLETCHER:
                data = data[:-4]
            else:
                name = FILTERS.get(code, f"filter {code}")
                raise self.file.wrong(f"{self.name!r} is packed by {name}; pack it by gzip, or not at all")
        if len(data) != whole:
            raise self.file.wrong(f"a chunk of {self.name!r} has {len(data):,} bytes, not {whole:,}")
        return data


def _filters(cursor: Cursor) -> list[tuple[int, list[int]]]:
    """The filters of a pipeline: number and values."""
    version, count = cursor.number(1), cursor.number(1)
    if version == 1:
        cursor.take(6)
    found: list[tuple[int, list[int]]] = []
    for _ in range(count):
        code = cursor.number(2)
        length = cursor.number(2) if version == 1 or code >= 256 else 0
        cursor.take(2)
        number = cursor.number(2)
        cursor.take(-(-length // 8) * 8 if version == 1 else length)
        found.append((code, [cursor.number(4) for _ in range(number)]))
        if version == 1 and number % 2:
            cursor.take(4)
    return found
