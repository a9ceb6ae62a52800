"""Listening to layers of a Keras model: their ``call`` is wrapped while the model runs, and put back whatever happens.

A sub-model up to a layer, ``keras.Model(model.inputs, layer.output)``, reaches neither a layer inside of a nested model,
nor the second call of a shared one, nor any of a subclassed model. Listening reaches them all, and the numbers are the same.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from vectarium.errors import ShapeError
from vectarium.record.keras_tables import host
from vectarium.record.parts import Part
from vectarium.record.pooling import TOKENS, Pooling, pool

# A quantised layer is called by the second of these.
CALLS = ("call", "quantized_call")


@dataclass(eq=False)
class Tap:
    """A layer whose output is recorded.

    Parameters
    ----------
    name
        As it was asked for: ``"lstm"``, or ``"relu#2"`` for its second call in one run of the model.
    layer
        The layer.
    call
        Which call, from 1.
    pooling
        How positions become one vector.
    which
        Which of the tensors of its output.
    """

    name: str
    layer: Any
    call: int = 1
    pooling: Pooling = "mean"
    which: int = 0
    calls: int = 0
    seen: list[Any] = field(default_factory=list[Any])
    mask: Any = None

    @property
    def output(self) -> Any:
        """What the layer returned at the call that is meant; None if there was none."""
        return self.seen[self.call - 1] if len(self.seen) >= self.call else None


@contextmanager
def listening(taps: Sequence[Tap]) -> Generator[None]:
    """Hear what layers return; in ``tap.seen`` and ``tap.calls`` afterwards."""
    by_layer = dict[int, list[Tap]]()
    for tap in taps:
        tap.calls, tap.seen = 0, []
        by_layer.setdefault(id(tap.layer), []).append(tap)
    with ExitStack() as stack:
        for same in by_layer.values():
            stack.enter_context(_heard(same[0].layer, same))
        yield


@contextmanager
def _heard(layer: Any, taps: list[Tap]) -> Generator[None]:
    depth = 0

    def listened(original: Any) -> Any:
        @functools.wraps(original)
        def call(*args: Any, **kwargs: Any) -> Any:
            nonlocal depth
            depth += 1
            try:
                output = original(*args, **kwargs)
            finally:
                depth -= 1
            if depth == 0:  # a call that calls another way of calling counts once
                for tap in taps:
                    tap.calls += 1
                    tap.seen.append(output if tap.call >= tap.calls else None)
            return output

        return call

    own = vars(layer)
    before = {name: own[name] for name in CALLS if name in own}
    try:
        for name in CALLS:
            if hasattr(layer, name):
                own[name] = listened(getattr(layer, name))
        yield
    finally:
        for name in CALLS:
            own.pop(name, None)
        own.update(before)


def tensors_in(given: Any) -> list[Any]:
    """Every tensor of real numbers in whatever a layer returns, in order."""
    flat = [each for each in keras.tree.flatten(given) if hasattr(each, "shape") and hasattr(each, "dtype")]
    return [each for each in flat if len(each.shape) and "float" in keras.backend.standardize_dtype(each.dtype)]


def which_tensor(given: Any, n: int) -> int | None:
    """The first of the tensors with n examples; None where no one has them."""
    return next((index for index, each in enumerate(tensors_in(given)) if each.shape[0] == n), None)


def is_traced(tap: Tap) -> bool:
    """Whether what was heard only stands for numbers: JAX runs the cell of a recurrent layer inside of a compiled loop."""
    jax = sys.modules.get("jax")
    return jax is not None and any(isinstance(each, jax.core.Tracer) for each in tensors_in(tap.output))


def part_of(tap: Tap, rows: NDArray[np.intp], mask: NDArray[np.bool_] | None) -> Part:
    """What was heard of one batch, pooled, on the host.

    Parameters
    ----------
    tap
        The layer.
    rows
        Which examples were shown; more may have been shown to fill a batch of fixed size.
    mask
        The probe's mask of these examples, where the layer passes on none.
    """
    tensor = tensors_in(tap.output)[tap.which]
    own = keras_mask(tensor) if tap.mask is None else tap.mask
    n, examples = len(rows), rows.astype(np.int64)
    real: Any = keras.ops.cast(tensor, "float32")
    values = _positions_second(real[:n], tap.layer)
    if len(values.shape) == 2:
        return Part(host(values), examples, None, None, masked=False)
    shape = (n, int(values.shape[1]))
    if own is not None and tuple(own.shape[1:]) == shape[1:]:
        mask = np.asarray(keras.ops.convert_to_numpy(own), bool)[:n]
    told = mask is not None and mask.shape == shape
    there = mask if mask is not None and mask.shape == shape else np.ones(shape, bool)
    vectors = host(_pooled(values, there, tap.pooling))
    if tap.pooling == TOKENS:
        example, position = there.nonzero()
        return Part(vectors, examples[example], position.astype(np.int64), shape[1], told)
    if vectors.ndim != 2 or len(vectors) != n:
        raise ShapeError(f"The pooling of {tap.name!r} gave shape {vectors.shape}; ({n}, d) is needed.")
    return Part(vectors, examples, None, shape[1], told)


def _pooled(values: Any, mask: NDArray[np.bool_], pooling: Pooling) -> Any:
    """Pool on the device where PyTorch's tensors are, else on the host."""
    if hasattr(values, "masked_fill"):
        import torch

        return pool(values, torch.as_tensor(mask, device=values.device), pooling)
    return pool(host(values), mask, pooling)


def _positions_second(values: Any, layer: Any) -> Any:
    """An output ``(n, …)`` as ``(n, positions, d)`` or ``(n, d)``; pictures count their pixels as positions."""
    shape = tuple(values.shape)
    if len(shape) == 1:
        return values[:, None]
    if len(shape) == 2:
        return values
    if getattr(layer, "data_format", None) == "channels_first":
        return keras.ops.swapaxes(keras.ops.reshape(values, (shape[0], shape[1], -1)), 1, 2)
    return values if len(shape) == 3 else keras.ops.reshape(values, (shape[0], -1, shape[-1]))


def keras_mask(tensor: Any) -> Any:
    """The mask that Keras passes on with a tensor, ``(n, time)``; None where there is none."""
    held = getattr(tensor, "_keras_mask", None)
    if held is not None:
        return held
    try:  # arrays of JAX have no attributes; Keras keeps their masks aside
        from keras.src.backend import get_keras_mask
    except ImportError:
        return None
    return get_keras_mask(tensor)
