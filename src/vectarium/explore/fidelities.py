"""How far pictures can be believed: measured after they are made, in the background, and kept."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Coordinates, Embedding
from vectarium.errors import ParameterError, VectariumError
from vectarium.explore import parameters
from vectarium.explore.frames import known
from vectarium.explore.jobs import Job, JobNotFoundError, Jobs, Progress, part
from vectarium.explore.messages.projection import FidelityMessage, FidelityRequest
from vectarium.explore.neighborhoods import Neighborhoods
from vectarium.explore.neighborhoods import statement as how_found
from vectarium.explore.points import Points, Rows
from vectarium.explore.projections import Projections, UnfinishedError
from vectarium.explore.shelf import Shelf
from vectarium.explore.timelines import Timelines
from vectarium.explore.workers import Workers

if TYPE_CHECKING:
    from vectarium.project import Fidelity

KEPT_BYTES = 256 << 20
MOST_KEPT = 200
MOST_K = 100
GIVEN = "given:"
# The share of the work that goes into the overall numbers.
MEASURING = 0.6


@dataclass(frozen=True, eq=False)
class Picture:
    """What is measured.

    Parameters
    ----------
    name
        What the page calls it.
    said
        What it is, in words: ``t-SNE, perplexity 30``.
    points
        What it is of.
    coordinates
        float32 array ``(m, dimensions)``, NaN where a point has no place.
    metric
        The distance that its neighbours are measured by.
    divergence
        Its Kullback-Leibler divergence, where it is known.
    iteration
        How far it is, empty when it is finished.
    """

    name: str
    said: str
    points: Points
    coordinates: NDArray[np.float32]
    metric: str = "euclidean"
    divergence: float | None = None
    iteration: str = ""


@dataclass(frozen=True, eq=False)
class Measured:
    """The outcome: the message, and float32 ``(m,)`` with the rows it belongs to."""

    message: FidelityMessage
    preservation: NDArray[np.float32]
    rows: Rows | None

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The arrays of the packet."""
        return {"preservation": self.preservation} | ({} if self.rows is None else {"rows": self.rows})


class Fidelities:
    """The fidelities of a session's pictures.

    Parameters
    ----------
    jobs
        Where the work is done.
    projections
        The pictures, beside those that came with the data.
    timelines
        Those that have one picture a step.
    neighborhoods
        Nearest neighbours that were found.
    workers
        The threads that measure.
    """

    def __init__(
        self,
        jobs: Jobs,
        projections: Projections,
        timelines: Timelines,
        neighborhoods: Neighborhoods,
        workers: Workers,
    ) -> None:
        self._jobs = jobs
        self._projections = projections
        self._timelines = timelines
        self._neighborhoods = neighborhoods
        self._workers = workers
        self._shelf = Shelf(KEPT_BYTES, MOST_KEPT)
        # What each page waits for, by its name and the embedding.
        self._wanted: dict[tuple[str, int], Job] = {}
        self._of_picture: dict[str, str] = {}
        self._lock = threading.Lock()

    def start(self, index: int, embedding: Embedding, request: FidelityRequest, page: str = "") -> Job:
        """The job that measures a picture, which may be over already.

        One that still measures another picture of the same embedding for the same page is cancelled, unless another
        page waits for it: nobody looks at it.
        """
        if not 1 <= request.k <= MOST_K:
            raise ParameterError(f"k is {request.k}; 1 to {MOST_K} neighbours are compared.")
        components = request.components
        if not 1 <= len(components) <= 3 or len(set(components)) < len(components):
            raise ParameterError(f"components is {components}; two or three different ones are needed, such as [0, 1].")
        picture = self.picture(index, embedding, request.picture, components)
        content = f"{index} {picture.name} {picture.iteration} {request.components} {request.k}"
        name = f"fidelity-{hashlib.blake2b(content.encode(), digest_size=8).hexdigest()}"

        def work(progress: Progress) -> Measured:
            return self._keep(name, measure(picture, request, self._neighborhoods, progress))

        with self._lock:
            last = self._wanted.pop((page, index), None)
            if last is not None and last.name != name:
                self._drop(last)
            job = self._jobs.start(name, work, workers=self._workers)
            self._wanted = {key: each for key, each in self._wanted.items() if each.unfinished}
            self._wanted[page, index] = job
        return job

    def leave(self, job: Job, page: str) -> None:
        """A page looks at something else: end a job, unless it measures for another page, too."""
        with self._lock:
            self._wanted = {key: each for key, each in self._wanted.items() if each is not job or key[0] != page}
            self._drop(job)

    def _drop(self, job: Job) -> None:
        if all(each is not job for each in self._wanted.values()):
            job.cancel()

    def __getitem__(self, name: str) -> Measured:
        """What was measured, by its job's name."""
        job = self._jobs[name]
        if job.state != "done":
            raise UnfinishedError(f"{name!r} is {job.state}. Wait until its job is done.")
        if not isinstance(job.result, Measured):
            raise JobNotFoundError(name, list(self._shelf))
        self._shelf.touch(name)
        return job.result

    def of(self, picture: str) -> float | None:
        """The share of nearest neighbours that a picture keeps; None while that is not known."""
        name = self._of_picture.get(picture, "")
        try:
            return self[name].message.neighbor_preservation if name else None
        except (JobNotFoundError, UnfinishedError):
            return None

    def _keep(self, name: str, measured: Measured) -> Measured:
        for gone in self._shelf.put(name, measured.preservation.nbytes):
            self._jobs.forget(gone)
        if len(self._of_picture) > 2 * MOST_KEPT:
            self._of_picture = {picture: kept for picture, kept in self._of_picture.items() if kept in self._shelf}
        self._of_picture[measured.message.picture] = name
        return measured

    def picture(self, index: int, embedding: Embedding, name: str, components: list[int]) -> Picture:
        """A picture of an embedding, along some of its components.

        Raises
        ------
        ParameterError
            If there is no such picture or component, or it is one of another embedding.
        """
        if name.startswith(GIVEN):
            return _given(index, embedding, name, components)
        if "@" in name:
            return self._at_step(index, name, components)
        projection, points = self._projections[name], self._projections.points(name)
        if points.index != index:
            raise ParameterError(f"{name!r} is a picture of embedding {points.index}, not of {index}.")
        projection.check_components(components)
        message = projection.message
        coordinates = np.ascontiguousarray(projection.scores[components].T)
        iteration = "" if message.finished else str(message.iteration)
        said = parameters.describe(message.request)
        return Picture(name, said, points, coordinates, message.request.metric, message.divergence, iteration)

    def width(self, embedding: Embedding, name: str) -> int:
        """How many components a picture has."""
        if name.startswith(GIVEN):
            return _number_of(embedding, name).values.shape[1]
        if "@" in name:
            return self._timelines.message(name.rpartition("@")[0]).n_components
        return len(self._projections[name].scores)

    def _at_step(self, index: int, name: str, components: list[int]) -> Picture:
        job, _, written = name.rpartition("@")
        if not (written.isdecimal() and written.isascii()):
            raise ParameterError(
                f"There is no picture {name!r}; a timeline's job and a step are needed, such as JOB@100."
            )
        points, coordinates = self._timelines.picture(job, int(written), components)
        if points.index != index:
            raise ParameterError(f"{name!r} is a picture of embedding {points.index}, not of {index}.")
        return Picture(name, self._timelines.message(job).sentence, points, coordinates)


def _given(index: int, embedding: Embedding, name: str, components: list[int]) -> Picture:
    picture = _number_of(embedding, name)
    dimensions = picture.values.shape[1]
    if not all(0 <= each < dimensions for each in components):
        raise ParameterError(f"components is {components}; this picture has {dimensions}, counted from 0.")
    coordinates = np.ascontiguousarray(picture.values[:, components], dtype=np.float32)
    return Picture(name, picture.name, Points(index, embedding), coordinates)


def _number_of(embedding: Embedding, name: str) -> Coordinates:
    number, pictures = name.removeprefix(GIVEN), embedding.pictures
    if not (number.isdecimal() and number.isascii() and len(number) < 6 and int(number) < len(pictures)):
        allowed = f"{GIVEN}0 to {GIVEN}{len(pictures) - 1}" if pictures else "the name of a projection's job"
        raise ParameterError(f"There is no picture {name!r}; {allowed} would be one.")
    return pictures[int(number)]


def measure(picture: Picture, request: FidelityRequest, neighborhoods: Neighborhoods, progress: Progress) -> Measured:
    """Compare each point's neighbours in the picture with those in the original space."""
    from vectarium import project

    points, coordinates = _both_placed(picture)
    n = len(coordinates)
    k = check_enough(n, request.k)
    measuring = part(progress, 0, MEASURING)
    prepared = f", {points.prepared.said}" if points.prepared else ""
    compared = points.for_distances(picture.metric)
    overall = project.fidelity(compared.vectors(measuring), coordinates, k, metric=picture.metric, progress=measuring)
    if overall.sampled:
        near = neighborhoods.find(points, picture.metric, k, part(progress, MEASURING, 0.95))
        shares = project.preservation(near.indices, coordinates, progress=part(progress, 0.95, 1))
        exact, search = near.exact, near.sentence
    else:
        shares, exact = overall.point_preservation, True
        search = how_found(picture.metric, f"{points.embedding.shape[1]:,} dimensions{prepared}", exact=True)
    sampled = len(overall.queries) if overall.sampled else 0
    message = FidelityMessage(
        picture=picture.name,
        components=request.components,
        k=k,
        n=n,
        m=len(picture.coordinates),
        trustworthiness=overall.trustworthiness,
        continuity=overall.continuity,
        neighbor_preservation=overall.neighbor_preservation,
        chance=overall.chance,
        sampled=sampled,
        divergence=known(picture.divergence),
        exact=exact,
        sentence=f"{picture.said}, {n:,} points, {picture.metric}{prepared}: {statement(overall, sampled)}",
        search=search,
    )
    preservation = np.full(len(picture.coordinates), np.nan, np.float32)
    preservation[placed_in(picture)] = shares
    return Measured(message, preservation, picture.points.rows)


def statement(overall: Fidelity, sampled: int) -> str:
    """What was found, in words."""
    asked = f", asked at {sampled:,} of them" if sampled else ""
    kept, chance = overall.neighbor_preservation, overall.chance
    return f"keeps {kept:.0%} of each point's {overall.k} nearest (chance {chance:.1%}){asked}"


def placed_in(picture: Picture) -> NDArray[np.bool_]:
    """Boolean ``(m,)``: the points that have both a finite vector and a place."""
    placed = np.asarray(np.isfinite(picture.coordinates).all(axis=1))
    if picture.points.placed is not None:
        finite = np.zeros_like(placed)
        finite[picture.points.placed] = True
        placed = np.logical_and(placed, finite)
    return placed


def _both_placed(picture: Picture) -> tuple[Points, NDArray[np.float32]]:
    """The points that are compared and where they are, float32 ``(n, dimensions)``."""
    placed = placed_in(picture)
    points = picture.points
    if placed.sum() < points.used:  # a picture that came with the data may leave points out
        points = points.only(np.flatnonzero(placed))
    return points, np.ascontiguousarray(picture.coordinates[placed])


def check_enough(n: int, k: int) -> int:
    """How many neighbours can be compared: fewer than half of the points, or every picture would seem good.

    Raises
    ------
    VectariumError
        If there are fewer than three points.
    """
    if n < 3:
        raise VectariumError(f"{n} points have a place; fidelity says something of 3 and more.")
    return min(k, max(1, (n - 1) // 2))
