"""The way of each point through the steps of a training, as numbers: how far it moved, when its prediction changed.

Ways are measured step by step. The distance between two steps does not depend on those that come later, so
what was measured of a run that grows is kept, and only new steps are added.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Embedding
from vectarium.errors import ParameterError
from vectarium.explore.frames import known
from vectarium.explore.messages.kinds import MotionMeasure
from vectarium.explore.messages.timeline import MotionColumnMessage, MoversMessage

PREDICTION = "prediction"

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Prediction:
    """What is predicted for each point, as codes.

    Parameters
    ----------
    last
        int32 array ``(n,)``: the last one that was told, -1: none so far.
    codes
        The code of each category.
    """

    last: NDArray[np.int32]
    codes: dict[str, int]


@dataclass(frozen=True, eq=False)
class Course:
    """How points move over the steps.

    Parameters
    ----------
    steps
        The steps.
    d
        The dimensions of the space.
    moved
        float32 array ``(steps, n)``: the distance since the step before, NaN where there is none.
    turned
        Boolean array ``(steps, n)``: whether the prediction changed; None where nothing is predicted.
    prediction
        Its state after the last step that is done.
    done
        How many steps are measured already, as this was begun.
    """

    steps: tuple[int, ...]
    d: int
    moved: Floats
    turned: NDArray[np.bool_] | None
    prediction: Prediction | None
    done: int = 0

    @classmethod
    def begun(
        cls, n: int, d: int, steps: tuple[int, ...], before: Course | None, prediction: Prediction | None
    ) -> Course:
        """One that goes on from what was measured before, where its steps are the first of these."""
        moved = np.full((len(steps), n), np.nan, np.float32)
        turned = None if prediction is None else np.zeros((len(steps), n), bool)
        if before is None or steps[: len(before.steps)] != before.steps or (before.turned is None) != (turned is None):
            return cls(steps, d, moved, turned, prediction)
        done = len(before.steps)
        moved[:done] = before.moved
        if turned is not None and before.turned is not None:
            turned[:done] = before.turned
        last = before.prediction
        kept = None if last is None else Prediction(last.last.copy(), dict(last.codes))
        return cls(steps, d, moved, turned, kept, done)

    @property
    def n(self) -> int:
        """How many points there are."""
        return self.moved.shape[1]

    def predict(self, position: int, codes: NDArray[np.int32] | None) -> None:
        """Take note of what is predicted at a step."""
        if codes is None or self.turned is None or self.prediction is None:
            return
        last = self.prediction.last
        self.turned[position] = (codes >= 0) & (last >= 0) & (codes != last)
        np.copyto(last, codes, where=codes >= 0)

    def column(self, measure: MotionMeasure, step: int) -> tuple[MotionColumnMessage, NDArray[Any]]:
        """A number a point at a step, ``(n,)``."""
        position = self._position(step)
        values = {"moved": self._moved_at, "path": self._path_to, "changed": self._changed_by}[measure](position)
        low, high, positive = self._range(measure)
        before = self.steps[position - 1] if position else None
        missing = int(np.isnan(values).sum())
        sentence = self.sentence if measure != "changed" else "The step at which the prediction changed last."
        message = MotionColumnMessage(measure, step, before, low, high, positive, None, missing, sentence)
        return message, values

    def movers(self, first: int | None, last: int | None) -> tuple[MoversMessage, dict[str, NDArray[Any]]]:
        """The points that moved farthest from one step to another, the farthest first."""
        start = 0 if first is None else self._position(first)
        stop = len(self.steps) - 1 if last is None else self._position(last)
        if start > stop:
            start, stop = stop, start
        way = np.nan_to_num(self.moved[start + 1 : stop + 1])
        total = way.sum(axis=0, dtype=np.float64) if len(way) else np.zeros(self.n)
        peaks = start + 1 + way.argmax(axis=0) if len(way) else np.full(self.n, stop)
        order = np.argsort(-total, kind="stable")
        message = MoversMessage(
            self.steps[start],
            self.steps[stop],
            list(self.steps),
            self.means,
            self._range("moved")[1],
            self.sentence,
        )
        return message, {
            "rows": order.astype(np.uint32),
            "distances": total[order].astype(np.float32),
            "peaks": peaks[order].astype(np.uint32),
        }

    @cached_property
    def means(self) -> list[float | None]:
        """How far the points moved to each step on average; None where none did."""
        told = [each[~np.isnan(each)] for each in self.moved]
        return [known(float(each.mean(dtype=np.float64))) if len(each) else None for each in told]

    @property
    def sentence(self) -> str:
        """What the distances are, in words."""
        from vectarium.project.aligned import LARGEST_TURNED, TURNED_OF_MORE

        within = f", within its {TURNED_OF_MORE} leading directions" if self.d > LARGEST_TURNED else ""
        return (
            f"Euclidean distances in all {self.d:,} dimension{'s' if self.d > 1 else ''}, after the turn of the whole "
            f"space from each step to the next was taken out{within}."
        )

    def _position(self, step: int) -> int:
        if step not in self.steps:
            raise ParameterError(f"Step {step:,} is not measured; {len(self.steps):,} are, from {self.steps[0]:,} on.")
        return self.steps.index(step)

    def _moved_at(self, position: int) -> NDArray[Any]:
        return self.moved[position]

    def _path_to(self, position: int) -> NDArray[Any]:
        total = np.zeros(self.n)
        for moved in self.moved[1 : position + 1]:
            total += np.nan_to_num(moved)
        return total

    def _changed_by(self, position: int) -> NDArray[Any]:
        if self.turned is None:
            raise ParameterError(f"Nothing is predicted here: there is no column {PREDICTION!r} that changes.")
        changed = np.full(self.n, np.nan)
        for step, turned in zip(self.steps[: position + 1], self.turned, strict=False):
            changed[turned] = step
        return changed

    def _range(self, measure: MotionMeasure) -> tuple[float, float, float | None]:
        """The lowest, the highest, and the lowest value above 0 at any step."""
        if measure == "changed":
            above = [step for step in self.steps if step > 0]
            return float(self.steps[0]), float(self.steps[-1]), float(above[0]) if above else None
        return self._moved_range if measure == "moved" else self._path_range

    @cached_property
    def _moved_range(self) -> tuple[float, float, float | None]:
        found = [each[np.isfinite(each)] for each in self.moved[1:]]
        low = min((float(each.min()) for each in found if len(each)), default=0.0)
        high = max((float(each.max()) for each in found if len(each)), default=0.0)
        return low, high, min((float(each[each > 0].min()) for each in found if (each > 0).any()), default=None)

    @cached_property
    def _path_range(self) -> tuple[float, float, float | None]:
        # A way only grows: its least length above 0 is that of the first move.
        first, total = np.zeros(self.n), np.zeros(self.n)
        for moved in self.moved[1:]:
            total += np.nan_to_num(moved)
            np.copyto(first, total, where=first == 0)
        above = first[first > 0]
        return 0.0, float(total.max(initial=0)), float(above.min()) if len(above) else None


def prediction_of(embedding: Embedding) -> Prediction | None:
    """What is predicted for an embedding's points, before the first step; None where nothing is."""
    recorded, column = embedding.recorded, embedding.columns.get(PREDICTION)
    if recorded is None or PREDICTION not in recorded.changing or column is None or column.kind == "number":
        return None
    return Prediction(np.full(len(embedding), -1, np.int32), {})


def known_categories(embedding: Embedding, prediction: Prediction | None) -> NDArray[np.int32] | None:
    """The codes of what is predicted at a step, int32 ``(n,)``, -1 where it is not told."""
    column = embedding.columns.get(PREDICTION)
    if prediction is None or column is None:
        return None
    if column.kind == "category":
        labels, codes = list(column.categories), column.values
    else:
        labels, codes = np.unique(column.values.astype(str), return_inverse=True)
        codes = np.where(column.missing, -1, codes)
    # Steps may name their categories in an order of their own.
    table = np.array([prediction.codes.setdefault(str(label), len(prediction.codes)) for label in labels] + [-1])
    return table[codes].astype(np.int32)
