"""Pictures that came with the data, as bookmarks of the Embedding Projector: one press there shows each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np

from vectarium.data import Coordinates, Embedding

METHODS = ("tsne", "umap", "pca")
CAMERAS: dict[int, dict[str, Any]] = {
    2: {"orthographic": True, "position": [0, 0, 10], "target": [0, 0, 0], "zoom": 1.2},
    3: {"orthographic": False, "position": [0.7, 0.9, 1.7], "target": [0, 0, 0], "zoom": 1},
}
BLOCK = 4096


def bookmark_blocks(embedding: Embedding) -> Iterator[bytes]:
    """The bookmarks of an embedding, some points at a time: a list of states as JSON."""
    yield b"[\n"
    for number, picture in enumerate(embedding.coordinates):
        yield b",\n" if number else b""
        yield from _state(embedding, picture)
    yield b"\n]\n"


def _state(embedding: Embedding, picture: Coordinates) -> Iterator[bytes]:
    """One state; its points come last, since there may be many."""
    method, keys = _keys(picture)
    rows = np.flatnonzero(np.isfinite(picture.values).all(axis=1))
    width = picture.values.shape[1]
    fields: dict[str, Any] = {
        "label": picture.name,
        "isSelected": False,
        "selectedProjection": method,
        "dataSetDimensions": [len(rows), embedding.shape[1]],
        "tSNEIteration": 1,
        "tSNEPerplexity": 30,
        "tSNELearningRate": 1,
        "tSNEis3d": method == "tsne" and width == 3,
        "umapIs3d": method == "umap" and width == 3,
        "umapNeighbors": 15,
        "umapMinDist": 0.1,
        "pcaComponentDimensions": list(range(width)),
        "customSelectedSearchByMetadataOption": _label(embedding),
        **{f"custom{axis}Text": "" for axis in ("XLeft", "XRight", "YUp", "YDown")},
        **{f"custom{axis}Regex": False for axis in ("XLeft", "XRight", "YUp", "YDown")},
        "cameraDef": CAMERAS[width],
        "selectedPoints": [],
        "selectedColorOptionName": "No color map",
        "forceCategoricalColoring": False,
        "selectedLabelOption": _label(embedding),
        "filteredPoints": None if len(rows) == len(embedding) else rows.tolist(),
    }
    yield json.dumps(fields, ensure_ascii=False)[:-1].encode("utf-8", "replace")
    yield b', "projections": ['
    for start in range(0, len(rows), BLOCK):
        values = picture.values[rows[start : start + BLOCK]].tolist()
        texts = (
            "{" + ", ".join(f'"{key}": {value:.9g}' for key, value in zip(keys, row, strict=True)) + "}"
            for row in values
        )
        yield ((", " if start else "") + ", ".join(texts)).encode()
    yield b"]}"


def _keys(picture: Coordinates) -> tuple[str, list[str]]:
    """The method that carries a picture, and what its coordinates are called there."""
    plain = picture.name.lower().replace("-", "").replace("_", "")
    method = next((each for each in METHODS if each in plain), "custom")
    width = picture.values.shape[1]
    if method == "custom" and width == 2:
        return method, ["linear-x", "linear-y"]
    method = "tsne" if method == "custom" else method  # whose coordinates may be three, and anything
    return method, [f"{method}-{axis}" for axis in range(width)]


def _label(embedding: Embedding) -> str:
    """The column that is shown first, as the Projector calls it."""
    names = list(embedding.columns)
    return names[0] if len(names) > 1 else "label"
