"""An array of Zarr: its metadata, of version 2 or 3, and its values put together from chunks.

https://zarr-specs.readthedocs.io/en/latest/v2/v2.0.html and …/v3/core/index.html. Sizes are proven before anything is
allocated: an array may not promise more than the bytes of its chunks could hold, however they were packed.
"""

from __future__ import annotations

import itertools
import math
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data.memory import check_memory
from vectarium.errors import FormatError
from vectarium.formats.reader import Progress
from vectarium.formats.stored_numbers import PLAIN, StoredNumbers
from vectarium.formats.zarr_chunk import ZarrChunk
from vectarium.formats.zarr_store import Store

MOST_PACKED = 1100  # zlib packs at most 1,032 times
SLACK = 64 << 20
MOST_CHUNKS = 200_000


@dataclass(frozen=True)
class ZarrArray:
    """Values of one type and shape.

    Parameters
    ----------
    store, key
        Where it lies.
    shape, chunks
        Its shape, and that of each of its chunks.
    form
        How a chunk becomes values.
    fill
        What stands where there is no chunk.
    prefix, separator
        How the keys of its chunks are made of their numbers: ``c/0/1``, ``0.1``.
    """

    store: Store
    key: str
    shape: tuple[int, ...]
    chunks: tuple[int, ...]
    form: ZarrChunk
    fill: Any
    prefix: str
    separator: str

    @property
    def is_numeric(self) -> bool:
        """Whether its values are numbers."""
        return self.form.kind != "text" and self.form.dtype.kind in "fiub"

    @property
    def type_name(self) -> str:
        """Its type in words."""
        return "text" if self.form.kind == "text" else self.form.kind or self.form.dtype.name

    @property
    def size(self) -> int:
        """How many bytes its values take."""
        return math.prod(self.shape) * self.form.dtype.itemsize

    def stored(self) -> StoredNumbers | None:
        """Where its numbers lie plainly in one file; None where they do not."""
        file = self.store.file(self._chunk_key((0,) * len(self.shape)))
        single = self.chunks == self.shape and math.prod(self.shape) > 0 and self.form.is_plain
        if file is None or not single or self.form.dtype.name not in PLAIN:
            return None
        big = self.form.dtype.byteorder == ">"
        found = StoredNumbers(file, 0, self.form.dtype.name, self.shape, f"The array {self.key!r}", big)
        found.prove(file.stat().st_size)
        return found

    def read(self, progress: Progress) -> NDArray[Any]:
        """Its values: array of its shape, objects where they are texts.

        Raises
        ------
        FormatError
            If a chunk is damaged, or packed in a way that is not known.
        """
        stored = self.stored()
        if stored is not None:
            return stored.read(progress)
        grid = [-(-size // step) for size, step in zip(self.shape, self.chunks, strict=True)]
        count = math.prod(grid)
        if count > MOST_CHUNKS:
            raise self._wrong(f"has {count:,} chunks; at most {MOST_CHUNKS:,} are read")
        places = itertools.product(*map(range, grid))
        sizes = {place: self.store.size(self._chunk_key(place)) for place in places}
        self._check(sum(size or 0 for size in sizes.values()))
        out = np.full(self.shape, self.fill, self.form.dtype)
        for done, (place, packed) in enumerate(sizes.items()):
            if packed is not None:
                self._place(out, place)
            progress((done + 1) / count, f"reading {self.key}")
        return out

    def _check(self, packed: int) -> None:
        """Raise FormatError where the chunks could not hold so many bytes however they were packed."""
        if self.size > SLACK + MOST_PACKED * packed:
            raise self._wrong(f"promises {self.size:,} bytes, more than its chunks of {packed:,} can hold")
        check_memory(self.size, f"The array {self.key!r}", self.store.path)

    def _place(self, out: NDArray[Any], place: tuple[int, ...]) -> None:
        """Read one chunk to where it belongs; it may go on beyond the end of the array."""
        starts = [at * step for at, step in zip(place, self.chunks, strict=True)]
        region = tuple(
            slice(start, min(start + step, end))
            for start, step, end in zip(starts, self.chunks, self.shape, strict=True)
        )
        key = self._chunk_key(place)
        data = self.store.read(key)
        whole = math.prod(self.chunks) * self.form.dtype.itemsize
        if whole > SLACK + MOST_PACKED * len(data):
            raise self._wrong(f"has a chunk of {len(data):,} bytes that promises {whole:,}")
        try:
            block = self.form.values(data, self.chunks, self.fill)
        except FormatError as error:
            raise self._wrong(f"cannot be read. {error.message}") from None
        except (ValueError, TypeError, IndexError, OverflowError, EOFError, zlib.error, OSError) as error:
            raise self._wrong(f"is damaged: its chunk {key!r} cannot be read ({error})") from None
        except Exception as error:  # lzma's errors have a root of their own
            raise self._wrong(f"is damaged: its chunk {key!r} cannot be read ({error})") from None
        out[region] = block[tuple(slice(0, each.stop - each.start) for each in region)]

    def _chunk_key(self, place: tuple[int, ...]) -> str:
        numbers = [str(at) for at in place]
        name = self.separator.join([*([self.prefix] if self.prefix else []), *numbers])
        name = name or "0"  # an array of no dimensions has one chunk all the same
        return f"{self.key}/{name}" if self.key else name

    def _wrong(self, why: str) -> FormatError:
        return FormatError(f"The array {self.key or 'itself'!r} {why}.", self.store.path)
