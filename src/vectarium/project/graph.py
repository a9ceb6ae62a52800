"""Weighted graphs between points: who holds whom near, and how strongly."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Graph(NamedTuple):
    """A symmetric graph in compressed rows: the edges of point i stand at ``indptr[i]`` to ``indptr[i + 1]``.

    Parameters
    ----------
    indptr
        int64 array ``(n + 1,)``.
    indices
        int32 array ``(edges,)``, the other end of each edge; never the point itself, none twice.
    weights
        float32 array ``(edges,)``, positive; an edge weighs the same seen from both its ends.
    """

    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    weights: NDArray[np.float32]

    @property
    def n(self) -> int:
        """The number of points."""
        return len(self.indptr) - 1
