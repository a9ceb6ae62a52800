"""Every message between the page and the server, declared once.

``vectarium.explore.schema`` writes these as TypeScript into ``web/src/schema/messages.ts``; a test
fails when the two differ. What is long travels as typed arrays in a packet (``packet.py``), whose
head is one of these messages; the arrays are named in the message's docstring.

Field names are the wire's names. ``None`` is JSON's null.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["text", "category", "integer", "number", "boolean", "time"]
Severity = Literal["fault", "remark"]
JobState = Literal["waiting", "running", "done", "failed", "cancelled"]
Metric = Literal["cosine", "euclidean"]
SearchMode = Literal["words", "regex"]
ThumbnailForm = Literal["pixels", "sprite", "files"]


@dataclass(frozen=True)
class NoteMessage:
    """Something a person has to know. ``where`` is ``file, line 3`` or empty."""

    severity: Severity
    message: str
    where: str


@dataclass(frozen=True)
class ColumnOutline:
    """A column without its values."""

    name: str
    kind: Kind


@dataclass(frozen=True)
class ThumbnailsOutline:
    """Thumbnails without their pixels. ``columns`` is the sprite's grid, 0 for the other forms."""

    form: ThumbnailForm
    count: int
    width: int
    height: int
    channels: int
    columns: int
    rows_per_page: int


@dataclass(frozen=True)
class CoordinatesOutline:
    """A picture that came with the data."""

    name: str
    dimensions: int
    description: str


@dataclass(frozen=True)
class EmbeddingOutline:
    """An embedding without its numbers. ``source`` is the file it came from, or empty."""

    index: int
    name: str
    n: int
    d: int
    dtype: str
    columns: list[ColumnOutline]
    thumbnails: ThumbnailsOutline | None
    coordinates: list[CoordinatesOutline]
    notes: list[NoteMessage]
    source: str


@dataclass(frozen=True)
class CollectionMessage:
    """``GET api/collection``: what there is to explore. ``hint``: one line on what to try, or empty."""

    name: str
    version: str
    hint: str
    embeddings: list[EmbeddingOutline]
    notes: list[NoteMessage]


@dataclass(frozen=True)
class OpeningMessage:
    """``GET api/collection`` with status 202 while files are still being read, 500 when that failed."""

    state: JobState
    fraction: float
    text: str
    error: str


@dataclass(frozen=True)
class ColumnMessage:
    """``GET api/embeddings/{e}/columns/{index}``: head of a packet.

    Arrays: text: ``offsets`` uint32 (n+1) and ``bytes`` uint8, the values in UTF-8 one after another,
    and ``missing`` uint8 (n) where any is; category: ``codes`` int32 (n), -1 is missing; integer,
    number, boolean, time: ``values`` float64 (n), NaN is missing, times in milliseconds since 1970.
    """

    name: str
    kind: Kind
    n: int
    missing: int
    categories: list[str]


@dataclass(frozen=True)
class ThumbnailPageMessage:
    """``GET api/embeddings/{e}/thumbnails/{page}``: head of a packet, unless the answer is the sprite itself.

    Arrays: pixels: ``pixels`` uint8 (rows, height, width, channels); files: ``offsets`` uint32
    (rows+1) and ``bytes`` uint8, the files one after another, an empty one where there is none or
    where ``notes`` says why it cannot be shown.
    """

    first: int
    notes: list[NoteMessage]


@dataclass(frozen=True)
class PointMessage:
    """``GET api/embeddings/{e}/points/{row}``: one point's values, as text; null is missing."""

    row: int
    names: list[str]
    values: list[str | None]
    finite: bool


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
    """``POST api/embeddings/{e}/neighbors``: the k nearest of one point in the original space."""

    row: int
    k: int = 20
    metric: Metric = "cosine"


@dataclass(frozen=True)
class NeighborsMessage:
    """The answer: head of a packet. Arrays: ``rows`` uint32 (k) and ``distances`` float32 (k), nearest first.

    ``space`` says in words which space and metric the distances are of.
    """

    row: int
    k: int
    metric: Metric
    space: str


@dataclass(frozen=True)
class ProjectRequest:
    """``POST api/embeddings/{e}/projections``: head of a packet. Array ``rows`` uint32, when on a subset.

    The answer is a ``JobMessage``; its ``job`` names the projection, which is fetched when it is done
    from ``api/projections/{job}?components=0,1,2``.
    """

    method: Literal["pca"] = "pca"
    n_components: int = 10


@dataclass(frozen=True)
class ProjectionMessage:
    """``GET api/projections/{job}``: head of a packet.

    Arrays: ``rows`` uint32 (m) when on a subset, else absent (the rows are all points, m = n); and
    ``component_k`` float32 (m) for each component asked for, NaN where a point has no place.
    ``n_components`` is how many were found: fewer than asked for where there are fewer points or
    dimensions. ``variance_ratio`` holds each one's share of the total variance; ``unplaced`` counts
    the points without a place, whose vectors hold NaN or infinity; ``sentence`` states the
    projection in one line.
    """

    embedding: int
    method: Literal["pca"]
    n_components: int
    m: int
    unplaced: int
    variance_ratio: list[float]
    sentence: str
    seconds: float


@dataclass(frozen=True)
class JobMessage:
    """The state of a piece of work, pushed over the WebSocket ``api/session`` whenever it changes.

    ``job`` is ``"open"`` for the reading of files. ``fraction`` runs from 0 to 1, ``text`` says what
    is being done, ``error`` why it failed. ``DELETE api/jobs/{job}`` cancels it.
    """

    job: str
    state: JobState
    fraction: float = 0.0
    text: str = ""
    error: str = ""


@dataclass(frozen=True)
class ErrorMessage:
    """The body of every answer with a status of 400 and above: what failed and what to do."""

    error: str
    allowed: list[str] = field(default_factory=list)


MESSAGES = (
    NoteMessage,
    ColumnOutline,
    ThumbnailsOutline,
    CoordinatesOutline,
    EmbeddingOutline,
    CollectionMessage,
    OpeningMessage,
    ColumnMessage,
    ThumbnailPageMessage,
    PointMessage,
    SearchRequest,
    SearchMessage,
    NeighborsRequest,
    NeighborsMessage,
    ProjectRequest,
    ProjectionMessage,
    JobMessage,
    ErrorMessage,
)
