"""UMAP of all points, as an estimator with scikit-learn's methods and umap-learn's names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vectarium.errors import ParameterError, ShapeError
from vectarium.project.descent import Descent, Watch
from vectarium.project.estimator import Estimator
from vectarium.project.fuzzy import curve, fuzzy_graph, weights_from_outside
from vectarium.project.graph import Graph
from vectarium.project.metric import thread_count
from vectarium.project.neighbors import neighbors as find_neighbors
from vectarium.project.parameters import check_choice, check_finite, check_integer, check_number, check_start
from vectarium.project.principal import principal_components
from vectarium.project.progress import Progress, part, silent, stage, watched
from vectarium.project.search_space import SearchSpace, search_space
from vectarium.project.spectral import spectral_start
from vectarium.project.supervision import supervise

FEW = 10_000  # up to so many points umap-learn takes more epochs
EXTENT = 10.0  # of the start along each axis, as umap-learn
NOISE = 1e-4  # parts points that start in the same place
PAUSE = 0.05  # seconds between two looks whether a person wants to stop
Found = tuple[NDArray[np.int32], NDArray[np.float32]]


class UMAPDescent(Descent):
    """UMAP under way; made by ``UMAP.begin``.

    Attributes
    ----------
    graph
        Who is held near to whom.
    sentence
        In which space neighbours were searched, and how.
    """

    def __init__(self, native: Any, max_iter: int, threads: int, graph: Graph, sentence: str) -> None:
        self._native = native
        self._threads = threads
        self.iteration = 0
        self.max_iter = max_iter
        self.graph = graph
        self.sentence = sentence

    @property
    def coordinates(self) -> NDArray[np.float32]:
        """Where the points are now, a copy, ``(n, n_components)``."""
        return self._native.coordinates()

    def advance(self, watch: Watch | None = None, *, seconds: float = 0.05) -> None:
        """Move the points until the end; see ``Descent.advance``."""
        while not self.done:
            self._native.advance(PAUSE if watch is None else seconds, self._threads)
            self.iteration = self._native.epoch
            if watch is not None:
                watch(self.iteration, self.coordinates)


class UMAP(Estimator):
    """Uniform manifold approximation and projection (McInnes, Healy and Melville, 2018) of all points.

    Parameters
    ----------
    n_components
        2 or 3.
    n_neighbors
        How many neighbours each point is held to, itself counted, as in umap-learn; at least 2.
    min_dist
        How near points may come to each other in the picture.
    spread
        How far the points of a cluster lie apart; at least ``min_dist``.
    n_epochs
        How often each point moves; None: 500 times up to 10,000 points, else 200 times.
    learning_rate
        How far at first.
    negative_sample_rate
        How many points push for each that pulls.
    init
        ``"spectral"``: along the graph's slowest motions; ``"pca"``, ``"random"``, or coordinates
        ``(n, n_components)`` that are taken as they are.
    metric
        ``"euclidean"``, ``"cosine"``, ``"correlation"`` or ``"inner_product"``.
    reduce_to
        Vectors with more dimensions are first reduced to so many principal components for the search
        of neighbours; None: never.
    target_weight
        How much ``y`` counts, 0 to 1; 0: it is ignored.
    random_state
        The seed.
    n_jobs
        How many threads; None and -1 stand for all cores. The result does not depend on it.
    callback
        Called between epochs with their number and the coordinates, as ``watch`` of ``Descent.advance``.

    Attributes
    ----------
    embedding_
        float32 array ``(n, n_components)``.
    graph_
        Who is held near to whom, a symmetric ``Graph``.
    n_iter_, n_features_in_
        How many epochs were made, and d.
    neighbors_sentence_
        In which space neighbours were searched, and how.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.random.default_rng(0).standard_normal((60, 5))
    >>> UMAP(n_neighbors=10).fit_transform(x).shape
    (60, 2)
    """

    embedding_: NDArray[np.float32]
    graph_: Graph
    n_iter_: int
    neighbors_sentence_: str

    def __init__(
        self,
        n_components: int = 2,
        *,
        n_neighbors: int = 15,
        min_dist: float = 0.1,
        spread: float = 1.0,
        n_epochs: int | None = None,
        learning_rate: float = 1.0,
        negative_sample_rate: int = 5,
        init: str | ArrayLike = "spectral",
        metric: str = "euclidean",
        reduce_to: int | None = 100,
        target_weight: float = 0.0,
        random_state: int = 0,
        n_jobs: int | None = None,
        callback: Watch | None = None,
    ) -> None:
        self.n_components = n_components
        self.n_neighbors = n_neighbors
        self.min_dist = min_dist
        self.spread = spread
        self.n_epochs = n_epochs
        self.learning_rate = learning_rate
        self.negative_sample_rate = negative_sample_rate
        self.init = init
        self.metric = metric
        self.reduce_to = reduce_to
        self.target_weight = target_weight
        self.random_state = random_state
        self.n_jobs = n_jobs
        self.callback = callback

    def neighbors_wanted(self, n: int) -> int:
        """How many neighbours ``begin`` needs of each of n points, themselves left out."""
        return max(0, min(self.n_neighbors, n) - 1)

    def fit(self, x: Any, y: Any = None) -> Self:
        """Lay out the points ``(n, d)``; ``y`` counts only where ``target_weight`` is more than 0.

        Raises
        ------
        ShapeError
            If ``x`` is not a matrix of real numbers.
        ParameterError
            If it holds NaN or infinity, or a parameter is outside of what is allowed.
        """
        descent = self.begin(x, y)
        descent.advance(self.callback)
        self.embedding_ = descent.coordinates
        self.graph_ = descent.graph
        self.n_iter_ = descent.iteration
        self.neighbors_sentence_ = descent.sentence
        return self

    def fit_transform(self, x: Any, y: Any = None) -> NDArray[np.float32]:
        """Lay out the points ``(n, d)`` and return their coordinates, float32 ``(n, n_components)``."""
        return self.fit(x, y).embedding_

    @watched
    def begin(
        self, x: Any, y: Any = None, *, neighbors: Found | None = None, progress: Progress | None = None
    ) -> UMAPDescent:
        """Find neighbours, weigh them and choose a start; nothing has moved yet.

        Parameters
        ----------
        x
            Array ``(n, d)``.
        y
            One target a point; see ``target_weight``.
        neighbors
            The ``neighbors_wanted(n)`` nearest neighbours of every point, where they are known already.
        progress
            Called with the share done and a text; may raise CancelledError.
        """
        self._check()
        report = progress or silent
        vectors = check_finite(self._vectors_to_fit(x))
        self._space, self._vectors = None, vectors
        if neighbors is None:
            neighbors, sentence = self._search(vectors, stage(report, 0, 0.7))
        else:
            sentence = getattr(neighbors, "sentence", "given")
        graph = self._weigh(neighbors, y, len(vectors), stage(report, 0.7, 0.8))
        start = self._start(graph, vectors, stage(report, 0.8, 1))
        epochs = self._epochs(len(vectors))
        native = self._descend(graph, start, None, epochs, part(report, 0, 1, "Setting out"))
        return UMAPDescent(native, epochs, thread_count(self.n_jobs), graph, sentence)

    def transform(self, x: Any) -> NDArray[np.float32]:
        """Place other vectors ``(m, d)`` among those that were fitted, which stay; float32 ``(m, n_components)``.

        The vectors that were fitted, all of them in their order, are where they are.

        Raises
        ------
        NotFittedError
            Before ``fit``.
        ShapeError, ParameterError
            If the vectors have other dimensions, or hold NaN or infinity.
        """
        vectors = check_finite(self._vectors_to_transform(x))
        if np.array_equal(vectors, self._vectors):
            return self.embedding_.copy()
        space = self._space or self._search_space(self._vectors, silent)
        indices, distances = space.nearest(vectors, self.n_neighbors)
        weights = weights_from_outside(distances, n_jobs=self.n_jobs)
        m, k = weights.shape
        total = weights.sum(axis=1, keepdims=True)
        mean = weights / np.where(total > 0, total, 1)
        start = np.einsum("ij,ijk->ik", mean, self.embedding_[indices]).astype(np.float32)
        ties = Graph(np.arange(m + 1, dtype=np.int64) * k, indices.ravel(), weights.ravel())
        epochs = self._epochs_of_new(len(self.embedding_))
        native = self._descend(ties, start, self.embedding_, epochs, None)
        descent = UMAPDescent(native, epochs, thread_count(self.n_jobs), ties, self.neighbors_sentence_)
        descent.advance()
        return descent.coordinates

    def __getstate__(self) -> dict[str, Any]:
        """All but the search space, which holds functions; it is found again where it is needed."""
        return {**vars(self), "_space": None}

    def _check(self) -> None:
        check_integer("n_components", self.n_components, 2, 3, example=2)
        check_integer("n_neighbors", self.n_neighbors, 2, example=15)
        check_number("spread", self.spread, 1e-3, 1e3, example=1.0)
        check_number("min_dist", self.min_dist, 0, 1e3, example=0.1)
        if self.min_dist > self.spread:
            raise ParameterError(f"min_dist is {self.min_dist}; at most spread = {self.spread} is possible.")
        if self.n_epochs is not None:
            check_integer("n_epochs", self.n_epochs, 0, 10**6, example=200)
        check_number("learning_rate", self.learning_rate, 1e-6, 1e6, example=1.0)
        check_integer("negative_sample_rate", self.negative_sample_rate, 1, 1000, example=5)
        check_integer("random_state", self.random_state, 0, example=0)
        check_number("target_weight", self.target_weight, 0, 1, example=0.5)
        if self.reduce_to is not None:
            check_integer("reduce_to", self.reduce_to, 1, example=100)
        if isinstance(self.init, str):
            check_choice("init", self.init, ("spectral", "pca", "random"))

    def _epochs(self, n: int) -> int:
        return self.n_epochs if self.n_epochs is not None else 500 if n <= FEW else 200

    def _epochs_of_new(self, n: int) -> int:
        return self.n_epochs // 3 if self.n_epochs is not None else 100 if n <= FEW else 30

    def _search_space(self, vectors: NDArray[Any], report: Progress) -> SearchSpace:
        return search_space(
            vectors,
            self.metric,
            self.reduce_to,
            random_state=self.random_state,
            n_jobs=self.n_jobs,
            progress=report,
        )

    def _search(self, vectors: NDArray[Any], report: Progress) -> tuple[Found, str]:
        self._space = space = self._search_space(vectors, stage(report, 0, 0.3))
        indices, distances = found = find_neighbors(
            space.vectors,
            max(self.neighbors_wanted(len(vectors)), 1),
            metric=space.metric,
            random_state=self.random_state,
            n_jobs=self.n_jobs,
            progress=stage(report, 0.3, 1),
        )
        return (indices, space.to_distances(distances)), f"{space.sentence}; {found.sentence}"

    def _weigh(self, neighbors: Found, y: Any, n: int, report: Progress) -> Graph:
        indices, distances = neighbors
        wanted = self.neighbors_wanted(n)
        if indices.shape != distances.shape or indices.shape[0] != n or indices.shape[1] < wanted:
            raise ShapeError(
                f"neighbors has indices {indices.shape} and distances {distances.shape}; "
                f"({n:,}, {wanted}) are needed: see neighbors_wanted."
            )
        graph = fuzzy_graph(indices[:, :wanted], distances[:, :wanted], n_jobs=self.n_jobs, progress=report)
        return supervise(graph, y, self.target_weight) if self.target_weight > 0 and y is not None else graph

    def _start(self, graph: Graph, vectors: NDArray[Any], report: Progress) -> NDArray[np.float32]:
        n, k = len(vectors), self.n_components
        if not isinstance(self.init, str):
            return check_start(self.init, n, k)
        noise = np.random.default_rng(self.random_state).standard_normal((n, k))
        if self.init == "random":
            return np.random.default_rng(self.random_state).uniform(-EXTENT, EXTENT, (n, k)).astype(np.float32)
        found = None
        if self.init == "spectral":
            among = self._space.vectors if self._space is not None else vectors
            found = spectral_start(graph, among, k, random_state=self.random_state, n_jobs=self.n_jobs, progress=report)
        return _spread_out(self._scores(vectors) if found is None else found, NOISE * noise)

    def _scores(self, vectors: NDArray[Any]) -> NDArray[Any]:
        k = self.n_components
        if self._space is not None and self._space.reduced and self._space.vectors.shape[1] >= k:
            return self._space.vectors[:, :k]
        scores = principal_components(vectors, n_components=k, random_state=self.random_state).scores.T
        start = np.zeros((len(vectors), k))
        start[:, : scores.shape[1]] = scores
        return start

    def _descend(
        self,
        graph: Graph,
        start: NDArray[np.float32],
        fixed: NDArray[np.float32] | None,
        epochs: int,
        report: Callable[[float], None] | None,
    ) -> Any:
        """The native descent of all points, or of new ones among those that are fixed."""
        from vectarium import _native

        a, b = curve(self.min_dist, self.spread)
        return _native.Umap(
            *graph,
            np.ascontiguousarray(start, np.float32),
            fixed,
            a=a,
            b=b,
            epochs=epochs,
            learning_rate=self.learning_rate if fixed is None else self.learning_rate / 4,
            negative_sample_rate=self.negative_sample_rate,
            seed=self.random_state % 2**64,
            progress=report,
        )


def _spread_out(places: NDArray[Any], noise: NDArray[np.float64]) -> NDArray[np.float32]:
    """The places stretched to the start's extent along each axis, and a little noise."""
    places = places.astype(np.float64)
    places -= places.min(axis=0)
    extent = places.max(axis=0)
    # Along what has no extent but rounding, only the noise is left.
    flat = extent <= 1e-9 * max(float(extent.max()), 1e-300)
    places = np.where(flat, 0, places * (EXTENT / np.where(flat, 1, extent)))
    return (places + noise * np.where(flat, EXTENT / NOISE / 10, 1)).astype(np.float32)
