"""Points as soft discs: sizes, opacities and colours as the page's shaders have them (``web/src/scene/shaders.ts``)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vectarium.share.film.camera import Camera
from vectarium.share.film.crowd import STEPS, Crowd, Sizes
from vectarium.share.film.oklch import Colors
from vectarium.share.film.theme import Theme

FOG = 0.62


@dataclass(frozen=True, eq=False)
class Discs:
    """What a canvas paints: shapes and colours, ``(n, 4)`` each, in the order in which they are painted."""

    shapes: NDArray[np.float32]
    colors: NDArray[np.float32]


def between(
    before: NDArray[np.float32], after: NDArray[np.float32], share: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Places on the way, ``(n, k)``, and how much of each point is to be seen: it fades where it has no place in one."""
    here, there = (np.asarray(np.isfinite(each).all(axis=1)) for each in (before, after))
    mixed = before + (after - before) * np.float32(share)
    mixed = np.where(here[:, None], np.where(there[:, None], mixed, before), after)
    shown = np.where(here, np.where(there, 1.0, 1.0 - share), np.where(there, share, 0.0))
    return mixed, shown.astype(np.float32)


def discs_of(
    seen: tuple[NDArray[np.float64], NDArray[np.float64]],
    shown: NDArray[np.float32],
    colors: Colors,
    look: tuple[Camera, Theme, Crowd, Sizes],
    *,
    ratio: float,
    radius: float,
) -> Discs:
    """Discs of points.

    Parameters
    ----------
    seen
        Pixels ``(n, 2)`` and depths ``(n,)``, as the camera gives them.
    shown
        How much of each is to be seen, ``(n,)``.
    colors
        sRGB, ``(n, 3)``.
    look
        What decides on sizes and opacities.
    ratio
        Pixels of the film a pixel of the page.
    radius
        Half the diagonal of the picture's box, in layout units.
    """
    (pixels, depths), (camera, theme, crowd, sizes) = seen, look
    steps = crowd.around - np.float32(128)
    nearness = 1 / np.maximum(1 - camera.perspective * depths, 0.25)
    lone = np.clip(np.exp2(-steps / np.float32(STEPS * 8)), 0.85, 1.35)
    size = np.maximum(sizes.diameter * nearness * lone, 1.2) * 0.5 * ratio
    overdraw = np.maximum(sizes.overdraw * np.exp2(steps / np.float32(STEPS)), 1)
    haze = np.zeros(len(depths)) if camera.flat else np.clip(0.5 - depths / (1.5 * radius), 0, 1)
    alpha = sizes.alpha / np.sqrt(overdraw) * shown * (1 - FOG * haze)
    shapes = np.empty((len(pixels), 4), np.float32)
    shapes[:, :2], shapes[:, 2], shapes[:, 3] = pixels, size, np.maximum(0.8, size * 0.4)
    light = np.empty((len(pixels), 4), np.float32)
    light[:, :3], light[:, 3] = colors * alpha[:, None], np.minimum(alpha * theme.cover, 1)
    if camera.flat:
        return Discs(shapes, light)
    order = np.argsort(depths, kind="stable")  # the nearest last
    return Discs(shapes[order], light[order])
