"""What is done to vectors before they are projected, or asked for neighbours.

A preparation is fitted on some vectors, and prepares them and others. The vectors need not be copied for it:
``view`` gives what looks like an array of prepared vectors and prepares the rows that are read, block by block,
so that principal components, axes and the neighbours of one point take no memory beyond a block. Only what
needs all vectors at once, a search for all neighbours, takes a copy.
"""

from __future__ import annotations

from typing import Any, Self, cast

import numpy as np
from numpy.typing import NDArray

from vectarium.project.estimator import Estimator
from vectarium.project.moments import moments
from vectarium.project.parameters import check_choice, check_finite
from vectarium.project.principal import check_n_components, fit_rows
from vectarium.project.progress import Progress, silent
from vectarium.project.rows import BLOCK_BYTES

PREPARATIONS = ("raw", "centred", "unit", "spherized", "standardized", "reduced")
# Squares of numbers far outside leave float32's range; float64's is wide enough for what is ordinary.
SAFE_SQUARES = (1e-30, 1e30)


class Preparation(Estimator):
    """Centre, scale or reduce vectors.

    Parameters
    ----------
    method
        ``"raw"``: as they are. ``"centred"``: their mean is taken away. ``"unit"``: each at length 1.
        ``"spherized"``: both, one after the other, as TensorBoard's Embedding Projector does. ``"standardized"``:
        every dimension at mean 0 and standard deviation 1. ``"reduced"``: their leading principal components.
    n_components
        How many components; only ``"reduced"`` reads it.
    random_state
        The seed of the components, used only where both the points and the dimensions are more than 4,000.

    Attributes
    ----------
    mean_
        Array ``(d,)``: what is taken away; None where nothing is.
    scale_
        Array ``(d,)``: what each dimension is divided by; None where it is not. 1 where a dimension has no spread.
    components_
        Array ``(k, d)`` of orthonormal rows; None unless it reduces.
    explained_variance_ratio_
        Array ``(k,)``: the share of the variance that each component holds; None unless it reduces.
    n_components_, n_features_in_
        How many dimensions prepared vectors have, and how many they had before.

    Examples
    --------
    >>> Preparation("spherized").fit_transform([[3.0, 4.0], [-3.0, 4.0], [0.0, 4.0]])
    array([[ 1.,  0.],
           [-1.,  0.],
           [ 0.,  0.]])
    """

    mean_: NDArray[np.float64] | None
    scale_: NDArray[np.float64] | None
    components_: NDArray[np.float64] | None
    explained_variance_ratio_: NDArray[np.float64] | None
    n_components_: int

    def __init__(self, method: str = "spherized", *, n_components: int = 50, random_state: int = 0) -> None:
        self.method = method
        self.n_components = n_components
        self.random_state = random_state

    def fit(self, x: Any, y: object = None) -> Self:  # noqa: ARG002 (scikit-learn passes it)
        """Learn what is taken away, and what is divided by, from ``x`` ``(n, d)``.

        Raises
        ------
        ShapeError
            If ``x`` is not a matrix of real numbers.
        ParameterError
            If it holds NaN or infinity, or a parameter is outside of what is allowed.
        """
        return self.fit_finite(check_finite(self._vectors_to_fit(x)))

    def fit_transform(self, x: Any, y: object = None) -> NDArray[Any]:
        """Fit, and return the vectors prepared, ``(n, k)``."""
        return self.fit(x, y).transform(x)

    def transform(self, x: Any) -> NDArray[Any]:
        """Vectors ``(n, d)`` prepared, ``(n, k)``: float32, or float64 where they are wider; NaN stays NaN.

        Raises
        ------
        NotFittedError
            Before ``fit``.
        ShapeError
            If ``x`` has another number of dimensions.
        """
        vectors = self._vectors_to_transform(x)
        return np.array(PreparedVectors(vectors, self))

    def view(self, vectors: NDArray[Any]) -> NDArray[Any]:
        """The same without a copy: what is read of it is prepared then, block by block.

        It has the shape, the type and the indices of rows of an array, which is all that `PCA`, `Directions` and
        `query_neighbors` ask for; ``numpy.asarray`` makes it one.
        """
        self._check_fitted()
        return vectors if self.method == "raw" else cast("NDArray[Any]", PreparedVectors(vectors, self))

    def fit_finite(
        self, vectors: NDArray[Any], finite: NDArray[np.bool_] | None = None, progress: Progress | None = None
    ) -> Self:
        """The same as ``fit`` for vectors of which some may hold NaN or infinity: these take no part.

        Parameters
        ----------
        vectors
            Array ``(n, d)``; may be memory-mapped, and is never copied whole.
        finite
            Boolean ``(n,)``, False for rows to leave out; None: not known.
        progress
            Called with the share done and a text between blocks; may raise CancelledError.
        """
        check_choice("method", self.method, PREPARATIONS)
        check_n_components(self.n_components)
        self.n_features_in_ = self.n_components_ = vectors.shape[1]
        self.mean_ = self.scale_ = self.components_ = self.explained_variance_ratio_ = None
        if self.method == "reduced":
            _, fit = fit_rows(vectors, self.n_components, self.random_state, progress or silent, finite=finite)
            self.mean_, self.components_, self.explained_variance_ratio_ = fit.mean, fit.components, fit.ratio
            self.n_components_ = len(fit.components)
        elif self.method in ("centred", "spherized", "standardized"):
            found = moments(vectors, finite=finite, progress=progress)
            self.mean_ = found.mean
            if self.method == "standardized":
                spread = np.sqrt(found.variance)
                constant = spread <= 10 * np.finfo(float).eps * np.abs(found.mean)
                self.scale_ = np.where(constant, 1, spread)
        return self

    def keeps_distances(self, metric: str) -> bool:
        """Whether distances among prepared vectors are those among vectors as they are, so that none need be made."""
        if self.method == "centred":
            return metric == "euclidean"
        return self.method == "raw" or (self.method == "unit" and metric in ("cosine", "correlation"))

    def prepare(self, block: NDArray[Any]) -> NDArray[Any]:
        """Some vectors ``(m, d)`` prepared, a new array ``(m, k)``."""
        dtype = working_type(block.dtype)
        with np.errstate(all="ignore"):
            if self.mean_ is None:
                out = block.astype(dtype)
            else:  # the difference of what is wide is taken before it is rounded
                wide = block.dtype.itemsize > 4
                out = np.subtract(block, self.mean_ if wide else self.mean_.astype(dtype)).astype(dtype, copy=False)
            if self.scale_ is not None:
                out /= self.scale_.astype(dtype)
            if self.components_ is not None:
                out = out @ self.components_.T.astype(dtype)
            return to_unit_length(out) if self.method in ("unit", "spherized") else out


class PreparedVectors:
    """Vectors that are prepared when they are read; see `Preparation.view`."""

    ndim = 2

    def __init__(self, vectors: NDArray[Any], preparation: Preparation) -> None:
        self.vectors = vectors
        self.preparation = preparation
        self.shape = (len(vectors), preparation.n_components_)
        self.dtype = np.dtype(working_type(vectors.dtype))

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: Any) -> NDArray[Any]:
        read = np.asarray(self.vectors[rows])
        return self.preparation.prepare(read[None])[0] if read.ndim == 1 else self.preparation.prepare(read)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        out = np.empty(self.shape, dtype or self.dtype)
        step = max(1, BLOCK_BYTES // (self.vectors.shape[1] * self.dtype.itemsize))
        for start in range(0, len(self), step):
            out[start : start + step] = self[start : start + step]
        return out


def working_type(stored: np.dtype[Any]) -> type[np.floating[Any]]:
    """The floating point that prepared vectors have: float32 where it holds the stored numbers."""
    return np.float32 if stored == np.float32 or stored.itemsize <= 2 else np.float64


def to_unit_length(vectors: NDArray[Any]) -> NDArray[Any]:
    """Floating point vectors ``(m, d)`` at length 1, in place; those of length 0 stay so."""
    squares = np.einsum("ij,ij->i", vectors, vectors)
    low, high = SAFE_SQUARES
    odd = np.flatnonzero(~((squares > low) & (squares < high)) & np.isfinite(vectors).all(axis=1))
    if len(odd):
        largest = np.abs(vectors[odd]).max(axis=1, keepdims=True)
        vectors[odd] /= np.where(largest == 0, 1, largest)
        squares[odd] = np.einsum("ij,ij->i", vectors[odd], vectors[odd])
    vectors /= np.sqrt(np.where(squares == 0, 1, squares))[:, None]
    return vectors
