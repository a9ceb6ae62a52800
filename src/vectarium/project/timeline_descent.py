"""A timeline under way: what ``begin_timeline`` returns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vectarium.project.aligned import AlignedSnapshots
from vectarium.project.descent import Descent, Watch
from vectarium.project.principal import place, principal_components
from vectarium.project.progress import Progress, stage
from vectarium.project.rows import Rows

Floats = NDArray[np.float32]


class Layout(NamedTuple):
    """Landmarks of a joint layout.

    Parameters
    ----------
    steps
        Which of the snapshots were laid out, counted from 0.
    points
        Which of the points, ascending.
    places
        float32 array ``(m, n_components)``: where they are, step after step, those without a place left out.
    """

    steps: list[int]
    points: NDArray[np.intp]
    places: Floats


class TimelineDescent(Descent):
    """All points at all steps on their way to a common layout.

    Parameters
    ----------
    snapshots
        The vectors in their common frame.
    start
        float32 array ``(steps * n, n_components)``, step after step.
    method, parameters
        What the timeline is made by.
    sentence
        The same in words.
    """

    def __init__(
        self, snapshots: AlignedSnapshots, start: Floats, method: str, parameters: Mapping[str, Any], sentence: str
    ) -> None:
        self.snapshots = snapshots
        self.method, self.parameters, self.sentence = method, dict(parameters), sentence
        self.iteration = self.max_iter = 0
        self._places = start

    @property
    def coordinates(self) -> Floats:
        """Where the points are now, a copy, ``(steps * n, n_components)``, step after step; NaN for those without."""
        return self._places.copy()

    def advance(self, watch: Watch | None = None, *, seconds: float = 0.05) -> None:
        """Move the points until the end; see ``Descent.advance``."""

    @property
    def layout(self) -> Layout | None:
        """What was laid out jointly; None where nothing was."""
        return None

    def still(self) -> float | None:
        """How far points moved on average between snapshots that are identical; None where none were inserted."""
        # The same directions for all: equal vectors have equal places.
        return 0.0


def begin_pca(
    snapshots: AlignedSnapshots, n_components: int, parameters: Mapping[str, Any], progress: Progress
) -> TimelineDescent:
    """All steps along the principal components of the last one that has points; nothing is left to move."""
    basis, places = in_basis_of_last(snapshots, n_components, progress)
    sentence = f"Principal components of step {snapshots.steps[basis]:,}, all steps placed along them"
    return TimelineDescent(snapshots, places, "pca", parameters, sentence)


def in_basis_of_last(snapshots: AlignedSnapshots, n_components: int, progress: Progress) -> tuple[int, Floats]:
    """Which step's principal components were taken, and all points along them, ``(steps * n, n_components)``."""
    count = len(snapshots)
    last = next((step for step in range(snapshots.anchor, -1, -1) if len(snapshots.rows(step))), snapshots.anchor)
    found = principal_components(
        snapshots.raw(last),
        n_components=n_components,
        finite=snapshots.mask(last),
        progress=stage(progress, 0, 0.2),
    )
    mean, components = (snapshots.turned(last, each) for each in (found.mean[None], found.components))
    out = np.zeros((count, snapshots.n, n_components), np.float32)
    for step in range(count):
        chosen = Rows(snapshots.raw(step), None, snapshots.mask(step))
        here = [snapshots.recorded(step, each) for each in (mean, components)]
        report = stage(progress, 0.2 + 0.8 * step / count, 0.2 + 0.8 * (step + 1) / count)
        out[step, :, : len(components)] = place(chosen, here[0][0], here[1], report).T
        placed = snapshots.placed[step]
        if placed is not None:
            out[step, np.setdiff1d(np.arange(snapshots.n), placed)] = np.nan
    return last, out.reshape(count * snapshots.n, n_components)
