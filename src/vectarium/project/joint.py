"""All steps laid out jointly, by t-SNE or UMAP of landmarks, among which every vector finds its place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.errors import ParameterError
from vectarium.project.aligned import AlignedSnapshots
from vectarium.project.courses import ITERATIONS, MOST_ROWS, PERPLEXITY, Frame, unit_of
from vectarium.project.descent import Descent
from vectarium.project.field import Field, along_own_way
from vectarium.project.joint_descent import AtRest, JointDescent, Plan
from vectarium.project.landmarks import Landmarks, choose_points, choose_steps
from vectarium.project.neighbors import neighbors
from vectarium.project.parameters import check_choice, check_integer
from vectarium.project.progress import Progress, stage
from vectarium.project.timeline_descent import Floats, Layout, in_basis_of_last
from vectarium.project.tsne import START_SIZE, TSNE
from vectarium.project.umap import EXTENT, UMAP

METRICS = ("euclidean", "cosine", "correlation")
ESTIMATORS: dict[str, type[TSNE | UMAP]] = {"tsne": TSNE, "umap": UMAP}
NAMES = {"tsne": "t-SNE", "umap": "UMAP"}
SETTLED = ("init", "callback", "target_weight", "n_jobs")
PERPLEXITY_FROM, PERPLEXITY_TO, IN_ALL = 5.0, 8.0, 100.0  # of each step that is laid out, and of all of them
NEIGHBORS = 5
STEPS_TO_BEGIN = 10  # of a layout that all steps go on from by their own neighbours, each landmark held to few
HELD_WIDE, HELD_TO = 0.75, 0.25  # of what landmarks are held to: the landmarks that a vector is, and its perplexity


def begin_joint(
    snapshots: AlignedSnapshots,
    method: str,
    given: Mapping[str, Any],
    *,
    landmarks: int | None,
    before: Layout | None = None,
    kept: Floats | None = None,
    n_jobs: int | None,
    progress: Progress,
) -> JointDescent:
    """Choose landmarks, find neighbours among them, and choose a start; nothing has moved yet.

    Parameters
    ----------
    snapshots
        The vectors in their common frame.
    method
        ``"tsne"`` or ``"umap"``.
    given
        ``n_components``, ``random_state``, and further parameters of the estimator.
    before, kept
        Landmarks that have their places already, and the places ``(first steps * n, n_components)`` that are
        kept; then nothing moves, and only further steps are placed.
    landmarks, n_jobs, progress
        As for `timeline`.
    """
    estimator = _estimator(method, given, n_jobs)
    if landmarks is not None:
        check_integer("landmarks", landmarks, 1, example=5000)
    tied = _is_tied(snapshots, estimator)
    chosen = _landmarks(snapshots, estimator, landmarks, before, n_jobs, stage(progress, 0, 0.1), tied=tied)
    steps = len(chosen.steps)
    held = _scaled(estimator, given, steps, len(chosen), tied=tied)
    found = neighbors(
        chosen.vectors,
        max(estimator.neighbors_wanted(len(chosen)), 1),
        random_state=estimator.random_state,
        n_jobs=n_jobs,
        progress=stage(progress, 0.1, 0.6),
    )
    candidates = chosen.candidates(found.indices, stage(progress, 0.6, 0.7))
    if before is not None:
        descent: Descent = AtRest(before.places)
    else:
        _, start = in_basis_of_last(snapshots, estimator.n_components, stage(progress, 0.7, 0.8))
        estimator.init = starting_places(start, chosen, method, estimator.random_state)
        descent = estimator.begin(chosen.vectors, neighbors=found, progress=stage(progress, 0.8, 0.95))
    sentence = (
        f"Joint {NAMES[method]} of {len(chosen):,} vectors, {len(chosen.points):,} points at {steps:,} of "
        f"{len(snapshots):,} steps, each held to about {held:.0f} others; every vector stands among those most like it, "
        f"whatever its step; {chosen.sentence}; {found.sentence.rstrip('.')}"
    )
    frame = None
    if tied:
        perplexity = float(given.get("perplexity", PERPLEXITY))
        frame = Frame(unit_of(len(chosen), held, snapshots.n, perplexity), None, perplexity)
        sentence += (
            f"; then each step was laid out by its own neighbours (perplexity {frame.perplexity:g}), and each point held "
            "to how far it moved"
        )
    plan = Plan(
        chosen,
        descent,
        _field(chosen, candidates, held, settles=method == "tsne", n_jobs=n_jobs),
        _own_ways(chosen, candidates, stage(progress, 0.95, 1)),
        frame,
        0 if frame is None else ITERATIONS,
        n_jobs,
    )
    return JointDescent(snapshots, method, {**given, "align": snapshots.align}, sentence, plan=plan, kept=kept)


def _is_tied(snapshots: AlignedSnapshots, estimator: TSNE | UMAP) -> bool:
    """Whether all points go on together from the joint layout: by t-SNE, and where there are not too many."""
    rows = sum(len(snapshots.rows(step)) for step in range(len(snapshots)))
    by_perplexity = isinstance(estimator, TSNE) and estimator.affinity == "perplexity"
    return by_perplexity and len(snapshots) > 1 and rows <= MOST_ROWS


def _landmarks(  # noqa: PLR0917
    snapshots: AlignedSnapshots,
    estimator: TSNE | UMAP,
    asked: int | None,
    before: Layout | None,
    n_jobs: int | None,
    progress: Progress,
    *,
    tied: bool,
) -> Landmarks:
    """Those of a layout that is there, or new ones."""
    seed = estimator.random_state
    steps = choose_steps(snapshots, STEPS_TO_BEGIN if tied else None) if before is None else before.steps
    points = choose_points(snapshots.n, max(len(steps), 1), asked, seed) if before is None else before.points
    return Landmarks(
        snapshots,
        estimator.metric,
        estimator.reduce_to,
        points=points,
        steps=steps,
        random_state=seed,
        n_jobs=n_jobs,
        progress=progress,
    )


def _field(
    landmarks: Landmarks, candidates: NDArray[np.int32], held: float, *, settles: bool, n_jobs: int | None
) -> Field:
    return Field(
        landmarks,
        candidates,
        k=max(1, min(round(HELD_WIDE * held), len(landmarks))),
        perplexity=max(HELD_TO * held, 1.0),
        settles=settles,
        n_jobs=n_jobs,
    )


def _own_ways(
    landmarks: Landmarks, candidates: NDArray[np.int32], progress: Progress
) -> list[tuple[NDArray[Any], ...]]:
    count = len(landmarks.snapshots)
    ways = list[tuple[NDArray[Any], ...]]()
    for step in range(count):
        progress(step / count, "Looking where each point goes")
        ways.append(along_own_way(landmarks, step, candidates))
    return ways


def starting_places(start: Floats, landmarks: Landmarks, method: str, seed: int) -> NDArray[np.float32]:
    """Places ``(m, n_components)`` in the basis of the last step at the size that the method starts from.

    Along what has no extent, each point is a little aside, at all steps alike.
    """
    places = start[landmarks.where].astype(np.float64)
    places -= places.mean(axis=0)
    noise = np.random.default_rng(seed).standard_normal((len(landmarks.points), places.shape[1]))[landmarks.owner()]
    if method == "tsne":
        size = places.std(axis=0)
        scale = START_SIZE / size[0] if size[0] > 0 else 1.0
        flat = size * scale < START_SIZE * 1e-6
        return np.where(flat, START_SIZE * noise, places * scale).astype(np.float32)
    extent = np.ptp(places, axis=0)
    flat = extent <= 1e-9 * max(float(extent.max()), 1e-300)
    return np.where(flat, EXTENT / 10 * noise, places * (EXTENT / np.where(flat, 1, extent))).astype(np.float32)


def _scaled(estimator: TSNE | UMAP, given: Mapping[str, Any], steps: int, m: int, *, tied: bool) -> float:
    """Hold each landmark to so many neighbours at each of the steps; how many that are in all."""
    if isinstance(estimator, TSNE) and estimator.affinity == "perplexity":
        usual = PERPLEXITY_FROM if tied else min(max(IN_ALL / steps, PERPLEXITY_FROM), PERPLEXITY_TO)
        wanted = min(float(given.get("perplexity", usual)), usual) * steps
        estimator.perplexity = min(wanted, max(1.0, (m - 1) / 3))
        return estimator.perplexity
    estimator.n_neighbors = max(2, min(int(given.get("n_neighbors", NEIGHBORS)) * steps, m))
    return float(estimator.n_neighbors)


def _estimator(method: str, given: Mapping[str, Any], n_jobs: int | None) -> TSNE | UMAP:
    kind = ESTIMATORS[method]
    known = [name for name in kind().get_params() if name not in SETTLED]
    for name in given:
        if name not in known:
            allowed = ", ".join(each for each in known if each not in ("n_components", "random_state"))
            raise ParameterError(f"A timeline by {method!r} has no parameter {name!r}; it has {allowed}.")
    made = kind(**given, n_jobs=n_jobs)
    check_choice("metric", made.metric, METRICS)
    return made
