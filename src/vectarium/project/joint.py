"""All steps laid out at once, by t-SNE or UMAP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.errors import ParameterError
from vectarium.project.aligned import AlignedSnapshots
from vectarium.project.descent import Descent, Watch
from vectarium.project.neighbors import neighbors
from vectarium.project.parameters import check_choice
from vectarium.project.progress import Progress, stage
from vectarium.project.search_space import search_space
from vectarium.project.stacked import Stacked
from vectarium.project.timeline_descent import Floats, TimelineDescent, in_basis_of_last
from vectarium.project.tsne import START_SIZE, TSNE
from vectarium.project.umap import EXTENT, UMAP

METRICS = ("euclidean", "cosine", "correlation")
ESTIMATORS: dict[str, type[TSNE | UMAP]] = {"tsne": TSNE, "umap": UMAP}
NAMES = {"tsne": "t-SNE", "umap": "UMAP"}
SETTLED = ("init", "n_components", "random_state", "n_jobs", "callback", "target_weight")


class JointDescent(TimelineDescent):
    """A joint layout on its way.

    Parameters
    ----------
    snapshots, start, method, parameters, sentence
        As for `TimelineDescent`; points that are not laid out jointly are NaN in ``start``.
    stacked
        What is laid out.
    descent
        How.
    """

    def __init__(
        self,
        snapshots: AlignedSnapshots,
        start: Floats,
        method: str,
        parameters: Mapping[str, Any],
        sentence: str,
        *,
        stacked: Stacked,
        descent: Descent,
    ) -> None:
        super().__init__(snapshots, start, method, parameters, sentence)
        self._stacked, self._descent = stacked, descent
        self.max_iter = descent.max_iter

    @property
    def coordinates(self) -> Floats:
        """Where the points are now; see `TimelineDescent`."""
        return self._spread(self._descent.coordinates)

    def _spread(self, places: Floats) -> Floats:
        out = np.full_like(self._places, np.nan)
        seen = self._stacked.seen
        out[self._stacked.where[:seen]] = places[:seen]
        return out

    def advance(self, watch: Watch | None = None, *, seconds: float = 0.05) -> None:
        """Move the points until the end; see ``Descent.advance``."""

        def look(iteration: int, places: Floats) -> None:
            self.iteration = iteration
            assert watch is not None
            watch(iteration, self._spread(places))

        try:
            self._descent.advance(None if watch is None else look, seconds=seconds)
        finally:
            self.iteration = self._descent.iteration

    def still(self) -> float | None:
        """How far copies lie from what they are copies of, on average."""
        return self._stacked.still(self._descent.coordinates)


def begin_joint(
    snapshots: AlignedSnapshots,
    method: str,
    given: Mapping[str, Any],
    *,
    n_jobs: int | None,
    progress: Progress,
) -> JointDescent:
    """Find neighbours among all points at all steps, and choose a start; nothing has moved yet.

    Parameters
    ----------
    snapshots
        The vectors in their common frame.
    method
        ``"tsne"`` or ``"umap"``.
    given
        ``n_components``, ``random_state``, and further parameters of the estimator.
    n_jobs, progress
        As for `timeline`.
    """
    estimator = _estimator(method, given, n_jobs)
    _, start = in_basis_of_last(snapshots, estimator.n_components, stage(progress, 0, 0.05))
    stacked = Stacked(snapshots)
    space = search_space(
        stacked.vectors,
        estimator.metric,
        estimator.reduce_to,
        random_state=estimator.random_state,
        n_jobs=n_jobs,
        progress=stage(progress, 0.05, 0.1),
    )
    m = len(stacked)
    if isinstance(estimator, TSNE) and "perplexity" not in given:
        estimator.perplexity = min(estimator.perplexity, max(1.0, (m - 1) / 3))
    found = neighbors(
        space.vectors,
        max(estimator.neighbors_wanted(m), 1),
        metric=space.metric,
        random_state=estimator.random_state,
        n_jobs=n_jobs,
        progress=stage(progress, 0.1, 0.9),
    )
    estimator.init = starting_places(start, stacked, method, estimator.random_state)
    near = found.indices, space.to_distances(found.distances)
    descent = estimator.begin(stacked.vectors, neighbors=near, progress=stage(progress, 0.9, 1))
    sentence = f"Joint {NAMES[method]} of {stacked.seen:,} points at {len(snapshots):,} steps"
    made_with = {**given, "align": snapshots.align}
    return JointDescent(snapshots, start, method, made_with, sentence, stacked=stacked, descent=descent)


def starting_places(start: Floats, stacked: Stacked, method: str, seed: int) -> NDArray[np.float32]:
    """Places ``(m, n_components)`` in the basis of the last step at the size that the method starts from.

    Equal vectors start at equal places. Along what has no extent, each point is a little aside, at all
    steps alike.
    """
    places = start[stacked.where].astype(np.float64)
    places -= places.mean(axis=0)
    noise = np.random.default_rng(seed).standard_normal((stacked.n, places.shape[1]))[stacked.point]
    if method == "tsne":
        size = places.std(axis=0)
        scale = START_SIZE / size[0] if size[0] > 0 else 1.0
        flat = size * scale < START_SIZE * 1e-6
        return np.where(flat, START_SIZE * noise, places * scale).astype(np.float32)
    extent = np.ptp(places, axis=0)
    flat = extent <= 1e-9 * max(float(extent.max()), 1e-300)
    return np.where(flat, EXTENT / 10 * noise, places * (EXTENT / np.where(flat, 1, extent))).astype(np.float32)


def _estimator(method: str, given: Mapping[str, Any], n_jobs: int | None) -> TSNE | UMAP:
    kind = ESTIMATORS[method]
    known = list(kind().get_params())
    for name in given:
        if name not in known or (name in SETTLED and name not in ("n_components", "random_state")):
            allowed = ", ".join(each for each in known if each not in SETTLED)
            raise ParameterError(f"A timeline by {method!r} has no parameter {name!r}; it has {allowed}.")
    made = kind(**given, n_jobs=n_jobs)
    check_choice("metric", made.metric, METRICS)
    return made
