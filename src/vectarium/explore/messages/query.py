"""Questions about points: which hold a text, and which lie near."""

from __future__ import annotations

from dataclasses import dataclass

from vectarium.explore.messages.kinds import Metric, Preparation, SearchMode


@dataclass(frozen=True)
class SearchRequest:
    """``POST api/embeddings/{e}/search``. ``column`` empty: all columns.

    ``words``: every word has to occur, in any order, without regard to case; or a comparison such as
    ``count > 100``. ``regex``: an RE2 expression.
    """

    query: str
    column: str = ""
    mode: SearchMode = "words"
    limit: int = 200


@dataclass(frozen=True)
class SearchMessage:
    """The answer to a search: head of a packet.

    Arrays: ``rows`` uint32, the first matches in the points' order, and ``matches`` uint8, one bit a
    point (bit ``i & 7`` of byte ``i >> 3``).

    ``understood`` says in words what was searched for. ``error`` is empty unless the query cannot be
    understood, and then says why.
    """

    count: int
    understood: str
    error: str
    milliseconds: float


@dataclass(frozen=True)
class NeighborsRequest:
    """``POST api/embeddings/{e}/neighbors``: the k nearest of one point in the original space.

    ``preparation``: what is done to all vectors before, as for a projection.
    """

    row: int
    k: int = 20
    metric: Metric = "cosine"
    preparation: Preparation = "raw"
    reduced_to: int = 50


@dataclass(frozen=True)
class NeighborsMessage:
    """The answer: head of a packet. Arrays: ``rows`` uint32 (k) and ``distances`` float32 (k), nearest first.

    ``space`` says in words which space and metric the distances are of.
    """

    row: int
    k: int
    metric: Metric
    space: str
