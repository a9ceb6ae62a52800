"""An embedding: n vectors of d numbers with a name, and what is known of each point."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data.columns import Columns
from vectarium.data.coordinates import Coordinates
from vectarium.data.lookup import Lookup
from vectarium.data.note import Note
from vectarium.data.thumbnails import Thumbnails
from vectarium.errors import ShapeError

if TYPE_CHECKING:
    from vectarium.data.boundary import Boundary
    from vectarium.data.recorded import Recorded

BLOCK_BYTES = 16 << 20


@dataclass(frozen=True, eq=False)
class Embedding:
    """n vectors of d numbers, with their columns.

    Parameters
    ----------
    name
        What it is called.
    vectors
        Array ``(n, d)`` of real numbers, any width. May be memory-mapped; nothing here copies it.
    columns
        The columns, one value a point.
    thumbnails
        One small image a point, or None.
    coordinates
        Pictures that came with the data.
    notes
        What a person has to know about it.
    source
        The file it came from.
    recorded
        Where the same points are found at other steps of a training, or None.
    boundary
        Where the model's prediction changes around the points, for some of two dimensions, or None.
    lookup
        How texts become these points, where they are rows of a table and somebody said; or None.
    bookmarks
        The file of the Embedding Projector's bookmarks that came with it, or None.

    Raises
    ------
    ShapeError
        If the parts do not have the same number of points, or the vectors are not ``(n, d)``.
    """

    name: str
    vectors: NDArray[Any]
    columns: Columns = field(default_factory=Columns)
    thumbnails: Thumbnails | None = None
    coordinates: tuple[Coordinates, ...] = ()
    notes: tuple[Note, ...] = ()
    source: Path | None = None
    recorded: Recorded | None = None
    boundary: Boundary | None = None
    lookup: Lookup | None = None
    bookmarks: Path | None = None

    def __post_init__(self) -> None:
        if self.vectors.ndim != 2 or self.vectors.shape[1] == 0 or self.vectors.dtype.kind not in "fiub":
            raise ShapeError(
                f"The vectors of {self.name!r} have shape {self.vectors.shape} and dtype {self.vectors.dtype}; "
                "real numbers of shape (n, d) are needed, with d of at least 1."
            )
        if len(self.columns) == 0 and self.columns.n != len(self):
            object.__setattr__(self, "columns", Columns(n=len(self)))
        parts = [("columns", self.columns.n)] + [(each.name, len(each.values)) for each in self.coordinates]
        for what, n in parts:
            if n != len(self):
                raise ShapeError(f"{self.name!r} has {len(self):,} vectors, but its {what} {n:,} rows.")

    def __len__(self) -> int:
        return self.vectors.shape[0]

    @property
    def shape(self) -> tuple[int, int]:
        """Number of points and of dimensions, ``(n, d)``."""
        return self.vectors.shape[0], self.vectors.shape[1]

    @cached_property
    def pictures(self) -> tuple[Coordinates, ...]:
        """The pictures that need no projection: those that came with the data, and the vectors where d ≤ 3."""
        n, d = self.shape
        if d > 3 or self.coordinates or n == 0:
            return self.coordinates
        flat = np.zeros((n, max(2, d)), np.float32)
        flat[:, :d] = self.vectors
        flat[~np.isfinite(flat).all(axis=1)] = np.nan
        said = "The vectors themselves: they have " + ("one dimension" if d == 1 else f"{d} dimensions")
        return (Coordinates("as they are", flat, said),)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of the numbers as they are stored."""
        return self.vectors.dtype

    def __repr__(self) -> str:
        n, d = self.shape
        parts = [f"{n:,} × {d:,} {self.dtype}"]
        if self.columns:
            parts.append(", ".join(self.columns))
        if self.thumbnails is not None:
            parts.append("thumbnails {}×{}".format(*self.thumbnails.size))
        return f"Embedding({self.name!r}, {'; '.join(parts)})"

    @cached_property
    def finite(self) -> NDArray[np.bool_] | None:
        """Boolean array ``(n,)``, False where a vector holds NaN or infinity; None when all are finite.

        Found block by block, so that a memory-mapped file is never copied whole.
        """
        if self.vectors.dtype.kind != "f":
            return None
        step = self.rows_per_block()
        finite = np.ones(len(self), bool)
        for start in range(0, len(self), step):
            block = self.vectors[start : start + step]
            # One pass without a temporary: a sum is finite unless a value is not, or it overflows.
            with np.errstate(all="ignore"):
                if not np.isfinite(np.add.reduce(block, axis=None, dtype=np.float64)):
                    finite[start : start + step] = np.isfinite(block).all(axis=1)
        return None if finite.all() else finite

    def rows_per_block(self) -> int:
        """How many rows to look at in one go, so that a block stays near the processor's caches."""
        return max(1, BLOCK_BYTES // max(1, self.shape[1] * max(4, self.dtype.itemsize)))

    def with_columns(self, columns: Columns, notes: tuple[Note, ...]) -> Embedding:
        """The same vectors with other columns and notes; what was found out about the vectors is not lost."""
        made = replace(self, columns=columns, notes=notes)
        for known in ("finite", "pictures"):
            if known in self.__dict__:
                made.__dict__[known] = self.__dict__[known]
        return made

    def with_notes(self, *notes: Note) -> Embedding:
        """The same embedding with more notes."""
        return replace(self, notes=(*self.notes, *notes))
