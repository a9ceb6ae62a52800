"""A recording and its timelines without a page: for a film that is made from the command line.

The same parts make the same pictures as in the explorer; what a page needs besides is left out.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from vectarium.data import Collection, Embedding
from vectarium.errors import ParameterError
from vectarium.explore.boundaries import Boundaries
from vectarium.explore.films import FilmReel, Shot
from vectarium.explore.jobs import Job, Jobs
from vectarium.explore.messages.projection import ProjectRequest
from vectarium.explore.messages.timeline import TimelineRequest
from vectarium.explore.opening import path_loader
from vectarium.explore.points import Points
from vectarium.explore.projections import Projections
from vectarium.explore.recordings import Recordings
from vectarium.explore.timelines import Timelines
from vectarium.explore.workers import Workers

METHODS = ("axes", "pca", "tsne", "umap")
TICK_SECONDS = 0.1

Progress = Callable[[float, str], None]


class Studio:
    """Opens a recording and makes timelines of it.

    Parameters
    ----------
    path
        A run, or anything else that holds embeddings at several steps.
    """

    def __init__(self, path: Path) -> None:
        self.collection: Collection = path_loader([path])(lambda _fraction, _text: None)
        self._workers = Workers(1, "vectarium film")
        self._jobs = Jobs(self._workers)
        self.recordings = Recordings(self.collection)
        self.projections = Projections(self._jobs)
        self.timelines = Timelines(self._jobs, self.projections, self.embedding)
        self.boundaries = Boundaries(self.timelines, self.embedding)

    def embedding(self, index: int, step: int | None = None) -> Embedding:
        """An embedding by its position, as it is at a step; None: at the last one."""
        return self.collection[index] if step is None else self.recordings.at(index, step)

    def index_of(self, name: str | None) -> int:
        """The position of a recorded embedding; None: of the first one.

        Raises
        ------
        EmbeddingNotFoundError
            If none has the name.
        ParameterError
            If it was not recorded over steps.
        """
        if name is not None:
            embedding = self.collection[name]
            if embedding.recorded is None:
                raise ParameterError(f"{name!r} was not recorded over steps, so there is no film of it.")
            return list(self.collection).index(embedding)
        for index, embedding in enumerate(self.collection):
            if embedding.recorded is not None:
                return index
        raise ParameterError(f"Nothing in {self.collection.name!r} was recorded over steps, so there is no film of it.")

    def timeline(self, index: int, request: TimelineRequest | ProjectRequest, progress: Progress) -> str:
        """Make a timeline and return its name; the progress may raise to stop it."""
        if isinstance(request, TimelineRequest):
            job = self.timelines.start(index, self.embedding(index), request)
        else:
            job = self.projections.start(Points(index, self.embedding(index)), request)
        return self._waited(job, progress)

    def reel(self, shot: Shot) -> FilmReel:
        """What a film of a timeline is made of."""
        return FilmReel(self, shot)

    def close(self) -> None:
        """Stop all work."""
        self._jobs.cancel_all()
        self._workers.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _waited(self, job: Job, progress: Progress) -> str:
        while not job.wait(TICK_SECONDS):
            progress(job.fraction, job.text)
        if job.failure is not None:
            raise job.failure
        return job.name


def request_of(
    embedding: Embedding,
    method: str | None,
    dimensions: int,
    *,
    perplexity: float | None = None,
    n_neighbors: int | None = None,
) -> TimelineRequest | ProjectRequest:
    """What to ask for: the vectors themselves where they have so few dimensions, else t-SNE of all steps.

    Raises
    ------
    ParameterError
        If there is no such method.
    """
    d = embedding.shape[1]
    chosen = method or ("axes" if d <= dimensions else "tsne")
    if chosen not in METHODS:
        raise ParameterError(f"method is {chosen!r}; {', '.join(map(repr, METHODS))} are allowed.")
    if chosen == "axes":
        return TimelineRequest("axes", dimensions)
    if chosen == "pca":
        return TimelineRequest("pca")
    usual = ProjectRequest()
    return ProjectRequest(
        method="tsne" if chosen == "tsne" else "umap",
        n_components=dimensions,
        perplexity=usual.perplexity if perplexity is None else perplexity,
        n_neighbors=usual.n_neighbors if n_neighbors is None else n_neighbors,
        joint=True,
    )
