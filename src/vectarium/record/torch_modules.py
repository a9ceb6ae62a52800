"""Finding parts of a PyTorch model by name: under wrappers, compiled, tied, quantised, sharded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import nn

from vectarium.errors import LayerNotFoundError, ParameterError

WRAPPERS = ("_orig_mod", "_checkpoint_wrapped_module", "_fsdp_wrapped_module")
TABLES = (nn.Embedding, nn.EmbeddingBag)


def unwrapped(model: Any) -> nn.Module:
    """The model inside of ``torch.compile``, DataParallel and DistributedDataParallel.

    Raises
    ------
    ParameterError
        If it is no module.
    """
    if not isinstance(model, nn.Module):
        raise ParameterError(f"The model is a {type(model).__name__}; a torch.nn.Module is needed.")
    while True:
        if isinstance(model, (nn.DataParallel, nn.parallel.DistributedDataParallel)):
            model = model.module
        elif "_orig_mod" in dict(model.named_children()):  # a compiled module has no public name for it
            model = model.get_submodule("_orig_mod")
        else:
            assert isinstance(model, nn.Module)
            return model


def check_sizes_known(model: nn.Module) -> None:
    """Raise ParameterError where weights are still without sizes: running the probe would draw them, not the training."""
    lazy = [name for name, each in model.named_parameters() if nn.parameter.is_lazy(each)]
    if lazy:
        raise ParameterError(
            f"The sizes of {', '.join(map(repr, lazy[:3]))} are not known yet, and running the probe now would change how the "
            "training begins. Run the model once on a batch before the recorder is made."
        )


def plain_name(name: str) -> str:
    """A name without what wrappers put into it: ``encoder._orig_mod.2`` is ``encoder.2``."""
    return ".".join(part for part in name.split(".") if part not in WRAPPERS)


def modules_by_name(model: nn.Module) -> dict[str, nn.Module]:
    """All modules by plain name, a shared one under each of its names; wrappers give way to what they wrap."""
    return {plain_name(name): module for name, module in model.named_modules(remove_duplicate=False) if name}


def parameters_by_name(model: nn.Module) -> dict[str, Any]:
    """All parameters by plain name, a tied one under each of its names."""
    return {plain_name(name): each for name, each in model.named_parameters(remove_duplicate=False)}


def module_of(model: nn.Module, name: str) -> nn.Module:
    """The module of that name; ``""`` is the model itself.

    Raises
    ------
    LayerNotFoundError
        If there is none; the error names the nearest.
    """
    modules = modules_by_name(model)
    if name in {"", "output"} and name not in modules:
        return model
    if name not in modules:
        raise LayerNotFoundError(name, modules)
    return modules[name]


def table_names(model: nn.Module) -> list[str]:
    """The names of all embedding layers, each once."""
    seen = set[int]()
    names = list[str]()
    for name, module in modules_by_name(model).items():
        weight = held_weight(module)
        known = id(module if weight is None else weight)
        if is_table(module) and known not in seen:
            seen.add(known)
            names.append(name)
    return names


def held_weight(module: nn.Module) -> Any:
    """The weight parameter itself, None where it is computed (parametrised, quantised) or there is none."""
    held = vars(module)["_parameters"]
    return held.get("weight") if isinstance(held, dict) else getattr(module, "weight", None)  # TorchScript has its own


def is_table(module: nn.Module) -> bool:
    """Whether it is an embedding layer, a quantised one included."""
    return isinstance(module, TABLES) or kind_of(module) in {"Embedding", "EmbeddingBag"}


def kind_of(module: nn.Module) -> str:
    """The name of its class; of a program of TorchScript, of the class that it was made from."""
    return str(getattr(module, "original_name", type(module).__name__))


class TableWeights:
    """The weights of one table, found anew each time, since training may exchange them.

    Parameters
    ----------
    model
        The unwrapped model.
    name
        Of a layer with a weight ``(n, d)``, or of a parameter itself.
    """

    def __init__(self, model: nn.Module, name: str) -> None:
        self._model = model
        self.name = name
        self.shape()

    def shape(self) -> tuple[int, int]:
        """Number of rows and of dimensions.

        Raises
        ------
        LayerNotFoundError, ParameterError
            If there is no such layer, or it has no table.
        """
        weight = self._weight()
        if weight.ndim != 2:
            raise ParameterError(
                f"The weights of {self.name!r} have shape {tuple(weight.shape)}; a table (n, d) is needed."
            )
        return int(weight.shape[0]), int(weight.shape[1])

    def _weight(self) -> Any:
        modules = modules_by_name(self._model)
        if self.name in modules:
            weight = getattr(modules[self.name], "weight", None)
            weight = weight() if callable(weight) and not isinstance(weight, torch.Tensor) else weight
            if weight is None:
                raise ParameterError(
                    f"The layer {self.name!r}, a {type(modules[self.name]).__name__}, has no weights of its own. Record what "
                    f"it makes of a probe: activations=[{self.name!r}]. Tables: {', '.join(table_names(self._model)) or 'none'}."
                )
            return weight
        parameters = parameters_by_name(self._model)
        if self.name not in parameters:
            raise LayerNotFoundError(self.name, [*table_names(self._model), *modules, *parameters])
        return parameters[self.name]

    def read(self, rows: Any) -> Any:
        """The rows, or all, as a float32 tensor on the host."""
        weight = self._weight().detach()
        weight = weight.full_tensor() if hasattr(weight, "full_tensor") else weight  # sharded: all processes take part
        weight = weight.dequantize() if weight.is_quantized else weight
        weight = weight.to_dense() if weight.layout != torch.strided else weight
        if rows is not None:
            weight = weight[torch.as_tensor(rows, device=weight.device)]
        return weight.float().cpu()

    @property
    def padding(self) -> int | None:
        """The row that the layer itself leaves alone."""
        module = modules_by_name(self._model).get(self.name)
        padding = getattr(module, "padding_idx", None)
        return padding if isinstance(padding, int) and padding >= 0 else None

    def key(self) -> int:
        """What tied tables have in common."""
        modules = modules_by_name(self._model)
        held = held_weight(modules[self.name]) if self.name in modules else None
        weight = held if held is not None else parameters_by_name(self._model).get(self.name)
        return id(self) if weight is None else id(weight)

    def aliases(self) -> tuple[str, ...]:
        """Other names of the same weights: tied ones are stored once."""
        key = self.key()
        own = {self.name, f"{self.name}.weight"}
        return tuple(
            name for name, each in parameters_by_name(self._model).items() if id(each) == key and name not in own
        )


def sharded_modules(model: nn.Module) -> Iterator[Any]:
    """The parts that FSDP2 shards, each of which can be told to let go of what it gathered."""
    for module in model.modules():
        if hasattr(module, "reshard") and hasattr(module, "unshard"):
            yield module
