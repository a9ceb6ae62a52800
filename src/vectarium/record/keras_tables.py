"""Embedding tables of Keras layers as they take effect: with LoRA added, quantised ones in real numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from vectarium.errors import LayerNotFoundError, ParameterError
from vectarium.record.keras_layers import layer_of, layers_by_name

ROWS_AT_ONCE = 1 << 16
WEIGHTS = ("embeddings", "position_embeddings")


class KerasTable:
    """The table of one layer, or one of its weights ``(n, d)``.

    Parameters
    ----------
    model
        The model.
    name
        Of an embedding layer, or of a layer and its weight: ``"dense/kernel"``.

    Raises
    ------
    LayerNotFoundError, ParameterError
        If there is no such layer, or it has no table.
    """

    def __init__(self, model: Any, name: str) -> None:
        self.name = name
        self.layer, self._weight = _located(model, name)
        self.shape()

    @property
    def _codes(self) -> bool:
        """Whether the weights are codes of a quantised layer, which only the layer itself can read."""
        quantised = getattr(self.layer, "quantization_mode", None) is not None
        return quantised and isinstance(self.layer, keras.layers.Embedding)

    def _value(self) -> Any:
        return getattr(self.layer, self._weight) if isinstance(self._weight, str) else self._weight

    def shape(self) -> tuple[int, int]:
        """Number of rows and of dimensions."""
        if self._codes:
            return int(self.layer.input_dim), int(self.layer.output_dim)
        shape = tuple(self._value().shape)
        if len(shape) != 2:
            raise ParameterError(f"The weights of {self.name!r} have shape {shape}; a table (n, d) is needed.")
        return int(shape[0]), int(shape[1])

    def read(self, rows: NDArray[np.int64] | None) -> NDArray[np.float32]:
        """The rows, or all, as float32 ``(rows, d)``; call it where the model is untouched."""
        if self._codes:
            return np.concatenate([host(self.layer(each)) for each in self._batches(rows)])
        value = self._value()
        value = getattr(value, "value", value)  # a variable, or what a LoRA layer computes from several
        return host(value if rows is None else keras.ops.take(value, rows, axis=0))

    def _batches(self, rows: NDArray[np.int64] | None) -> Iterator[NDArray[np.int32]]:
        chosen = np.arange(self.shape()[0]) if rows is None else rows
        for start in range(0, len(chosen), ROWS_AT_ONCE):
            yield chosen[start : start + ROWS_AT_ONCE].astype(np.int32)

    @property
    def padding(self) -> int | None:
        """The row that ``mask_zero`` takes for padding."""
        return 0 if getattr(self.layer, "mask_zero", False) else None

    @property
    def masks(self) -> bool:
        """Whether the layer tells those behind it which positions are padding."""
        return bool(getattr(self.layer, "mask_zero", False))

    def key(self) -> tuple[int, str]:
        """What a table has in common with itself under another name."""
        return id(self.layer), self._weight if isinstance(self._weight, str) else str(id(self._weight))


def table_weight(layer: Any) -> str | None:
    """Which attribute of a layer is its table, None where it has none."""
    for name in WEIGHTS:
        value = getattr(layer, name, None) if getattr(layer, "built", False) else None
        if value is not None and len(getattr(value, "shape", ())) == 2:
            return name
    return None


def table_names(model: Any) -> list[str]:
    """The names of all embedding layers, each once."""
    seen = dict[int, str]()
    for name, layer in layers_by_name(model).items():
        if table_weight(layer) is not None:
            seen.setdefault(id(layer), name)
    return list(seen.values())


def host(tensor: Any) -> NDArray[np.float32]:
    """A tensor of any backend and precision as float32 on the host."""
    # NumPy's bfloat16 would be saved as bytes that nobody can read.
    array = keras.ops.convert_to_numpy(keras.ops.cast(tensor, "float32"))
    return np.asarray(array, np.float32)


def _located(model: Any, name: str) -> tuple[Any, Any]:
    try:
        layer = layer_of(model, name)
    except LayerNotFoundError:
        owner, _, weight = name.rpartition("/")
        variable = _variable(model, owner, weight) if owner else None
        if variable is None:
            raise
        return variable
    weight = table_weight(layer)
    if weight is None:
        own = [each.name for each in layer.weights if len(each.shape) == 2]
        raise ParameterError(
            f"The layer {name!r}, a {type(layer).__name__}, has no embedding table. Record what it makes of a probe: "
            f"activations=[{name!r}]{', or a weight of it: ' + ', '.join(repr(f'{name}/{each}') for each in own) if own else ''}. "
            f"Tables: {', '.join(table_names(model)) or 'none'}."
        )
    return layer, weight


def _variable(model: Any, owner: str, weight: str) -> tuple[Any, Any] | None:
    try:
        layer = layer_of(model, owner)
    except LayerNotFoundError:
        return None
    return next(((layer, each) for each in layer.weights if each.name == weight), None)
