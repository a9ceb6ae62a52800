"""What the model says of examples: probabilities, the predicted class, whether it is right, the loss of each.

They are columns that change with the step. What a model puts out may be probabilities, or the numbers
before the softmax; PyTorch's losses want the latter, Keras's models often give the former. ``"auto"`` looks at the
numbers: rows that are not negative and sum to one are probabilities. What was once seen to be none is
none for the rest of the training.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Column
from vectarium.errors import ParameterError
from vectarium.record.labels import Labels, class_names

MOST_SHOWN = 4
TOLERANCE = 1e-3
Scores = Literal["auto", "logits", "probabilities"]


@dataclass(frozen=True, eq=False)
class Judged:
    """What a model says of points.

    Parameters
    ----------
    probabilities
        float32 ``(points, classes)``.
    columns
        prediction, confidence and, where labels are known, correct and loss; a column a class where
        there are few of them.
    """

    probabilities: NDArray[np.float32]
    columns: tuple[Column, ...]

    def take(self, rows: NDArray[np.int64]) -> tuple[Column, ...]:
        """The columns for other points, each of which belongs to one of these."""
        return tuple(each.take(rows) for each in self.columns)


class Judge:
    """Turns a model's outputs into columns.

    Parameters
    ----------
    scores
        What the outputs are.
    """

    def __init__(self, scores: Scores = "auto") -> None:
        if scores not in {"auto", "logits", "probabilities"}:
            raise ParameterError(f"scores is {scores!r}; 'auto', 'logits' or 'probabilities' is needed.")
        self._scores = scores

    def judge(self, outputs: NDArray[Any], labels: Labels | None, classes: tuple[str, ...]) -> Judged:
        """Judge outputs ``(points, classes)``, or ``(points, 1)`` where there are two classes.

        Parameters
        ----------
        outputs
            Probabilities, or the numbers before the softmax.
        labels
            What is right, ``(points,)``.
        classes
            Names, as far as they are known.
        """
        logarithms = self._logarithms(outputs.astype(np.float64))
        probabilities = np.exp(logarithms)
        names = class_names(classes, probabilities.shape[1])
        whole = np.isfinite(probabilities).all(axis=1)
        predicted = np.where(whole, probabilities.argmax(1), -1)
        columns = [
            Column("prediction", "category", predicted.astype(np.int32), names),
            Column("confidence", "number", np.where(whole, probabilities.max(1), np.nan)),
        ]
        if labels is not None and labels.are_classes and labels.ordered:
            columns += _compared(logarithms, predicted, labels.values)
        if len(names) <= MOST_SHOWN:
            shown = list(enumerate(names))[-1:] if len(names) == 2 else list(enumerate(names))  # of two, one tells both
            columns += [Column(f"p({name})", "number", probabilities[:, code]) for code, name in shown]
        return Judged(probabilities.astype(np.float32), tuple(columns))

    def _logarithms(self, outputs: NDArray[np.float64]) -> NDArray[np.float64]:
        """The logarithms of the probabilities ``(points, classes)``."""
        if self._scores == "auto" and not _are_probabilities(outputs):
            self._scores = "logits"
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            if self._scores != "logits":
                return np.log(np.hstack([1 - outputs, outputs]) if outputs.shape[1] == 1 else outputs)
            both = np.hstack([np.zeros_like(outputs), outputs]) if outputs.shape[1] == 1 else outputs
            shifted = both - both.max(axis=1, keepdims=True)
            return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def _are_probabilities(outputs: NDArray[np.float64]) -> bool:
    finite = outputs[np.isfinite(outputs).all(axis=1)]
    if (finite < 0).any() or (finite > 1 + TOLERANCE).any():
        return False
    return outputs.shape[1] == 1 or bool((np.abs(finite.sum(1) - 1) < TOLERANCE).all())


def _compared(logarithms: NDArray[np.float64], predicted: NDArray[np.int64], right: NDArray[np.int64]) -> list[Column]:
    missing = (right < 0) | (right >= logarithms.shape[1]) | (predicted < 0)
    known = np.where(missing, 0, right)
    loss = np.where(missing, np.nan, -logarithms[np.arange(len(known)), known])
    correct = Column("correct", "boolean", (predicted == right) & ~missing, mask=missing if missing.any() else None)
    return [correct, Column("loss", "number", loss + 0.0)]


def token_scores(outputs: NDArray[Any], labels: Labels | None, time: int | None) -> NDArray[Any] | None:
    """Outputs as ``(examples, time, classes)`` where a class is told for each token, else None.

    PyTorch's cross-entropy wants the classes before the time; which is which is told by the labels or the mask.
    """
    if outputs.ndim != 3:
        return None
    wanted = labels.values.shape[1] if labels is not None and labels.values.ndim == 2 else time
    if wanted is not None and outputs.shape[1] != wanted and outputs.shape[2] == wanted:
        return np.swapaxes(outputs, 1, 2)
    return outputs
