"""Projections that are being made, and those that are kept because a person comes back to them."""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Embedding
from vectarium.errors import ParameterError, VectariumError
from vectarium.explore.jobs import Job, JobNotFoundError, Jobs, Progress
from vectarium.explore.messages import ProjectionMessage, ProjectRequest

KEPT_BYTES = 512 << 20
USUAL_COMPONENTS = 10
MOST_COMPONENTS = 50

Rows = NDArray[np.uint32]


class UnfinishedError(VectariumError):
    """What is asked for is not there yet."""


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

    def arrays(self, components: list[int]) -> dict[str, NDArray[Any]]:
        """The arrays of the packet that holds these components."""
        k = len(self.scores)
        wrong = [each for each in components if not 0 <= each < k]
        if wrong:
            raise ParameterError(f"There is no component {wrong[0]}; there are {k}, counted from 0.")
        named: dict[str, NDArray[Any]] = {} if self.rows is None else {"rows": self.rows}
        return named | {f"component_{each}": self.scores[each] for each in components}


class Projections:
    """The projections of a session.

    Parameters
    ----------
    jobs
        Where the work is done.
    budget
        How many bytes of finished projections are kept; the one unused for longest goes first.
    """

    def __init__(self, jobs: Jobs, budget: int = KEPT_BYTES) -> None:
        self._jobs = jobs
        self._budget = budget
        self._sizes: OrderedDict[str, int] = OrderedDict()
        self._lock = threading.Lock()

    def start(self, index: int, embedding: Embedding, request: ProjectRequest, rows: Rows | None = None) -> Job:
        """The job that makes the projection, which may be over already."""
        if request.method != "pca":
            raise ParameterError(f"method is {request.method!r}; allowed is 'pca' so far.")
        request = replace(
            request, n_components=USUAL_COMPONENTS if request.n_components is None else request.n_components
        )
        assert request.n_components is not None
        if not 1 <= request.n_components <= MOST_COMPONENTS:
            raise ParameterError(f"n_components is {request.n_components}; 1 to {MOST_COMPONENTS} are allowed.")
        if rows is not None:
            check_rows(rows, len(embedding))
        k = min(request.n_components, *embedding.shape)
        name = f"{request.method}-{index}-{max(1, k)}{'' if rows is None else '-' + digest(rows)}"

        def work(progress: Progress) -> Projection:
            made = project(index, embedding, request, rows, progress)
            self._keep(name, made.nbytes)
            return made

        return self._jobs.start(name, work)

    def __getitem__(self, name: str) -> Projection:
        """A finished projection by its job's name.

        Raises
        ------
        JobNotFoundError
            If there is none, or it had to make room.
        UnfinishedError
            If it is still being made, or failed.
        """
        job = self._jobs[name]
        with self._lock:
            if name in self._sizes:
                self._sizes.move_to_end(name)
        if job.state != "done":
            raise UnfinishedError(f"The projection {name!r} is {job.state}. Wait until its job is done.")
        if not isinstance(job.result, Projection):
            raise JobNotFoundError(name, list(self._sizes))
        return job.result

    def _keep(self, name: str, nbytes: int) -> None:
        with self._lock:
            self._sizes[name] = nbytes
            self._sizes.move_to_end(name)
            while len(self._sizes) > 1 and sum(self._sizes.values()) > self._budget:
                oldest, _ = self._sizes.popitem(last=False)
                self._jobs.forget(oldest)


def project(
    index: int, embedding: Embedding, request: ProjectRequest, rows: Rows | None, progress: Progress
) -> Projection:
    """Make a projection of some or all points of an embedding."""
    from vectarium.project import principal_components

    start = time.perf_counter()
    progress(0, "Finding the principal components")
    found = principal_components(
        embedding.vectors,
        n_components=request.n_components or USUAL_COMPONENTS,
        rows=None if rows is None else rows.astype(np.intp),
        finite=vars(embedding).get("finite"),  # only when somebody already looked: it takes a pass of its own
        progress=progress,
    )
    ratio = [float(share) for share in found.explained_variance_ratio]
    m = found.scores.shape[1]
    message = ProjectionMessage(
        embedding=index,
        method=request.method,
        n_components=len(ratio),
        m=m,
        unplaced=m - found.used,
        variance_ratio=ratio,
        sentence=sentence(embedding, len(ratio), m, found.used, sum(ratio)),
        seconds=round(time.perf_counter() - start, 3),
        request=request,
        iteration=1,
        max_iter=1,
        finished=True,
        divergence=None,
        search="",
    )
    return Projection(message, found.scores, rows)


def sentence(embedding: Embedding, k: int, m: int, used: int, share: float) -> str:
    """The projection in one line."""
    n, d = embedding.shape
    points = f"all {n:,} points" if m == n else f"{m:,} of {n:,} points"
    left = f"; {m - used:,} with NaN or infinity have no place" if used < m else ""
    components = f"{k} principal component{'s' if k > 1 else ''}"
    return f"{components} of {points} in {d:,} dimensions, {share:.1%} of the variance{left}."


def check_rows(rows: Rows, n: int) -> None:
    """Raise ParameterError unless rows are some of the points, each once at most."""
    if rows.ndim != 1 or not 0 < len(rows) <= n or rows.dtype != np.uint32:
        raise ParameterError(f"The subset has shape {rows.shape} and dtype {rows.dtype}; 1 to {n:,} rows are needed.")
    if int(rows.max()) >= n:
        raise ParameterError(f"The subset names row {int(rows.max()):,}; there are {n:,} points, counted from 0.")
    if np.bincount(rows).max() > 1:
        raise ParameterError("The subset names a row twice.")


def digest(rows: Rows) -> str:
    """A name for a subset that is the same for the same rows in the same order."""
    return hashlib.blake2b(np.ascontiguousarray(rows).data, digest_size=12).hexdigest()
