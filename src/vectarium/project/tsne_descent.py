"""t-SNE under way: what ``TSNE.begin`` returns."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.project.descent import Descent, Watch
from vectarium.project.graph import Graph


class TSNEDescent(Descent):
    """t-SNE under way; made by ``TSNE.begin``.

    Attributes
    ----------
    sentence
        In which space neighbours were searched, and how.
    """

    def __init__(self, graph: Graph, start: NDArray[np.float32], schedule: dict[str, Any], sentence: str) -> None:
        from vectarium import _native

        self._native = _native.Tsne(*graph, start, **schedule)
        self._calm = int(schedule["exaggerated"])
        self.max_iter = int(schedule["iterations"])
        self.iteration = 0
        self.sentence = sentence

    @property
    def coordinates(self) -> NDArray[np.float32]:
        """Where the points are now, a copy, ``(n, n_components)``, their mean at the origin."""
        return self._native.coordinates()

    @property
    def divergence(self) -> float | None:
        """The Kullback-Leibler divergence now; None while attraction is still exaggerated."""
        return self._native.divergence() if self.iteration >= self._calm else None

    def advance(self, watch: Watch | None = None, *, seconds: float = 0.05) -> None:
        """Move the points until the end; see ``Descent.advance``."""

        def look(iteration: int, coordinates: NDArray[np.float32]) -> None:
            self.iteration = iteration
            assert watch is not None
            watch(iteration, coordinates)

        try:
            self._native.advance(None if watch is None else look, seconds)
        finally:
            self.iteration = self._native.iteration
