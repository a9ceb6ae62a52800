"""Principal components of vectors that need not fit into memory.

Which way is shortest depends on the shape. With n points of d dimensions:

- few dimensions: the covariance ``(d, d)`` is summed block by block, then decomposed;
- few points: the products between points ``(n, n)`` instead;
- many of both: neither is ever formed; a Krylov method multiplies with the rows, block by block.

Blocks are multiplied in float32 and summed in float64, after a centre found on a sample is taken
away: the mean may be a million times the spread and nothing is lost. Where the mean is no larger than
the spread the rows are read as they are, which needs no copy of them, and the mean is taken from the
sums. Small inputs use float64 throughout. Two passes over the data are made, one for the components and one for the scores.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.errors import ParameterError
from vectarium.project.progress import Progress, part, silent
from vectarium.project.rows import BLOCK_BYTES, Rows, find_finite
from vectarium.project.spectrum import complete, leading_of_matrix, leading_of_product, with_signs

Floats = NDArray[np.float64]

# A matrix of this side is the largest that is formed: 128 MB in float64.
LARGEST_SIDE = 4000
# Up to so many numbers float64 costs nothing that a person would notice.
SMALL_SIZE = 1 << 22
# Squares of such spreads leave float32's range.
SPREADS_FOR_FLOAT32 = (1e-12, 1e12)
KRYLOV_STEPS = 8
FITTING = "Finding the principal components"
PLACING = "Placing the points"


@dataclass(frozen=True, eq=False)
class PrincipalComponents:
    """A projection onto the directions of largest variance.

    Parameters
    ----------
    scores
        float32 array ``(k, m)``: the coordinate of each point along each component, one component
        after another in memory; NaN for points that hold NaN or infinity.
    components
        Array ``(k, d)`` of orthonormal rows, from the largest variance on.
    mean
        Array ``(d,)``, where the components cross.
    explained_variance, explained_variance_ratio
        Arrays ``(k,)``: the variance along each component, and its share of the whole, zero where
        there is no variance at all.
    used
        How many points took part.
    """

    scores: NDArray[np.float32]
    components: Floats
    mean: Floats
    explained_variance: Floats
    explained_variance_ratio: Floats
    used: int


@dataclass(frozen=True)
class Reading:
    """How rows are multiplied: in which type, and whether their centre is taken away first."""

    dtype: type[np.floating[Any]] = np.float64
    centred: bool = True

    def origin(self, centre: Floats) -> Floats | None:
        """What is taken from each row."""
        return centre if self.centred else None


@dataclass(frozen=True, eq=False)
class _Fit:
    components: Floats
    mean: Floats
    variance: Floats
    total: float
    reading: Reading = Reading()

    @property
    def ratio(self) -> Floats:
        return self.variance / self.total if self.total > 0 else np.zeros_like(self.variance)


def principal_components(
    vectors: NDArray[Any],
    *,
    n_components: int = 10,
    rows: NDArray[Any] | None = None,
    finite: NDArray[np.bool_] | None = None,
    random_state: int = 0,
    progress: Progress | None = None,
) -> PrincipalComponents:
    """Fit principal components and place all points.

    Parameters
    ----------
    vectors
        Array ``(n, d)`` of real numbers of any type; may be memory-mapped, and is never copied whole.
    n_components
        How many components; fewer are found where there are fewer points or dimensions.
    rows
        Which points, integers ``(m,)``; None for all.
    finite
        Boolean ``(n,)``, False for rows that hold NaN or infinity. They take no part and get NaN as
        coordinates. None: not known; they are looked for when the result shows that there are some.
    random_state
        The seed, used where both n and d are large.
    progress
        Called with the share done and a text between blocks; may raise CancelledError.

    Returns
    -------
    PrincipalComponents
        ``k = min(n_components, points that are finite, d)`` components, at least one.

    Raises
    ------
    ShapeError, ParameterError
        If the vectors are no matrix, a row is not there, or a parameter is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> principal_components(np.array([[0.0, 0.0], [0.0, 2.0]]), n_components=1).scores
    array([[-1.,  1.]], dtype=float32)
    """
    progress = progress or silent
    check_n_components(n_components)
    chosen, fit = fit_rows(vectors, n_components, random_state, progress, rows=rows, finite=finite)
    scores = place(chosen, fit.mean, fit.components, progress, reading=fit.reading)
    return PrincipalComponents(scores, fit.components, fit.mean, fit.variance, fit.ratio, len(chosen))


def fit_rows(
    vectors: NDArray[Any],
    n_components: int,
    random_state: int,
    progress: Progress,
    *,
    rows: NDArray[Any] | None = None,
    finite: NDArray[np.bool_] | None = None,
) -> tuple[Rows, _Fit]:
    """The rows that took part and what was found on them."""
    chosen = Rows(vectors, rows, finite)
    fit = _fit(chosen, n_components, random_state, progress)
    if fit is None:  # some values are not finite, or their squares leave float32's range
        chosen = Rows(vectors, rows, find_finite(vectors) if finite is None else finite)
        fit = _fit(chosen, n_components, random_state, progress, wide=True)
    if fit is None:
        raise ParameterError(
            "The values are too large for their squares to be summed. Divide the vectors by a constant."
        )
    # No coordinate is larger than the root of the sum of all squares along its component.
    if np.sqrt(fit.variance.max(initial=0) * len(chosen)) > np.finfo(np.float32).max:
        raise ParameterError("The values are too large for coordinates in float32. Divide the vectors by a constant.")
    return chosen, fit


def place(
    chosen: Rows,
    mean: Floats,
    components: Floats,
    progress: Progress,
    *,
    start: float = 0.6,
    reading: Reading | None = None,
) -> NDArray[np.float32]:
    """The coordinates ``(k, m)`` of the rows along the components ``(k, d)``; NaN for rows left out.

    ``reading`` None: as wide as a sample of the rows needs.
    """
    scores = np.empty((len(components), chosen.asked), np.float32)
    if chosen.places is not None:
        scores.fill(np.nan)
    if reading is None:
        reading = _reading(chosen, chosen.sample(), mean) if len(chosen) else Reading()
    axes = components.astype(reading.dtype)
    offset = 0 if reading.centred else (components @ mean)[:, None].astype(reading.dtype)

    def write(where: slice, block: NDArray[Any]) -> None:
        scores[:, where if chosen.places is None else chosen.places[where]] = axes @ block.T - offset

    for _ in chosen.each(reading.origin(mean), reading.dtype, write, part(progress, start, 1, PLACING)):
        pass
    progress(1, PLACING)
    return scores


def place_rows(vectors: NDArray[Any], mean: Floats, components: Floats) -> NDArray[np.float32]:
    """The coordinates ``(k, n)`` of vectors ``(n, d)`` along components ``(k, d)`` that cross at ``mean``.

    Those of a vector with NaN or infinity are NaN.
    """
    with np.errstate(invalid="ignore"):
        placed = place(Rows(vectors), mean, components, silent)
    placed[:, ~np.isfinite(placed).all(axis=0)] = np.nan
    return placed


def check_n_components(n_components: object) -> None:
    """Raise ParameterError unless it is a positive integer."""
    if not isinstance(n_components, (int, np.integer)) or isinstance(n_components, bool) or n_components < 1:
        raise ParameterError(f"n_components is {n_components!r}; a positive integer is needed, such as 10.")


def _fit(chosen: Rows, n_components: int, seed: int, progress: Progress, *, wide: bool = False) -> _Fit | None:
    """What was found, or None where values were not finite or left the range of numbers."""
    n, d = len(chosen), chosen.d
    k = min(n_components, max(n, 1), d)
    if n == 0:
        return _Fit(np.eye(k, d), np.zeros(d), np.zeros(k), 0.0)
    with np.errstate(all="ignore"):
        sample = chosen.sample()
        centre = sample.mean(axis=0)
        reading = Reading() if wide else _reading(chosen, sample, centre)
        if not np.isfinite(centre).all():
            return None
        if n < d and n <= LARGEST_SIDE:
            fit = _by_points(chosen, k, seed, progress)
        elif d <= LARGEST_SIDE:
            fit = _by_covariance(chosen, centre, k, seed=seed, reading=reading, progress=progress)
        else:
            fit = _by_products(chosen, centre, k, seed=seed, reading=reading, progress=progress)
    return fit if fit is None else replace(_tidied(fit), reading=reading)


def _reading(chosen: Rows, sample: Floats, centre: Floats) -> Reading:
    if len(chosen) * chosen.d <= SMALL_SIZE:
        return Reading()
    with np.errstate(all="ignore"):
        deviations = sample - centre
        spread = float(max(deviations.max(), -deviations.min()))
        near = float(centre @ centre) <= float(np.vdot(deviations, deviations)) / len(sample)
    low, high = SPREADS_FOR_FLOAT32
    if spread != 0 and not low < spread < high:
        return Reading()
    return Reading(np.float32, centred=not near)


def _by_covariance(
    chosen: Rows, centre: Floats, k: int, *, seed: int, reading: Reading, progress: Progress
) -> _Fit | None:
    n, d = len(chosen), chosen.d
    total, squares = np.zeros(d), np.zeros((d, d))
    dtype, origin = reading.dtype, reading.origin(centre)

    def moments(_: slice, block: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
        return block.T @ block, np.ones(len(block), dtype) @ block

    for products, sums in chosen.each(origin, dtype, moments, part(progress, 0, 0.5, FITTING)):
        squares += products
        total += sums
    offset = total / n
    covariance = (squares - n * np.outer(offset, offset)) / max(n - 1, 1)
    if not np.isfinite(covariance).all():
        return None
    progress(0.5, FITTING)
    values, vectors = leading_of_matrix(covariance, k, seed)
    mean = offset if origin is None else origin + offset
    return _Fit(vectors, mean, values, float(np.trace(covariance)))


def _by_points(chosen: Rows, k: int, seed: int, progress: Progress) -> _Fit | None:
    """The n × n products between points have the same eigenvalues (the "snapshot" form of PCA)."""
    n, d = len(chosen), chosen.d
    step = max(1, BLOCK_BYTES // (8 * n))
    spans = [slice(first, min(first + step, d)) for first in range(0, d, step)]
    # They are read column by column below, which only an array can do.
    data = np.asarray(chosen.vectors if chosen.chosen is None else chosen.vectors[chosen.chosen])
    mean, gram = np.empty(d), np.zeros((n, n))
    for span in spans:
        progress(0.4 * span.start / d, FITTING)
        block = data[:, span].astype(np.float64)
        mean[span] = block.mean(axis=0)
        block -= mean[span]
        gram += block @ block.T
    if not np.isfinite(gram).all():
        return None
    values, points = leading_of_matrix(gram, k, seed)
    scale = np.where(values > 0, 1 / np.sqrt(np.maximum(values, np.finfo(float).tiny)), 0)
    components = np.empty((k, d))
    for span in spans:
        progress(0.4 + 0.2 * span.start / d, FITTING)
        components[:, span] = (points @ (data[:, span] - mean[span])) * scale[:, None]
    return _Fit(components, mean, values / max(n - 1, 1), float(np.trace(gram)) / max(n - 1, 1))


def _by_products(
    chosen: Rows, centre: Floats, k: int, *, seed: int, reading: Reading, progress: Progress
) -> _Fit | None:
    n, d, dtype = len(chosen), chosen.d, reading.dtype
    total, squares = np.zeros(d), 0.0

    def moments(_: slice, block: NDArray[Any]) -> tuple[NDArray[Any], float]:
        return block.sum(axis=0, dtype=np.float64), float(np.square(block).sum(dtype=np.float64))

    for sums, square in chosen.each(centre, dtype, moments, part(progress, 0, 0.1, FITTING)):
        total += sums
        squares += square
    mean = centre + total / n
    variance = (squares - n * float(np.square(total / n).sum())) / max(n - 1, 1)
    if not np.isfinite(variance):
        return None
    done = 0

    def product(basis: Floats) -> Floats:
        nonlocal done
        start, done = 0.1 + 0.5 * done / KRYLOV_STEPS, min(done + 1, KRYLOV_STEPS)
        out, factor = np.zeros_like(basis), basis.astype(dtype)

        def multiply(_: slice, block: NDArray[Any]) -> NDArray[Any]:
            return block.T @ (block @ factor)

        for products in chosen.each(mean, dtype, multiply, part(progress, start, start + 0.5 / KRYLOV_STEPS, FITTING)):
            out += products
        return out / max(n - 1, 1)

    found = leading_of_product(product, d, k, seed, steps=KRYLOV_STEPS, tolerance=None)
    assert found is not None
    return _Fit(found[1], mean, found[0], variance)


def _tidied(fit: _Fit) -> _Fit:
    """Signs by convention; directions without variance orthonormal, their variance exactly zero."""
    floor = max(float(fit.variance[0]), 0) * 1e-12
    variance = np.where(fit.variance > floor, fit.variance, 0)
    found = int(np.count_nonzero(variance))
    return _Fit(with_signs(complete(fit.components, found)), fit.mean, variance, max(fit.total, float(variance.sum())))
