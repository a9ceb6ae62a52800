"""The palettes of the page (``web/src/state/palette.ts``), number for number."""

from __future__ import annotations

from functools import cache

import numpy as np

from vectarium.share.film.oklch import Colors, hex_rgb, lab_to_rgb, oklch, rgb_to_lab

MOST_COLORS = 40

# Okabe and Ito, 2008, "Color Universal Design", and three more.
FEW = {
    "dark": [
        "#56b4e9",
        "#e69f00",
        "#1fbf8f",
        "#e98fc0",
        "#f0e442",
        "#ef6c35",
        "#7d8cf5",
        "#b7d36b",
        "#c9a58a",
        "#b58be0",
    ],
    "light": [
        "#2b8fd0",
        "#e08e00",
        "#009e73",
        "#cc5fa0",
        "#bfae00",
        "#d55e00",
        "#4353c4",
        "#7a9b1e",
        "#8c6a50",
        "#8552bd",
    ],
}
OTHER = {"dark": oklch(0.52, 0.01, 260), "light": oklch(0.68, 0.008, 85)}
PLAIN = {"dark": oklch(0.76, 0.1, 245), "light": oklch(0.52, 0.12, 250)}
MISSING = {"dark": oklch(0.4, 0.01, 260), "light": oklch(0.8, 0.006, 85)}

# Viridis (Smith and van der Walt, 2015), eleven stops, without the end that would drown in the ground.
_VIRIDIS = [
    "#440154",
    "#482475",
    "#414487",
    "#355f8d",
    "#2a788e",
    "#21918c",
    "#22a884",
    "#44bf70",
    "#7ad151",
    "#bddf26",
    "#fde725",
]
_VIRIDIS_SPAN = {"dark": (0.18, 1.0), "light": (0.0, 0.86)}


def categorical(theme: str, count: int) -> Colors:
    """Colours ``(count, 3)`` that can be told apart; never more than forty."""
    few = np.array([hex_rgb(each) for each in FEW[theme]])
    return few[:count] if count <= len(few) else _many(theme)[: min(count, MOST_COLORS)]


def sequential(theme: str) -> Colors:
    """256 colours ``(256, 3)`` from low to high."""
    low, high = _VIRIDIS_SPAN[theme]
    stops = rgb_to_lab(np.array([hex_rgb(each) for each in _VIRIDIS]))
    place = (low + (high - low) * np.arange(256) / 255) * (len(stops) - 1)
    first = np.minimum(place.astype(int), len(stops) - 2)
    mix = (place - first)[:, None]
    return lab_to_rgb(stops[first] * (1 - mix) + stops[first + 1] * mix)


@cache
def _many(theme: str) -> Colors:
    """Greedy farthest-point choice, for normal eyes and for eyes without the red-green channel alike."""
    lightness = 0.76 if theme == "dark" else 0.58
    candidates = rgb_to_lab(
        np.array([oklch(lightness, c, hue) for c in (0.17, 0.12, 0.07) for hue in range(0, 360, 5)])
    )
    nearest = np.full(len(candidates), np.inf)
    chosen: list[int] = []
    following = 0
    while len(chosen) < MOST_COLORS:
        chosen.append(following)
        away = candidates - candidates[following]
        distance = np.sqrt(np.square(away).sum(axis=1)) + np.hypot(away[:, 0], away[:, 2])
        nearest = np.minimum(nearest, distance)
        following = int(nearest.argmax())
    return lab_to_rgb(candidates[chosen])
