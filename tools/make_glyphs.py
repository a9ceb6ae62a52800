"""Make the letters of films, ``src/vectarium/share/film/glyphs.npz``, from the page's own font.

    pip install fonttools brotli && python tools/make_glyphs.py

Inter (SIL Open Font License 1.1) at the two weights that the page writes with, as outlines of straight and
quadratic pieces. The numbers that stay equally wide and the plain a, which the page's panels use, stand behind
private codes; see ``share/film/font.py``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

ROOT = Path(__file__).resolve().parents[1]
FONTS = ROOT / "web/node_modules/@fontsource-variable/inter/files"
OUT = ROOT / "src/vectarium/share/film/glyphs.npz"
PARTS = ("latin", "latin-ext", "greek", "cyrillic")
WEIGHTS = (450, 600)
KEPT = [
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),
    *range(0x386, 0x3CF),
    *range(0x400, 0x460),
    *map(ord, "‐‑–—‘’‚“”„†•…‰‹›€™−≈≠≤≥×→←↑↓½¼¾"),
]
# From a letter to what the panels write for it, and the private codes that it stands behind.
PRIVATE = 0xE000
FEATURES = ("tnum", "cv11")


def main() -> None:
    """Write the file."""
    found: dict[int, list[Any]] = {}
    for part in PARTS:
        fonts = [
            instantiateVariableFont(TTFont(FONTS / f"inter-{part}-wght-normal.woff2"), {"wght": w}) for w in WEIGHTS
        ]
        names = [font.getBestCmap() for font in fonts]
        for code in KEPT:
            if code in names[0] and code not in found:
                found[code] = [outline(font, name[code]) for font, name in zip(fonts, names, strict=True)]
        if part == "latin":
            for code, name in names[0].items():
                other = substitute(fonts[0], name)
                if other and code < 0x7F:
                    found[PRIVATE + code] = [outline(font, other) for font in fonts]
    write(found)


def substitute(font: TTFont, name: str) -> str | None:
    """What the panels' features make of a glyph."""
    table = font["GSUB"].table
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag in FEATURES:
            for index in record.Feature.LookupListIndex:
                for sub in table.LookupList.Lookup[index].SubTable:
                    mapping = getattr(getattr(sub, "ExtSubTable", sub), "mapping", {})
                    if name in mapping:
                        return mapping[name]
    return None


def outline(font: TTFont, name: str) -> tuple[int, list[tuple[int, int, int]]]:
    """The advance, and points: x, y, and 0 of a new contour, 1 on the line, 2 beside it."""
    glyphs = font.getGlyphSet()
    pen = DecomposingRecordingPen(glyphs)
    glyphs[name].draw(pen)
    points: list[tuple[int, int, int]] = []
    for verb, given in pen.value:
        if verb == "moveTo":
            points.append((*given[0], 0))
        elif verb == "lineTo":
            points.append((*given[0], 1))
        elif verb == "qCurveTo" and given[-1] is not None:
            points += curve(given)
        elif verb not in ("closePath", "endPath"):
            raise ValueError(f"{name}: {verb} {given}")
    return round(glyphs[name].width), [(round(x), round(y), kind) for x, y, kind in points]


def curve(given: Any) -> list[tuple[float, float, int]]:
    """A row of quadratic pieces; the points between them, halfway from one to the next, are left out."""
    *beside, end = given
    return [*((*each, 2) for each in beside), (*end, 1)]


def write(found: dict[int, list[Any]]) -> None:
    """Points of all glyphs one after another; the second weight as what differs from the first."""
    codes = sorted(code for code, (a, b) in found.items() if [p[2] for p in a[1]] == [p[2] for p in b[1]])
    print("not alike in both weights:", [chr(code) for code in set(found) - set(codes)])
    first, second = ([found[code][w][1] for code in codes] for w in (0, 1))
    starts = np.cumsum([0, *map(len, first)]).astype(np.uint32)
    a, b = (np.array([p[:2] for glyph in each for p in glyph], np.int16).reshape(-1, 2) for each in (first, second))
    steps = np.diff(a, axis=0, prepend=np.zeros((1, 2), np.int16)).astype(np.int16)
    kinds = np.array([p[2] for glyph in first for p in glyph], np.uint8)
    advances = np.array([[found[code][w][0] for w in (0, 1)] for code in codes], np.int16)
    np.savez_compressed(
        OUT,
        codes=np.array(codes, np.uint16),
        starts=starts,
        kinds=kinds,
        advances=advances,
        steps=steps.T,
        bolder=(b - a).T,
    )
    print(f"{len(codes)} letters, {len(a):,} points, {OUT.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
