"""What lies behind the points: where the model's prediction changes, exact or estimated, or why it is not drawn."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Boundary, Column, Embedding
from vectarium.errors import ParameterError
from vectarium.explore.messages.recording import BoundaryMessage
from vectarium.explore.timelines import Timelines

# Places of the background, and how much larger than the frame of all steps it is.
SHAPE = (256, 384)
BEYOND = 0.8
# An estimate that gives fewer of the points their own prediction back would mislead.
LEAST_AGREEMENT = 0.8
MOST_NAMED = 40
Corner = tuple[float, float]

NAMES = ("prediction", "predicted", "predicted class", "predicted_class", "pred")


class Boundaries:
    """The backgrounds of a session's timelines.

    Parameters
    ----------
    timelines
        The pictures.
    at
        Gives an embedding by its position and a step.
    """

    def __init__(self, timelines: Timelines, at: Callable[[int, int], Embedding]) -> None:
        self._timelines = timelines
        self._at = at

    def step(
        self, name: str, step: int, components: list[int], column: str = ""
    ) -> tuple[BoundaryMessage, dict[str, NDArray[Any]]]:
        """The background at a step: the head and the arrays of a packet.

        Parameters
        ----------
        name
            A timeline's job.
        step
            The step.
        components
            The two that are seen.
        column
            The categories that the points vote with; empty: the prediction.
        """
        if len(components) != 2:
            raise ParameterError(f"components is {components}; a background has two, such as 0,1.")
        message = self._timelines.message(name)
        embedding = self._at(message.embedding, step)
        ground = Ground(name, step, *frame(message.low, message.high, components))
        exact = embedding.boundary if not column and sorted(components) == [0, 1] else None
        if exact is not None and message.method in ("axes", "pca") and message.preparation == "raw":
            back = self._timelines[name].back
            codes, confidence = looked_up(exact, back(ground.places, components))
            message = ground.message(classes=list(exact.classes), exact=True)
            return message, {"codes": codes, "confidence": confidence}
        voters = predictions(embedding, column)
        if voters is None:
            return ground.message("This embedding has no column of predictions to draw regions from."), {}
        if len(voters.categories) > MOST_NAMED:
            said = f"{voters.name!r} has {len(voters.categories):,} classes; regions of more than {MOST_NAMED} say nothing."
            return ground.message(said), {}
        points, places = self._timelines.picture(name, step, components)
        return estimated(ground, places, voters.values if points.rows is None else voters.values[points.rows], voters)


@dataclass(frozen=True)
class Ground:
    """The part of a picture that a background covers."""

    job: str
    step: int
    low: Corner
    high: Corner

    @property
    def places(self) -> NDArray[np.float64]:
        """Its places, ``(height * width, 2)``, row by row."""
        height, width = SHAPE
        across, up = (np.linspace(self.low[k], self.high[k], side) for k, side in ((0, width), (1, height)))
        x, y = np.meshgrid(across, up)
        return np.stack([x.ravel(), y.ravel()], axis=1)

    def message(
        self, reason: str = "", *, classes: list[str] | None = None, exact: bool = False, agreement: float | None = None
    ) -> BoundaryMessage:
        """The head of the answer."""
        height, width = SHAPE
        return BoundaryMessage(
            job=self.job,
            step=self.step,
            classes=classes or [],
            low=list(self.low),
            high=list(self.high),
            height=height,
            width=width,
            exact=exact,
            agreement=agreement,
            reason=reason,
        )


def estimated(
    ground: Ground, places: NDArray[np.float32], classes: NDArray[Any], voters: Column
) -> tuple[BoundaryMessage, dict[str, NDArray[Any]]]:
    """What the points around say, unless too few of them are given back their own prediction."""
    from vectarium.project import estimate_regions

    found = estimate_regions(places, classes, ground.low, ground.high, SHAPE)
    named, agreement = list(voters.categories), found.agreement
    if math.isnan(agreement):
        return ground.message("No point has both a place and a prediction."), {}
    if agreement < LEAST_AGREEMENT:
        why = (
            f"Regions are not drawn: they would give only {agreement:.0%} of the points their own prediction back, "
            f"less than {LEAST_AGREEMENT:.0%}. In this picture the classes do not lie apart."
        )
        return ground.message(why, classes=named, agreement=agreement), {}
    message = ground.message(classes=named, agreement=agreement)
    return message, {"codes": found.codes, "confidence": found.confidence}


def predictions(embedding: Embedding, name: str = "") -> Column | None:
    """The column of categories that says what the model predicts, None where there is none."""
    columns = {each.name.lower(): each for each in embedding.columns.values() if each.kind == "category"}
    wanted = (name.lower(),) if name else NAMES
    return next((columns[each] for each in wanted if each in columns), None)


def frame(low: list[float], high: list[float], components: list[int]) -> tuple[Corner, Corner]:
    """The corners of the background: the frame of all steps and some room around it."""
    a, b = components
    margin = [BEYOND * max(high[k] - low[k], 1e-12) for k in components]
    return (low[a] - margin[0], low[b] - margin[1]), (high[a] + margin[0], high[b] + margin[1])


def looked_up(boundary: Boundary, vectors: NDArray[np.float64]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """What the model says of vectors ``(height * width, 2)``, between the four nearest places of its recorded grid."""
    height, width, classes = boundary.probabilities.shape
    last = np.array([width, height]) - 1
    at = (vectors - np.asarray(boundary.low)) / np.subtract(boundary.high, boundary.low) * last
    inside = np.flatnonzero(((at >= 0) & (at <= last)).all(axis=1))
    first = np.minimum(at[inside].astype(np.int64), last - 1)
    x, y = first.T
    right, up = (at[inside] - first).T[..., None]
    recorded = np.asarray(boundary.probabilities, np.float32)
    said = np.zeros((len(inside), classes), np.float32)
    for dy, dx in ((0, 0), (0, 1), (1, 0), (1, 1)):
        said += recorded[y + dy, x + dx] * (up if dy else 1 - up) * (right if dx else 1 - right)
    known = np.isfinite(said).all(axis=1)
    codes, confidence = np.full(len(vectors), 255, np.uint8), np.zeros(len(vectors), np.uint8)
    codes[inside[known]] = said[known].argmax(axis=1)
    confidence[inside[known]] = np.round(255 * np.clip(said[known].max(axis=1), 0, 1)).astype(np.uint8)
    return codes.reshape(SHAPE), confidence.reshape(SHAPE)
