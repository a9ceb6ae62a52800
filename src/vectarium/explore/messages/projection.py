"""Projections, the runs that make them, and how far they can be believed."""

from __future__ import annotations

from dataclasses import dataclass

from vectarium.explore.messages.kinds import Affinity, Among, DistanceMetric, JobState, Method, Preparation


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

    ``preparation``: what is done to the vectors of all points before, be the projection of all of them or not; ``reduced``
    keeps ``reduced_to`` principal components.

    ``perturbs`` names a finished t-SNE of the same points: this one goes on from its layout, each point moved a little at
    random (by noise of a tenth of the layout's spread, from the seed), without exaggeration; empty: it begins anew.

    Directions are axes from one group of points to another: ``ends`` names the groups, two for each axis, the low end
    first; empty: there is none. The array ``end_k`` uint32 holds the rows of the k-th. An axis with one group leads from or
    to the mean of all points, ``among`` says of which; one with none is the widest direction across the others.
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
    preparation: Preparation = "raw"
    reduced_to: int = 50
    ends: list[str] | None = None
    among: Among = "all"
    perturbs: str = ""


@dataclass(frozen=True)
class ProjectionMessage:
    """``GET api/projections/{job}``: head of a packet.

    Arrays: ``rows`` uint32 (m) when on a subset, else absent (the rows are all points, m = n); and
    ``component_k`` float32 (m) for each component asked for, NaN where a point has no place.
    ``n_components`` is how many were found: fewer than asked for where there are fewer points or
    dimensions. ``variance_ratio`` holds each one's share of the total variance (those of directions that
    are not perpendicular overlap), and is empty for t-SNE and UMAP, whose components are the coordinates; ``unplaced`` counts the points without a place,
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
