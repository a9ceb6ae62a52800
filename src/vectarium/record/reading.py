"""What a framework's part hands to the shared recorder.

A :class:`Source` knows a model and a framework; the recorder knows neither. At each snapshot the recorder asks
for the tables' sizes, decides on rows, and gets one :class:`Reading` in NumPy's arrays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from vectarium.record.heads import Plane


@dataclass(frozen=True)
class TableInfo:
    """An embedding table as it is now.

    Parameters
    ----------
    n, d
        Number of rows and of dimensions.
    padding
        The row that stands for nothing, where the layer itself says so.
    aliases
        Other names of the same numbers.
    space
        One sentence on what the numbers are; may be empty.
    masks
        Whether the layers that follow pass over padding; None: the layer does not say.
    """

    n: int
    d: int
    padding: int | None = None
    aliases: tuple[str, ...] = ()
    space: str = ""
    masks: bool | None = None


@dataclass(frozen=True, eq=False)
class Activation:
    """What a layer made of the probe.

    Parameters
    ----------
    vectors
        Array ``(points, d)``.
    example
        Which example of the probe each point is, or belongs to: ``(points,)``.
    position
        Where in the sequence each point stands; None where a point is a whole example.
    space
        One sentence on what the numbers are: the pooling, which output, which call.
    """

    vectors: NDArray[Any]
    example: NDArray[np.int64]
    position: NDArray[np.int64] | None = None
    space: str = ""


@dataclass(frozen=True, eq=False)
class Reading:
    """Everything of one snapshot.

    Parameters
    ----------
    tables
        Vectors ``(rows, d)`` by the name that was asked for.
    activations
        By layer.
    outputs
        What the model says of the probe: ``(examples, …)``, None where it was not asked.
    heads
        By table, what its head says of each row: ``(rows, classes)``.
    planes
        By table or layer of two dimensions, what its head says of each point of a plane: ``(side * side, classes)``.
    """

    tables: dict[str, NDArray[Any]]
    activations: dict[str, Activation] = field(default_factory=dict[str, Activation])
    outputs: NDArray[Any] | None = None
    heads: dict[str, NDArray[Any]] = field(default_factory=dict[str, NDArray[Any]])
    planes: dict[str, tuple[Plane, NDArray[Any]]] = field(default_factory=dict[str, tuple[Plane, NDArray[Any]]])


class Source(Protocol):
    """A model, seen by the recorder."""

    def tables(self) -> dict[str, TableInfo]:
        """The tables that are recorded, by name, as large as they are now."""
        ...

    def read(self, rows: Mapping[str, NDArray[np.int64] | None], *, run: bool = True) -> Reading:
        """Read everything, and leave the model, the random states and the modes as they were.

        Parameters
        ----------
        rows
            By table: which rows to take; None: all.
        run
            Whether to show the probe to the model; False: only the tables are wanted.
        """
        ...
