"""What scikit-learn expects of an estimator, without needing scikit-learn."""

from __future__ import annotations

import inspect
from typing import Any, Self

from vectarium.errors import ParameterError


class Estimator:
    """The parameters of an estimator are the arguments of its ``__init__``, kept under their names."""

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

    def __repr__(self) -> str:
        given = ", ".join(f"{name}={value!r}" for name, value in self.get_params().items())
        return f"{type(self).__name__}({given})"
