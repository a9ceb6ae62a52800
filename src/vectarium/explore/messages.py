"""Every message between the page and the server, declared once.

``vectarium.explore.schema`` writes these as TypeScript into ``web/src/schema/messages.ts``; a test
fails when the two differ. What is long travels as typed arrays in a packet (``packet.py``), whose
head is one of these messages; the arrays are named in the message's docstring.

Field names are the wire's names. ``None`` is JSON's null.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from vectarium.explore.class_messages import CLASS_MESSAGES

Kind = Literal["text", "category", "integer", "number", "boolean", "time"]
Severity = Literal["fault", "remark"]
JobState = Literal["waiting", "running", "paused", "done", "failed", "cancelled"]
Metric = Literal["cosine", "euclidean"]
Method = Literal["pca", "tsne", "umap"]
TimelineMethod = Literal["axes", "pca", "tsne", "umap"]
Affinity = Literal["perplexity", "uniform"]
DistanceMetric = Literal["euclidean", "cosine", "correlation"]
SearchMode = Literal["words", "regex"]
MotionMeasure = Literal["moved", "path", "changed", "neighbors"]
MotionTask = Literal["course", "neighbors"]
ThumbnailForm = Literal["pixels", "sprite", "files"]
Side = Literal["pre", "post"]


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
class CurveMessage:
    """One number of the training a step, null where it is not known or not finite."""

    name: str
    values: list[float | None]


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
    """Sent over ``api/session`` when a recording has new steps, or its writer came or went."""

    grown: int
    steps: int
    growing: bool


@dataclass(frozen=True)
class TimelineRequest:
    """``POST api/embeddings/{e}/timelines``: all steps of an embedding in one frame of reference.

    ``axes``: the first dimensions as they are. PCA uses the components of the step ``reference``, null: the last
    one. The answer is a ``JobMessage`` whose
    ``job`` names the timeline.
    """

    method: TimelineMethod = "pca"
    n_components: int | None = None
    reference: int | None = None


@dataclass(frozen=True)
class TimelineMeasures:
    """How far a timeline can be believed, a number a step; null where there is none.

    ``neighbor_preservation``: the share of each point's ``k`` nearest that are its nearest in the picture, beside
    ``chance``. ``displacement``: how the distances that points moved since the step before, in the original space
    and in the picture, agree in rank; ``overall_displacement`` over all steps. ``frozen``: how far points move
    between steps that are the same, as a share of the motion between steps that differ.
    """

    k: int
    steps: list[int]
    neighbor_preservation: list[float | None]
    chance: list[float | None]
    displacement: list[float | None]
    overall_displacement: float | None
    frozen: float | None
    sampled: bool


@dataclass(frozen=True)
class TimelineMessage:
    """``GET api/timelines/{job}``: what a timeline is, and the room it takes. A joint t-SNE or UMAP is one as well.

    ``low`` and ``high``: where nearly all points of all steps lie, a number a component, so that the frame can
    stay the same. ``sentence`` states it in one line. ``reference`` is null where it is of all steps alike.
    """

    job: str
    embedding: int
    method: TimelineMethod
    n_components: int
    reference: int | None
    variance_ratio: list[float]
    low: list[float]
    high: list[float]
    sentence: str
    measures: TimelineMeasures | None


@dataclass(frozen=True)
class TimelineStepMessage:
    """``GET api/timelines/{job}/{step}?components=0,1,2``: head of a packet, the points at one step.

    Arrays: ``component_k`` float32 (m) for each component asked for, NaN where a point has no place, and ``rows``
    uint32 (m) when on a subset.
    """

    job: str
    step: int
    unplaced: int


@dataclass(frozen=True)
class TrailsRequest:
    """``POST api/timelines/{job}/trails``: head of a packet. Array ``rows`` uint32 (m), the points; at most 1,000."""

    components: list[int]


@dataclass(frozen=True)
class TrailsMessage:
    """The answer: head of a packet, where some points are at all steps of a timeline.

    Arrays: ``places`` float32 (m * steps * components), point after point, step after step; NaN without a place.
    """

    job: str
    steps: list[int]


@dataclass(frozen=True)
class MotionRequest:
    """``POST api/embeddings/{e}/motions``: how the points of an embedding move over the steps.

    ``course``: how far each moved between all steps, and when its prediction changed. ``neighbors``: how many of
    its ``k`` nearest at ``step`` are others than at the step before. The answer is a ``JobMessage``.
    """

    task: MotionTask = "course"
    step: int | None = None
    k: int = 15


@dataclass(frozen=True)
class MotionColumnMessage:
    """``GET api/motions/{job}/columns/{measure}?step=S``: head of a packet, a number a point at a step.

    ``moved``: the distance since the step ``before``, ``path``: in all so far, ``changed``: the step at which the
    prediction changed last, ``neighbors``: how many of its nearest are others than at the step ``before``.
    ``low``, ``high`` and ``positive``, the least above 0, are of all steps, so that a scale can stay.
    Array: ``values`` float64 (n), NaN where there is none.
    """

    measure: MotionMeasure
    step: int
    before: int | None
    low: float
    high: float
    positive: float | None
    parts: int | None
    missing: int
    sentence: str


@dataclass(frozen=True)
class MoversMessage:
    """``GET api/motions/{job}/movers?first=A&last=B``: head of a packet, who moved most between two steps.

    Arrays, the point that moved most first: ``rows`` uint32 (n), ``distances`` float32 (n), the length of its way,
    and ``peaks`` uint32 (n), the place among ``steps`` to which its longest move led. ``means``: how far points
    moved to each step on average, null for the first. ``longest``: the longest move of any.
    """

    first: int
    last: int
    steps: list[int]
    means: list[float | None]
    longest: float
    sentence: str


@dataclass(frozen=True)
class MovesMessage:
    """``POST api/motions/{job}/moves``, a packet with the array ``rows`` uint32 (m), at most 1,000: their motion.

    Array: ``moved`` float32 (m * steps), point after point: the distance since the step before, NaN for the first.
    """

    steps: list[int]


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

    The answer is a ``JobMessage``; its ``job`` names the projection, which is fetched from
    ``api/projections/{job}?components=0,1,2``. The same request joins the run that is there; one that
    was cancelled goes on where it stopped.

    ``n_components`` null: 10 for PCA, 2 for the others, which also do 3. t-SNE reads ``perplexity``,
    ``affinity``, ``early_exaggeration`` and, where the affinity is uniform, ``n_neighbors``; UMAP reads
    ``n_neighbors``, ``min_dist`` and ``spread``. ``max_iter`` 0: as many iterations (UMAP: epochs) as is
    usual. ``supervise`` names a column whose values draw points together, as strongly as
    ``target_weight`` says, 0 to 1; empty: none does. ``joint``: all steps of a recorded embedding in one layout,
    by t-SNE or UMAP; what it made is fetched step by step, as a timeline.
    """

    method: Method = "pca"
    n_components: int | None = None
    perplexity: float = 30.0
    affinity: Affinity = "perplexity"
    n_neighbors: int = 15
    min_dist: float = 0.1
    spread: float = 1.0
    metric: DistanceMetric = "euclidean"
    early_exaggeration: float = 12.0
    max_iter: int = 0
    random_state: int = 0
    supervise: str = ""
    target_weight: float = 0.5
    joint: bool = False


@dataclass(frozen=True)
class ProjectionMessage:
    """``GET api/projections/{job}``: head of a packet.

    Arrays: ``rows`` uint32 (m) when on a subset, else absent (the rows are all points, m = n); and
    ``component_k`` float32 (m) for each component asked for, NaN where a point has no place.
    ``n_components`` is how many were found: fewer than asked for where there are fewer points or
    dimensions. ``variance_ratio`` holds each one's share of the total variance, and is empty for t-SNE
    and UMAP, whose components are the coordinates; ``unplaced`` counts the points without a place,
    whose vectors hold NaN or infinity; ``sentence`` states the projection in one line.

    ``iteration`` of ``max_iter`` were made; ``finished`` is false for a run that was paused or cancelled
    before its end. ``divergence`` is t-SNE's Kullback-Leibler divergence. ``search`` says how the nearest
    neighbours were found.
    """

    embedding: int
    method: Method
    n_components: int
    m: int
    unplaced: int
    variance_ratio: list[float]
    sentence: str
    seconds: float
    request: ProjectRequest
    iteration: int
    max_iter: int
    finished: bool
    divergence: float | None
    search: str


@dataclass(frozen=True)
class RunOutline:
    """A projection that is kept. ``fidelity`` is its share of nearest neighbours kept, null while not measured.

    ``step`` is the one of the recording that it is of, null where none was asked for.
    """

    job: str
    state: JobState
    request: ProjectRequest
    m: int
    subset: bool
    step: int | None
    sentence: str
    seconds: float
    iteration: int
    max_iter: int
    fidelity: float | None


@dataclass(frozen=True)
class RunsMessage:
    """``GET api/embeddings/{e}/projections``: the kept projections of an embedding, the oldest first.

    ``DELETE api/projections/{job}`` forgets one.
    """

    runs: list[RunOutline]


@dataclass(frozen=True)
class WatchRequest:
    """Sent by the page over ``api/session``: the job whose layout it shows as it moves; empty: none.

    ``step``: the one that is seen, where the layout is of all steps; null: the last.
    """

    watch: str
    step: int | None = None


@dataclass(frozen=True)
class ShownRequest:
    """Sent by the page over ``api/session`` when it has shown a frame. Only then the next one comes."""

    shown: str
    iteration: int


@dataclass(frozen=True)
class FrameMessage:
    """Where the points are now, sent over ``api/session`` as a binary packet to a page that watches a run.

    Arrays: ``positions`` float32 (m * dimensions), point after point in the order of the run's rows,
    NaN where a point has no place. It is always the newest layout; a slow page sees fewer of them.
    """

    job: str
    iteration: int
    max_iter: int
    dimensions: int
    divergence: float | None


@dataclass(frozen=True)
class FidelityRequest:
    """``POST api/embeddings/{e}/fidelity``: how far a picture can be believed.

    ``picture`` is a projection's job, ``given:0`` for the first picture that came with the data, or
    ``JOB@100`` for a timeline at step 100; ``components`` are the two or three that are shown. The answer is a ``JobMessage``.
    """

    picture: str
    components: list[int]
    k: int = 15


@dataclass(frozen=True)
class FidelityMessage:
    """``GET api/fidelity/{job}``: head of a packet, against the original vectors in all their dimensions.

    Arrays: ``preservation`` float32 (m), the share of each point's ``k`` nearest neighbours in the original
    space that are among its k nearest in the picture, NaN for points without a place; ``rows`` uint32 (m)
    when the picture is of a subset.

    ``n`` of the ``m`` points have a place. The overall numbers are of ``sampled`` points against all
    others, 0: of all. ``exact`` says whether the neighbours behind ``preservation`` are exact, and
    ``search`` how they were found. ``chance`` is what scattering the points at random would keep.
    """

    picture: str
    components: list[int]
    k: int
    n: int
    m: int
    trustworthiness: float
    continuity: float
    neighbor_preservation: float
    chance: float
    sampled: int
    divergence: float | None
    exact: bool
    sentence: str
    search: str


@dataclass(frozen=True)
class JobMessage:
    """The state of a piece of work, pushed over the WebSocket ``api/session`` whenever it changes.

    ``job`` is ``"open"`` for the reading of files. ``fraction`` runs from 0 to 1, ``text`` says what
    is being done, ``error`` why it failed. ``DELETE api/jobs/{job}`` cancels it;
    ``POST api/jobs/{job}/pause`` and ``POST api/jobs/{job}/resume`` hold and go on with t-SNE and UMAP.
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
    RecordedOutline,
    LookupOutline,
    EmbeddingOutline,
    CollectionMessage,
    CurveMessage,
    RecordedStepsMessage,
    RecordingMessage,
    GrownMessage,
    TimelineRequest,
    TimelineMeasures,
    TimelineMessage,
    TimelineStepMessage,
    TrailsRequest,
    TrailsMessage,
    MotionRequest,
    MotionColumnMessage,
    MoversMessage,
    MovesMessage,
    BoundaryMessage,
    OpeningMessage,
    ColumnMessage,
    ThumbnailPageMessage,
    PointMessage,
    VectorsRequest,
    VectorsMessage,
    SearchRequest,
    SearchMessage,
    NeighborsRequest,
    NeighborsMessage,
    ProjectRequest,
    ProjectionMessage,
    RunOutline,
    RunsMessage,
    WatchRequest,
    ShownRequest,
    FrameMessage,
    FidelityRequest,
    FidelityMessage,
    *CLASS_MESSAGES,
    JobMessage,
    ErrorMessage,
)
