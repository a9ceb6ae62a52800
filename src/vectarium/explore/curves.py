"""The numbers of a training as curves that a page can draw: few enough points, and no peak lost.

A page draws the steps of the snapshots evenly apart, whatever lies between them (:func:`places`); points are left
out evenly along that axis. ``web/src/panels/stepAxis.ts`` is the same axis.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Curve
from vectarium.data.recorded import Training, Values
from vectarium.explore.messages.recording import CurveMessage

# About two for each pixel of a wide window, for one curve; and for all of them together, where a training tells many.
MOST_POINTS = 2_000
MOST_POINTS_IN_ALL = 40_000
FEWEST_POINTS = 60
# What a stretch may leave: its smallest value, its largest, and one that is no number.
KEPT_OF_STRETCH = 3

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def curve_messages(training: Training) -> list[CurveMessage]:
    """The loss, the metrics and the learning rate, those that were told at all."""
    told = {("learning rate" if name == "learning_rate" else name): curve for name, curve in training.curves.items()}
    nothing: Values = [None] * len(training.steps)
    later = dict.fromkeys(sorted(told.keys() - training.metrics.keys() - {"loss", "learning rate"}), nothing)
    values = {"loss": training.losses, **training.metrics, **later, "learning rate": training.learning_rates}
    most = max(FEWEST_POINTS, min(MOST_POINTS, MOST_POINTS_IN_ALL // len(values)))
    snapshots = np.array(training.steps, np.int64)
    made = [_message(name, each, told.get(name), snapshots, most) for name, each in values.items()]
    return [each for each in made if each.told or any(value is not None for value in each.values)]


def known(value: float | None) -> float | None:
    """A number that JSON can hold."""
    return None if value is None or not math.isfinite(value) else float(value)


def _message(name: str, values: Values, told: Curve | None, snapshots: Integers, most: int) -> CurveMessage:
    if told is None or not len(told):
        return CurveMessage(name, [known(each) for each in values], [], [])
    at = dict(zip(told.steps.tolist(), told.values.tolist(), strict=True)) if None in values else {}
    filled = [at.get(step) if value is None else value for step, value in zip(snapshots.tolist(), values, strict=True)]
    few = thinned(told, snapshots, most)
    return CurveMessage(
        name, [known(each) for each in filled], few.steps.tolist(), [known(each) for each in few.values.tolist()]
    )


def places(steps: Integers, snapshots: Integers, first: int, last: int) -> Floats:
    """Where steps lie on the axis of the snapshots, which are 0, 1, 2 … and between which it is even.

    Parameters
    ----------
    steps
        Ascending int64 ``(k,)``.
    snapshots
        The steps of the snapshots, ascending int64 ``(m,)``.
    first, last
        The first and the last step that is drawn. What lies before the first snapshot goes on in the measure of the
        gap beside it, and takes no more room than one gap; so does what lies behind the last one.

    Returns
    -------
    float64 ``(k,)``
        From −1 to m.
    """
    if not len(snapshots):
        return (steps - first) / max(last - first, 1)
    gap_before, gap_after = (
        (float(snapshots[1] - snapshots[0]), float(snapshots[-1] - snapshots[-2])) if len(snapshots) > 1 else (1.0, 1.0)
    )
    before, after = max(float(snapshots[0] - first), 0.0), max(float(last - snapshots[-1]), 0.0)
    found = np.interp(steps, snapshots, np.arange(len(snapshots), dtype=np.float64))
    found -= np.maximum(snapshots[0] - steps, 0) / max(gap_before, before)
    found += np.maximum(steps - snapshots[-1], 0) / max(gap_after, after)
    return found


def thinned(curve: Curve, snapshots: Integers, most: int) -> Curve:
    """At most so many points of a curve, its first and last and the extremes of every stretch among them.

    Parameters
    ----------
    curve
        Values ``(k,)`` with their steps; where some are not finite, one of each stretch is kept.
    snapshots
        The steps of the snapshots, ascending int64 ``(m,)``, which are evenly apart where it is drawn.
    most
        How many points; at least :data:`FEWEST_POINTS`.
    """
    k = len(curve)
    if k <= most:
        return curve
    stretches = (most - 2) // KEPT_OF_STRETCH
    along = places(curve.steps, snapshots, int(curve.steps[0]), int(curve.steps[-1]))
    of = np.minimum((along - along[0]) / (along[-1] - along[0]) * stretches, stretches - 1).astype(np.int64)
    starts = np.flatnonzero(np.diff(of, prepend=-1))
    finite = np.isfinite(curve.values)
    kept = np.zeros(k, bool)
    kept[[0, -1]] = True
    sizes = np.diff(starts, append=k)
    for extreme, beyond in ((np.minimum, np.inf), (np.maximum, -np.inf)):
        values = np.where(finite, curve.values, beyond)
        kept[_first_of_stretch(finite & (values == np.repeat(extreme.reduceat(values, starts), sizes)), starts)] = True
    kept[_first_of_stretch(~finite, starts)] = True
    return Curve(curve.steps[kept], curve.values[kept])


def _first_of_stretch(is_one: NDArray[np.bool_], starts: Integers) -> Integers:
    """Where in each stretch the first one is, as far as there is one."""
    ones = np.flatnonzero(is_one)
    stretch = np.searchsorted(starts, ones, side="right")
    return ones[np.diff(stretch, prepend=0) > 0]
