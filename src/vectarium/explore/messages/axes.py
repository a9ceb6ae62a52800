"""Sums and differences of points."""

from __future__ import annotations

from dataclasses import dataclass

from vectarium.explore.messages.kinds import Metric, Preparation


@dataclass(frozen=True)
class ArithmeticRequest:
    """``POST api/embeddings/{e}/arithmetic``: the points nearest to a sum, such as ``king - man + woman``.

    ``column`` holds the labels; one that stands for several points stands for their mean. By cosine every vector counts
    at length 1. ``leave_out``: the given points are not among the results.
    """

    expression: str
    column: str
    k: int = 20
    metric: Metric = "cosine"
    preparation: Preparation = "raw"
    reduced_to: int = 50
    leave_out: bool = True


@dataclass(frozen=True)
class ArithmeticMessage:
    """The answer: head of a packet.

    Arrays: ``rows`` uint32 (k) and ``distances`` float32 (k), nearest first, ``given`` uint32, the points that were counted
    with, and ``matches`` uint8, one bit a point for both.

    ``understood`` says what was counted, ``space`` in which space. ``error`` is empty unless it cannot be done, and then
    says why; ``near`` are labels near one that is not there.
    """

    understood: str
    space: str
    error: str
    near: list[str]
