"""Principal component analysis as an estimator with scikit-learn's methods and names."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from vectarium.project.estimator import Estimator
from vectarium.project.parameters import check_finite
from vectarium.project.principal import Reading, check_n_components, fit_rows, place
from vectarium.project.progress import silent
from vectarium.project.rows import Rows


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
        rows, reading = self._fit(x)
        return np.ascontiguousarray(place(rows, self.mean_, self.components_, silent, reading=reading).T)

    def transform(self, x: Any) -> NDArray[np.float32]:
        """The coordinates, float32 ``(n, k)``, of other vectors ``(n, d)``; NaN stays NaN.

        Raises
        ------
        NotFittedError
            Before ``fit``.
        ShapeError
            If ``x`` has another number of dimensions.
        """
        rows = Rows(self._vectors_to_transform(x))
        with np.errstate(invalid="ignore"):
            return np.ascontiguousarray(place(rows, self.mean_, self.components_, silent).T)

    def _fit(self, x: Any) -> tuple[Rows, Reading]:
        check_n_components(self.n_components)
        vectors = self._vectors_to_fit(x)
        rows, fit = fit_rows(vectors, self.n_components, self.random_state, silent)
        if rows.places is not None:
            check_finite(vectors)
        self.components_, self.mean_ = fit.components, fit.mean
        self.explained_variance_, self.explained_variance_ratio_ = fit.variance, fit.ratio
        self.n_components_ = len(fit.components)
        return rows, fit.reading
