"""Layouts that heed a column: neighbours that differ in it are held less.

For categories as umap-learn's categorical intersection of fuzzy sets (McInnes et al., 2018): an edge
between two categories keeps exp(-far), one to a point whose category is not known exp(-1). Between
numbers the exponent grows with their difference, until they are a standard deviation apart.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from vectarium.errors import ParameterError, ShapeError
from vectarium.project.graph import Graph
from vectarium.project.parameters import check_choice, check_number

UNKNOWN = 1.0  # the exponent of an edge to a point whose target is not known
FARTHEST = 1e12

Floats = NDArray[np.float64]


def supervise(
    graph: Graph,
    y: Any,
    target_weight: float,
    *,
    target: Literal["auto", "category", "number"] = "auto",
    keep: Literal["strongest", "total"] = "strongest",
) -> Graph:
    """Weaken edges between points whose targets differ.

    Parameters
    ----------
    graph
        Of n points.
    y
        One target a point, ``(n,)``: texts, booleans and integers are categories, other numbers are
        numbers. None, NaN and the category -1 stand for unknown.
    target_weight
        0: the targets do not count. The more, the weaker an edge between different ones is; at 1
        nothing holds them together.
    target
        ``"category"`` or ``"number"`` where the type of ``y`` does not say which is meant.
    keep
        What each point keeps of what it had, so that the targets' edges do not weaken those who have
        few of their own kind near. ``"strongest"``: its strongest neighbour is held with weight 1
        again and the two ends' views are united, as for UMAP. ``"total"``: about the sum of its
        weights, and the sum over all exactly, as for t-SNE.

    Returns
    -------
    Graph
        Edges of no weight are left out.

    Raises
    ------
    ShapeError
        If there is not one target a point.
    ParameterError
        If a parameter is outside of what is allowed.

    Examples
    --------
    >>> pair = Graph(np.array([0, 1, 3, 4]), np.array([1, 0, 2, 1], np.int32), np.ones(4, np.float32))
    >>> supervise(pair, ["a", "a", "b"], 1.0).indices.tolist()
    [1, 0]
    """
    check_number("target_weight", target_weight, 0, 1, example=0.5)
    check_choice("target", target, ("auto", "category", "number"))
    check_choice("keep", keep, ("strongest", "total"))
    values = np.asarray(y)
    if values.shape != (graph.n,):
        raise ShapeError(f"y has shape {values.shape}; one target a point, ({graph.n:,},), is needed.")
    if target_weight == 0 or graph.n == 0:
        return graph
    far = min(2.5 / (1 - target_weight), FARTHEST) if target_weight < 1 else FARTHEST
    rows = np.repeat(np.arange(graph.n, dtype=np.int32), np.diff(graph.indptr))
    numbers = values.dtype.kind == "f" if target == "auto" else target == "number"
    strength = (
        strength_of_numbers(values, rows, graph.indices, far)
        if numbers
        else strength_of_categories(values, rows, graph.indices, far)
    )
    weights = graph.weights * strength
    kept = _strongest(graph, rows, weights) if keep == "strongest" else _total(graph, rows, weights)
    return _without_zeros(graph, rows, kept)


def strength_of_categories(
    values: NDArray[Any], rows: NDArray[np.int32], ends: NDArray[np.int32], far: float
) -> NDArray[Any]:
    """What an edge between the categories of its ends keeps, one factor for each edge."""
    codes = category_codes(values)
    a, b = codes[rows], codes[ends]
    return np.where((a < 0) | (b < 0), np.exp(-UNKNOWN), np.where(a == b, 1.0, np.exp(-far))).astype(np.float32)


def category_codes(values: NDArray[Any]) -> NDArray[np.int32]:
    """A number from 0 on for each category, -1 for None, NaN and the integer -1."""
    if values.dtype.kind == "O":
        known = np.array([_is_known(value) for value in values], bool)
        texts = np.array([f"{type(value).__name__}:{value}" for value in values[known]], str)
    else:
        known = values == values if values.dtype.kind in "fmM" else np.ones(len(values), bool)  # noqa: PLR0124 - NaN
        if values.dtype.kind in "if":
            known &= values != -1
        texts = values[known]
    codes = np.full(len(values), -1, np.int32)
    codes[known] = np.unique(texts, return_inverse=True)[1].astype(np.int32)
    return codes


def _is_known(value: Any) -> bool:
    if value is None:
        return False
    try:
        return bool(value == value) and not (value == -1 and not isinstance(value, str))  # noqa: PLR0124 - NaN
    except TypeError:  # what stands for a missing value in data frames is neither equal nor unequal
        return False


def strength_of_numbers(
    values: NDArray[Any], rows: NDArray[np.int32], ends: NDArray[np.int32], far: float
) -> NDArray[Any]:
    """What an edge between the numbers of its ends keeps, one factor for each edge."""
    try:
        numbers = values.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise ParameterError(f"y holds what is no number ({error}). Pass target='category' for categories.") from error
    known = np.isfinite(numbers)
    largest = float(np.abs(numbers[known]).max(initial=0))
    numbers = np.where(known, numbers, 0) / (largest or 1.0)  # squares stay in range
    spread = float(numbers[known].std()) if known.any() else 0.0
    apart = np.minimum(np.abs(numbers[rows] - numbers[ends]) / spread, 1) if spread > 0 else np.zeros(len(rows))
    return np.where(known[rows] & known[ends], np.exp(-far * apart), np.exp(-UNKNOWN)).astype(np.float32)


def _strongest(graph: Graph, rows: NDArray[np.int32], weights: NDArray[np.float32]) -> NDArray[np.float32]:
    largest = np.zeros(graph.n, np.float32)
    np.maximum.at(largest, rows, weights)
    inverse = np.divide(1, largest, out=np.zeros(graph.n), where=largest > 1e-30)
    here = np.minimum(weights * inverse[rows], 1)
    there = np.minimum(weights * inverse[graph.indices], 1)
    return (here + there - here * there).astype(np.float32)


def _total(graph: Graph, rows: NDArray[np.int32], weights: NDArray[np.float32]) -> NDArray[np.float32]:
    before, after = np.bincount(rows, graph.weights, graph.n), np.bincount(rows, weights, graph.n)
    growth = np.divide(before, after, out=np.zeros(graph.n), where=after > 1e-30 * before)
    grown = weights * (growth[rows] + growth[graph.indices])
    total = float(grown.sum())
    return (grown * (float(graph.weights.sum(dtype=np.float64)) / total if total > 0 else 0)).astype(np.float32)


def _without_zeros(graph: Graph, rows: NDArray[np.int32], weights: NDArray[np.float32]) -> Graph:
    kept = weights > 0
    indptr = np.concatenate([[0], np.cumsum(np.bincount(rows[kept], minlength=graph.n))]).astype(np.int64)
    return Graph(indptr, graph.indices[kept], np.ascontiguousarray(weights[kept]))
