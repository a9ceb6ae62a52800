"""A layout shaken a little, to go on from: a way out of a state that is good only nearby."""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import NDArray

from vectarium.explore.messages.projection import ProjectRequest

# Noise of this share of the layout's spread. Less is undone at once, more forgets the layout.
SHARE = 0.1


def perturbed(coordinates: NDArray[np.float32], request: ProjectRequest) -> NDArray[np.float32]:
    """Coordinates ``(m, k)`` with Gaussian noise: the same for the same layout, seed and name of what is perturbed."""
    random = np.random.default_rng([request.random_state, zlib.crc32(request.perturbs.encode())])
    spread = float(np.sqrt(coordinates.var(axis=0, dtype=np.float64).mean())) if len(coordinates) else 0.0
    return (coordinates + SHARE * spread * random.standard_normal(coordinates.shape)).astype(np.float32)
