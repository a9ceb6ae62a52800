"""t-SNE of all points, as an estimator with scikit-learn's methods and the field's names."""

from __future__ import annotations

import math
import warnings
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vectarium.errors import ShapeError
from vectarium.project.affinity import AFFINITIES, affinities
from vectarium.project.descent import Watch
from vectarium.project.estimator import Estimator
from vectarium.project.graph import Graph
from vectarium.project.metric import thread_count
from vectarium.project.neighbors import neighbors as find_neighbors
from vectarium.project.parameters import check_choice, check_finite, check_integer, check_number, check_start
from vectarium.project.principal import principal_components
from vectarium.project.progress import Progress, silent, watched
from vectarium.project.search_space import SearchSpace, search_space
from vectarium.project.supervision import supervise
from vectarium.project.tsne_descent import TSNEDescent

START_SIZE = 1e-4  # the standard deviation of the start's first coordinate
SLOWEST = 50.0  # the least learning rate of "auto": few points would take very long
MOMENTUM = 0.8
# Neighbours for each unit of perplexity. With 3, the divergence falls by 0.2% and the search takes half
# as long again (docs/decisions).
REACH = 2
# New points are held to fewer neighbours than fitted ones, as they shall come near those most like them.
NEW_NEIGHBORS, NEW_PERPLEXITY, NEW_ITERATIONS = 15, 5.0, 100
Found = tuple[NDArray[np.int32], NDArray[np.float32]]


class TSNE(Estimator):
    """t-distributed stochastic neighbour embedding (van der Maaten and Hinton, 2008) of all points.

    Parameters
    ----------
    n_components
        2 or 3.
    perplexity
        About how many neighbours each point is held to; lowered, with a warning, where there are less
        than three times as many other points.
    affinity
        ``"perplexity"``, or ``"uniform"``: all ``n_neighbors`` nearest count the same. That is another
        objective, 2 to 3 times faster.
    n_neighbors
        How many neighbours ``affinity="uniform"`` takes.
    early_exaggeration, early_exaggeration_iter
        How many times stronger neighbours attract in the first iterations, and in how many.
    learning_rate
        ``"auto"``: n / exaggeration, at least 50 (Belkina et al., 2019); or a number.
    max_iter
        How many iterations, those of early exaggeration included.
    init
        ``"pca"`` (Kobak and Berens, 2019), ``"random"``, or coordinates ``(n, n_components)`` that are
        taken as they are.
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
        Called between iterations with their number and the coordinates, as ``watch`` of
        ``Descent.advance``.

    Attributes
    ----------
    embedding_
        float32 array ``(n, n_components)``.
    kl_divergence_
        The Kullback-Leibler divergence at the end.
    n_iter_, n_features_in_
        How many iterations were made, and d.
    neighbors_sentence_
        In which space neighbours were searched, and how.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.random.default_rng(0).standard_normal((60, 5))
    >>> TSNE(perplexity=10).fit_transform(x).shape
    (60, 2)
    """

    embedding_: NDArray[np.float32]
    kl_divergence_: float
    n_iter_: int
    neighbors_sentence_: str
    _vectors: NDArray[Any]
    _space: SearchSpace | None

    def __init__(
        self,
        n_components: int = 2,
        *,
        perplexity: float = 30.0,
        affinity: str = "perplexity",
        n_neighbors: int = 15,
        early_exaggeration: float = 12.0,
        early_exaggeration_iter: int = 100,
        learning_rate: float | str = "auto",
        max_iter: int = 500,
        init: str | ArrayLike = "pca",
        metric: str = "euclidean",
        reduce_to: int | None = 100,
        target_weight: float = 0.0,
        random_state: int = 0,
        n_jobs: int | None = None,
        callback: Watch | None = None,
    ) -> None:
        self.n_components = n_components
        self.perplexity = perplexity
        self.affinity = affinity
        self.n_neighbors = n_neighbors
        self.early_exaggeration = early_exaggeration
        self.early_exaggeration_iter = early_exaggeration_iter
        self.learning_rate = learning_rate
        self.max_iter = max_iter
        self.init = init
        self.metric = metric
        self.reduce_to = reduce_to
        self.target_weight = target_weight
        self.random_state = random_state
        self.n_jobs = n_jobs
        self.callback = callback

    def neighbors_wanted(self, n: int) -> int:
        """How many neighbours ``begin`` needs of each of n points."""
        wanted = self.n_neighbors if self.affinity == "uniform" else math.ceil(REACH * self.perplexity)
        return max(0, min(wanted, n - 1))

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
        self.kl_divergence_ = float(descent.divergence or 0.0)
        self.n_iter_ = descent.iteration
        self.neighbors_sentence_ = descent.sentence
        return self

    def transform(self, x: Any) -> NDArray[np.float32]:
        """Place other vectors ``(m, d)`` among the fitted points, which stay where they are.

        Each comes to where its own divergence is least, by itself: a point's place does not depend on
        what else is placed. It is held to fewer neighbours than the fitted points are, so that it comes
        near those most like it; a vector that was fitted comes near its twin, not upon it. Only where all
        the vectors that were fitted come again, in their order, are they where they are.

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
        from vectarium import _native

        space = self._space = self._space or search_space(
            self._vectors, self.metric, self.reduce_to, random_state=self.random_state, n_jobs=self.n_jobs
        )
        indices, distances = space.nearest(vectors, NEW_NEIGHBORS)
        distances = self._as_gaussians_take(distances)
        threads, k = thread_count(self.n_jobs), indices.shape[1]
        weights = _native.perplexity_weights(distances, min(NEW_PERPLEXITY, float(k)), threads)
        return _native.place(self.embedding_, indices, weights, NEW_ITERATIONS, threads)

    def __getstate__(self) -> dict[str, Any]:
        """All but the search space, which holds functions; it is found again where it is needed."""
        return {**vars(self), "_space": None}

    def fit_transform(self, x: Any, y: Any = None) -> NDArray[np.float32]:
        """Lay out the points ``(n, d)`` and return their coordinates, float32 ``(n, n_components)``."""
        return self.fit(x, y).embedding_

    @watched
    def begin(
        self, x: Any, y: Any = None, *, neighbors: Found | None = None, progress: Progress | None = None
    ) -> TSNEDescent:
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
        n = len(vectors)
        self._vectors, self._space = vectors, None
        if neighbors is None:
            self._space, neighbors, sentence = self._search(vectors, report)
        else:
            sentence = getattr(neighbors, "sentence", "given")
        start = self._start(vectors, self._space)
        graph = self._weigh(neighbors, y, n, lambda share, text: report(0.9 + 0.1 * share, text))
        del neighbors
        return TSNEDescent(graph, start, self._schedule(n), sentence)

    def _check(self) -> None:
        check_integer("n_components", self.n_components, 2, 3, example=2)
        check_number("perplexity", self.perplexity, 1, 1e6, example=30)
        check_choice("affinity", self.affinity, AFFINITIES)
        check_integer("n_neighbors", self.n_neighbors, 1, example=15)
        check_number("early_exaggeration", self.early_exaggeration, 1, 1000, example=12)
        check_integer("early_exaggeration_iter", self.early_exaggeration_iter, 0, 10**6, example=100)
        check_integer("max_iter", self.max_iter, 0, 10**6, example=500)
        check_integer("random_state", self.random_state, 0, example=0)
        check_number("target_weight", self.target_weight, 0, 1, example=0.5)
        if self.reduce_to is not None:
            check_integer("reduce_to", self.reduce_to, 1, example=100)
        if self.learning_rate != "auto":
            check_number("learning_rate", self.learning_rate, 1e-9, 1e9, example=200)
        if isinstance(self.init, str):
            check_choice("init", self.init, ("pca", "random"))

    def _search(self, vectors: NDArray[Any], report: Progress) -> tuple[SearchSpace, Found, str]:
        space = search_space(
            vectors,
            self.metric,
            self.reduce_to,
            random_state=self.random_state,
            n_jobs=self.n_jobs,
            progress=lambda share, text: report(0.3 * share, text),
        )
        found = find_neighbors(
            space.vectors,
            max(self.neighbors_wanted(len(vectors)), 1),
            metric=space.metric,
            random_state=self.random_state,
            n_jobs=self.n_jobs,
            progress=lambda share, text: report(0.3 + 0.6 * share, text),
        )
        return space, (found.indices, space.to_distances(found.distances)), f"{space.sentence}; {found.method}"

    def _weigh(self, neighbors: Found, y: Any, n: int, report: Progress) -> Graph:
        indices, distances = neighbors
        wanted = self.neighbors_wanted(n)
        if indices.shape != distances.shape or indices.shape[0] != n or indices.shape[1] < wanted:
            raise ShapeError(
                f"neighbors has indices {indices.shape} and distances {distances.shape}; "
                f"({n:,}, {wanted}) are needed: see neighbors_wanted."
            )
        perplexity = min(self.perplexity, max(1.0, (n - 1) / 3))
        if self.affinity == "perplexity" and n > 1 and perplexity < self.perplexity:
            warnings.warn(
                f"perplexity {self.perplexity:g} is too much for {n:,} points; {perplexity:.4g} is used. It can be "
                f"at most (n - 1) / 3.",
                stacklevel=4,
            )
        graph = affinities(
            indices[:, :wanted],
            self._as_gaussians_take(distances[:, :wanted]),
            affinity=self.affinity,
            perplexity=perplexity,
            n_jobs=self.n_jobs,
            progress=report,
        )
        if self.target_weight > 0 and y is not None:
            graph = supervise(graph, y, self.target_weight, keep="total")
        return graph

    def _as_gaussians_take(self, distances: NDArray[np.float32]) -> NDArray[np.float32]:
        """Distances that a Gaussian may square: of inner products, the roots of what the largest has beyond them."""
        if self.metric != "inner_product" or distances.shape[1] == 0:
            return distances
        return np.sqrt(distances - distances.min(axis=1, keepdims=True))

    def _start(self, vectors: NDArray[Any], space: SearchSpace | None) -> NDArray[np.float32]:
        n, k = len(vectors), self.n_components
        if not isinstance(self.init, str):
            return check_start(self.init, n, k)
        noise = np.random.default_rng(self.random_state).standard_normal((n, k))
        if self.init == "random":
            return (START_SIZE * noise).astype(np.float32)
        start = np.zeros((n, k))
        if space is not None and space.reduced:
            scores = space.vectors[:, :k]
        else:
            scores = principal_components(vectors, n_components=k, random_state=self.random_state).scores.T
        start[:, : scores.shape[1]] = scores
        size = start.std(axis=0)
        if size[0] > 0:
            start *= START_SIZE / size[0]
        # Along what has no variance, points could never part.
        flat = start.std(axis=0) < START_SIZE * 1e-6
        start[:, flat] = START_SIZE * noise[:, flat]
        return start.astype(np.float32)

    def _schedule(self, n: int) -> dict[str, Any]:
        exaggerated = min(self.early_exaggeration_iter, self.max_iter)

        def rate(exaggeration: float) -> float:
            given = self.learning_rate
            return float(given) if given != "auto" else max(n / exaggeration, SLOWEST)

        return {
            "iterations": self.max_iter,
            "exaggerated": exaggerated,
            "exaggeration": self.early_exaggeration,
            "learning_rate_exaggerated": rate(self.early_exaggeration),
            "learning_rate": rate(1.0),
            "momentum": MOMENTUM,
            "threads": thread_count(self.n_jobs),
        }
