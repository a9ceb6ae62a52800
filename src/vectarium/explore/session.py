"""One collection that is being explored: what is open, what is being worked on, what is kept."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Collection, Column, Embedding
from vectarium.data.column import format_value
from vectarium.errors import ColumnNotFoundError, ParameterError, VectariumError
from vectarium.explore import arithmetic
from vectarium.explore.agreements import Agreements
from vectarium.explore.bookmarks import Bookmarks
from vectarium.explore.boundaries import Boundaries
from vectarium.explore.columns import column_at
from vectarium.explore.comparisons import Comparisons
from vectarium.explore.courses import Courses
from vectarium.explore.directions import ends_from
from vectarium.explore.editing import Editing
from vectarium.explore.fidelities import Fidelities
from vectarium.explore.filming import Filming
from vectarium.explore.growing import Growing
from vectarium.explore.jobs import Job, Jobs, Progress
from vectarium.explore.listeners import Listeners
from vectarium.explore.messages.axes import ArithmeticMessage, ArithmeticRequest
from vectarium.explore.messages.collection import OpeningMessage, PointMessage, VectorsMessage, VectorsRequest
from vectarium.explore.messages.editing import EditedMessage, SelectMessage
from vectarium.explore.messages.projection import ProjectRequest, RunsMessage
from vectarium.explore.messages.query import NeighborsMessage, NeighborsRequest
from vectarium.explore.messages.recording import GrownMessage
from vectarium.explore.messages.timeline import TimelineRequest
from vectarium.explore.motions import Motions
from vectarium.explore.neighborhoods import Neighborhoods
from vectarium.explore.points import Points
from vectarium.explore.preparations import Preparations, Prepared
from vectarium.explore.projections import Projections, UnfinishedError
from vectarium.explore.recordings import Recordings
from vectarium.explore.reports import Reports
from vectarium.explore.search import Searcher
from vectarium.explore.selected import Selected
from vectarium.explore.sounds import sound_at, sounds_of
from vectarium.explore.spaces import space
from vectarium.explore.timeline_measures import TimelineMeasuring
from vectarium.explore.timelines import Timelines
from vectarium.explore.vectors import reach_of, vectors_of
from vectarium.explore.workers import Workers

Load = Callable[[Progress], Collection]
Prepares = ProjectRequest | NeighborsRequest | ArithmeticRequest

MOST_NEIGHBORS = 1000
HEAVY_THREADS = 2
# Two runs share the cores, more wait. They step back where the server's other threads want a core, and
# so does the measuring of pictures that are made already, even more.
RUN_THREADS, RUN_NICENESS = 2, 5
MEASURING_THREADS, MEASURING_NICENESS = 1, 10
# The reports of all steps are soon made and do not wait for the agreement of all layers.
ALONG_THREADS = 2
QUICK_THREADS = 4
# Each holds tables of its columns' texts; another step of a recording needs others.
MOST_SEARCHERS = 8
OPENING = "open"
UNFINISHED = "The files are still being read. Ask again when the job 'open' is done."


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
        self._along = Workers(ALONG_THREADS, "vectarium along", MEASURING_NICENESS)
        neighborhoods = Neighborhoods()
        self.projections = Projections(self.jobs, neighborhoods, self._running)
        self.growth: Listeners[GrownMessage] = Listeners()
        self.recordings = Recordings(Collection("", []))
        self.preparations = Preparations()
        self.timelines = Timelines(self.jobs, self.projections, self.embedding, self.preparations)
        self.boundaries = Boundaries(self.timelines, self.embedding)
        self.measures = TimelineMeasuring(self.jobs, self.timelines, self.embedding, self._measuring)
        self.fidelities = Fidelities(self.jobs, self.projections, self.timelines, neighborhoods, self._measuring)
        self.motions = Motions(self.jobs, neighborhoods, self.embedding)
        self.comparisons = Comparisons(self.jobs, neighborhoods, self.fidelities, self.embedding)
        courses = Courses(self.jobs, self._along)
        self.reports = Reports(courses, self.embedding)
        self.agreements = Agreements(courses, self.embedding)
        self.news: Listeners[EditedMessage | SelectMessage] = Listeners()
        self.growing = Growing(self.jobs, neighborhoods, self._heavy)
        self.selected = Selected(self.news.tell)
        self._bookmarks: Bookmarks | None = None
        self._editings: list[Editing] = []
        self._homes: Sequence[Path | None] = []
        self.filming = Filming(self, self.jobs, self._along)
        self._load = load
        self._searchers: OrderedDict[tuple[int, int | None], Searcher] = OrderedDict()
        self._reaches: dict[int, float] = {}
        self._lock = threading.Lock()

    def begin(self) -> Job:
        """Start to open the collection, and then what a person will ask for first."""
        return self.jobs.start(OPENING, self._open)

    def opening(self) -> OpeningMessage:
        """How far the opening is."""
        job = self.jobs[OPENING].message()
        return OpeningMessage(job.state, job.fraction, job.text, job.error)

    @property
    def bookmarks(self) -> Bookmarks:
        """The views that are kept.

        Raises
        ------
        UnfinishedError
            If files are still being read.
        """
        if self._bookmarks is None:
            raise UnfinishedError(UNFINISHED)
        return self._bookmarks

    def embedding(self, index: int, step: int | None = None) -> Embedding:
        """An embedding by its position, as it is at a step; None: at the one that was opened.

        Raises
        ------
        UnfinishedError
            If files are still being read.
        ParameterError
            If there are not so many, or it was not recorded over steps.
        SnapshotNotFoundError
            If it was not recorded at that step.
        """
        if self.collection is None:
            raise UnfinishedError(UNFINISHED)
        if not 0 <= index < len(self.collection):
            raise ParameterError(f"There is no embedding {index}; there are {len(self.collection)}, counted from 0.")
        found = self.collection[index] if step is None else self.recordings.at(index, step)
        return self._editings[index].upon(found)

    def editing(self, index: int) -> Editing:
        """What a person changes of an embedding."""
        self.embedding(index)
        return self._editings[index]

    def told(self) -> list[EditedMessage | SelectMessage]:
        """What a page that comes has to know of what was edited and selected."""
        pending = self.selected.pending
        return [each.message() for each in self._editings] + ([] if pending is None else [pending])

    def shown(self, collection: Collection) -> Collection:
        """The collection with what was edited."""
        return Collection(collection.name, map(self.embedding, range(len(collection))), collection.notes)

    def column(self, index: int, position: int, step: int | None = None) -> Column:
        """A column by its position among those of the step that was opened."""
        columns = list(self.embedding(index).columns.values())
        if not 0 <= position < len(columns):
            raise ParameterError(f"There is no column {position}; there are {len(columns)}, counted from 0.")
        return columns[position] if step is None else column_at(columns[position], self.embedding(index, step).columns)

    def searcher(self, index: int, step: int | None = None) -> Searcher:
        """The search over one embedding's columns."""
        embedding = self.embedding(index, step)
        if embedding.recorded is not None and not embedding.recorded.changing:
            embedding, step = self.embedding(index), None
        with self._lock:
            known = self._searchers.get((index, step))
            if known is None:
                known = self._searchers[index, step] = Searcher(embedding.columns)
            elif known.columns is not embedding.columns:
                known = self._searchers[index, step] = known.upon(embedding.columns)
            self._searchers.move_to_end((index, step))
            # A search may still be under way in one that goes; it is closed with its last reference.
            while len(self._searchers) > MOST_SEARCHERS:
                self._searchers.popitem(last=False)
            return known

    def point(self, index: int, row: int, step: int | None = None) -> PointMessage:
        """All that is known of one point."""
        embedding = self.embedding(index, step)
        check_row(row, len(embedding))
        found = [column[row] for column in embedding.columns.values()]
        values = [None if value is None else format_value(value) for value in found]
        finite = bool(np.isfinite(embedding.vectors[row]).all())
        sounds = sounds_of(embedding, self._homes[index], row)
        return PointMessage(row, list(embedding.columns), values, finite, sounds)

    def sound(self, index: int, row: int, position: int, step: int | None = None) -> tuple[Path, str]:
        """The audio file that a point has in a column, and its type."""
        embedding = self.embedding(index, step)
        check_row(row, len(embedding))
        return sound_at(embedding, self._homes[index], row, position)

    def vectors(
        self, index: int, request: VectorsRequest, step: int | None = None
    ) -> tuple[VectorsMessage, dict[str, NDArray[Any]]]:
        """The head and the array of the answer to what the numbers of some points are."""
        embedding = self.embedding(index, step)
        found = vectors_of(embedding, request.rows)
        if index not in self._reaches:
            self._reaches[index] = reach_of(self.embedding(index))
        return VectorsMessage(embedding.shape[1], self._reaches[index]), {"vectors": found.reshape(-1)}

    def neighbors(
        self, index: int, request: NeighborsRequest, step: int | None = None
    ) -> tuple[NeighborsMessage, dict[str, NDArray[Any]]]:
        """The head and the arrays of the answer to who is near a point in the original space."""
        embedding = self.embedding(index, step)
        check_row(request.row, len(embedding))
        if not 1 <= request.k <= MOST_NEIGHBORS:
            raise ParameterError(f"k is {request.k}; 1 to {MOST_NEIGHBORS:,} neighbours are listed.")
        from vectarium.project import query_neighbors

        prepared = self.prepared(index, request, step)
        vectors = embedding.vectors if prepared is None else prepared.fitted().view(embedding.vectors)
        rows, distances = query_neighbors(vectors, request.row, request.k, request.metric)
        message = NeighborsMessage(request.row, len(rows), request.metric, space(embedding, request.metric, prepared))
        return message, {"rows": rows.astype(np.uint32), "distances": distances.astype(np.float32)}

    def prepared(self, index: int, request: Prepares, step: int | None = None) -> Prepared | None:
        """What is done to an embedding's vectors before they are looked at; that of all steps together is the last one's."""
        embedding = self.embedding(index, step)
        if isinstance(request, ProjectRequest) and request.joint and embedding.recorded is not None:
            step = embedding.recorded.steps[-1]
            embedding = self.embedding(index, step)
        return self.preparations.find((index, step), embedding, request.preparation, request.reduced_to)

    def arithmetic(
        self, index: int, request: ArithmeticRequest, step: int | None = None
    ) -> tuple[ArithmeticMessage, dict[str, NDArray[Any]]]:
        """The head and the arrays of the answer to what lies nearest to a sum of points."""
        embedding = self.embedding(index, step)
        if request.column not in embedding.columns:
            raise ColumnNotFoundError(request.column, embedding.columns)
        return arithmetic.answer(embedding, self.searcher(index, step), request, self.prepared(index, request, step))

    def project(
        self,
        index: int,
        request: ProjectRequest,
        arrays: dict[str, NDArray[Any]] | None = None,
        step: int | None = None,
    ) -> Job:
        """The job that projects an embedding's points, or those whose numbers the array ``rows`` holds."""
        embedding, arrays = self.embedding(index, step), arrays or {}
        ends = ends_from(request, arrays, len(embedding))
        points = Points(index, embedding, arrays.get("rows"), step, self.prepared(index, request, step))
        return self.projections.start(points, request, ends)

    def timeline(self, index: int, request: TimelineRequest, arrays: dict[str, NDArray[Any]] | None = None) -> Job:
        """The job that brings all steps of an embedding into one frame of reference."""
        return self.timelines.start(index, self.embedding(index), request, arrays)

    def runs(self, index: int) -> RunsMessage:
        """The projections of an embedding that are kept."""
        entries = self.projections.of(index)
        return RunsMessage([entry.outline(self.fidelities.of(entry.job.name)) for entry in entries])

    def close(self) -> None:
        """Stop all work and give the memory of the tables back."""
        self.jobs.cancel_all()
        for editing in self._editings:
            editing.close()
        self.recordings.close()
        self.filming.close()
        for workers in (self.quick, self._heavy, self._running, self._measuring, self._along):
            workers.close()
        for searcher in self._searchers.values():
            searcher.tables.close()

    def _open(self, progress: Progress) -> Collection:
        collection = self._load(progress)
        if len(collection) == 0:
            raise VectariumError(_nothing(collection))
        progress(1, "")
        self.recordings = Recordings(collection, self.growth)
        self.recordings.watch()
        homes = self._homes = getattr(self._load, "homes", None) or [None] * len(collection)
        self._bookmarks = Bookmarks(collection, homes)
        self._editings = [
            Editing(index, embedding, home, self.news.tell)
            for index, (embedding, home) in enumerate(zip(collection, homes, strict=True))
        ]
        self.collection = collection
        for told in self.told():  # pages that came before there was anything to tell
            self.news.tell(told)
        if collection[0].recorded is None:
            first = self.projections.start(Points(0, collection[0]), ProjectRequest())
        else:
            first = self.timeline(0, TimelineRequest())
        self.quick.submit(self._prepare_search, first)
        return collection

    def _prepare_search(self, first: Job) -> None:
        # After the first picture, which a person waits for; the search is wanted later.
        first.wait()
        recorded = self.embedding(0).recorded
        self.jobs.start("search-0", self.searcher(0, None if recorded is None else recorded.step).build)


def check_row(row: int, n: int) -> None:
    """Raise ParameterError unless there is such a point."""
    if not 0 <= row < n:
        raise ParameterError(f"There is no point {row:,}; there are {n:,}, counted from 0.")


def _nothing(collection: Collection) -> str:
    found = [str(note) for note in collection.all_notes()]
    return "\n".join([f"{collection.name} holds no embedding.", *found])
