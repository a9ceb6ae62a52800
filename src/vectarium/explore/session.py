"""One collection that is being explored: what is open, what is being worked on, what is kept."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Collection, Embedding
from vectarium.data.column import format_value
from vectarium.errors import ParameterError, VectariumError
from vectarium.explore.fidelities import Fidelities
from vectarium.explore.jobs import Job, Jobs, Progress
from vectarium.explore.messages import (
    NeighborsMessage,
    NeighborsRequest,
    OpeningMessage,
    PointMessage,
    ProjectRequest,
    RunsMessage,
)
from vectarium.explore.neighborhoods import Neighborhoods
from vectarium.explore.points import Points, Rows
from vectarium.explore.projections import Projections, UnfinishedError
from vectarium.explore.search import Searcher
from vectarium.explore.workers import Workers

Load = Callable[[Progress], Collection]

MOST_NEIGHBORS = 1000
HEAVY_THREADS = 2
# Two runs share the cores, more wait. They step back where the server's other threads want a core, and
# so does the measuring of pictures that are made already, even more.
RUN_THREADS, RUN_NICENESS = 2, 5
MEASURING_THREADS, MEASURING_NICENESS = 1, 10
QUICK_THREADS = 4
OPENING = "open"


class Session:
    """What the server serves.

    Parameters
    ----------
    load
        Opens the collection; called once, in a thread, with ``progress``.
    hint
        One line on what to try, or empty.
    """

    def __init__(self, load: Load, hint: str = "") -> None:
        self.hint = hint
        self.collection: Collection | None = None
        self.quick = Workers(QUICK_THREADS, "vectarium quick")
        self._heavy = Workers(HEAVY_THREADS, "vectarium heavy")
        self.jobs = Jobs(self._heavy)
        self._running = Workers(RUN_THREADS, "vectarium run", RUN_NICENESS)
        self._measuring = Workers(MEASURING_THREADS, "vectarium measuring", MEASURING_NICENESS)
        neighborhoods = Neighborhoods()
        self.projections = Projections(self.jobs, neighborhoods, self._running)
        self.fidelities = Fidelities(self.jobs, self.projections, neighborhoods, self._measuring)
        self._load = load
        self._searchers: dict[int, Searcher] = {}
        self._lock = threading.Lock()

    def begin(self) -> Job:
        """Start to open the collection, and then what a person will ask for first."""
        return self.jobs.start(OPENING, self._open)

    def opening(self) -> OpeningMessage:
        """How far the opening is."""
        job = self.jobs[OPENING].message()
        return OpeningMessage(job.state, job.fraction, job.text, job.error)

    def embedding(self, index: int) -> Embedding:
        """An embedding by its position.

        Raises
        ------
        UnfinishedError
            If files are still being read.
        ParameterError
            If there are not so many.
        """
        if self.collection is None:
            raise UnfinishedError("The files are still being read. Ask again when the job 'open' is done.")
        if not 0 <= index < len(self.collection):
            raise ParameterError(f"There is no embedding {index}; there are {len(self.collection)}, counted from 0.")
        return self.collection[index]

    def searcher(self, index: int) -> Searcher:
        """The search over one embedding's columns."""
        columns = self.embedding(index).columns
        with self._lock:
            if index not in self._searchers:
                self._searchers[index] = Searcher(columns)
            return self._searchers[index]

    def point(self, index: int, row: int) -> PointMessage:
        """All that is known of one point."""
        embedding = self.embedding(index)
        check_row(row, len(embedding))
        found = [column[row] for column in embedding.columns.values()]
        values = [None if value is None else format_value(value) for value in found]
        finite = bool(np.isfinite(embedding.vectors[row]).all())
        return PointMessage(row, list(embedding.columns), values, finite)

    def neighbors(self, index: int, request: NeighborsRequest) -> tuple[NeighborsMessage, dict[str, NDArray[Any]]]:
        """The head and the arrays of the answer to who is near a point in the original space."""
        embedding = self.embedding(index)
        check_row(request.row, len(embedding))
        if not 1 <= request.k <= MOST_NEIGHBORS:
            raise ParameterError(f"k is {request.k}; 1 to {MOST_NEIGHBORS:,} neighbours are listed.")
        from vectarium.project import query_neighbors

        rows, distances = query_neighbors(embedding.vectors, request.row, request.k, request.metric)
        n, d = embedding.shape
        space = f"{request.metric} distance of the vectors as they are, in all {d:,} dimensions, among all {n:,} points"
        message = NeighborsMessage(request.row, len(rows), request.metric, space)
        return message, {"rows": rows.astype(np.uint32), "distances": distances.astype(np.float32)}

    def project(self, index: int, request: ProjectRequest, rows: Rows | None = None) -> Job:
        """The job that projects an embedding's points, or some of them."""
        return self.projections.start(Points(index, self.embedding(index), rows), request)

    def runs(self, index: int) -> RunsMessage:
        """The projections of an embedding that are kept."""
        entries = self.projections.of(index)
        return RunsMessage([entry.outline(self.fidelities.of(entry.job.name)) for entry in entries])

    def close(self) -> None:
        """Stop all work and give the memory of the tables back."""
        self.jobs.cancel_all()
        for workers in (self.quick, self._heavy, self._running, self._measuring):
            workers.close()
        for searcher in self._searchers.values():
            searcher.tables.close()

    def _open(self, progress: Progress) -> Collection:
        collection = self._load(progress)
        if len(collection) == 0:
            raise VectariumError(_nothing(collection))
        progress(1, "")
        self.collection = collection
        first = self.projections.start(Points(0, collection[0]), ProjectRequest())
        self.quick.submit(self._prepare_search, first)
        return collection

    def _prepare_search(self, first: Job) -> None:
        # After the first picture, which a person waits for; the search is wanted later.
        first.wait()
        self.jobs.start("search-0", self.searcher(0).build)


def check_row(row: int, n: int) -> None:
    """Raise ParameterError unless there is such a point."""
    if not 0 <= row < n:
        raise ParameterError(f"There is no point {row:,}; there are {n:,}, counted from 0.")


def _nothing(collection: Collection) -> str:
    found = [str(note) for note in collection.all_notes()]
    return "\n".join([f"{collection.name} holds no embedding.", *found])
