"""Two embeddings of the same points, compared in the background and kept, and one picture laid upon the other."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Embedding
from vectarium.errors import ParameterError
from vectarium.explore.fidelities import Fidelities
from vectarium.explore.frames import known
from vectarium.explore.jobs import Job, JobNotFoundError, Jobs, Progress, part
from vectarium.explore.messages.comparing import CompareRequest, ComparisonMessage, PlacesMessage, PlacesRequest
from vectarium.explore.neighborhoods import Neighborhoods
from vectarium.explore.points import Points, Rows
from vectarium.explore.projections import UnfinishedError
from vectarium.explore.shelf import Shelf

if TYPE_CHECKING:
    from vectarium.project import Matching

MOST_K = 100
KEPT_BYTES = 256 << 20
MOST_KEPT = 32

# An embedding by its position, and its step where it has any.
Place = tuple[int, int | None]


@dataclass(frozen=True, eq=False)
class Compared:
    """The outcome.

    Parameters
    ----------
    message
        The numbers, as the page is told of them.
    matching
        Which points are the same.
    kept
        float32 ``(m,)``: the share of its neighbours that each shared point keeps.
    leading
        float32 ``(n, r)``: the other embedding along its leading principal components.
    """

    message: ComparisonMessage
    matching: Matching
    kept: NDArray[np.float32]
    leading: NDArray[np.float32]

    @property
    def nbytes(self) -> int:
        """The memory it takes."""
        return self.matching.rows_a.nbytes + self.matching.rows_b.nbytes + self.kept.nbytes + self.leading.nbytes

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The arrays of the packet."""
        rows, other = (each.astype(np.uint32) for each in (self.matching.rows_a, self.matching.rows_b))
        return {"rows": rows, "other_rows": other, "kept": self.kept}


class Comparisons:
    """The comparisons of a session.

    Parameters
    ----------
    jobs
        Where the work is done.
    neighborhoods
        Nearest neighbours that were found.
    fidelities
        Knows all pictures by their names.
    at
        Gives an embedding by its position and a step; None: the one that was opened.
    """

    def __init__(
        self,
        jobs: Jobs,
        neighborhoods: Neighborhoods,
        fidelities: Fidelities,
        at: Callable[[int, int | None], Embedding],
    ) -> None:
        self._jobs = jobs
        self._neighborhoods = neighborhoods
        self._fidelities = fidelities
        self._at = at
        self._shelf = Shelf(KEPT_BYTES, MOST_KEPT)
        self._newest: Job | None = None
        # What is known of the newest before its neighbours are found.
        self._begun: dict[str, Compared] = {}
        self._lock = threading.Lock()

    def start(self, index: int, step: int | None, request: CompareRequest) -> Job:
        """The job that compares, which may be over already. Another one under way is cancelled: nobody looks at it.

        Raises
        ------
        ParameterError
            If an embedding is compared with itself, there is no such one, or k is outside of what is allowed.
        SnapshotNotFoundError
            If there is no such step.
        """
        here, there = self._place(index, step), self._place(request.other, request.other_step)
        if here == there:
            raise ParameterError("An embedding is compared with another one, or with itself at another step.")
        if not 1 <= request.k <= MOST_K:
            raise ParameterError(f"k is {request.k}; 1 to {MOST_K} neighbours are compared.")
        content = json.dumps([here, there, asdict(request)], sort_keys=True)
        name = f"comparison-{hashlib.blake2b(content.encode(), digest_size=8).hexdigest()}"

        def work(progress: Progress) -> Compared:
            begun = self._match(here, there, request, part(progress, 0, 0.1))
            self._begun = {name: begun}
            found = self._measure(here, there, request, begun, part(progress, 0.1, 1))
            for gone in self._shelf.put(name, found.nbytes):
                self._jobs.forget(gone)
            return found

        with self._lock:
            if self._newest is not None and self._newest.name != name:
                self._newest.cancel()
            job = self._newest = self._jobs.start(name, work)
        return job

    def __getitem__(self, name: str) -> Compared:
        """What was found, by its job's name; of the newest, which points are the same before more is known.

        Raises
        ------
        JobNotFoundError
            If there is none, or it had to make room.
        UnfinishedError
            If not even that is known.
        """
        job = self._jobs[name]
        if job.state != "done" and name in self._begun:
            return self._begun[name]
        if job.state != "done":
            raise UnfinishedError(f"The comparison {name!r} is {job.state}. Wait until its job is done.")
        if not isinstance(job.result, Compared):
            raise JobNotFoundError(name, list(self._shelf))
        self._shelf.touch(name)
        return job.result

    def places(self, name: str, request: PlacesRequest) -> tuple[PlacesMessage, dict[str, NDArray[Any]]]:
        """The other embedding's points, laid upon a picture of the first: the head and the arrays of a packet."""
        from vectarium.project.comparison import lay_upon

        found = self[name]
        message, matching = found.message, found.matching
        other = self._at(message.other, message.other_step)
        wanted = len(request.components)
        onto = self._picture((message.embedding, message.step), request.picture, request.components)
        if request.other_picture:
            shown = list(range(self._fidelities.width(other, request.other_picture)))[:wanted]
            moved = self._picture((message.other, message.other_step), request.other_picture, shown)
        else:
            moved = found.leading
        alignment, placed = lay_upon(moved, onto, (matching.rows_b, matching.rows_a), wanted)
        placed = placed.astype(np.float32)
        placed[~np.isfinite(placed).all(axis=1)] = np.nan
        agreement = known(alignment.agreement)
        said = f"turned, mirrored and scaled as a whole onto the other picture by {message.shared:,} shared points (Procrustes)"
        agrees = "" if agreement is None else f"; the two agree by {agreement:.2f}"
        what = "Its own picture" if request.other_picture else "Its principal components"
        return PlacesMessage(agreement, f"{what}, {said}{agrees}."), {"places": placed.reshape(-1)}

    def _place(self, index: int, step: int | None) -> Place:
        """The same for the step that was opened, be it named or not."""
        recorded = self._at(index, step).recorded
        return index, None if recorded is None else recorded.step

    def _picture(self, place: Place, name: str, components: list[int]) -> NDArray[np.float32]:
        """The places of all points in a picture, those along components that are not seen behind."""
        index, step = place
        embedding = self._at(index, step)
        more = [each for each in range(self._fidelities.width(embedding, name)) if each not in components]
        picture = self._fidelities.picture(index, embedding, name, [*components, *more])
        coordinates = picture.coordinates
        if picture.points.rows is None:
            return coordinates
        spread = np.full((len(embedding), coordinates.shape[1]), np.nan, np.float32)
        spread[picture.points.rows] = coordinates
        return spread

    def _match(self, here: Place, there: Place, request: CompareRequest, progress: Progress) -> Compared:
        """Which points are the same, and where the other's are: enough to see both pictures."""
        from vectarium.project import match
        from vectarium.project.comparison import few_enough, finite_only, leading
        from vectarium.project.matching import match_columns

        a, b = self._at(*here), self._at(*there)
        progress(0, "Matching the points")
        matching = finite_only(a, b, match(a, b, request.ids or None))
        shared = len(matching.rows_a)
        k = few_enough(shared, request.k)
        scores = leading(b, progress=part(progress, 0.4, 1))
        message = ComparisonMessage(
            embedding=here[0],
            step=here[1],
            other=there[0],
            other_step=there[1],
            k=k,
            shared=shared,
            complete=False,
            overlap=None,
            chance=k / (shared - 1),
            cka=None,
            cka_chance=None,
            ids="row" if matching.by is None else matching.by[0],
            columns=match_columns(a, b),
            matched=matching.sentence,
            search="",
        )
        return Compared(message, matching, np.full(shared, np.nan, np.float32), scores)

    def _measure(
        self, here: Place, there: Place, request: CompareRequest, begun: Compared, progress: Progress
    ) -> Compared:
        """How alike the two are."""
        from vectarium.project import linear_cka, shared_neighbors

        matching = begun.matching
        progress(0, "Finding the neighbours that each point keeps")
        sides = (here, matching.rows_a), (there, matching.rows_b)
        points = [_points(place, self._at(*place), rows) for place, rows in sides]
        near = [
            self._neighborhoods.find(each, request.metric, begun.message.k, part(progress, 0.42 * i, 0.42 * (i + 1)))
            for i, each in enumerate(points)
        ]
        kept = shared_neighbors(near[0].indices, near[1].indices, progress=part(progress, 0.84, 0.9))
        x, y = (each.vectors() for each in points)
        cka = linear_cka(x, y, progress=part(progress, 0.9, 1))
        message = replace(
            begun.message,
            complete=True,
            overlap=float(kept.mean(dtype=np.float64)),
            cka=known(cka.value),
            cka_chance=known(cka.chance),
            search=searched(request.metric, exact=near[0].exact and near[1].exact),
        )
        return replace(begun, message=message, kept=kept)


def searched(metric: str, *, exact: bool) -> str:
    """How neighbours were found in both, in words."""
    metric = "Euclidean" if metric == "euclidean" else metric
    if exact:
        return f"Exact nearest neighbours by {metric} distance, in all dimensions of each."
    return f"Approximate nearest neighbours by {metric} distance, in all dimensions of each; about 99 of 100 are right."


def _points(place: Place, embedding: Embedding, rows: NDArray[np.int64]) -> Points:
    """Shared points of an embedding; all of them under one name, so that their neighbours are found once."""
    index, step = place
    whole = len(rows) == len(embedding) and bool((np.diff(rows) == 1).all())
    chosen: Rows | None = None if whole else rows.astype(np.uint32)
    return Points(index, embedding, chosen, step)
