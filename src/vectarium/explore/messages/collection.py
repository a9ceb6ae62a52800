"""What a collection is: its embeddings, columns and thumbnails, and one point of it."""

from __future__ import annotations

from dataclasses import dataclass

from vectarium.explore.messages.kinds import JobState, Kind, Severity, Side, ThumbnailForm


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
class RecordedOutline:
    """Where the same points are found at other steps: the number of the recording, and the embedding's steps in it.

    ``step`` is the one that is opened. ``changing`` names the columns that change with the step. Every request
    about an embedding takes ``?step=``, one of its steps; without it the one that is opened counts.
    """

    recording: int
    step: int
    steps: list[int]
    changing: list[str]


@dataclass(frozen=True)
class LookupOutline:
    """How texts became rows of a table, null where that is not known.

    ``column`` holds the tokens; ``length`` is how many ids a text has; ``padding``, ``unknown``, ``start`` and ``end``
    are rows; ``mask`` is whether later layers pass over padding.
    """

    column: str
    length: int | None
    padding: int | None
    unknown: int | None
    start: int | None
    end: int | None
    padding_side: Side | None
    truncation_side: Side | None
    mask: bool | None


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
    recorded: RecordedOutline | None
    lookup: LookupOutline | None


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
class SoundMessage:
    """The value of a point in the column ``position`` names an audio file. ``fault``: why it cannot be played, or empty.

    The file is at ``GET api/embeddings/{e}/sounds/{row}/{position}``.
    """

    position: int
    fault: str


@dataclass(frozen=True)
class PointMessage:
    """``GET api/embeddings/{e}/points/{row}``: one point's values, as text; null is missing."""

    row: int
    names: list[str]
    values: list[str | None]
    finite: bool
    sounds: list[SoundMessage]


@dataclass(frozen=True)
class VectorsRequest:
    """``POST api/embeddings/{e}/vectors``: the numbers of at most 1,000 points."""

    rows: list[int]


@dataclass(frozen=True)
class VectorsMessage:
    """The answer: head of a packet. Array: ``vectors`` float32 (rows * d), point after point.

    ``reach`` is how far from 0 a scale of colours goes: 99 of 100 numbers of the whole table, at the step that was
    opened, are nearer. It is the same at every step, so that colours can be compared.
    """

    d: int
    reach: float
