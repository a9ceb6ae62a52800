"""From whatever a module returns to one tensor with the examples first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn.utils.rnn import PackedSequence, pad_packed_sequence

from vectarium.errors import ShapeError

# Modules whose second axis is a channel also where there is only one axis of positions, and those where it never is.
CHANNELS_FIRST = ("Conv1d", "ConvTranspose1d", "BatchNorm1d", "InstanceNorm1d", "GroupNorm", "Pool1d", "LazyConv1d")
CHANNELS_LAST = (nn.Linear, nn.RNNBase, nn.LayerNorm, nn.Embedding, nn.MultiheadAttention, nn.TransformerEncoderLayer)


@dataclass(frozen=True, eq=False)
class Output:
    """One tensor of a module's output.

    Parameters
    ----------
    values
        The tensor; a packed sequence or nested tensor is padded.
    lengths
        How many positions of each example are there, ``(n,)``, where the output itself says so.
    """

    values: torch.Tensor
    lengths: torch.Tensor | None = None


def outputs_in(given: Any) -> Iterator[Output]:
    """Every tensor of numbers in tuples, lists, mappings and packed sequences, in order."""
    if isinstance(given, PackedSequence):
        values, lengths = pad_packed_sequence(given, batch_first=True)
        yield Output(values, lengths)
    elif isinstance(given, torch.Tensor):
        if given.is_nested:
            lengths = torch.tensor([each.shape[0] for each in given.unbind()])
            yield Output(torch.nested.to_padded_tensor(given, 0.0), lengths)
        elif given.is_floating_point() and given.ndim:
            yield Output(given)
    elif isinstance(given, Mapping):
        names = sorted(given, key=_is_aside)
        for name in names:
            yield from outputs_in(given[name])
    elif isinstance(given, (list, tuple)):
        for each in given:
            yield from outputs_in(each)


@dataclass(frozen=True)
class Axis:
    """Where the examples stand in an output.

    Parameters
    ----------
    which
        Which of the tensors of an output.
    axis
        Its axis that holds the examples.
    fold
        How many positions are folded into that axis, 1 where none are.
    """

    which: int
    axis: int
    fold: int = 1

    def first(self, given: Any, n: int) -> Output:
        """The output with the examples first, ``(n, …)``."""
        for index, each in enumerate(outputs_in(given)):
            if index == self.which:
                values = each.values.movedim(self.axis, 0)
                return Output(values if self.fold == 1 else values.reshape(n, -1, *values.shape[1:]), each.lengths)
        raise ShapeError("The output has fewer tensors than it had at first.")


def find_axis(two: Any, three: Any) -> Axis | None:
    """Where the examples stand, told by running two and three of them; None where no tensor depends on their number.

    No guess from shapes can tell time first from examples first where both are equally long.
    """
    for which, (a, b) in enumerate(zip(outputs_in(two), outputs_in(three), strict=False)):
        if a.values.ndim != b.values.ndim:
            continue
        for axis, (short, long) in enumerate(zip(a.values.shape, b.values.shape, strict=True)):
            if short != long and short * 3 == long * 2 and short >= 2:
                return Axis(which, axis, short // 2)
    return None


def has_channels_first(module: nn.Module) -> bool:
    """Whether a module's output is ``(n, channels, positions)`` by what it is."""
    return type(module).__name__.endswith(CHANNELS_FIRST)


def positions_second(values: torch.Tensor, time: int | None, channels_first: bool | None) -> torch.Tensor:
    """An output ``(n, …)`` as ``(n, positions, d)`` or ``(n, d)``; pictures count their pixels as positions.

    Parameters
    ----------
    values
        The output, examples first.
    time
        How many positions the probe has, where that is known.
    channels_first
        Whether the second axis is a channel; None: only the number of positions can tell.
    """
    if values.ndim == 1:
        return values[:, None]
    if values.ndim == 2:
        return values
    if channels_first is None:
        channels_first = time is not None and values.shape[1] != time and values.shape[2] == time
    if values.ndim > 3 or channels_first:
        return values.flatten(2).transpose(1, 2)
    return values


def masked(
    values: torch.Tensor, lengths: torch.Tensor | None, mask: NDArray[np.bool_] | None
) -> tuple[torch.Tensor, bool]:
    """The mask of an output ``(n, positions, d)``, and whether anything but the shape told it."""
    n, positions = values.shape[:2]
    if lengths is not None:
        return torch.arange(positions, device=values.device) < lengths.to(values.device)[:, None], True
    if mask is not None and mask.shape[1] >= positions and not mask[:, positions:].any():
        # A layer may cut a batch to its longest sequence.
        return torch.as_tensor(mask[:, :positions], device=values.device), True
    return torch.ones(n, positions, dtype=torch.bool, device=values.device), False


def to_model(given: Any, model: nn.Module) -> Any:
    """A batch of arrays as tensors where the model is: floats in its precision, whole numbers as int64."""
    if isinstance(given, Mapping):
        return {name: to_model(each, model) for name, each in given.items()}
    if isinstance(given, tuple):
        return tuple(to_model(each, model) for each in given)
    if given.dtype == object:
        return list(given)
    weight = next((each for each in model.parameters() if each.is_floating_point()), None)
    device = torch.device("cpu") if weight is None else weight.device
    tensor = torch.from_numpy(np.ascontiguousarray(given))
    if tensor.is_floating_point():
        return tensor.to(device, torch.float32 if weight is None else weight.dtype)
    whole = tensor.dtype not in {torch.bool, torch.uint8}
    return tensor.to(device, torch.int64 if whole else tensor.dtype)


def _is_aside(name: Any) -> bool:
    """What a model is not asked for first."""
    return name not in {"logits", "last_hidden_state"}
