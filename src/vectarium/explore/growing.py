"""A selection and the nearest neighbours of its points in the original space."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Embedding
from vectarium.errors import ParameterError
from vectarium.explore.jobs import Job, Jobs, Progress
from vectarium.explore.messages.editing import GrowRequest, SelectedMessage
from vectarium.explore.neighborhoods import Neighborhoods
from vectarium.explore.points import Points
from vectarium.explore.workers import Workers

Mask = NDArray[np.bool_]

MOST_NEIGHBORS = 1000
# Up to so many points are asked for one by one, exactly; of more, the neighbours of all points are found, and kept.
MOST_ALONE = 64
# How much may be read for that: points times numbers.
MOST_NUMBERS = 4e9


class Growing:
    """Grows selections, each in a job.

    Parameters
    ----------
    jobs
        The session's jobs.
    neighborhoods
        Neighbours that were found before.
    workers
        The threads that search.
    """

    def __init__(self, jobs: Jobs, neighborhoods: Neighborhoods, workers: Workers) -> None:
        self._jobs = jobs
        self._neighborhoods = neighborhoods
        self._workers = workers

    def start(self, points: Points, mask: Mask, request: GrowRequest) -> Job:
        """The job that grows a selection.

        Raises
        ------
        ParameterError
            If nothing is selected, or k is out of range.
        """
        if not 1 <= request.k <= MOST_NEIGHBORS:
            raise ParameterError(f"k is {request.k}; 1 to {MOST_NEIGHBORS:,} neighbours can be added.")
        if not mask.any():
            raise ParameterError("No point is selected. Select some, then grow the selection.")
        digest = hashlib.blake2b(np.packbits(mask).data, digest_size=8).hexdigest()
        name = f"grow-{points.place}-{request.metric}-{request.k}-{digest}"

        def work(progress: Progress) -> tuple[int, Mask]:
            return points.index, self._grown(points, mask, request, progress)

        return self._jobs.start(name, work, workers=self._workers)

    def message(self, job: str) -> tuple[SelectedMessage, dict[str, NDArray[Any]]]:
        """The head and the array of what a job has grown; it is forgotten then.

        Raises
        ------
        ParameterError
            If it has not.
        """
        found = self._jobs[job]
        if not job.startswith("grow-") or found.state != "done":
            raise ParameterError("That selection has not grown yet. Ask again when its job is done.")
        index, mask = found.result
        self._jobs.forget(job)
        return SelectedMessage(index, int(np.count_nonzero(mask))), {"selected": np.packbits(mask, bitorder="little")}

    def _grown(self, points: Points, mask: Mask, request: GrowRequest, progress: Progress) -> Mask:
        rows = np.flatnonzero(mask)
        grown = mask.copy()
        n, d = points.embedding.shape
        if len(rows) <= MOST_ALONE and len(rows) * n * d <= MOST_NUMBERS:
            for row in rows:
                progress(0, "Looking for neighbours")
                grown[_nearest(points.embedding, int(row), request)] = True
            return grown
        found = self._neighborhoods.find(points, request.metric, request.k, progress)
        placed = points.placed
        at = rows if placed is None else np.searchsorted(placed, rows[np.isin(rows, placed)])
        near = found.indices[at].ravel()
        grown[near if placed is None else placed[near]] = True
        return grown


def _nearest(embedding: Embedding, row: int, request: GrowRequest) -> NDArray[np.uint32]:
    from vectarium.project import query_neighbors

    if embedding.finite is not None and not embedding.finite[row]:
        return np.zeros(0, np.uint32)
    return query_neighbors(embedding.vectors, row, request.k, request.metric)[0]
