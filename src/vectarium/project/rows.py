"""The rows a projection works on, read block by block.

Vectors may be larger than memory and stored in any type of real number (``uint8`` images, ``float16``
activations). Nothing here copies them whole: a block of rows is read, shifted by a centre and turned
into floating point in one go, into a buffer that the next block uses again.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.errors import ParameterError, ShapeError

# A block is read twice while it is at hand (cast, then multiplied), so it should fit the outer cache.
BLOCK_BYTES = 8 << 20
SAMPLE_RUNS = 64
SAMPLE_ROWS = 4096


class Rows:
    """Some rows of an array, to be read in blocks.

    Parameters
    ----------
    vectors
        Array ``(n, d)`` of real numbers; may be memory-mapped.
    rows
        Which rows, integers ``(m,)``; None for all, then ``m = n``.
    finite
        Boolean ``(n,)``, False for rows that are left out; None where all are wanted.

    Attributes
    ----------
    asked
        m, the number of rows asked for.
    chosen
        The row numbers that are read, or None for all in order.
    places
        For each row that is read, its place among those asked for; None for all in order.

    Raises
    ------
    ShapeError
        If the vectors are not ``(n, d)`` or the parts do not fit together.
    ParameterError
        If a row number is not there.
    """

    def __init__(
        self, vectors: NDArray[Any], rows: NDArray[Any] | None = None, finite: NDArray[np.bool_] | None = None
    ) -> None:
        check_vectors(vectors)
        self.vectors = vectors
        n = vectors.shape[0]
        self.chosen = None if rows is None else check_rows(rows, n)
        self.asked = n if self.chosen is None else len(self.chosen)
        self.places: NDArray[np.intp] | None = None
        if finite is not None:
            self._leave_out(finite)

    def _leave_out(self, finite: NDArray[np.bool_]) -> None:
        if finite.shape != (len(self.vectors),):
            raise ShapeError(
                f"finite has shape {finite.shape}; one value for each of {len(self.vectors):,} rows is needed."
            )
        kept = finite if self.chosen is None else finite[self.chosen]
        if kept.all():
            return
        self.places = np.flatnonzero(kept)
        self.chosen = self.places if self.chosen is None else self.chosen[self.places]

    def __len__(self) -> int:
        return self.asked if self.chosen is None else len(self.chosen)

    @property
    def d(self) -> int:
        """The number of dimensions."""
        return self.vectors.shape[1]

    def read(self, start: int, stop: int) -> NDArray[Any]:
        """Rows ``start`` to ``stop`` of those that are read, as they are stored."""
        return self.vectors[start:stop] if self.chosen is None else self.vectors[self.chosen[start:stop]]

    def sample(self) -> NDArray[np.float64]:
        """A few thousand rows spread evenly, in short runs so that a cold disk is asked rarely."""
        if len(self) <= SAMPLE_ROWS:
            return self.read(0, len(self)).astype(np.float64)
        run = SAMPLE_ROWS // SAMPLE_RUNS
        starts = np.linspace(0, len(self) - run, SAMPLE_RUNS).astype(int)
        return np.concatenate([self.read(start, start + run) for start in starts]).astype(np.float64)

    def centred(
        self, centre: NDArray[np.float64], dtype: type[np.floating[Any]], report: Callable[[float], None]
    ) -> Iterator[tuple[slice, NDArray[Any]]]:
        """Every block with the centre taken away.

        Parameters
        ----------
        centre
            Array ``(d,)``.
        dtype
            What the blocks are made of. The difference is taken before it is rounded to this.
        report
            Called with the share done, 0 to 1, before each block.

        Yields
        ------
        slice, array
            Which of the rows these are, and the block ``(b, d)``, whose memory is used again.
        """
        step = max(1, BLOCK_BYTES // (self.d * np.dtype(dtype).itemsize))
        buffer = np.empty((min(step, len(self)), self.d), dtype)
        shift = centre if self.vectors.dtype.itemsize > 4 else centre.astype(dtype)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for start in range(0, len(self), step):
                report(start / len(self))
                stop = min(start + step, len(self))
                block = buffer[: stop - start]
                self._fill(pool, start, shift, block)
                yield slice(start, stop), block

    def _fill(self, pool: ThreadPoolExecutor, start: int, shift: NDArray[Any], block: NDArray[Any]) -> None:
        """Subtract on all cores: reading and casting one byte takes as long as multiplying it."""

        def fill(first: int, last: int) -> None:
            np.subtract(self.read(start + first, start + last), shift, out=block[first:last], casting="same_kind")

        edges = np.linspace(0, len(block), (os.cpu_count() or 1) + 1).astype(int).tolist()
        list(pool.map(fill, edges[:-1], edges[1:]))


def check_vectors(vectors: NDArray[Any]) -> None:
    """Raise ShapeError unless these are real numbers ``(n, d)``, at least one of each."""
    if vectors.ndim != 2 or vectors.dtype.kind not in "fiub":
        raise ShapeError(f"Vectors of shape {vectors.shape} and dtype {vectors.dtype}; real numbers (n, d) are needed.")
    if 0 in vectors.shape:
        raise ShapeError(f"Vectors of shape {vectors.shape}; at least one point and one dimension are needed.")


def check_rows(rows: NDArray[Any], n: int) -> NDArray[Any]:
    """The row numbers, or ParameterError if one is not there."""
    rows = np.asarray(rows)
    if rows.ndim != 1 or rows.dtype.kind not in "iu" or len(rows) == 0:
        raise ShapeError(f"rows has shape {rows.shape} and dtype {rows.dtype}; one or more integers (m,) are needed.")
    if int(rows.min()) < 0 or int(rows.max()) >= n:
        raise ParameterError(f"Rows {rows.min()} to {rows.max()} were asked for; there are 0 to {n - 1:,}.")
    return rows


def find_finite(vectors: NDArray[Any]) -> NDArray[np.bool_] | None:
    """Boolean ``(n,)``, False where a row holds NaN or infinity; None when all are finite."""
    if vectors.dtype.kind != "f":
        return None
    step = max(1, BLOCK_BYTES // (vectors.shape[1] * vectors.dtype.itemsize))
    parts = [np.isfinite(vectors[start : start + step]).all(axis=1) for start in range(0, len(vectors), step)]
    finite = np.concatenate([np.ones(0, bool), *parts])
    return None if finite.all() else finite
