"""Write the golden packets: ``python spec/golden/make.py``.

Each ``NAME.bin`` is a packet, and ``NAME.json`` says what a reader has to find in it: the message, and
each array with its dtype, shape and values (NaN as null). The tests of both languages read them.
They are changed only together with ``spec/messages.md``.

``colors.json`` holds the colours that a film has and that the page has to have, too: sRGB, 0 to 1.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from vectarium.data import Column
from vectarium.explore import packet
from vectarium.explore.columns import column_packet
from vectarium.explore.messages.projection import FrameMessage, ProjectionMessage, ProjectRequest
from vectarium.explore.messages.query import SearchMessage
from vectarium.share.film.palette import MISSING, OTHER, PLAIN, categorical, sequential
from vectarium.share.film.theme import THEMES

FOLDER = Path(__file__).parent


def packets() -> dict[str, tuple[Any, dict[str, np.ndarray]]]:
    """The message and the arrays of each golden packet."""
    texts = np.array(["vampire", "", None, "naïve 🧛", "<b>'\"\\"], dtype=object)
    codes = np.array([1, -1, 0], np.int32)
    search = SearchMessage(3, "contains “a”", "", 1.5)
    matches = np.packbits([1, 0, 0, 1, 0, 0, 0, 0, 0, 1], bitorder="little")
    ratio = [0.75, 0.25]
    said = "2 principal components of 3 of 9 points."
    request = ProjectRequest(n_components=2)
    projection = ProjectionMessage(0, "pca", 2, 3, 1, ratio, said, 0.125, request, 1, 1, True, None, "")
    frame = FrameMessage("tsne-0-1f", 120, 750, 2, 2.25)
    components = {"component_0": np.array([-1.5, np.nan, 1.5]), "component_1": np.array([0.5, np.nan, -0.5])}
    return {
        "text": column_packet(Column("word", "text", texts)),
        "category": column_packet(Column("tag", "category", codes, ("ADJ", "NOUN"))),
        "number": column_packet(Column("π", "number", np.array([0.1, np.nan, -1e300, 3.0]))),
        "search": (search, {"rows": np.array([0, 3, 9], np.uint32), "matches": matches}),
        "projection": (
            projection,
            {"rows": np.array([2, 5, 7], np.uint32)} | {name: x.astype(np.float32) for name, x in components.items()},
        ),
        "frame": (frame, {"positions": np.array([0.5, -1.5, np.nan, np.nan, 2.0, 3.0], np.float32)}),
        "pixels": ({"first": 0, "notes": []}, {"pixels": np.arange(12, dtype=np.uint8).reshape(2, 1, 2, 3)}),
        "request": (ProjectRequest(), {}),
        "nothing": ({}, {"empty": np.empty((0, 3), np.float32), "after": np.array([7], np.uint32)}),
    }


def description(data: bytes) -> dict[str, Any]:
    """What a reader has to find in a packet."""
    message, arrays = packet.decode(data)
    return {
        "message": message,
        "arrays": [
            {"name": name, "dtype": array.dtype.name, "shape": list(array.shape), "values": _plain(array)}
            for name, array in arrays.items()
        ],
    }


def _plain(array: np.ndarray) -> list[Any]:
    return [None if value != value else value for value in array.ravel().tolist()]  # noqa: PLR0124 - NaN


def colors() -> dict[str, dict[str, Any]]:
    """What a film paints points with, by theme."""
    return {
        name: {
            "background": _rounded(theme.background),
            "ink": _rounded(theme.ink),
            "cover": theme.cover,
            "weight": theme.weight,
            "other": _rounded(OTHER[name]),
            "plain": _rounded(PLAIN[name]),
            "missing": _rounded(MISSING[name]),
            "few": _rounded(categorical(name, 10)),
            "many": _rounded(categorical(name, 40)),
            "sequential": _rounded(sequential(name)[::15]),
        }
        for name, theme in THEMES.items()
    }


def _rounded(values: np.ndarray) -> list[Any]:
    return np.round(values, 5).tolist()


def main() -> None:
    """Write all of them."""
    (FOLDER / "colors.json").write_text(json.dumps(colors(), indent=1) + "\n", encoding="utf-8")
    for name, (message, arrays) in packets().items():
        data = b"".join(packet.encode(message, arrays))
        (FOLDER / f"{name}.bin").write_bytes(data)
        text = json.dumps(description(data), indent=1, ensure_ascii=False) + "\n"
        (FOLDER / f"{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
