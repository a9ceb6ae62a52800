"""Snapshots that come after a joint layout: they find their places, and what is there stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vectarium.project.aligned import AlignedSnapshots
from vectarium.project.courses import continued
from vectarium.project.progress import Progress, silent, stage
from vectarium.project.timeline_fidelity import TimelineFidelity, measure

if TYPE_CHECKING:
    from vectarium.project.joint_descent import JointDescent

Floats = NDArray[np.float32]


class Placed(NamedTuple):
    """A further snapshot.

    Parameters
    ----------
    coordinates
        float32 array ``(n, n_components)``; NaN where a point has no place.
    fidelity
        Of the step before and this one.
    """

    coordinates: Floats
    fidelity: TimelineFidelity


class Further:
    """Places one snapshot after another among the landmarks of a layout, which are at rest.

    The landmarks' neighbours stay known, so that a step takes no longer than it took within the layout. Each point
    goes on from where it is as far as the landmarks say, then the step is laid out by its own neighbours, its points
    tied to the step before (`courses`). Earlier steps do not move at all.

    Parameters
    ----------
    descent
        A joint layout that has come to its end.
    """

    def __init__(self, descent: JointDescent) -> None:
        snapshots = descent.snapshots
        step = max(step for step in range(len(snapshots)) if len(snapshots.rows(step)))
        self._field, self._layout = descent.field.detached(), descent.layout.places
        self._align, self._last = snapshots.align, snapshots[step]
        self._places = descent.coordinates.reshape(len(snapshots), snapshots.n, -1)[step]
        self._frame, rows = descent.frame, snapshots.rows(step)
        self._aside = np.zeros_like(self._places)
        if self._frame is not None:
            by_field = self._field.place_vectors(self._last[rows], rows, self._layout, silent)
            self._aside[rows] = self._places[rows] - by_field

    @property
    def nbytes(self) -> int:
        """The memory it takes; the vectors of earlier steps are not among it."""
        return self._field.nbytes + self._layout.nbytes + self._last.nbytes + self._places.nbytes

    def place(
        self, vectors: NDArray[Any], *, k: int = 15, n_jobs: int | None = None, progress: Progress | None = None
    ) -> Placed:
        """The places of the snapshot ``(n, d)`` that comes next.

        Raises
        ------
        ShapeError
            If it is not of the points and the width of those before.
        """
        report = progress or silent
        # The last one is in the common frame already, and holds the next one to it.
        pair = AlignedSnapshots([self._last, vectors], align=self._align, anchor=0, progress=stage(report, 0, 0.2))
        rows, here = pair.rows(1), pair[1]
        places = np.full_like(self._places, np.nan)
        if len(rows):
            by_field = self._field.place_vectors(here[rows], rows, self._layout, stage(report, 0.2, 0.4))
            places[rows] = by_field + self._aside[rows]
            if self._frame is not None:
                places = continued(
                    self._last,
                    here,
                    self._field.landmarks.seen,
                    self._places,
                    places,
                    self._frame,
                    n_jobs,
                    stage(report, 0.4, 0.6),
                )
                self._aside[rows] = places[rows] - by_field
        both = np.stack([self._places, places])
        found = measure(pair, both, k, n_jobs=n_jobs, progress=stage(report, 0.6, 1))
        if len(rows):
            self._last, self._places = here, places
        return Placed(places, found)
