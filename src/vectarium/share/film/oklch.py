"""Colours by lightness, chroma and hue as the eye sees them, as the page has them (``web/src/scene/oklch.ts``).

OKLab: Björn Ottosson, 2020, https://bottosson.github.io/posts/oklab/.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Colors = NDArray[np.float64]

_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.793617785, -0.0040720468],
        [1.9779984951, -2.428592205, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.808675766],
    ]
)
_FROM_LAB = np.array(
    [[1, 0.3963377774, 0.2158037573], [1, -0.1055613458, -0.0638541728], [1, -0.0894841775, -1.291485548]]
)
_FROM_LMS = np.array(
    [
        [4.0767416621, -3.3077115913, 0.2309699292],
        [-1.2684380046, 2.6097574011, -0.3413193965],
        [-0.0041960863, -0.7034186147, 1.707614701],
    ]
)


def oklch(lightness: float, chroma: float, hue: float) -> Colors:
    """The sRGB ``(3,)``, 0 to 1, of a lightness, a chroma and a hue in degrees; clipped into the gamut."""
    angle = math.radians(hue)
    return lab_to_rgb(np.array([lightness, chroma * math.cos(angle), chroma * math.sin(angle)]))


def lab_to_rgb(lab: Colors) -> Colors:
    """The sRGB ``(…, 3)``, 0 to 1, of OKLab."""
    linear = np.clip(((lab @ _FROM_LAB.T) ** 3) @ _FROM_LMS.T, 0, 1)
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


def rgb_to_lab(rgb: Colors) -> Colors:
    """OKLab ``(…, 3)`` of sRGB, 0 to 1."""
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return np.cbrt(linear @ _TO_LMS.T) @ _TO_LAB.T


def hex_rgb(text: str) -> Colors:
    """sRGB, 0 to 1, of ``#56b4e9``."""
    return np.frombuffer(bytes.fromhex(text[1:]), np.uint8) / 255
