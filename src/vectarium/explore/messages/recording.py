"""A recorded run: its steps, its curve, and how it grows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CurveMessage:
    """One number of the training, null where it is not known or not finite.

    ``values`` is one a step of the recording. ``told_steps`` and ``told`` are what was told between snapshots too,
    with the steps, ascending; of many the smallest and the largest of each stretch. Empty: there are no others.
    """

    name: str
    values: list[float | None]
    told_steps: list[int]
    told: list[float | None]


@dataclass(frozen=True)
class RecordedStepsMessage:
    """The steps of one embedding of a recording."""

    index: int
    steps: list[int]


@dataclass(frozen=True)
class RecordingMessage:
    """``GET api/recordings/{r}``: what was recorded together, and how the training went.

    ``growing``: somebody still writes it. ``times`` are milliseconds since 1970. ``curves`` holds the loss, the
    metrics and the learning rate, those that the training told at all. ``embeddings`` are the positions of its
    embeddings in the collection, each with the steps at which it was recorded.
    """

    recording: int
    name: str
    growing: bool
    classes: list[str]
    steps: list[int]
    epochs: list[float | None]
    times: list[float | None]
    curves: list[CurveMessage]
    embeddings: list[RecordedStepsMessage]


@dataclass(frozen=True)
class GrownMessage:
    """Sent over ``api/session`` when a recording has new steps, or its writer came or went.

    ``told`` is the last step of which anything is known, be it but the loss; -1: nothing is.
    """

    grown: int
    steps: int
    growing: bool
    told: int


@dataclass(frozen=True)
class BoundaryMessage:
    """``GET api/timelines/{job}/{step}/boundary?components=0,1&column=``: head of a packet, what lies behind the points.

    Arrays, unless ``reason`` says why there is nothing to draw: ``codes`` and ``confidence`` uint8 (height, width),
    row by row from ``low`` to ``high``, both included: the class there, 255 for none, and 0 to 255.

    ``exact``: the model itself was asked, while it trained. Otherwise the points around voted with the column
    (empty: the prediction), and ``agreement`` is the share of points whose own value that gives back.
    """

    job: str
    step: int
    classes: list[str]
    low: list[float]
    high: list[float]
    height: int
    width: int
    exact: bool
    agreement: float | None
    reason: str
