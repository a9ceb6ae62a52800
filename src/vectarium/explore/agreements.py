"""How well the neighbours in each layer agree with the labels, at every step: where classes come apart."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Embedding
from vectarium.errors import ParameterError, VectariumError
from vectarium.explore.courses import Course, Courses, Piece, coarse_to_fine
from vectarium.explore.jobs import Job, Progress, part
from vectarium.explore.messages.classes import AgreementMessage, AgreementRequest, LayerMessage
from vectarium.explore.verdicts import coded

MOST_K = 100
# Among so many points neighbours are looked for, and distances compared, and fewer where d is so large that this
# would take more multiplications than these: then a step takes a fraction of a second.
MOST_POINTS, MOST_COMPARED = 4000, 2000
MOST_MULTIPLICATIONS = 8e9
FEWEST_POINTS = 1000

At = Callable[[int, int | None], Embedding]


@dataclass(frozen=True, eq=False)
class Sample:
    """The points of a layer that vote.

    Parameters
    ----------
    rows
        int64 ``(used,)``, ascending.
    codes
        int32 ``(used,)``, the class of each.
    compared
        int64, positions among ``rows`` of those in the silhouette.
    labelled, classes, chance
        How many points have a label, of how many classes, and the share of the largest.
    """

    rows: NDArray[np.int64]
    codes: NDArray[np.int32]
    compared: NDArray[np.int64]
    labelled: int
    classes: int
    chance: float


class Agreements:
    """The agreement of layers with their labels.

    Parameters
    ----------
    courses
        Where it is measured.
    at
        Gives an embedding by its position and a step.
    """

    def __init__(self, courses: Courses, at: At) -> None:
        self._courses = courses
        self._at = at
        self._chosen: dict[tuple[int, str, int], Sample | VectariumError] = {}

    def start(self, request: AgreementRequest) -> Job:
        """The job that measures some layers of one recording at all of their steps.

        Raises
        ------
        ParameterError
            If an embedding was not recorded, or a parameter is outside of what is allowed.
        ColumnNotFoundError
            If there is no such column.
        """
        check(request)
        layers = {index: self._at(index, None) for index in request.embeddings}
        for index, layer in layers.items():
            if layer.recorded is None:
                raise ParameterError(f"{layer.name!r}, embedding {index}, was not recorded over steps.")
            layer.columns[request.labels[request.embeddings.index(index)]]
        samples = self._samples(request)
        steps = {index: layer.recorded.steps for index, layer in layers.items() if layer.recorded is not None}

        def measure(index: int, step: int, progress: Progress) -> tuple[float, float]:
            sample = samples[index]
            if isinstance(sample, VectariumError):
                raise sample
            return agreement(self._at(index, step), sample, request.k, progress)

        about = replace(request, first=None)
        return self._courses.start("agreement", about, together(steps), measure, request.first)

    def message(self, job: str) -> AgreementMessage:
        """What is known by now."""
        course = self._courses[job]
        request = course.about
        samples = self._samples(request)
        layers = [
            self._layer(course, index, label, samples[index])
            for index, label in zip(request.embeddings, request.labels, strict=True)
        ]
        return AgreementMessage(request.k, layers)

    def _samples(self, request: AgreementRequest) -> dict[int, Sample | VectariumError]:
        """The same points in all layers that have the same labels: as many as the widest layer allows."""
        widest = max(self._at(index, None).shape[1] for index in request.embeddings)
        return {
            index: self._sample(index, label, widest)
            for index, label in zip(request.embeddings, request.labels, strict=True)
        }

    def _sample(self, index: int, label: str, widest: int) -> Sample | VectariumError:
        """Chosen once; or why it cannot be."""
        key = index, label, widest
        if key not in self._chosen:
            try:
                self._chosen[key] = choose(self._at(index, None), label, widest)
            except VectariumError as error:
                self._chosen[key] = error
        return self._chosen[key]

    def _layer(self, course: Course, index: int, label: str, sample: Sample | VectariumError) -> LayerMessage:
        steps = sorted(step for embedding, step in course.pieces if embedding == index)
        if isinstance(sample, VectariumError):
            nothing: list[float | None] = [None] * len(steps)
            return LayerMessage(index, label, 0, 0, 0, 0, None, steps, nothing, nothing, str(sample))
        found = [course.known.get((index, step)) or (math.nan, math.nan) for step in steps]
        accuracy, silhouette = ([None if math.isnan(pair[i]) else pair[i] for pair in found] for i in (0, 1))
        return LayerMessage(
            index,
            label,
            sample.classes,
            sample.labelled,
            len(sample.rows),
            len(sample.compared),
            sample.chance,
            steps,
            accuracy,
            silhouette,
            "",
        )


def check(request: AgreementRequest) -> None:
    """Raise ParameterError unless the request makes sense."""
    if not 1 <= request.k <= MOST_K:
        raise ParameterError(f"k is {request.k}; 1 to {MOST_K} neighbours vote.")
    if not request.embeddings or len(request.embeddings) != len(request.labels):
        raise ParameterError(
            f"There are {len(request.embeddings)} embeddings and {len(request.labels)} labels; one label an embedding is "
            "needed, and at least one."
        )
    if len(set(request.embeddings)) < len(request.embeddings):
        raise ParameterError("An embedding is named twice.")


def together(steps: dict[int, tuple[int, ...]]) -> list[Piece]:
    """Every layer and step, in an order in which all layers become finer together."""
    order = coarse_to_fine(sorted(set().union(*steps.values())))
    return [(index, step) for step in order for index, mine in steps.items() if step in set(mine)]


def choose(embedding: Embedding, label: str, widest: int) -> Sample:
    """The points that vote: all that have a label, or some of them, the same for the same labels.

    Raises
    ------
    ParameterError
        If the column holds no classes, or nothing to tell apart.
    """
    codes, _ = coded(embedding.columns[label])
    labelled = np.flatnonzero(codes >= 0)
    sizes = np.bincount(codes[labelled])
    classes = int((sizes > 0).sum())
    if classes < 2 or len(labelled) < 3:
        raise ParameterError(
            f"{len(labelled):,} points have a value of {label!r}, of {classes} class{'es' * (classes != 1)}; at least 3 "
            "points of 2 classes are needed."
        )
    most = int(min(MOST_POINTS, max(FEWEST_POINTS, math.sqrt(MOST_MULTIPLICATIONS / widest))))
    rng = np.random.default_rng(0)
    rows = labelled if len(labelled) <= most else np.sort(rng.choice(labelled, most, replace=False))
    fewer = min(MOST_COMPARED, most)
    compared = np.arange(len(rows)) if len(rows) <= fewer else np.sort(rng.choice(len(rows), fewer, replace=False))
    return Sample(rows, codes[rows], compared, len(labelled), classes, float(sizes.max() / len(labelled)))


def agreement(embedding: Embedding, sample: Sample, k: int, progress: Progress) -> tuple[float, float]:
    """The k-NN accuracy and the silhouette of the points of a sample; those that hold NaN or infinity are left out."""
    from vectarium.project import knn_accuracy, silhouette

    vectors = np.asarray(embedding.vectors[sample.rows])
    finite = np.asarray(np.isfinite(vectors).all(axis=1))
    accuracy = knn_accuracy(vectors[finite], sample.codes[finite], k, progress=part(progress, 0, 0.5))
    compared = sample.compared[finite[sample.compared]]
    width = silhouette(vectors[compared], sample.codes[compared], progress=part(progress, 0.5, 1))
    return accuracy, width
