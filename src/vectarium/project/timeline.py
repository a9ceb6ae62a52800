"""One frame of reference for all snapshots of a training, in which motion means learning.

A picture made of each snapshot by itself jumps from one to the next for no reason. Here all snapshots are laid
out at once: by the principal components of the last one, which takes a moment, or jointly by t-SNE or UMAP
(`joint`). How far the result can be believed is measured step by step (`timeline_fidelity`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.errors import ParameterError
from vectarium.project.aligned import AlignedSnapshots
from vectarium.project.descent import Watch
from vectarium.project.joint import begin_joint
from vectarium.project.landmarks import choose_points, choose_steps
from vectarium.project.parameters import check_choice, check_integer
from vectarium.project.progress import Progress, silent, stage, watched
from vectarium.project.timeline_descent import Layout, TimelineDescent, begin_pca
from vectarium.project.timeline_fidelity import TimelineFidelity, measure

METHODS = ("tsne", "umap", "pca")


@dataclass(frozen=True, eq=False)
class Timeline:
    """Projections of all snapshots in one common frame.

    Parameters
    ----------
    coordinates
        float32 array ``(steps, n, n_components)``; NaN for points that have no place at a step.
    steps
        The training steps.
    method
        ``"tsne"``, ``"umap"`` or ``"pca"``.
    parameters
        Those that it was made with, by name.
    sentence
        How it was made, in words.
    fidelity
        How far it can be believed, step by step.
    layout
        The landmarks of a joint layout and their places, by which further snapshots are placed; None where
        there are none, or they are not known any more.
    """

    coordinates: NDArray[np.float32]
    steps: list[int]
    method: str
    parameters: Mapping[str, Any]
    sentence: str
    fidelity: TimelineFidelity
    layout: Layout | None = None
    _vectors: Sequence[NDArray[Any]] = field(default=(), repr=False)

    def extended(
        self,
        vectors: Sequence[NDArray[Any]],
        *,
        steps: Sequence[int] | None = None,
        n_jobs: int | None = None,
        progress: Progress | None = None,
    ) -> Timeline:
        """The timeline with further snapshots; those that are in it stay where they are.

        Parameters
        ----------
        vectors
            One array ``(n, d)`` for each further step.
        steps
            Their training steps; None: those that follow.
        n_jobs, progress
            As for `timeline`.
        """
        after = self.steps[-1] + 1
        further = list(range(after, after + len(vectors))) if steps is None else list(steps)
        return timeline(
            [*self._vectors, *vectors],
            steps=[*self.steps, *further],
            method=self.method,
            before=self,
            n_jobs=n_jobs,
            progress=progress,
            **self.parameters,
        )

    def __repr__(self) -> str:
        steps, n, axes = self.coordinates.shape
        return f"Timeline({self.method}: {steps:,} steps × {n:,} points × {axes})"


@watched
def timeline(
    vectors: Sequence[NDArray[Any]],
    *,
    method: str = "tsne",
    n_components: int = 2,
    steps: Sequence[int] | None = None,
    align: str = "procrustes",
    landmarks: int | None = None,
    before: Timeline | None = None,
    random_state: int = 0,
    n_jobs: int | None = None,
    progress: Progress | None = None,
    callback: Watch | None = None,
    **parameters: Any,
) -> Timeline:
    """Lay out all snapshots in one common frame.

    Parameters
    ----------
    vectors
        One array ``(n, d)`` a snapshot, row i the same point in all; may be memory-mapped. Points that hold
        NaN or infinity at a step have no place at that step.
    method
        ``"pca"``: all snapshots along the principal components of the last one, at once; ``"tsne"`` or
        ``"umap"``: all laid out jointly.
    n_components
        2 or 3.
    steps
        The training steps, ascending; None: 0, 1, 2, …
    align
        ``"procrustes"`` takes turns of the whole space between snapshots out; ``"none"`` keeps them.
    landmarks
        How many points are laid out jointly, at some of the steps; all others find their places among them.
        None: all points, or so many that 120,000 vectors are laid out.
    before
        A timeline of the first of these snapshots, which stay where they are in it.
    random_state
        The seed.
    n_jobs
        How many threads; None and -1 stand for all cores. The result does not depend on it.
    progress
        Called with the share done and a text; may raise CancelledError.
    callback
        Called while points move, as ``watch`` of ``Descent.advance``, with coordinates
        ``(steps * n, n_components)``, step after step.
    **parameters
        Of `TSNE` or `UMAP`, such as ``perplexity`` or ``n_neighbors``.

    Raises
    ------
    ShapeError
        If snapshots differ in shape; the message names the step.
    ParameterError
        If a parameter is outside of what is allowed.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.random.default_rng(0).standard_normal((20, 5))
    >>> made = timeline([x, 1.1 * x, 1.2 * x], method="pca", steps=[0, 100, 200])
    >>> made.coordinates.shape, made.fidelity.frozen
    ((3, 20, 2), 0.0)
    """
    report = progress or silent
    descent = begin_timeline(
        vectors,
        method=method,
        n_components=n_components,
        steps=steps,
        align=align,
        landmarks=landmarks,
        before=before,
        random_state=random_state,
        n_jobs=n_jobs,
        progress=stage(report, 0, 0.4),
        **parameters,
    )

    def watch(iteration: int, coordinates: NDArray[np.float32]) -> None:
        report(0.4 + 0.45 * iteration / max(descent.max_iter, 1), "Moving the points")
        if callback is not None:
            callback(iteration, coordinates)

    descent.advance(watch)
    return finish_timeline(descent, n_jobs=n_jobs, progress=stage(report, 0.85, 1))


@watched
def begin_timeline(
    vectors: Sequence[NDArray[Any]],
    *,
    method: str = "tsne",
    n_components: int = 2,
    steps: Sequence[int] | None = None,
    align: str = "procrustes",
    landmarks: int | None = None,
    before: Timeline | None = None,
    random_state: int = 0,
    n_jobs: int | None = None,
    progress: Progress | None = None,
    **parameters: Any,
) -> TimelineDescent:
    """Prepare a timeline; its points move when the descent is advanced, and `finish_timeline` measures it.

    Parameters are those of `timeline`. The descent's coordinates are ``(steps * n, n_components)``, step after
    step; before the first iteration they are those of ``method="pca"``, scaled down.

    Raises
    ------
    ShapeError, ParameterError
        As `timeline`.
    """
    report = progress or silent
    check_choice("method", method, METHODS)
    check_integer("n_components", n_components, 2, 3, example=2)
    check_integer("random_state", random_state, 0, example=0)
    if before is not None:
        _check_before(before, steps, len(vectors), method, n_components)
    anchor = None if before is None else len(before.steps) - 1
    snapshots = AlignedSnapshots(vectors, steps=steps, align=align, anchor=anchor, progress=stage(report, 0, 0.2))
    if method == "pca":
        if parameters:
            raise ParameterError(f"method 'pca' has no parameter {next(iter(parameters))!r}; leave it out.")
        return begin_pca(snapshots, n_components, {"n_components": n_components, "align": align}, stage(report, 0.2, 1))
    given = {"n_components": n_components, "random_state": random_state, **parameters}
    return begin_joint(
        snapshots,
        method,
        given,
        landmarks=landmarks,
        before=None if before is None else _layout(before, snapshots),
        kept=None if before is None else before.coordinates.reshape(-1, n_components),
        n_jobs=n_jobs,
        progress=stage(report, 0.2, 1),
    )


@watched
def finish_timeline(
    descent: TimelineDescent, *, k: int = 15, n_jobs: int | None = None, progress: Progress | None = None
) -> Timeline:
    """The timeline of a descent as far as it has come, measured.

    Parameters
    ----------
    descent
        What `begin_timeline` returned.
    k
        How many neighbours of each point the measures look at.
    n_jobs, progress
        As for `timeline`.
    """
    snapshots = descent.snapshots
    coordinates = descent.coordinates.reshape(len(snapshots), snapshots.n, -1)
    fidelity = measure(snapshots, coordinates, k, still=descent.still(), n_jobs=n_jobs, progress=progress)
    return Timeline(
        coordinates,
        snapshots.steps,
        descent.method,
        descent.parameters,
        f"{descent.sentence}; {snapshots.sentence}.",
        fidelity,
        descent.layout,
        [snapshots.raw(step) for step in range(len(snapshots))],
    )


def _layout(before: Timeline, snapshots: AlignedSnapshots) -> Layout:
    """What further snapshots are placed by: the landmarks, or the timeline itself where they are not known."""
    if before.layout is not None:
        return before.layout
    steps = [step for step in choose_steps(snapshots) if step < len(before.steps)]
    points = choose_points(snapshots.n, max(len(steps), 1), None, 0)
    rows = [np.intersect1d(snapshots.rows(step), points, assume_unique=True) for step in steps]
    return Layout(steps, points, np.concatenate([before.coordinates[s][r] for s, r in zip(steps, rows, strict=True)]))


def _check_before(before: Timeline, steps: Sequence[int] | None, count: int, method: str, n_components: int) -> None:
    """Raise ParameterError unless a timeline can be the start of another."""
    known = list(range(count)) if steps is None else [int(each) for each in steps]
    if known[: len(before.steps)] != before.steps or len(known) == len(before.steps):
        raise ParameterError(
            f"before has {len(before.steps):,} steps up to {before.steps[-1]:,}; the vectors have to be those of the "
            "same steps, in their order, and at least one more."
        )
    made = before.method, before.coordinates.shape[2]
    if made != (method, n_components):
        raise ParameterError(
            f"before was made by {made[0]} in {made[1]} dimensions; that cannot go on by {method} in {n_components}."
        )
