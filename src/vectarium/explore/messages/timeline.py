"""A timeline: every step of a run in one frame of reference, and how its points move."""

from __future__ import annotations

from dataclasses import dataclass

from vectarium.explore.messages.kinds import Among, MotionMeasure, MotionTask, Preparation, TimelineMethod


@dataclass(frozen=True)
class TimelineRequest:
    """``POST api/embeddings/{e}/timelines``: all steps of an embedding in one frame of reference.

    ``axes``: the first dimensions as they are. PCA uses the components of the step ``reference``, null: the last
    one. The answer is a ``JobMessage`` whose
    ``job`` names the timeline.

    ``directions``: along axes between the same groups of points, found anew at every step; head of a packet with the
    groups in the arrays ``end_k`` and, where they are ``among`` those that are shown, these in ``rows``, all as for a
    projection. ``preparation`` is fitted at the reference step and the same for all.
    """

    method: TimelineMethod = "pca"
    n_components: int | None = None
    reference: int | None = None
    preparation: Preparation = "raw"
    reduced_to: int = 50
    ends: list[str] | None = None
    among: Among = "all"


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
    stay the same. ``sentence`` states it in one line. ``reference`` is null where it is of all steps alike. Of those
    ``laid_out`` is the last step that was laid out, and ``newest`` the last one that has its places: what was recorded
    between was placed among what was there.
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
    preparation: Preparation
    reduced_to: int
    laid_out: int | None = None
    newest: int | None = None


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
