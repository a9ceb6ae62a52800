"""Where any vector stands in a layout of landmarks.

A vector's place depends on the vector alone, not on its step: equal vectors have equal places, and those that
moved a little have moved a little. It lies between two answers. The mean of the places of the
landmarks that are most like it moves evenly, but draws everything inwards; where its own t-SNE divergence is
least (``TSNE.transform``) keeps more neighbours, but jumps now and then from one group to another.
"""

from __future__ import annotations

from copy import copy
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.project.landmarks import Landmarks
from vectarium.project.metric import thread_count
from vectarium.project.progress import Progress, part

ITERATIONS = 30
TOWARDS_BEST = 0.6  # of the way from the mean; measured: more loses truth of motion, less neighbours
FAR = 1e3  # times the farthest neighbour: where none is


class Field:
    """A map from vectors to places.

    Parameters
    ----------
    landmarks
        Whose places are known.
    candidates
        int32 ``(n, c)``: which landmark points each point may be near to, -1 for none.
    k, perplexity
        How many landmarks each vector is held to, and to how many equal ones they amount.
    settles
        Whether places are moved towards where the divergence of t-SNE is least; else they are means.
    n_jobs
        How many threads; None and -1 stand for all cores. The result does not depend on it.
    """

    def __init__(
        self,
        landmarks: Landmarks,
        candidates: NDArray[np.int32],
        *,
        k: int,
        perplexity: float,
        settles: bool,
        n_jobs: int | None,
    ) -> None:
        self.landmarks, self._candidates = landmarks, candidates
        self._k, self._perplexity, self._settles = k, perplexity, settles
        self._threads = thread_count(n_jobs)
        self._vectors = np.ascontiguousarray(landmarks.vectors, np.float32)

    def place(
        self, step: int, rows: NDArray[np.intp], layout: NDArray[np.float32], progress: Progress
    ) -> NDArray[np.float32]:
        """Places ``(m, n_components)`` of points at a step, in a layout ``(landmarks, n_components)``."""
        return self._placed(self.landmarks.queries(step, rows), rows, layout, progress)

    def place_vectors(
        self, vectors: NDArray[np.float32], rows: NDArray[np.intp], layout: NDArray[np.float32], progress: Progress
    ) -> NDArray[np.float32]:
        """Places of points whose vectors ``(m, d)`` in the common frame are of none of the steps."""
        return self._placed(self.landmarks.seen(vectors), rows, layout, progress)

    def detached(self) -> Field:
        """The same without the snapshots, whose memory it does not hold: places only vectors that it is given."""
        made = copy(self)
        made.landmarks = self.landmarks.detached()
        return made

    @property
    def nbytes(self) -> int:
        """The memory that the landmarks' vectors and the candidates take."""
        return self._vectors.nbytes + self._candidates.nbytes

    def _placed(
        self, queries: NDArray[np.float32], rows: NDArray[np.intp], layout: NDArray[np.float32], progress: Progress
    ) -> NDArray[np.float32]:
        from vectarium import _native

        indices, weights = self._held(queries, rows, progress)
        mean = np.empty((len(rows), layout.shape[1]), np.float32)
        for axis in range(layout.shape[1]):
            mean[:, axis] = np.einsum("ij,ij->i", weights, layout[:, axis][indices])
        if not self._settles:
            return mean
        report = part(progress, 0.5, 1, "Placing all steps")
        best = _native.place(layout, indices, weights, ITERATIONS, self._threads, report)
        return (mean + np.float32(TOWARDS_BEST) * (best - mean)).astype(np.float32)

    def _held(
        self, queries: NDArray[np.float32], rows: NDArray[np.intp], progress: Progress
    ) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """To which landmarks each vector is held, and how strongly; weights of each are 1 together."""
        from vectarium import _native

        indices, squares = _native.nearest_landmarks(
            self._vectors,
            self.landmarks.rows,
            queries,
            np.ascontiguousarray(self._candidates[rows]),
            self._k,
            self._threads,
            part(progress, 0, 0.5, "Placing all steps"),
        )
        there = indices >= 0
        distances = np.sqrt(np.where(there, squares, 0))
        far = FAR * distances.max(axis=1, keepdims=True) + 1
        distances = np.where(there, distances, far).astype(np.float32)
        weights = _native.perplexity_weights(distances, min(self._perplexity, float(self._k)), self._threads)
        weights *= there
        weights /= weights.sum(axis=1, keepdims=True)
        return np.where(there, indices, 0).astype(np.int32), weights


def along_own_way(landmarks: Landmarks, step: int, candidates: NDArray[np.int32]) -> tuple[NDArray[Any], ...]:
    """Between which two landmarks each point is at a step, and how far on: rows, rows, share ``(n,)``.

    A quick first answer while the landmarks still move. A point that is no landmark goes along with the one
    most like it. Rows are -1 where there is none.
    """
    own = candidates[:, 0]
    column = int(np.searchsorted(landmarks.steps, step))
    if column < len(landmarks.steps) and landmarks.steps[column] == step:
        before = after = column
    else:
        before, after = max(column - 1, 0), min(column, len(landmarks.steps) - 1)
    first, last = landmarks.rows[own, before], landmarks.rows[own, after]
    first, last = np.where(first < 0, last, first), np.where(last < 0, first, last)
    share = np.zeros(len(own), np.float32)
    if before != after:
        snapshots = landmarks.snapshots
        here, a, b = (snapshots[each] for each in (step, landmarks.steps[before], landmarks.steps[after]))
        with np.errstate(all="ignore"):
            from_a, from_b = (np.sqrt(np.square(here - each).sum(axis=1)) for each in (a, b))
            share = np.nan_to_num(from_a / np.maximum(from_a + from_b, np.float32(1e-30)), nan=0.5)
    return first, last, share.astype(np.float32)
