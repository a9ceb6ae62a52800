"""The Embedding Projector's bookmarks: saved views, of which each brings the places of its points.

A file is a list of states. What is taken of each is the picture that it shows, as coordinates; a view of a selection gives
places to those points alone. Fields that older files lack are not needed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Coordinates, Note
from vectarium.data.memory import check_memory
from vectarium.errors import FormatError
from vectarium.formats.json_depth import check_depth

MEMORY_A_BYTE = 12
MOST_BOOKMARKS = 64
METHODS = {"tsne": "t-SNE", "umap": "UMAP", "pca": "PCA", "custom": "axes of its own"}

State = dict[str, Any]


def read_bookmarks(path: Path, n: int) -> tuple[list[Coordinates], list[Note]]:
    """The pictures of a file of bookmarks.

    Parameters
    ----------
    path
        The file.
    n
        How many points there are.

    Returns
    -------
    coordinates, notes
        A picture for each bookmark that has one, and what was left out.

    Raises
    ------
    FormatError
        If it is no list of states.
    """
    check_memory(MEMORY_A_BYTE * path.stat().st_size, "The bookmarks", path)
    states = _states(path)
    found: list[Coordinates] = []
    empty = 0
    for number, state in enumerate(states[:MOST_BOOKMARKS], 1):
        values = _places(state, n)
        if values is None:
            empty += 1
            continue
        label = state.get("label")
        name = label if isinstance(label, str) and label.strip() else f"bookmark {number}"
        found.append(Coordinates(name, values, _description(state, values)))
    empty += max(0, len(states) - MOST_BOOKMARKS)
    told = f"{empty:,} of {len(states):,} bookmarks have no picture of these {n:,} points, and were left out."
    return found, [Note(told, path, None, "remark")] if empty else []


def _states(path: Path) -> list[State]:
    if path.stat().st_size == 0:
        raise FormatError("The file of bookmarks is empty.", path)
    check_depth(path)
    try:
        value: object = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise FormatError(f"The bookmarks are not JSON: {error}.", path) from None
    listed = cast("list[Any]", value) if isinstance(value, list) else [value]
    states = [cast("State", each) for each in listed if isinstance(each, dict)]
    if not states:
        raise FormatError("Bookmarks need a list of objects.", path)
    return states


def _places(state: State, n: int) -> NDArray[np.float32] | None:
    """The places of the points in the picture that a state shows; NaN where a point has none."""
    points = state.get("projections")
    if not isinstance(points, list) or not points:
        return None
    points = cast("list[Any]", points)
    rows = _rows(state, len(points), n)
    if rows is None:
        return None
    for keys in _keys(state, points):
        values = np.full((n, len(keys)), np.nan, np.float32)
        values[rows] = [_place(point, keys) for point in points]
        if np.isfinite(values).all(axis=1).any():
            return values
    return None


def _rows(state: State, count: int, n: int) -> list[int] | None:
    """Which points a state is of: those that it was filtered to, or all."""
    filtered = state.get("filteredPoints")
    rows = (
        cast("list[Any]", filtered) if isinstance(filtered, list) and len(cast("list[Any]", filtered)) == count else []
    )
    if rows and all(type(row) is int and 0 <= row < n for row in rows):
        return rows
    return list(range(count)) if count == n else None


def _keys(state: State, points: Sequence[Any]) -> list[list[str]]:
    """The names of the coordinates that are shown; where that is not told, those that are there."""
    dimensions = state.get("pcaComponentDimensions")
    chosen = (
        [each for each in cast("list[Any]", dimensions) if type(each) is int] if isinstance(dimensions, list) else []
    )
    third = {
        name: [f"{name}-2"] for name in ("tsne", "umap") if state.get({"tsne": "tSNEis3d", "umap": "umapIs3d"}[name])
    }
    known = {
        "tsne": ["tsne-0", "tsne-1", *third.get("tsne", [])],
        "umap": ["umap-0", "umap-1", *third.get("umap", [])],
        "custom": ["linear-x", "linear-y"],
        "pca": [f"pca-{each}" for each in chosen[:3]] if len(chosen) > 1 else ["pca-0", "pca-1"],
    }
    method = state.get("selectedProjection")
    if isinstance(method, str) and method in known:
        return [known[method]]
    first = cast("State", points[0]) if isinstance(points[0], dict) else {}
    return [keys for keys in known.values() if set(keys) <= set(first)]


def _place(point: Any, keys: list[str]) -> list[float]:
    values = [cast("State", point).get(key) if isinstance(point, dict) else None for key in keys]
    if not all(isinstance(each, (int, float)) and abs(each) < 1e30 for each in values):
        return [np.nan] * len(keys)
    return [float(cast("float", each)) for each in values]


def _description(state: State, values: NDArray[Any]) -> str:
    method = METHODS.get(str(state.get("selectedProjection")), "")
    there = int(np.isfinite(values).all(axis=1).sum())
    parts = ["A bookmark of the Projector", *([f"by {method}"] if method else [])]
    parts += [f"of {there:,} of {len(values):,} points"] if there < len(values) else []
    return f"{', '.join(parts)}."
