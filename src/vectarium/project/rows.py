"""The rows a projection works on, read block by block.

Vectors may be larger than memory and stored in any type of real number (``uint8`` images, ``float16``
activations). Nothing here copies them whole: a block of rows is read, shifted by a centre and turned
into floating point in one go, into a buffer that the next block uses again.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from queue import SimpleQueue
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from vectarium.errors import ParameterError, ShapeError

Result = TypeVar("Result")

# Each product of a block with itself costs d² more to hand over, so blocks are not small.
BLOCK_BYTES = 16 << 20
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

    def each(
        self,
        centre: NDArray[np.float64] | None,
        dtype: type[np.floating[Any]],
        work: Callable[[slice, NDArray[Any]], Result],
        report: Callable[[float], None],
    ) -> Iterator[Result]:
        """Do something with every block, the centre taken away, on all cores.

        A core reads, casts and multiplies a block of its own with a single-threaded BLAS. Two cores that
        share every multiplication would wait for each other, and on a busy machine by burning time.

        Parameters
        ----------
        centre
            Array ``(d,)``. The difference is taken before it is rounded to ``dtype``. None: nothing is taken
            away, and rows that are stored in ``dtype`` are not copied.
        dtype
            What the blocks are made of.
        work
            Called with the rows that these are and the block ``(b, d)``, which it does not change and whose
            memory is used again.
        report
            Called with the share done, 0 to 1, before each block.

        Yields
        ------
        Result
            What ``work`` returned, in the order of the rows, so that sums do not depend on threads.
        """
        step = max(1, BLOCK_BYTES // (self.d * np.dtype(dtype).itemsize))
        shift = centre if centre is None or self.vectors.dtype.itemsize > 4 else centre.astype(dtype)
        cores = core_count()
        buffers: SimpleQueue[NDArray[Any]] = SimpleQueue()
        for _ in range(cores):
            buffers.put(np.empty((min(step, len(self)), self.d), dtype))

        def run(start: int) -> Result:
            buffer = buffers.get()
            try:
                where = slice(start, min(start + step, len(self)))
                # What is not finite shows in the sums, and is looked into there.
                with np.errstate(all="ignore"):
                    return work(where, _moved(self.read(start, where.stop), shift, buffer[: where.stop - start]))
            finally:
                buffers.put(buffer)

        pending: deque[Future[Result]] = deque()
        with single_threaded_blas(), ThreadPoolExecutor(cores) as pool:
            for start in range(0, len(self), step):
                report(start / len(self))
                pending.append(pool.submit(run, start))
                if len(pending) > cores:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()


def _moved(block: NDArray[Any], shift: NDArray[Any] | None, buffer: NDArray[Any]) -> NDArray[Any]:
    """The block in the buffer's type, ``shift`` taken away; itself where that changes nothing."""
    if shift is not None:
        return np.subtract(block, shift, out=buffer, casting="same_kind")
    if block.dtype == buffer.dtype and block.flags.c_contiguous:
        return block
    np.copyto(buffer, block, casting="same_kind")
    return buffer


def core_count() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def single_threaded_blas() -> Generator[None]:
    """Let NumPy's matrix products run on the calling thread alone."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1, user_api="blas"):
        yield


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
