"""Listing the layers of a PyTorch model with the shapes of their outputs."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from vectarium.record.layer import Layer, Layers
from vectarium.record.probe import Probe
from vectarium.record.torch_modules import TableWeights, is_table, kind_of, modules_by_name, unwrapped
from vectarium.record.torch_source import Forward, Tap, TorchSource, calls_of
from vectarium.record.torch_tensors import find_axis, outputs_in


def list_layers(model: Any, probe: Probe | None, *, forward: Forward | None = None) -> Layers:
    """Every layer, with the shape of its table, and of its output for the probe.

    Parameters
    ----------
    model
        Any module, wrapped or compiled.
    probe
        What is shown to it; None: nothing, and outputs have no shapes.
    forward
        As the recorder takes it.
    """
    plain = unwrapped(model)
    source = TorchSource(plain, probe=probe, forward=forward, predictions=False)
    taps = [Tap(name, module, 1, "mean") for name, module in modules_by_name(plain).items()]
    two, three = [[], []] if probe is None else [calls_of(source, taps, count) for count in (2, 3)]
    made = Layers()
    for index, tap in enumerate(taps):
        calls = (two[index], three[index]) if probe is not None else ([], [])
        made.append(Layer(tap.name, kind_of(tap.module), _output(*calls), _table(plain, tap), len(calls[0])))
    return made


def _output(two: list[Any], three: list[Any]) -> tuple[int | None, ...] | None:
    if not two or not three:
        return None
    axis = find_axis(two[0], three[0])
    if axis is None:
        return None
    values: torch.Tensor = list(outputs_in(two[0]))[axis.which].values
    return tuple(None if at == axis.axis else size for at, size in enumerate(values.shape))


def _table(model: nn.Module, tap: Tap) -> tuple[int, int] | None:
    return TableWeights(model, tap.name).shape() if is_table(tap.module) else None
