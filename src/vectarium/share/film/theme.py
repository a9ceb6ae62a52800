"""The looks of a film, light and dark: those of the page (``web/src/style.css``, ``web/src/scene/theme.ts``)."""

from __future__ import annotations

from dataclasses import dataclass

from vectarium.share.film.oklch import Colors, oklch


@dataclass(frozen=True, eq=False)
class Theme:
    """Every colour that is not the data's.

    Parameters
    ----------
    name
        ``"light"`` or ``"dark"``.
    background, ink
        Behind everything; of labels. sRGB, 0 to 1.
    panel, line, text, quiet, accent
        Of the panels.
    cover
        What a disc covers of what lies below it, as a share of its own opacity.
    weight
        How much stronger discs are than on a dark ground, where light adds up.
    regions
        The opacity of regions of the prediction.
    """

    name: str
    background: Colors
    ink: Colors
    panel: Colors
    line: Colors
    text: Colors
    quiet: Colors
    accent: Colors
    cover: float
    weight: float
    regions: float


THEMES = {
    "dark": Theme(
        "dark",
        background=oklch(0.17, 0.015, 260),
        ink=oklch(0.96, 0.005, 260),
        panel=oklch(0.205, 0.013, 260),
        line=oklch(0.34, 0.012, 260),
        text=oklch(0.93, 0.005, 260),
        quiet=oklch(0.74, 0.01, 260),
        accent=oklch(0.8, 0.11, 235),
        cover=0.8,
        weight=1.0,
        regions=0.26,
    ),
    "light": Theme(
        "light",
        background=oklch(0.985, 0.006, 85),
        ink=oklch(0.25, 0.015, 260),
        panel=oklch(0.995, 0.003, 85),
        line=oklch(0.88, 0.007, 85),
        text=oklch(0.27, 0.012, 70),
        quiet=oklch(0.49, 0.012, 70),
        accent=oklch(0.5, 0.13, 245),
        cover=1.18,
        weight=1.4,
        regions=0.3,
    ),
}
