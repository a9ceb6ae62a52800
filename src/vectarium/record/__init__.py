"""Recording what a model learns while it trains, for any framework, without changing the training."""

from vectarium.record.capturing import capture, layers
from vectarium.record.layer import Layer, Layers
from vectarium.record.probe import Probe
from vectarium.record.rows import Table, top_rows
from vectarium.record.schedules import AtSteps, EveryEpoch, EverySteps, LogSpaced, Schedule

__all__ = [
    "AtSteps",
    "EveryEpoch",
    "EverySteps",
    "Layer",
    "Layers",
    "LogSpaced",
    "Probe",
    "Schedule",
    "Table",
    "capture",
    "layers",
    "top_rows",
]
