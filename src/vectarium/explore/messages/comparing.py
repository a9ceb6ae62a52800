"""Two embeddings of the same points, compared: two runs, two layers, two steps, or two collections."""

from __future__ import annotations

from dataclasses import dataclass

from vectarium.explore.messages.kinds import Metric


@dataclass(frozen=True)
class CompareRequest:
    """``POST api/embeddings/{e}/compare?step=S``: compare an embedding with another one, or with itself at another step.

    ``other`` is a position in the collection. ``ids``: the column that names the points, ``row`` for row by row, empty
    to find out. ``k`` nearest neighbours of each point are compared. The answer is a ``JobMessage``.
    """

    other: int
    other_step: int | None = None
    ids: str = ""
    k: int = 15
    metric: Metric = "euclidean"


@dataclass(frozen=True)
class ComparisonMessage:
    """``GET api/comparisons/{job}``: head of a packet, how alike two embeddings are.

    Arrays, one entry for each of the ``shared`` points that are finite in both: ``rows`` and ``other_rows`` uint32, the
    point in either, and ``kept`` float32, the share of its ``k`` nearest, among the shared points, that are the same
    in both. ``overlap`` is their mean, ``cka`` linear centred kernel alignment, null where there is none; both beside
    what they would be by chance. While neighbours are still being found (``complete`` is false) the points are matched
    already and their places known: ``kept`` is NaN then, and ``overlap`` and ``cka`` null. ``matched`` says how points were matched, ``ids`` by which column (``row``: row by
    row), ``columns`` which ones could be asked for; ``search`` how neighbours were found.
    """

    embedding: int
    step: int | None
    other: int
    other_step: int | None
    k: int
    shared: int
    complete: bool
    overlap: float | None
    chance: float
    cka: float | None
    cka_chance: float | None
    ids: str
    columns: list[str]
    matched: str
    search: str


@dataclass(frozen=True)
class PlacesRequest:
    """``POST api/comparisons/{job}/places``: lay the other embedding's picture upon one of this one.

    ``picture`` and ``components`` name what is shown of this one, as in a ``FidelityRequest``. ``other_picture`` is one
    of the other's; empty: its leading principal components.
    """

    picture: str
    components: list[int]
    other_picture: str = ""


@dataclass(frozen=True)
class PlacesMessage:
    """The answer: head of a packet. Array: ``places`` float32 (n * components), NaN where a point has no place.

    It was turned, mirrored, shifted and scaled as a whole. ``agreement``: how alike the two pictures are then, 1 where
    one is the other; null where that cannot be said. ``sentence`` states what is seen.
    """

    agreement: float | None
    sentence: str
