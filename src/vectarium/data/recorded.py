"""The same points at other steps of a training: what was recorded, as far as a reader needs to know it.

Whoever reads several states of the same embeddings, be it a run that Vectarium wrote or the checkpoints
of somebody else, gives each :class:`~vectarium.data.embedding.Embedding` a :class:`Recorded`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from vectarium.data.training_log import Curve

if TYPE_CHECKING:
    from vectarium.data.embedding import Embedding

Values = list[float | None]


@dataclass(frozen=True)
class Training:
    """What a training told of its steps. Every list has one value a step; None where it told nothing.

    Parameters
    ----------
    steps
        The steps, ascending.
    epochs, losses, learning_rates
        As the training told them; a loss may be NaN.
    times
        When each snapshot was written.
    metrics
        Other numbers by name.
    curves
        Numbers by name with the steps at which each was told, of which there need not be a snapshot: the loss,
        ``learning_rate`` and the metrics, as far as they were told between snapshots.
    """

    steps: list[int]
    epochs: Values = field(default_factory=list[float | None])
    losses: Values = field(default_factory=list[float | None])
    learning_rates: Values = field(default_factory=list[float | None])
    times: list[datetime | None] = field(default_factory=list[datetime | None])
    metrics: Mapping[str, Values] = field(default_factory=dict[str, Values])
    curves: Mapping[str, Curve] = field(default_factory=dict[str, Curve])


class Recording(Protocol):
    """Embeddings that were recorded together at some steps."""

    @property
    def name(self) -> str:
        """What it is called."""
        ...

    @property
    def steps(self) -> tuple[int, ...]:
        """The steps at which anything was recorded, ascending."""
        ...

    @property
    def last_told(self) -> int:
        """The last step of which anything is known, be it but the loss; -1: nothing is."""
        ...

    @property
    def growing(self) -> bool:
        """Whether somebody still writes it."""
        ...

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of what the model tells apart, in the order of its outputs; empty where it does not."""
        ...

    def refresh(self) -> object:
        """Look for what came since."""
        ...

    def steps_of(self, name: str) -> tuple[int, ...]:
        """The steps at which an embedding was recorded, ascending."""
        ...

    def changing(self, name: str) -> frozenset[str]:
        """The names of an embedding's columns that change with the step."""
        ...

    def at(self, name: str, step: int) -> Embedding:
        """An embedding as it is at one of its steps."""
        ...

    def training(self) -> Training:
        """What the training told of each step."""
        ...


@dataclass(frozen=True, eq=False)
class Recorded:
    """Where an embedding comes from.

    Parameters
    ----------
    recording
        What it was recorded in, together with others.
    name
        What it is called there.
    step
        The step that it is of.
    """

    recording: Recording
    name: str
    step: int

    @property
    def steps(self) -> tuple[int, ...]:
        """The steps at which it was recorded, ascending."""
        return self.recording.steps_of(self.name)

    @property
    def changing(self) -> frozenset[str]:
        """The names of its columns that change with the step."""
        return self.recording.changing(self.name)

    def at(self, step: int) -> Embedding:
        """The same points at another step."""
        return self.recording.at(self.name, step)
