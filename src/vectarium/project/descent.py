"""An optimisation under way: t-SNE and UMAP as whoever watches them sees them.

An estimator's ``begin`` finds neighbours, weighs them and chooses a start; what it returns has not
moved yet. ``advance`` moves the points until the end, or until ``watch`` raises. It can be called
again after that and goes on where it stopped, so that a person can pause, look and resume.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Watch = Callable[[int, NDArray[np.float32]], None]


class Descent(ABC):
    """Points on their way to a layout.

    Attributes
    ----------
    iteration
        How many iterations were made.
    max_iter
        How many there will be.
    """

    iteration: int
    max_iter: int

    @property
    @abstractmethod
    def coordinates(self) -> NDArray[np.float32]:
        """Where the points are now, a copy, ``(n, n_components)``."""

    @abstractmethod
    def advance(self, watch: Watch | None = None, *, seconds: float = 0.05) -> None:
        """Move the points until the end.

        Parameters
        ----------
        watch
            Called between iterations, from the calling thread, with the number of iterations made and
            a copy of the coordinates; may raise, for instance CancelledError, which stops the points
            after a whole iteration and is thrown on. The result does not depend on it.
        seconds
            The least time between two calls; 0 to be called after every iteration.
        """

    @property
    def done(self) -> bool:
        """Whether there is nothing left to do."""
        return self.iteration >= self.max_iter
