"""From layout units to pixels, as the page's camera does it (``web/src/scene/camera.ts``).

A place is turned about the target, scaled and divided by ``w = 1 - depth * perspective``; in two dimensions
there is no perspective and ``w`` is 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

HALF_FIELD = math.tan(math.radians(32 / 2))
MARGIN = 0.92
NEAR = 0.06
START_YAW, START_PITCH = -0.55, 0.35


@dataclass(frozen=True)
class Area:
    """The part of the picture that no panel covers, in pixels."""

    left: float
    top: float
    width: float
    height: float

    @property
    def center(self) -> tuple[float, float]:
        """Its middle."""
        return self.left + self.width / 2, self.top + self.height / 2


@dataclass(frozen=True)
class Camera:
    """Where the picture is looked at from.

    Parameters
    ----------
    area
        Where it is drawn.
    target
        The place in the middle of the area.
    scale
        Pixels a layout unit, at the target.
    flat
        Whether there are two dimensions.
    yaw, pitch
        In radians.
    """

    area: Area
    target: tuple[float, float, float]
    scale: float
    flat: bool = True
    yaw: float = 0.0
    pitch: float = 0.0

    @property
    def perspective(self) -> float:
        """One over the eye's distance from the target in layout units."""
        return 0.0 if self.flat else 2 * self.scale * HALF_FIELD / self.area.height

    @property
    def rotation(self) -> NDArray[np.float64]:
        """Rows: right, up, towards the eye. ``(3, 3)``."""
        sy, cy, sp, cp = math.sin(self.yaw), math.cos(self.yaw), math.sin(self.pitch), math.cos(self.pitch)
        return np.array([[cy, 0, -sy], [-sp * sy, cp, -sp * cy], [cp * sy, sp, cp * cy]])

    def turned(self, yaw: float) -> Camera:
        """The same from another side."""
        return replace(self, yaw=yaw)

    def project(self, places: NDArray[np.floating]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Pixels ``(n, 2)`` and depths ``(n,)`` of places ``(n, 3)``; NaN for what has no place or is behind the eye."""
        turned = (places - np.array(self.target)) @ self.rotation.T
        w = 1 - self.perspective * turned[:, 2]
        with np.errstate(invalid="ignore"):
            k = np.where(w > NEAR, self.scale / np.where(w > NEAR, w, 1), np.nan)
        x, y = self.area.center
        return np.stack([x + turned[:, 0] * k, y - turned[:, 1] * k], axis=1), turned[:, 2]


def fitted(area: Area, low: NDArray[np.float64], high: NDArray[np.float64], *, flat: bool) -> Camera:
    """The camera that sees the whole box between two corners; in three dimensions, whichever way it is turned."""
    half = (high - low) / 2
    x, y, z = (low + high) / 2
    if flat:
        across, up = float(half[0]), float(half[1])
        yaw = pitch = 0.0
    else:
        yaw, pitch = START_YAW, START_PITCH
        across, up = _silhouette(half, pitch)
    least = max(across, up) * 1e-3 or 1.0
    scale = MARGIN * min(area.width / 2 / max(across, least), area.height / 2 / max(up, least))
    return Camera(area, (float(x), float(y), 0.0 if flat else float(z)), scale, flat, yaw, pitch)


def _silhouette(half: NDArray[np.float64], pitch: float) -> tuple[float, float]:
    """Half extents on the screen of the ellipsoid inside the box, the largest of all turns."""
    around = max(float(half[0]), float(half[2]))
    return 1.2 * around, 1.2 * math.hypot(math.sin(pitch) * around, math.cos(pitch) * float(half[1]))
