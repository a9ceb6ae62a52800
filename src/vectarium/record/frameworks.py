"""Which framework a model is of, told without importing any.

Each framework has a module here with two functions: ``model_source(model, probe, …)``, a
:class:`vectarium.record.reading.Source`, and ``model_layers(model, example, …)``.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

from vectarium.errors import MissingExtraError, ParameterError

# In this order: a model of Keras on its PyTorch backend is also a module of PyTorch.
FRAMEWORKS = {"keras": "vectarium.record.keras", "torch": "vectarium.record.torch"}
PROOF = {"keras": "Model", "torch": "Tensor", "lightning": "pytorch", "transformers": "Trainer", "jax": "numpy"}


def framework_of(model: Any) -> Any:
    """The module that records models of this kind.

    Raises
    ------
    ParameterError
        If it is a model of no framework that is known.
    """
    origins = {each.__module__.partition(".")[0] for each in type(model).__mro__}
    for framework, module in FRAMEWORKS.items():
        if framework in origins:
            return import_module(module)
    raise ParameterError(
        f"A {type(model).__module__}.{type(model).__name__} is no model that can be recorded; a keras.Model or a "
        "torch.nn.Module is needed. A file is opened with vt.open(…)."
    )


def require(package: str, extra: str | None = None) -> Any:
    """Import a framework.

    Parameters
    ----------
    package
        What is imported.
    extra
        The extra that brings it, None where it has the same name.

    Raises
    ------
    MissingExtraError
        If it is not installed.
    ParameterError
        If a folder of the same name in the working directory is found in its place.
    """
    try:
        module = import_module(package)
    except ImportError as error:
        if (error.name or "").partition(".")[0] != package:
            raise
        raise MissingExtraError(package, extra or package) from error
    if not hasattr(module, PROOF[package]):
        where = getattr(module, "__file__", None) or next(iter(getattr(module, "__path__", [])), "an unknown place")
        sys.modules.pop(package, None)
        raise ParameterError(
            f"'import {package}' found {str(where)!r}, which is not {package}: a folder or file of that name hides the real "
            "one. Rename it, or run from another folder."
        )
    return module
