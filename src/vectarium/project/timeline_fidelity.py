"""How far a timeline can be believed, step by step.

A timeline says two things, and each has its measure. Who is near to whom at a step: the share of a point's
nearest neighbours that are its nearest in the picture, as for any picture. And who moved, and how far: the
rank correlation between the distances that the points moved in the original space and in the picture, and,
where nothing moved at all, how much the picture pretends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.errors import ShapeError
from vectarium.project.fidelity import LARGEST_WHOLE, SAMPLE, preservation
from vectarium.project.metric import check_k, thread_count
from vectarium.project.neighbors import neighbors
from vectarium.project.prepared import ordinary, prepared
from vectarium.project.progress import Progress, silent, stage, watched
from vectarium.project.rank_correlation import rank_correlation

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class TimelineFidelity:
    """How far a timeline can be believed.

    Parameters
    ----------
    k
        How many neighbours of each point were looked at; less where a step has fewer points.
    neighbor_preservation
        float32 ``(steps,)``: the share of true neighbours at that step among the k nearest in the picture;
        NaN where fewer than two points have a place.
    chance
        float32 ``(steps,)``: what that share would be if places were dealt out at random.
    displacement
        float32 ``(steps,)``: Spearman's correlation, over the points, of how far each moved since the step
        before, in the original space and in the picture. NaN for the first step and where nothing moved.
    moved, shown_moved
        float32 ``(steps,)``: the mean distance moved since the step before, in the original space and in
        the picture; NaN for the first.
    overall_displacement
        The same correlation over all points and steps at once, steps in which nothing moved left out.
    frozen
        Mean motion in the picture between snapshots that are identical, as a share of that between
        different ones; None where there is nothing to compare.
    sampled
        Whether neighbours were looked up for some of the points only.
    """

    k: int
    neighbor_preservation: Floats
    chance: Floats
    displacement: Floats
    moved: Floats
    shown_moved: Floats
    overall_displacement: float
    frozen: float | None
    sampled: bool = False

    @property
    def sentence(self) -> str:
        """What was measured, in words."""
        said = "Neighbours kept: nothing to measure."
        if np.isfinite(self.neighbor_preservation).any():
            kept, chance = (float(np.nanmean(each)) for each in (self.neighbor_preservation, self.chance))
            of = " of some of the points" if self.sampled else ""
            said = (
                f"Of the {self.k} nearest neighbours at a step{of}, {kept:.0%} are among the nearest in the picture "
                f"({chance:.1%} would be by chance)."
            )
        if np.isfinite(self.overall_displacement):
            said += f" Motion shown and true motion: rank correlation {self.overall_displacement:.2f}."
        if self.frozen is not None:
            said += f" Between identical snapshots points move {self.frozen:.1%} as far as between different ones."
        return said


@watched
def measure(
    vectors: Sequence[NDArray[Any]],
    coordinates: NDArray[Any],
    k: int = 15,
    *,
    still: float | None = None,
    random_state: int = 0,
    n_jobs: int | None = None,
    progress: Progress | None = None,
) -> TimelineFidelity:
    """Measure how far a timeline can be believed.

    Parameters
    ----------
    vectors
        One array ``(n, d)`` a step, in the frame in which motion shall be measured.
    coordinates
        Array ``(steps, n, p)``, the timeline. Rows that hold NaN have no place and are left out.
    k
        How many neighbours of each point count.
    still
        Mean motion in the picture between identical snapshots that were inserted for this and are not
        among those given; those among them that are identical count anyway.
    random_state
        The seed of the choice of points whose neighbours are looked up, where a step has more than 20,000.
    n_jobs
        How many threads; None and -1 stand for all cores. The result does not depend on it.
    progress
        Called with the share done and a text; may raise CancelledError.

    Raises
    ------
    ShapeError
        If there is not one place for each vector.
    ParameterError
        If a parameter is outside of what is allowed.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.arange(12.0).reshape(6, 2)
    >>> measure([x, 2 * x], np.stack([x, 2 * x]), k=2).neighbor_preservation
    array([1., 1.], dtype=float32)
    """
    report, k, threads = progress or silent, check_k(k), thread_count(n_jobs)
    places = np.asarray(coordinates)
    if places.ndim != 3 or places.shape[0] != len(vectors):
        raise ShapeError(f"Coordinates of shape {places.shape}; ({len(vectors):,}, n, 2 or 3) are needed.")
    motion = _Motion(len(vectors))
    kept = np.full((2, len(vectors)), np.nan, np.float32)
    before: NDArray[Any] | None = None
    for step, picture in enumerate(places):
        x = np.asarray(vectors[step])
        if x.ndim != 2 or len(x) != len(picture):
            raise ShapeError(f"Step {step} has vectors {x.shape} and {len(picture):,} places; one for each is needed.")
        here = stage(report, step / len(places), (step + 1) / len(places))
        here(0, "Measuring the motion")
        if before is not None:
            motion.add(step, before, x, places[step - 1], picture)
        kept[:, step] = _kept(x, picture, k, random_state + step, threads=threads, report=here)
        before = x
    return motion.result(kept, min(k, max(places.shape[1] - 1, 1)), still, places.shape[1] > LARGEST_WHOLE)


class _Motion:
    """How far points moved from step to step, in the original space and in the picture."""

    def __init__(self, steps: int) -> None:
        self.correlation, self.moved, self.shown = (np.full(steps, np.nan, np.float32) for _ in range(3))
        self.all_moved, self.all_shown = list[Floats](), list[Floats]()

    def add(self, step: int, x: NDArray[Any], y: NDArray[Any], p: NDArray[Any], q: NDArray[Any]) -> None:
        """The motion from vectors x and places p to y and q."""
        with np.errstate(all="ignore"):
            true = np.sqrt(np.square(np.subtract(y, x, dtype=np.float32)).sum(axis=1))
            shown = np.sqrt(np.square(np.subtract(q, p, dtype=np.float32)).sum(axis=1))
        both = np.isfinite(true) & np.isfinite(shown)
        if not both.any():
            return
        true, shown = true[both], shown[both]
        self.moved[step], self.shown[step] = true.mean(), shown.mean()
        # What rounding leaves of no motion has no order.
        if true.max() > 1e-6 * _size(y):
            self.correlation[step] = rank_correlation(true, shown)
            self.all_moved.append(true)
            self.all_shown.append(shown)
        else:
            self.moved[step] = 0

    def result(self, kept: Floats, k: int, still: float | None, sampled: bool) -> TimelineFidelity:
        """All measures together."""
        nowhere = [np.zeros(0, np.float32)]
        frozen = [float(each) for each in self.shown[self.moved == 0]] + ([] if still is None else [still])
        moving = self.shown[self.moved > 0]
        return TimelineFidelity(
            k=k,
            neighbor_preservation=kept[0],
            chance=kept[1],
            displacement=self.correlation,
            moved=self.moved,
            shown_moved=self.shown,
            overall_displacement=rank_correlation(
                np.concatenate(self.all_moved or nowhere), np.concatenate(self.all_shown or nowhere)
            ),
            frozen=_ratio(float(np.mean(frozen)), moving) if frozen else None,
            sampled=sampled,
        )


def _ratio(still: float, moving: Floats) -> float | None:
    mean = float(moving.mean()) if len(moving) else 0.0
    return still / mean if mean > 0 else (0.0 if still == 0 and len(moving) else None)


def _size(x: NDArray[Any]) -> float:
    with np.errstate(all="ignore"):
        return float(np.sqrt(np.nanmean(np.square(x, dtype=np.float64)))) if np.isfinite(x).any() else 0.0


def _kept(
    x: NDArray[Any], picture: NDArray[Any], k: int, seed: int, *, threads: int, report: Progress
) -> tuple[float, float]:
    """The share of true neighbours that the picture keeps, and what it would be by chance."""
    rows = np.flatnonzero(np.isfinite(x).all(axis=1) & np.isfinite(picture).all(axis=1))
    k = min(k, len(rows) - 1)
    if k < 1:
        return np.nan, np.nan
    chance = k / (len(rows) - 1)
    if len(rows) <= LARGEST_WHOLE:
        true = neighbors(x[rows], k, method="exact", n_jobs=threads, progress=stage(report, 0.1, 0.7)).indices
        share = preservation(true, picture[rows], n_jobs=threads, progress=stage(report, 0.7, 1))
        return float(share.mean()), chance
    chosen = np.sort(np.random.default_rng(seed).choice(len(rows), SAMPLE, replace=False)).astype(np.int64)
    return _kept_of(x[rows], picture[rows], chosen, k, threads), chance


def _kept_of(x: NDArray[Any], picture: NDArray[Any], chosen: NDArray[np.int64], k: int, threads: int) -> float:
    from vectarium import _native

    none = np.empty((len(chosen), 0), np.int32)
    true = _native.ranks(ordinary(prepared(x, "euclidean"))[0], chosen, none, k, "euclidean", threads)[1]
    shown = _native.picture_neighbors(ordinary(prepared(picture, "euclidean"))[0], chosen, k, threads)
    return float((true[:, :, None] == shown[:, None, :]).any(axis=2).mean())
