"""The nearest neighbours of new vectors among others, exactly, block by block."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.project.prepared import prepared

BLOCK_NUMBERS = 1 << 22  # distances that are held at a time


def nearest_outside(
    old: NDArray[Any], new: NDArray[Any], k: int, metric: str
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Indices and distances ``(m, min(k, n))`` of the nearest among ``old`` ``(n, d)`` of ``new`` ``(m, d)``.

    Examples
    --------
    >>> nearest_outside(np.array([[0.0], [2.0], [9.0]]), np.array([[3.0]]), 2, "euclidean")
    (array([[1, 0]], dtype=int32), array([[1., 3.]], dtype=float32))
    """
    k = min(k, len(old))
    points, queries = (_as_seen(each, metric) for each in (old, new))
    if metric == "euclidean":  # squares lose digits far from the origin
        middle = points.mean(axis=0, dtype=np.float64).astype(points.dtype)
        points, queries = points - middle, queries - middle
    squares = np.einsum("ij,ij->i", points, points)
    indices, distances = np.empty((len(new), k), np.int32), np.empty((len(new), k), np.float32)
    step = max(1, BLOCK_NUMBERS // max(len(old), 1))
    for start in range(0, len(new), step):
        block = queries[start : start + step]
        products = block @ points.T
        if metric == "euclidean":
            apart = np.maximum(squares - 2 * products + np.einsum("ij,ij->i", block, block)[:, None], 0)
        else:
            apart = -products if metric == "inner_product" else 1 - products
        near = np.argpartition(apart, k - 1, axis=1)[:, :k]
        far = np.take_along_axis(apart, near, axis=1)
        order = np.lexsort((near, far))
        indices[start : start + step] = np.take_along_axis(near, order, axis=1)
        found = np.take_along_axis(far, order, axis=1)
        distances[start : start + step] = np.sqrt(found) if metric == "euclidean" else found
    return indices, distances


def _as_seen(vectors: NDArray[Any], metric: str) -> NDArray[Any]:
    """The vectors, at length 1 where only angles count."""
    vectors = prepared(vectors, metric)
    if metric in ("cosine", "correlation"):
        lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))[:, None]
        vectors = vectors / np.where(lengths > 0, lengths, 1)
    return vectors
