"""Some or all points of an embedding: what a projection is of."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Embedding
from vectarium.errors import ParameterError
from vectarium.explore.jobs import Progress

if TYPE_CHECKING:
    from vectarium.explore.preparations import Prepared

Rows = NDArray[np.uint32]


@dataclass(frozen=True, eq=False)
class Points:
    """m points of an embedding, of which those take part whose vectors are finite.

    Parameters
    ----------
    index
        Which embedding of the collection.
    embedding
        It.
    rows
        Which of its points, uint32 ``(m,)``, in the order of the projection; None for all.
    step
        The step that the embedding is of; None: the one that was opened.
    prepared
        What is done to their vectors before they are looked at; None: nothing.

    Raises
    ------
    ParameterError
        If the rows are not some of the points, each once at most.
    """

    index: int
    embedding: Embedding
    rows: Rows | None = None
    step: int | None = None
    prepared: Prepared | None = None

    def __post_init__(self) -> None:
        if self.rows is not None:
            check_rows(self.rows, len(self.embedding))

    def __len__(self) -> int:
        return len(self.embedding) if self.rows is None else len(self.rows)

    @cached_property
    def digest(self) -> str:
        """A name that is the same for the same rows in the same order; empty for all points."""
        if self.rows is None:
            return ""
        return hashlib.blake2b(np.ascontiguousarray(self.rows).data, digest_size=12).hexdigest()

    @property
    def key(self) -> str:
        """A name for these points in this session."""
        key = f"{self.place}-{self.digest}" if self.digest else self.place
        return f"{key}~{self.prepared.key}" if self.prepared else key

    @property
    def place(self) -> str:
        """A name for the embedding at its step."""
        return str(self.index) if self.step is None else f"{self.index}.{self.step}"

    @cached_property
    def placed(self) -> NDArray[np.intp] | None:
        """Positions among the m of the points that take part, ``(used,)``; None where all do."""
        finite = self.embedding.finite
        if finite is not None and self.rows is not None:
            finite = finite[self.rows]
        return None if finite is None or finite.all() else np.flatnonzero(finite)

    @property
    def used(self) -> int:
        """How many points take part."""
        return len(self) if self.placed is None else len(self.placed)

    def vectors(self, progress: Progress | None = None) -> NDArray[Any]:
        """The vectors that take part, ``(used, d)``; a copy only of a part of them, or where they are prepared."""
        found = self.of_placed(self.embedding.vectors)
        return found if self.prepared is None else np.asarray(self.prepared.fitted(progress).view(found))

    def source(self, progress: Progress | None = None) -> NDArray[Any]:
        """The vectors of the whole embedding, to be read block by block, where they are prepared if need be."""
        vectors = self.embedding.vectors
        return vectors if self.prepared is None else self.prepared.fitted(progress).view(vectors)

    def for_distances(self, metric: str) -> Points:
        """The same points, their vectors as they are where the preparation changes no distance by this metric."""
        if self.prepared is None or not self.prepared.keeps_distances(metric):
            return self
        return replace(self, prepared=None)

    def only(self, positions: NDArray[np.intp]) -> Points:
        """Those of the points that stand at these positions among the m."""
        rows = positions if self.rows is None else self.rows[positions]
        return Points(self.index, self.embedding, rows.astype(np.uint32), self.step, self.prepared)

    def of_placed(self, values: NDArray[Any]) -> NDArray[Any]:
        """From one value for each point of the embedding, those of the points that take part."""
        if self.rows is None:
            return values if self.placed is None else values[self.placed]
        return values[self.rows if self.placed is None else self.rows[self.placed]]

    def spread(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """From values ``(used, …)`` to ``(m, …)``, NaN for points that take no part."""
        if self.placed is None:
            return values
        out = np.full((len(self), *values.shape[1:]), np.nan, np.float32)
        out[self.placed] = values
        return out


def check_rows(rows: Rows, n: int) -> None:
    """Raise ParameterError unless rows are some of the points, each once at most."""
    if rows.ndim != 1 or not 0 < len(rows) <= n or rows.dtype != np.uint32:
        raise ParameterError(f"The subset has shape {rows.shape} and dtype {rows.dtype}; 1 to {n:,} rows are needed.")
    if int(rows.max()) >= n:
        raise ParameterError(f"The subset names row {int(rows.max()):,}; there are {n:,} points, counted from 0.")
    if np.bincount(rows).max() > 1:
        raise ParameterError("The subset names a row twice.")
