"""What is on screen as a film: the points at every step of a timeline, and what lies behind them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Column, Embedding
from vectarium.errors import ParameterError
from vectarium.explore.boundaries import Boundaries
from vectarium.explore.columns import column_at, numbers
from vectarium.explore.messages.timeline import TimelineMessage
from vectarium.explore.timelines import Timelines

MOST_SPANS = 64
LABELS = ("token", "word")
COLORS = ("label", "labels", "class", "target", "digit", "cluster", "tag")
MARKS = ("mark", "updated")
IMPORTANCE = ("count", "counts", "frequency", "freq", "occurrences", "weight", "size", "importance", "rank score")


@dataclass(frozen=True)
class Shot:
    """What of a timeline is seen.

    Parameters
    ----------
    job
        The timeline.
    components
        The two or three that are on screen.
    color, label
        The columns of colours and of labels; None: as the page begins with; empty: none.
    curve
        The name of the curve; empty: the first one.
    regions
        Whether the prediction's regions lie behind.
    """

    job: str
    components: tuple[int, ...] = (0, 1)
    color: str | None = None
    label: str | None = None
    curve: str = ""
    regions: bool = True


class Shown(Protocol):
    """Whatever has timelines: a session, or a studio without a page."""

    timelines: Timelines
    boundaries: Boundaries

    def embedding(self, index: int, step: int | None = None) -> Embedding:
        """An embedding by its position, as it is at a step."""
        ...


class FilmReel:
    """A timeline of a session, as whoever makes a film of it wants it.

    Parameters
    ----------
    shown
        What is explored.
    shot
        What is seen.
    """

    def __init__(self, shown: Shown, shot: Shot) -> None:
        self._shown, self._shot = shown, shot
        self._timeline: TimelineMessage = shown.timelines.message(shot.job)
        self._embedding = shown.embedding(self._timeline.embedding)
        recorded = self._embedding.recorded
        if recorded is None or not recorded.steps:
            raise ParameterError(f"{self._embedding.name!r} was not recorded over steps, so there is no film of it.")
        self._changing = recorded.changing
        self._components = [k for k in shot.components if k < self._timeline.n_components]
        self.steps: Sequence[int] = shown.timelines.ways(shot.job, np.zeros(1, np.uint32), self._components)[0]
        training = recorded.recording.training()
        at = {step: index for index, step in enumerate(training.steps)}
        self._at = [at.get(step) for step in self.steps]
        self.epochs: Sequence[float | None] = self._along(training.epochs)
        curves = {"loss": training.losses, **training.metrics, "learning rate": training.learning_rates}
        self.curve = self._curve({name: self._along(values) for name, values in curves.items()}, shot.curve)
        title, name = recorded.recording.name, self._embedding.name
        self.title = name if title in ("", name) else f"{title}: {name}"
        self.sentence = self._timeline.sentence
        columns = self._embedding.columns
        self._color = _chosen(columns, shot.color, _default_color(self._embedding))
        self.labels = _chosen(columns, shot.label, _default_label(self._embedding))
        self.importance = _importance(self._embedding)

    @property
    def low(self) -> Sequence[float]:
        """The lower corner of the room that all steps take."""
        return self._corner(self._timeline.low, -1.0)

    @property
    def high(self) -> Sequence[float]:
        """The upper corner."""
        return self._corner(self._timeline.high, 1.0)

    def places(self, index: int) -> NDArray[np.float32]:
        """Where the points are at a step, ``(n, 2 or 3)``."""
        points, found = self._shown.timelines.picture(self._shot.job, self.steps[index], self._components)
        out = np.full((len(self._embedding), len(self._shot.components)), np.nan, np.float32)
        rows = slice(None) if points.rows is None else points.rows
        out[rows] = 0  # a component that is not there
        out[rows, : found.shape[1]] = found
        return out

    def colors(self, index: int) -> Column | None:
        """The column of colours at a step."""
        if self._color is None or self._color.name not in self._changing:
            return self._color
        return column_at(self._color, self._shown.embedding(self._timeline.embedding, self.steps[index]).columns)

    def spans(self) -> tuple[float, float] | None:
        """The least and the largest number over all steps, of at most 64 of them."""
        if self._color is None or self._color.kind not in ("integer", "number", "time"):
            return None
        chosen = np.unique(np.linspace(0, len(self.steps) - 1, min(len(self.steps), MOST_SPANS)).astype(int))
        spans: list[tuple[float, float]] = []
        for index in chosen if self._color.name in self._changing else chosen[-1:]:
            column = self.colors(int(index))
            values = np.empty(0) if column is None else numbers(column)
            known = values[np.isfinite(values)]
            spans += [(float(known.min()), float(known.max()))] if len(known) else []
        return (min(low for low, _ in spans), max(high for _, high in spans)) if spans else None

    def ground(
        self, index: int
    ) -> tuple[NDArray[np.uint8], NDArray[np.uint8], list[str], list[float], list[float]] | None:
        """The regions behind the points at a step."""
        if not self._shot.regions or len(self._components) != 2:
            return None
        found, arrays = self._shown.boundaries.step(self._shot.job, self.steps[index], self._components)
        if not arrays:
            return None
        return arrays["codes"], arrays["confidence"], found.classes, found.low, found.high

    def _along(self, values: Sequence[float | None]) -> list[float | None]:
        found = [None if at is None or at >= len(values) else values[at] for at in self._at]
        return [each if each is not None and math.isfinite(each) else None for each in found]

    def _curve(self, curves: dict[str, list[float | None]], name: str) -> tuple[str, Sequence[float | None]] | None:
        known = {each: values for each, values in curves.items() if any(value is not None for value in values)}
        if name and name not in known:
            raise ParameterError(f"There is no curve {name!r}; there are {', '.join(map(repr, known)) or 'none'}.")
        return next(((each, values) for each, values in known.items() if name in ("", each)), None)

    def _corner(self, corner: Sequence[float], otherwise: float) -> list[float]:
        return [corner[k] if k < len(corner) else otherwise for k in self._shot.components]


def _chosen(columns: Any, name: str | None, otherwise: str) -> Column | None:
    wanted = otherwise if name is None else name
    return columns[wanted] if wanted else None


def _default_label(embedding: Embedding) -> str:
    """The column that a person would read as a point's name, as the page chooses it."""
    columns = list(embedding.columns.values())
    named = next((each.name for each in columns if each.name.lower() in LABELS), None)
    kinds = (next((each.name for each in columns if each.kind == kind), None) for kind in ("text", "category"))
    return named or next((each for each in kinds if each), None) or (columns[0].name if columns else "")


def _default_color(embedding: Embedding) -> str:
    """The column whose colours say most at first sight, as the page chooses it."""
    columns = list(embedding.columns.values())
    grouped = [each for each in columns if each.kind in ("category", "boolean") and each.name not in MARKS]
    telling = [each for each in columns if each.name.lower() in COLORS]
    best = next((each for each in grouped if each in telling), grouped[0] if grouped else None)
    whole = next((each for each in telling if each.kind == "integer"), None)
    return best.name if best else whole.name if whole else ""


def _importance(embedding: Embedding) -> NDArray[np.float64] | None:
    numeric = {each.name.lower(): each for each in embedding.columns.values() if each.kind in ("integer", "number")}
    found = next((numeric[name] for name in IMPORTANCE if name in numeric), None)
    return None if found is None else numbers(found)
