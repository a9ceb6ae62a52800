"""The leading eigenvectors of a covariance, however large it is.

Small symmetric matrices are decomposed whole. From larger ones, and from those that exist only as a
product over all rows, the leading part is taken by a block Krylov method: the space spanned by
``Q, AQ, AAQ, …`` from a seeded random start, orthogonalised in full, grows until the wanted
eigenpairs no longer move (Musco and Musco, "Randomized block Krylov methods for stronger and faster
approximate singular value decomposition", 2015; Saad, "Numerical methods for large eigenvalue
problems", chapter 6).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Up to here the whole decomposition costs about as much as the leading part alone.
SMALL = 1000
OVERSAMPLE = 10


def leading_of_matrix(matrix: Floats, k: int, seed: int) -> tuple[Floats, Floats]:
    """The k largest eigenvalues of a symmetric positive matrix, and their vectors.

    Parameters
    ----------
    matrix
        Array ``(d, d)``.
    k
        How many, at most d.
    seed
        For the random start.

    Returns
    -------
    values, vectors
        ``(k,)`` from the largest on, and ``(k, d)`` with orthonormal rows.
    """
    if len(matrix) > SMALL and k < len(matrix) // 8:
        found = leading_of_product(lambda block: matrix @ block, len(matrix), k, seed, steps=30, tolerance=1e-7)
        if found is not None:
            return found
    values, vectors = np.linalg.eigh(matrix)
    return np.maximum(values[::-1][:k], 0), np.ascontiguousarray(vectors[:, ::-1][:, :k].T)


def leading_of_product(
    product: Callable[[Floats], Floats], d: int, k: int, seed: int, *, steps: int, tolerance: float | None
) -> tuple[Floats, Floats] | None:
    """The same from the product ``(d, b) -> (d, b)`` alone.

    Parameters
    ----------
    steps
        How many products are made at most.
    tolerance
        The residual relative to the largest eigenvalue at which all pairs count as found. When it is
        not reached in so many steps the answer is None. Without one, the best after the last step.
    """
    block = np.random.default_rng(seed).standard_normal((d, min(d, k + OVERSAMPLE)))
    basis, _ = np.linalg.qr(block)
    images = product(basis)
    for step in range(1, steps + 1):
        values, mixture = np.linalg.eigh(_symmetric(basis.T @ images))
        values, mixture = values[::-1][:k], mixture[:, ::-1][:, :k]
        residual = np.linalg.norm(images @ mixture - (basis @ mixture) * values, axis=0).max(initial=0)
        settled = residual <= (tolerance or 1e-6) * max(float(values[0]), 0)
        room = d - basis.shape[1]
        if settled or room == 0 or (step == steps and tolerance is None):
            return np.maximum(values, 0), np.ascontiguousarray((basis @ mixture).T)
        fresh = _orthogonal_to(basis, images[:, -block.shape[1] :])[:, :room]
        basis = np.concatenate([basis, fresh], axis=1)
        images = np.concatenate([images, product(fresh)], axis=1)
    return None


def complete(vectors: Floats, found: int) -> Floats:
    """Replace all rows ``(k, d)`` after the first ``found`` by others orthonormal to them.

    Directions without any variance are as good as any other; they still have to be orthonormal.
    """
    k, d = vectors.shape
    if found >= k:
        return vectors
    # Of the k unit vectors least present in what was found, none lies within it.
    presence = np.square(vectors[:found]).sum(axis=0)
    axes = np.argsort(presence, kind="stable")[:k]
    block = np.zeros((d, k))
    block[:, :found] = vectors[:found].T
    block[axes[: k - found], np.arange(found, k)] = 1
    orthonormal, _ = np.linalg.qr(block)
    return np.concatenate([vectors[:found], orthonormal[:, found:].T])


def with_signs(vectors: Floats) -> Floats:
    """Each row turned so that its number of largest size is positive: signs are a convention."""
    largest = np.take_along_axis(vectors, np.abs(vectors).argmax(axis=1)[:, None], axis=1)
    return vectors * np.where(largest < 0, -1.0, 1.0)


def _orthogonal_to(basis: Floats, block: Floats) -> Floats:
    for _ in range(2):  # twice is enough to be orthogonal to rounding
        block = block - basis @ (basis.T @ block)
        block, _ = np.linalg.qr(block)
    return block


def _symmetric(matrix: NDArray[Any]) -> Floats:
    return (matrix + matrix.T) / 2
