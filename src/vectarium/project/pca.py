"""Principal component analysis as an estimator with scikit-learn's methods and names."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from vectarium.errors import ParameterError, ShapeError
from vectarium.project.estimator import Estimator
from vectarium.project.principal import check_n_components, fit_rows, place
from vectarium.project.progress import silent
from vectarium.project.rows import Rows, find_finite


class PCA(Estimator):
    """Principal component analysis.

    Reads its input block by block, so that it may be a memory-mapped file of any type of real number.

    Parameters
    ----------
    n_components
        How many components; fewer are found where there are fewer points or dimensions, see
        ``n_components_``.
    random_state
        The seed, used only where both the points and the dimensions are more than 4,000.

    Attributes
    ----------
    components_
        Array ``(k, d)`` of orthonormal rows. In each, the number of largest size is positive.
    mean_
        Array ``(d,)``.
    explained_variance_, explained_variance_ratio_
        Arrays ``(k,)``: variance along each component, and its share of the whole.
    n_components_, n_features_in_
        k and d.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]])
    >>> PCA(n_components=1).fit_transform(x).round(3)
    array([[-1.414],
           [ 0.   ],
           [ 1.414]], dtype=float32)
    """

    components_: NDArray[np.float64]
    mean_: NDArray[np.float64]
    explained_variance_: NDArray[np.float64]
    explained_variance_ratio_: NDArray[np.float64]
    n_components_: int
    n_features_in_: int

    def __init__(self, n_components: int = 10, *, random_state: int = 0) -> None:
        self.n_components = n_components
        self.random_state = random_state

    def fit(self, x: Any, y: object = None) -> Self:  # noqa: ARG002 (scikit-learn passes it)
        """Find the components of ``x`` ``(n, d)``.

        Raises
        ------
        ShapeError
            If ``x`` is not a matrix of real numbers.
        ParameterError
            If it holds NaN or infinity, or ``n_components`` is not a positive integer.
        """
        self._fit(x)
        return self

    def fit_transform(self, x: Any, y: object = None) -> NDArray[np.float32]:  # noqa: ARG002
        """Find the components of ``x`` ``(n, d)`` and return its coordinates, float32 ``(n, k)``."""
        rows = self._fit(x)
        return np.ascontiguousarray(place(rows, self.mean_, self.components_, silent).T)

    def transform(self, x: Any) -> NDArray[np.float32]:
        """The coordinates, float32 ``(n, k)``, of other vectors ``(n, d)``; NaN stays NaN.

        Raises
        ------
        ParameterError
            Before ``fit``.
        ShapeError
            If ``x`` has another number of dimensions.
        """
        if not hasattr(self, "components_"):
            raise ParameterError("This PCA has no components yet. Call fit or fit_transform first.")
        rows = Rows(np.asanyarray(x))
        if rows.d != self.n_features_in_:
            raise ShapeError(
                f"These vectors have {rows.d:,} dimensions; the PCA was fitted on {self.n_features_in_:,}."
            )
        with np.errstate(invalid="ignore"):
            return np.ascontiguousarray(place(rows, self.mean_, self.components_, silent).T)

    def _fit(self, x: Any) -> Rows:
        check_n_components(self.n_components)
        vectors = np.asanyarray(x)
        rows, fit = fit_rows(vectors, self.n_components, self.random_state, silent)
        if rows.places is not None:
            bad = np.flatnonzero(~finite) if (finite := find_finite(vectors)) is not None else []
            raise ParameterError(
                f"{len(bad):,} of {len(vectors):,} vectors hold NaN or infinity, the first in row {bad[0]}. "
                "Leave them out, or fill in their values."
            )
        self.components_, self.mean_ = fit.components, fit.mean
        self.explained_variance_, self.explained_variance_ratio_ = fit.variance, fit.ratio
        self.n_components_, self.n_features_in_ = fit.components.shape
        return rows
