"""The messages about classes: what a classifier confuses, and how well layers tell its classes apart."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ReportRequest:
    """``POST api/embeddings/{e}/report``: compare a column that says what is right with one that says what is predicted."""

    label: str
    prediction: str


@dataclass(frozen=True)
class AverageMessage:
    """Means over classes; null where there is no point that could be judged."""

    precision: float | None
    recall: float | None
    f1: float | None


@dataclass(frozen=True)
class ReportMessage:
    """The answer to a ``ReportRequest``: head of a packet, the report of a classifier at one step.

    Arrays, for each of the c ``classes``: ``precision``, ``recall``, ``f1`` float64 (c), NaN where it is a share of
    nothing; ``support``, how many points are of the class, and ``predicted``, how many are taken for it, uint32 (c).
    And the confusion matrix, cell by cell where it is not 0: ``rows`` (what is right), ``columns`` (what is
    predicted), ``counts`` uint32.

    Of ``n`` points, ``used`` have both values; ``right`` are taken for what they are. ``said``: how numbers were
    taken for classes, or empty. In the averages a share of nothing counts as 0.
    """

    label: str
    prediction: str
    classes: list[str]
    n: int
    used: int
    right: int
    accuracy: float | None
    macro: AverageMessage
    weighted: AverageMessage
    said: str


@dataclass(frozen=True)
class JudgedRequest:
    """``POST api/embeddings/{e}/report/points``: the points of a class that are taken for a class; null: for any.

    The answer is a packet, a ``JudgedMessage`` with the array ``rows`` uint32 (count).
    """

    label: str
    prediction: str
    true: int | None = None
    predicted: int | None = None
    wrong: bool = False


@dataclass(frozen=True)
class JudgedMessage:
    """How many points there are in a cell of the report."""

    count: int


@dataclass(frozen=True)
class ScoresRequest:
    """``POST api/embeddings/{e}/scores``: the report's main numbers at every step. The answer is a ``JobMessage``."""

    label: str
    prediction: str


@dataclass(frozen=True)
class ScoresMessage:
    """``GET api/scores/{job}``: head of a packet; while the job runs, as far as it came.

    Arrays: ``accuracy`` and ``macro_f1`` float32 (steps), ``f1`` float32 (steps * classes), step after step; NaN where it
    is a share of nothing or is not known yet.
    """

    embedding: int
    steps: list[int]
    classes: list[str]
    measured: int


@dataclass(frozen=True)
class AgreementRequest:
    """``POST api/agreement``: how well neighbours agree with labels, at every step of some embeddings.

    ``embeddings`` are positions in the collection, ``labels`` the column of each that says the class; ``k`` neighbours
    vote. The step ``first`` is measured next, also where the work is under way. The answer is a ``JobMessage``.
    """

    embeddings: list[int]
    labels: list[str]
    k: int = 15
    first: int | None = None


@dataclass(frozen=True)
class LayerMessage:
    """One embedding at every one of its steps.

    ``accuracy``: the share of points whose nearest neighbours name their class. ``silhouette``: how much nearer points
    are to their own class than to the nearest other one, -1 to 1. Null where it is not known (yet). ``used`` of its
    ``labelled`` points vote, ``compared`` are in the silhouette; fewer than all: chosen at random, the same at every
    step. ``chance`` is the share of the largest class. ``error`` says why there is nothing, or is empty.
    """

    embedding: int
    label: str
    classes: int
    labelled: int
    used: int
    compared: int
    chance: float | None
    steps: list[int]
    accuracy: list[float | None]
    silhouette: list[float | None]
    error: str


@dataclass(frozen=True)
class AgreementMessage:
    """``GET api/agreement/{job}``: as far as it is measured."""

    k: int
    layers: list[LayerMessage]
