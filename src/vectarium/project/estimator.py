"""What scikit-learn expects of an estimator, without needing scikit-learn.

Its protocol is a set of names: parameters are the arguments of ``__init__``, what was learned ends in an
underscore, ``n_features_in_`` and ``feature_names_in_`` say what was fitted, and ``__sklearn_tags__``,
which only scikit-learn itself calls, says what an estimator can take. Messages about the number and the
names of features are in its words, since its tools look for them.
"""

from __future__ import annotations

import inspect
import warnings
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from vectarium.errors import NotFittedError, ParameterError, ShapeError


class Estimator:
    """The parameters of an estimator are the arguments of its ``__init__``, kept under their names.

    Attributes
    ----------
    n_features_in_
        The number of dimensions of the vectors that it was fitted on.
    feature_names_in_
        Their names, where the vectors came in a DataFrame that names all its columns.
    """

    n_features_in_: int
    feature_names_in_: NDArray[np.object_]

    @classmethod
    def _parameters(cls) -> list[str]:
        return list(inspect.signature(cls).parameters)

    def get_params(self, deep: bool = True) -> dict[str, Any]:  # noqa: ARG002 (scikit-learn passes it)
        """The parameters by name.

        Parameters
        ----------
        deep
            For scikit-learn's sake; no estimator here holds another one.
        """
        return {name: getattr(self, name) for name in self._parameters()}

    def set_params(self, **params: Any) -> Self:
        """Set parameters by name.

        Raises
        ------
        ParameterError
            If there is no parameter of that name.
        """
        known = self._parameters()
        for name, value in params.items():
            if name not in known:
                raise ParameterError(f"{type(self).__name__} has no parameter {name!r}; it has {', '.join(known)}.")
            setattr(self, name, value)
        return self

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:  # noqa: ARG002
        """Names for the coordinates, such as ``pca0``, ``pca1``.

        Raises
        ------
        NotFittedError
            Before ``fit``.
        """
        self._check_fitted()
        name = type(self).__name__.lower()
        return np.array([f"{name}{i}" for i in range(self._n_features_out)], object)

    @property
    def _n_features_out(self) -> int:
        """How many coordinates there are; scikit-learn asks for it under this name."""
        return int(getattr(self, "n_components_", None) or getattr(self, "n_components"))  # noqa: B009

    def __sklearn_tags__(self) -> Any:
        """What it can take, in scikit-learn's own form."""
        from sklearn.utils import InputTags, Tags, TargetTags, TransformerTags  # pyright: ignore[reportMissingTypeStubs]

        return Tags(
            estimator_type=None,
            target_tags=TargetTags(required=False),
            transformer_tags=TransformerTags(preserves_dtype=["float32"]),
            input_tags=InputTags(),
        )

    def __repr__(self) -> str:
        given = ", ".join(f"{name}={value!r}" for name, value in self.get_params().items())
        return f"{type(self).__name__}({given})"

    def _vectors_to_fit(self, x: Any) -> NDArray[Any]:
        """The vectors ``(n, d)``, as they are stored; d and their names are kept in mind."""
        vectors = as_array(x)
        if vectors.ndim == 2:
            self.n_features_in_ = vectors.shape[1]
        names = feature_names(x)
        if names is not None:
            self.feature_names_in_ = names
        elif hasattr(self, "feature_names_in_"):
            del self.feature_names_in_
        return vectors

    def _vectors_to_transform(self, x: Any) -> NDArray[Any]:
        """Other vectors ``(m, d)``, or an error unless they have the features that were fitted.

        Raises
        ------
        NotFittedError
            Before ``fit``.
        ShapeError
            If they have another number of dimensions.
        ParameterError
            If they name other features, or the same in another order.
        """
        self._check_fitted()
        vectors = as_array(x)
        if vectors.ndim == 2 and vectors.shape[1] != self.n_features_in_:
            raise ShapeError(
                f"X has {vectors.shape[1]} features, but {type(self).__name__} is expecting {self.n_features_in_} "
                "features as input."
            )
        check_same_features(feature_names(x), getattr(self, "feature_names_in_", None), type(self).__name__)
        return vectors

    def _check_fitted(self) -> None:
        learned = {name for name in vars(self) if name.endswith("_")}
        if not learned - {"n_features_in_", "feature_names_in_"}:
            raise NotFittedError(f"This {type(self).__name__} is not fitted yet. Call fit or fit_transform first.")


def as_array(x: Any) -> NDArray[Any]:
    """An array of what stands in a list, a DataFrame or an array, as it is stored.

    Raises
    ------
    ShapeError
        If it is sparse, or complex.
    TypeError
        If objects in it are no numbers.
    """
    if hasattr(x, "tocsr") or hasattr(x, "toarray"):
        raise ShapeError(
            f"A sparse matrix of shape {x.shape}; dense vectors are needed. Call toarray() on it, or reduce it first "
            "with sklearn.decomposition.TruncatedSVD."
        )
    vectors = np.asanyarray(x)
    if vectors.dtype.kind == "c":
        raise ShapeError("Complex data not supported: real numbers are needed.")
    if vectors.dtype.kind == "O":
        vectors = vectors.astype(np.float64)
    if vectors.ndim != 2:
        raise ShapeError(
            f"Vectors of shape {vectors.shape}; a matrix (n, d) is needed. Reshape your data: reshape(-1, 1) where it "
            "has one feature, reshape(1, -1) where it is one sample."
        )
    if 0 in vectors.shape:
        what = ("sample", "feature")[vectors.shape[0] > 0]
        raise ShapeError(
            f"Found array with 0 {what}(s) (shape={vectors.shape}) while a minimum of 1 is required, so at "
            "least one is needed."
        )
    return vectors


def feature_names(x: Any) -> NDArray[np.object_] | None:
    """The names of a DataFrame's columns, where all are strings; None where none are.

    Raises
    ------
    TypeError
        If only some are strings.
    """
    columns = getattr(x, "columns", None)
    if columns is None or not hasattr(x, "shape"):
        return None
    names = list(columns)
    strings = sum(isinstance(name, str) for name in names)
    if 0 < strings < len(names):
        raise TypeError(
            "Feature names are only supported if all input features have string names, but your input has others as "
            "well. Convert them all to strings, or pass an array."
        )
    return np.array(names, object) if strings else None


def check_same_features(given: NDArray[Any] | None, fitted: NDArray[Any] | None, estimator: str) -> None:
    """Raise ParameterError where features have other names than those that were fitted."""
    if given is None and fitted is None:
        return
    if fitted is None:
        warnings.warn(f"X has feature names, but {estimator} was fitted without feature names", stacklevel=4)
    elif given is None:
        warnings.warn(
            f"X does not have valid feature names, but {estimator} was fitted with feature names", stacklevel=4
        )
    elif list(given) != list(fitted):
        raise ParameterError(_difference(list(given), list(fitted)))


def _difference(given: list[str], fitted: list[str]) -> str:
    lines = ["The feature names should match those that were passed during fit."]
    unseen, missing = sorted(set(given) - set(fitted)), sorted(set(fitted) - set(given))
    if unseen:
        lines += ["Feature names unseen at fit time:", *_listed(unseen)]
    if missing:
        lines += ["Feature names seen at fit time, yet now missing:", *_listed(missing)]
    if not unseen and not missing:
        lines.append("Feature names must be in the same order as they were in fit.")
    return "\n".join([*lines, ""])


def _listed(names: list[str], most: int = 5) -> list[str]:
    return [f"- {name}" for name in names[:most]] + ["- ..."] * (len(names) > most)
