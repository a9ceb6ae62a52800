"""Coordinates that came with the data: a picture that somebody already computed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vectarium.errors import ShapeError


@dataclass(frozen=True, eq=False)
class Coordinates:
    """One place a point, in two or three dimensions.

    Parameters
    ----------
    name
        What the picture is called: ``"t-SNE"``, ``"x, y"``.
    values
        Array ``(n, 2)`` or ``(n, 3)``, float32. A row with NaN has no place.
    description
        How they were made, as far as it is known, in one sentence.
    """

    name: str
    values: NDArray[np.float32]
    description: str = ""

    def __post_init__(self) -> None:
        if self.values.ndim != 2 or self.values.shape[1] not in (2, 3):
            raise ShapeError(f"Coordinates {self.name!r} have shape {self.values.shape}; (n, 2) or (n, 3) is needed.")
