"""From the bytes of one chunk of a Zarr array to its values: unpacked, put in order, and a shard taken apart."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.formats.zarr_codecs import Unpack, texts_of

MOST_TEXT = 256 << 20
MOST_PACKED_TEXT = 1100
MARGIN = 64  # checksums and headers that a codec adds
NOWHERE = (1 << 64) - 1
MOST_INNER = 200_000


@dataclass(frozen=True)
class Shard:
    """Chunks inside of a chunk, with a list of where each lies.

    Parameters
    ----------
    chunks
        The shape of an inner chunk.
    form
        How it becomes values.
    at_end
        Whether the list stands at the end, or at the start.
    checked
        Whether a checksum follows the list.
    """

    chunks: tuple[int, ...]
    form: ZarrChunk
    at_end: bool
    checked: bool


@dataclass(frozen=True)
class ZarrChunk:
    """How a chunk becomes values.

    Parameters
    ----------
    dtype
        The type of its values; object for texts.
    kind
        ``text`` for texts of any length, ``bfloat16`` for those numbers, else empty.
    steps
        What is undone, first the outermost.
    order
        The order of the dimensions as they lie: of the array's dimensions, the slowest first.
    shard
        Set where the chunk holds chunks of its own.
    """

    dtype: np.dtype[Any]
    kind: str
    steps: Sequence[Unpack]
    order: tuple[int, ...] | None = None
    shard: Shard | None = None

    @property
    def is_plain(self) -> bool:
        """Whether the values lie in the bytes as NumPy has them."""
        return not (self.kind or self.steps or self.order or self.shard)

    def values(self, data: bytes, shape: tuple[int, ...], fill: Any) -> NDArray[Any]:
        """The values of a chunk: array of the given shape.

        Raises
        ------
        ValueError
            If the bytes are not those of such a chunk.
        """
        count = math.prod(shape)
        text = self.kind == "text"
        whole = min(MOST_TEXT, MOST_PACKED_TEXT * len(data) + 1024) if text else self._width * count
        if self.shard is not None:
            whole += MARGIN + 20 * math.prod(_grid(shape, self.shard.chunks))
        for place, step in enumerate(self.steps):
            last = place == len(self.steps) - 1
            data = step(data, whole if last else whole + MARGIN)
        if self.shard is not None:
            return _shard_values(self.shard, data, shape, self.dtype, fill)
        if text:
            return self._ordered(texts_of(data, count), shape)
        if len(data) != whole:
            raise ValueError(f"{len(data):,} bytes, not {whole:,}")
        if self.kind == "bfloat16":
            return self._ordered((np.frombuffer(data, "<u2").astype("<u4") << 16).view("<f4"), shape)
        return self._ordered(np.frombuffer(data, self.dtype), shape)

    @property
    def _width(self) -> int:
        return 2 if self.kind == "bfloat16" else self.dtype.itemsize

    def _ordered(self, flat: NDArray[Any], shape: tuple[int, ...]) -> NDArray[Any]:
        if self.order is None:
            return flat.reshape(shape)
        lying = flat.reshape([shape[axis] for axis in self.order])
        return lying.transpose(np.argsort(self.order))


def _grid(shape: tuple[int, ...], chunks: tuple[int, ...]) -> list[int]:
    if len(shape) != len(chunks) or 0 in chunks:
        raise ValueError("the chunks of a shard have another number of dimensions")
    return [-(-size // step) for size, step in zip(shape, chunks, strict=True)]


def _shard_values(shard: Shard, data: bytes, shape: tuple[int, ...], dtype: np.dtype[Any], fill: Any) -> NDArray[Any]:
    grid = _grid(shape, shard.chunks)
    count = math.prod(grid)
    size = 16 * count + (4 if shard.checked else 0)
    if count > MOST_INNER or size > len(data):
        raise ValueError(f"a shard of {count:,} chunks in {len(data):,} bytes")
    listed = data[len(data) - size :] if shard.at_end else data[:size]
    index = np.frombuffer(listed, "<u8", 2 * count).reshape(count, 2).tolist()
    out = np.full(shape, fill, dtype)
    for (start, length), place in zip(index, itertools.product(*map(range, grid)), strict=True):
        if start == length == NOWHERE:
            continue
        if start + length > len(data):
            raise ValueError("a chunk that leads out of its shard")
        block = shard.form.values(data[start : start + length], shard.chunks, fill)
        region = tuple(
            slice(at * step, min((at + 1) * step, end))
            for at, step, end in zip(place, shard.chunks, shape, strict=True)
        )
        out[region] = block[tuple(slice(0, each.stop - each.start) for each in region)]
    return out
