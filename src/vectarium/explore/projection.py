"""A projection as it is kept: coordinates with the method, the parameters and the words that belong to them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.errors import ParameterError
from vectarium.explore.jobs import Progress
from vectarium.explore.messages.projection import ProjectionMessage, ProjectRequest
from vectarium.explore.points import Points, Rows


@dataclass(frozen=True, eq=False)
class Projection:
    """Coordinates with what belongs to them.

    Parameters
    ----------
    message
        Method, parameters and what came out, as the page is told of it.
    scores
        float32 array ``(k, m)``, one component after another.
    rows
        The points it is of, uint32 ``(m,)``; None for all.
    """

    message: ProjectionMessage
    scores: NDArray[np.float32]
    rows: Rows | None

    @property
    def nbytes(self) -> int:
        """The memory it takes."""
        return self.scores.nbytes + (0 if self.rows is None else self.rows.nbytes)

    def check_components(self, components: list[int]) -> None:
        """Raise ParameterError unless all of them are there."""
        k = len(self.scores)
        wrong = [each for each in components if not 0 <= each < k]
        if wrong:
            raise ParameterError(f"There is no component {wrong[0]}; there are {k}, counted from 0.")

    def arrays(self, components: list[int]) -> dict[str, NDArray[Any]]:
        """The arrays of the packet that holds these components."""
        self.check_components(components)
        named: dict[str, NDArray[Any]] = {} if self.rows is None else {"rows": self.rows}
        return named | {f"component_{each}": self.scores[each] for each in components}


def principal_projection(points: Points, request: ProjectRequest, progress: Progress) -> Projection:
    """Project points onto their principal components."""
    from vectarium.project import principal_components

    start = time.perf_counter()
    progress(0, "Finding the principal components")
    found = principal_components(
        points.source(progress),
        n_components=request.n_components or 1,
        rows=None if points.rows is None else points.rows.astype(np.intp),
        finite=vars(points.embedding).get("finite"),  # only when somebody already looked: it takes a pass of its own
        progress=progress,
    )
    ratio = [float(share) for share in found.explained_variance_ratio]
    m = found.scores.shape[1]
    components = f"{len(ratio)} principal component{'s' if len(ratio) > 1 else ''}"
    message = ProjectionMessage(
        embedding=points.index,
        method=request.method,
        n_components=len(ratio),
        m=m,
        unplaced=m - found.used,
        variance_ratio=ratio,
        sentence=f"{components} of {statement(points)}, {sum(ratio):.1%} of the variance{left_out(m - found.used)}.",
        seconds=round(time.perf_counter() - start, 3),
        request=request,
        iteration=1,
        max_iter=1,
        finished=True,
        divergence=None,
        search="",
    )
    return Projection(message, found.scores, points.rows)


def statement(points: Points) -> str:
    """Of what a projection is, in words."""
    n, d = points.embedding.shape
    of = f"all {n:,} points" if len(points) == n else f"{len(points):,} of {n:,} points"
    prepared = f", {points.prepared.said}" if points.prepared else ""
    return f"{of} in {d:,} dimensions{prepared}"


def left_out(unplaced: int) -> str:
    """The end of a sentence that says how many points have no place."""
    return f"; {unplaced:,} with NaN or infinity have no place" if unplaced else ""
