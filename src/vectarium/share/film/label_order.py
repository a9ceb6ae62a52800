"""Which points deserve a label first, as the page has it (``web/src/state/importance.ts``, ``web/src/scene/spread.ts``)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Column

MOST_SORTED = 20_000
LOOKED_AT = 8_000
LEAST_SHARE = 0.3

Rows = NDArray[np.intp]


def label_order(labels: Column, importance: NDArray[np.float64] | None, places: NDArray[np.floating]) -> Rows:
    """The rows of points that may have a label, the first ones first."""
    if labels.kind == "category":
        return representatives(labels.values, places)
    if importance is not None:
        return _spread_by_importance(importance, places)
    return _spread(places)


def representatives(codes: NDArray[np.integer], places: NDArray[np.floating]) -> Rows:
    """One point of each value of a category, the most frequent first: the one in the middle of its group."""
    placed = np.isfinite(places).all(axis=1) & (codes >= 0)
    found, counts = np.unique(codes[placed], return_counts=True)
    out: list[int] = []
    for code in found[np.argsort(-counts, kind="stable")]:
        rows = np.flatnonzero(placed & (codes == code))
        away = np.square(places[rows] - np.median(places[rows], axis=0)).sum(axis=1)
        out.append(int(rows[away.argmin()]))
    return np.array(out, np.intp)


def _spread_by_importance(values: NDArray[np.float64], places: NDArray[np.floating]) -> Rows:
    """In grids of 4, 8, 16 … cells a side, the most important point of each cell that has none yet."""
    order = np.argsort(-np.nan_to_num(values, nan=-np.inf), kind="stable")
    first = order[:MOST_SORTED]
    first = first[np.isfinite(places[first]).all(axis=1)]
    if not len(first):
        return order
    xy = places[first, :2].astype(np.float64)
    low = xy.min(axis=0)
    side = float((xy.max(axis=0) - low).max()) * 1.0001 or 1.0
    chosen: list[int] = []
    taken_rows = np.zeros(len(first), bool)
    cells = 4
    while cells <= 64:
        column, line = ((xy - low) / side * cells).astype(np.intp).T
        cell = line * cells + column
        taken = np.zeros(cells * cells, bool)
        taken[cell[taken_rows]] = True
        fresh, at = np.unique(cell, return_index=True)
        new = np.sort(at[~taken[fresh]])
        chosen += first[new].tolist()
        taken_rows[new] = True
        cells *= 2
    rest = order[~np.isin(order, chosen)]
    return np.concatenate([np.array(chosen, np.intp), rest])


def _spread(places: NDArray[np.floating]) -> Rows:
    """In grids of 3, 6, 12 … cells a side, the point next to the middle of each cell's points; fuller cells first."""
    step = max(1, -(-len(places) // LOOKED_AT))
    rows = np.arange(0, len(places), step)
    rows = rows[np.isfinite(places[rows]).all(axis=1)]
    if not len(rows):
        return rows
    xy = places[rows, :2].astype(np.float64)
    low = xy.min(axis=0)
    side = float((xy.max(axis=0) - low).max()) * 1.0001 or 1.0
    chosen: list[int] = []
    for level in range(6):
        cells = 3 << level
        if level and cells * cells > 4 * len(rows):
            break
        chosen += _level(rows, xy, ((xy - low) / side * cells).astype(np.intp) @ [1, cells], chosen, cells)
    return np.array(chosen, np.intp)


def _level(rows: Rows, xy: NDArray[np.float64], cell: Rows, chosen: list[int], cells: int) -> list[int]:
    counts = np.bincount(cell, minlength=cells * cells)
    middle = (
        np.stack([np.bincount(cell, each, cells * cells) for each in xy.T], axis=1) / np.maximum(counts, 1)[:, None]
    )
    away = np.square(xy - middle[cell]).sum(axis=1)
    taken = np.zeros(cells * cells, bool)
    taken[cell[np.isin(rows, chosen)]] = True
    order = np.lexsort([away, cell])
    first = order[np.unique(cell[order], return_index=True)[1]]
    least = LEAST_SHARE * counts[counts > 0].mean()
    fresh = first[~taken[cell[first]] & (counts[cell[first]] >= least)]
    return rows[fresh[np.argsort(-counts[cell[fresh]], kind="stable")]].tolist()
