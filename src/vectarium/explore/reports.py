"""What a classifier gets right and what it confuses: precision, recall, F1 and the confusion matrix, at any step.

The numbers are those of scikit-learn's ``classification_report``, but a share of nothing has no value, where
scikit-learn says 0; in the averages it counts as 0 there and here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Column, Embedding
from vectarium.errors import ParameterError
from vectarium.explore.columns import column_at
from vectarium.explore.courses import Courses, coarse_to_fine
from vectarium.explore.jobs import Job, Progress
from vectarium.explore.messages.classes import (
    AverageMessage,
    JudgedMessage,
    JudgedRequest,
    ReportMessage,
    ReportRequest,
    ScoresMessage,
    ScoresRequest,
)
from vectarium.explore.verdicts import Verdicts, compare

Shares = NDArray[np.float64]
Arrays = dict[str, NDArray[Any]]
At = Callable[[int, int | None], Embedding]


class Reports:
    """The reports of a session.

    Parameters
    ----------
    courses
        Where those of all steps are made.
    at
        Gives an embedding by its position and a step; None: the one that was opened.
    """

    def __init__(self, courses: Courses, at: At) -> None:
        self._courses = courses
        self._at = at

    def report(self, index: int, request: ReportRequest, step: int | None = None) -> tuple[ReportMessage, Arrays]:
        """The head and the arrays of a report's packet.

        Raises
        ------
        ColumnNotFoundError
            If there is no such column.
        ParameterError
            If they hold no classes.
        """
        return report(request, self._verdicts(index, request, step))

    def points(self, index: int, request: JudgedRequest, step: int | None = None) -> tuple[JudgedMessage, Arrays]:
        """The points in a cell, a row, a column or on the wrong side of the matrix."""
        verdicts = self._verdicts(index, request, step)
        rows = verdicts.rows(request.true, request.predicted, wrong=request.wrong)
        return JudgedMessage(len(rows)), {"rows": rows}

    def start(self, index: int, request: ScoresRequest) -> Job:
        """The job that makes the reports of all steps.

        Raises
        ------
        ParameterError
            If the embedding was not recorded, or the columns hold no classes.
        """
        recorded = self._at(index, None).recorded
        if recorded is None:
            raise ParameterError(f"{self._at(index, None).name!r} was not recorded over steps.")
        classes = self._verdicts(index, request, recorded.step).classes

        def measure(index: int, step: int, _: Progress) -> Arrays:
            return _by_name(self._verdicts(index, request, step), classes)

        pieces = [(index, step) for step in coarse_to_fine(recorded.steps)]
        return self._courses.start("scores", (index, request, classes), pieces, measure)

    def message(self, job: str) -> tuple[ScoresMessage, Arrays]:
        """The main numbers of each step, as far as they are known: the head and the arrays of a packet."""
        course = self._courses[job]
        index, _, classes = course.about
        pieces = sorted(course.pieces)
        nothing = {"accuracy": np.full(1, np.nan), "macro_f1": np.full(1, np.nan), "f1": np.full(len(classes), np.nan)}
        found = [course.known.get(piece) or nothing for piece in pieces]
        arrays = {name: np.array([each[name] for each in found], np.float32).ravel() for name in nothing}
        measured = sum(piece in course.known for piece in pieces)
        return ScoresMessage(index, [step for _, step in pieces], list(classes), measured), arrays

    def _verdicts(
        self, index: int, request: ReportRequest | JudgedRequest | ScoresRequest, step: int | None
    ) -> Verdicts:
        opened = self._at(index, None)
        columns = opened.columns if step is None else self._at(index, step).columns
        order = () if opened.recorded is None else opened.recorded.recording.classes

        def column(name: str) -> Column:
            return column_at(opened.columns[name], columns)

        return compare(column(request.label), column(request.prediction), order)


def _by_name(verdicts: Verdicts, classes: tuple[str, ...]) -> Arrays:
    """The main numbers of one step; F1 in the order of some classes, NaN where one is not there at this step."""
    found = scores(verdicts.confusion())
    own = dict(zip(verdicts.classes, found.f1, strict=True))
    f1 = np.array([own.get(name, np.nan) for name in classes], np.float32)
    macro = np.nan if found.macro.f1 is None else found.macro.f1
    return {"accuracy": np.array([found.accuracy], np.float32), "macro_f1": np.array([macro], np.float32), "f1": f1}


@dataclass(frozen=True, eq=False)
class Scores:
    """What is known of each of c classes; NaN where a share is of nothing.

    Parameters
    ----------
    precision
        float64 ``(c,)``: of the points taken for the class, the share that is of it.
    recall
        float64 ``(c,)``: of the points of the class, the share taken for it.
    f1
        float64 ``(c,)``: the harmonic mean of both.
    support, predicted
        int64 ``(c,)``: how many points are of the class, and are taken for it.
    accuracy
        The share of all points that is taken for what it is.
    """

    precision: Shares
    recall: Shares
    f1: Shares
    support: NDArray[np.int64]
    predicted: NDArray[np.int64]
    accuracy: float

    @property
    def macro(self) -> AverageMessage:
        """The mean over the classes that occur."""
        occurs = ((self.support + self.predicted) > 0).astype(np.float64)
        return self._average(occurs)

    @property
    def weighted(self) -> AverageMessage:
        """The mean weighted by how many points each class has."""
        return self._average(self.support.astype(np.float64))

    def _average(self, weights: Shares) -> AverageMessage:
        if weights.sum() == 0:
            return AverageMessage(None, None, None)
        means = [
            float(np.average(np.nan_to_num(each), weights=weights)) for each in (self.precision, self.recall, self.f1)
        ]
        return AverageMessage(*means)


def scores(confusion: NDArray[np.int64]) -> Scores:
    """The scores of a confusion matrix ``(c, c)``, a row for each class and a column for what it is taken for."""
    right, support, predicted = confusion.diagonal(), confusion.sum(axis=1), confusion.sum(axis=0)
    total = int(confusion.sum())
    return Scores(
        precision=_share(right, predicted),
        recall=_share(right, support),
        f1=_share(2 * right, support + predicted),
        support=support,
        predicted=predicted,
        accuracy=int(right.sum()) / total if total else float("nan"),
    )


def report(request: ReportRequest, verdicts: Verdicts) -> tuple[ReportMessage, dict[str, NDArray[Any]]]:
    """The head and the arrays of a report's packet."""
    confusion = verdicts.confusion()
    found = scores(confusion)
    used = int(found.support.sum())
    rows, columns = np.nonzero(confusion)
    message = ReportMessage(
        label=request.label,
        prediction=request.prediction,
        classes=list(verdicts.classes),
        n=len(verdicts.labels),
        used=used,
        right=int(confusion.trace()),
        accuracy=found.accuracy if used else None,
        macro=found.macro,
        weighted=found.weighted,
        said=verdicts.said,
    )
    arrays = {
        "precision": found.precision,
        "recall": found.recall,
        "f1": found.f1,
        "support": found.support.astype(np.uint32),
        "predicted": found.predicted.astype(np.uint32),
        "rows": rows.astype(np.uint32),
        "columns": columns.astype(np.uint32),
        "counts": confusion[rows, columns].astype(np.uint32),
    }
    return message, arrays


def _share(part: NDArray[np.int64], whole: NDArray[np.int64]) -> Shares:
    out = np.full(len(part), np.nan)
    return np.divide(part, whole, out=out, where=whole > 0)
