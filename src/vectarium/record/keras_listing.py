"""Listing the layers of a Keras model with the shapes of their outputs."""

from __future__ import annotations

from typing import Any

from vectarium.record.keras_layers import layers_by_name
from vectarium.record.keras_source import Forward, KerasSource
from vectarium.record.keras_tables import KerasTable, table_weight
from vectarium.record.keras_taps import Tap, is_traced, tensors_in, which_tensor
from vectarium.record.layer import Layer, Layers
from vectarium.record.probe import Probe


def list_layers(model: Any, probe: Probe | None, *, forward: Forward | None = None) -> Layers:
    """Every layer, with the shape of its table, and of its output for the probe.

    Parameters
    ----------
    model
        Any model that is built.
    probe
        What is shown to it; None: nothing, and outputs have no shapes.
    forward
        As the recorder takes it.
    """
    source = KerasSource(model, probe=probe, forward=forward, predictions=False)
    taps = [Tap(name, layer) for name, layer in layers_by_name(model).items()]
    shown = 0 if probe is None else source.tried(taps)
    return Layers(
        Layer(tap.name, type(tap.layer).__name__, _output(tap, shown), _table(model, tap), tap.calls)
        for tap in taps
        if type(tap.layer).__name__ != "InputLayer"
    )


def _output(tap: Tap, shown: int) -> tuple[int | None, ...] | None:
    which = None if tap.output is None or is_traced(tap) else which_tensor(tap.output, shown)
    return None if which is None else (None, *map(int, tensors_in(tap.output)[which].shape[1:]))


def _table(model: Any, tap: Tap) -> tuple[int, int] | None:
    return None if table_weight(tap.layer) is None else KerasTable(model, tap.name).shape()
