"""Models that were saved: loaded from a file, or made by code that a person names.

A file never runs what somebody put into it: Keras's files are loaded in safe mode, weights of PyTorch as plain tensors.
What a model is made of in PyTorch is code, so it is either named (``module:attribute``, with the weights in a file), or
it was exported with the program itself.
"""

from __future__ import annotations

import sys
import zipfile
from importlib import import_module
from os import PathLike
from pathlib import Path
from typing import Any

from vectarium.errors import FormatError, ParameterError
from vectarium.record.frameworks import require

KERAS = (".keras", ".h5", ".hdf5")
TORCH = (".pt2", ".pt", ".pth", ".ts", ".torchscript")
WANTED = (
    "a .keras or .h5 file of Keras, a program of torch.export (.pt2) or of TorchScript (.pt), or module:attribute for code "
    "that makes the model, with its weights as --state"
)


def loaded(model: Any) -> Any:
    """The model itself, or the one that was saved under a path."""
    return load_model(model) if isinstance(model, (str, PathLike)) else model


def load_model(model: str | PathLike[str], state: str | PathLike[str] | None = None) -> Any:
    """Load a model.

    Parameters
    ----------
    model
        The path of a file, or ``"module:attribute"``: a model, or a class or function that makes one without arguments.
    state
        Weights to load into a model of PyTorch: a file of ``torch.save(model.state_dict(), …)``.

    Returns
    -------
    keras.Model or torch.nn.Module
        Ready to be shown examples.

    Raises
    ------
    ParameterError
        If there is no such file or attribute, or it makes no model.
    FormatError
        If the file is none that can be loaded.
    """
    path = Path(model).expanduser()
    kind = path.suffix.lower()
    if not path.exists() and ":" in str(model) and kind not in KERAS + TORCH:
        return _made(str(model), state)
    if kind not in KERAS + TORCH:
        raise ParameterError(
            f"{str(path)!r} is no saved model that can be loaded; needed is {WANTED}. The tables alone of other files open with "
            "vectarium open."
        )
    if not path.exists():
        raise ParameterError(f"There is no file {str(path)!r}.")
    if state is not None:
        raise ParameterError("Weights are loaded into a model that code makes: module:attribute in place of the file.")
    return _loaded_keras(path) if kind in KERAS else _loaded_torch(path)


def _made(named: str, state: str | PathLike[str] | None) -> Any:
    """The model that code makes, with the weights in it."""
    module, _, attribute = named.rpartition(":")
    sys.path.insert(0, str(Path.cwd()))
    try:
        made: Any = import_module(module)
    except ModuleNotFoundError as error:
        raise ParameterError(
            f"{named!r} is no file, and there is no module {error.name!r} here or among what is installed."
        ) from error
    finally:
        sys.path.remove(str(Path.cwd()))
    for name in attribute.split("."):
        if not hasattr(made, name):
            known = ", ".join(repr(each) for each in vars(made) if not each.startswith("_"))
            raise ParameterError(f"{module!r} has no {name!r}. It has {known[:300] or 'nothing'}.")
        made = getattr(made, name)
    model = made if _is_model(made) or not callable(made) else made()
    if not _is_model(model):
        raise ParameterError(f"{named!r} made a {type(model).__name__}; a keras.Model or a torch.nn.Module is needed.")
    if state is not None:
        _load_state(model, Path(state).expanduser())
    return model


def _is_model(given: Any) -> bool:
    """Whether it is a model itself, not a class or a function that makes one."""
    origins = {each.__module__.partition(".")[0] for each in type(given).__mro__}
    return bool(origins & {"keras", "torch"})


def _load_state(model: Any, path: Path) -> None:
    if hasattr(model, "load_weights"):
        model.load_weights(path)
        return
    torch = require("torch")
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except OSError as error:
        raise FormatError(f"The weights cannot be read: {error.strerror or error}.", path) from error
    except Exception as error:
        told = str(error).splitlines()[0][:200]
        raise FormatError(
            f"These are no plain weights: {told} Save them with torch.save(model.state_dict(), path).", path
        ) from error
    state = state.get("state_dict", state.get("model_state_dict", state)) if isinstance(state, dict) else state
    try:
        model.load_state_dict(state)
    except (RuntimeError, TypeError, AttributeError) as error:
        raise FormatError(f"The weights do not fit the model: {' '.join(str(error).split())[:400]}", path) from error


def _loaded_keras(path: Path) -> Any:
    keras = require("keras")
    try:
        return keras.saving.load_model(path, compile=False, safe_mode=True)
    except Exception as error:
        told = " ".join(str(error).split())[:400]
        raise FormatError(f"Keras cannot load this model: {type(error).__name__}: {told}", path) from error


def _loaded_torch(path: Path) -> Any:
    torch = require("torch")
    kind = _kind_of_archive(path)
    try:
        if kind == "export":
            return torch.export.unflatten(torch.export.load(path))
        if kind == "script":
            return torch.jit.load(path, map_location="cpu").eval()
    except Exception as error:
        told = " ".join(str(error).split())[:400]
        raise FormatError(f"PyTorch cannot load this program: {type(error).__name__}: {told}", path) from error
    raise FormatError(
        "This file holds weights, or a pickled model, but not the code that they belong to, and pickled code is not run. Name "
        f"the code: vectarium capture package.module:Model --state {path.name}. The tables alone open with vectarium open.",
        path,
    )


def _kind_of_archive(path: Path) -> str:
    """What PyTorch's archive holds, told by its members."""
    if not zipfile.is_zipfile(path):
        return "pickle"
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
    if any("serialized_exported_program" in name or name.endswith("/archive_format") for name in names):
        return "export"
    return "script" if any("/code/" in name for name in names) else "pickle"
