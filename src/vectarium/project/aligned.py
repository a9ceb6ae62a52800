"""The vectors of many training steps in one frame of reference.

Between two steps a network may turn its whole space, which changes nothing about what it knows: distances
and neighbours stay. Such a turn is a gauge. It is taken out by turning each step onto the one after it
(`rotation`), from the last one back, so that the last step stays as it was recorded.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.errors import ParameterError, ShapeError
from vectarium.project.parameters import check_choice
from vectarium.project.principal import principal_components
from vectarium.project.progress import Progress, silent
from vectarium.project.rotation import rotation
from vectarium.project.rows import check_vectors, find_finite, single_threaded_blas

ALIGN = ("procrustes", "none")
LARGEST_TURNED = 512  # dimensions; a singular value decomposition of more takes seconds a step
TURNED_OF_MORE = 256  # leading ones, where there are more
ROWS_TURNED_BY = 10_000  # they say which way to turn as well as all would


class AlignedSnapshots(Sequence[NDArray[np.float32]]):
    """The vectors of all steps, each turned into the frame of the last one when it is read.

    Parameters
    ----------
    vectors
        One array ``(n, d)`` a step; may be memory-mapped, and is read step by step. Rows that hold NaN or
        infinity have no place at that step.
    steps
        What the steps are called; None: 0, 1, 2, …
    align
        ``"procrustes"``, or ``"none"``: nothing is turned.
    anchor
        Which of the steps stays as it was recorded, counted from 0; those before and after are turned onto
        it, one by one. None: the last.
    progress
        Called with the share done and a text; may raise CancelledError.

    Attributes
    ----------
    n, d
        Points and dimensions.
    placed
        For each step the rows that are finite, as integers; None where all are.
    turn_share
        The share of the squared motion between steps that was a turn of the whole space, and is gone; 0
        where nothing moved or nothing was turned.

    Raises
    ------
    ShapeError
        If the steps differ in shape, or are no matrices of real numbers; the message names the step.
    ParameterError
        If there is no step, or a parameter is outside of what is allowed.
    """

    def __init__(
        self,
        vectors: Sequence[NDArray[Any]],
        *,
        steps: Sequence[int] | None = None,
        align: str = "procrustes",
        anchor: int | None = None,
        progress: Progress | None = None,
    ) -> None:
        check_choice("align", align, ALIGN)
        self._vectors = [np.asanyarray(each) for each in vectors]
        self.steps = check_steps(steps, len(self._vectors))
        self.n, self.d = self._check()
        self.align = align
        self.placed: list[NDArray[np.intp] | None] = [_placed(each) for each in self._vectors]
        self.basis: NDArray[np.float64] | None = None
        self._turns: list[NDArray[np.float64] | None] = [None] * len(self._vectors)
        self.turn_share = 0.0
        self.anchor = len(self._vectors) - 1 if anchor is None else anchor
        if align == "procrustes" and len(self._vectors) > 1:
            # Many small products: threads would only wait for each other.
            with single_threaded_blas():
                self._turn(progress or silent)

    def __len__(self) -> int:
        return len(self._vectors)

    def __getitem__(self, step: Any) -> Any:
        """All vectors of a step, float32 ``(n, d)``, those without a place included."""
        return self.read(range(len(self))[step])

    def read(self, step: int, rows: NDArray[np.intp] | None = None) -> NDArray[np.float32]:
        """Vectors of a step in the common frame, float32 ``(m, d)``; ``rows`` None: all."""
        x = self._vectors[step] if rows is None else self._vectors[step][rows]
        with np.errstate(all="ignore"):
            if self._turns[step] is None:
                return np.ascontiguousarray(x, np.float32)
            return self.turned(step, np.asarray(x, np.float64)).astype(np.float32)

    def rows(self, step: int) -> NDArray[np.intp]:
        """The rows that have a place at a step."""
        placed = self.placed[step]
        return np.arange(self.n) if placed is None else placed

    def turned(self, step: int, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Vectors ``(m, d)`` of the space as it was recorded at a step, in the common frame."""
        turn = self._turns[step]
        return x if turn is None else self._through(x, turn)

    def recorded(self, step: int, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Vectors ``(m, d)`` of the common frame in the space as it was recorded at a step."""
        turn = self._turns[step]
        return x if turn is None else self._through(x, turn.T)

    def mask(self, step: int) -> NDArray[np.bool_] | None:
        """Boolean ``(n,)``, True for points that have a place at a step; None where all have."""
        placed = self.placed[step]
        if placed is None:
            return None
        mask = np.zeros(self.n, bool)
        mask[placed] = True
        return mask

    def raw(self, step: int) -> NDArray[Any]:
        """The vectors of a step as they were recorded."""
        return self._vectors[step]

    @property
    def sentence(self) -> str:
        """What was done about turns of the space, in words."""
        if self.align == "none":
            return "the space is kept as it was recorded, turns of it included"
        if len(self) < 2:
            return "there is one step, so nothing to align"
        within = "" if self.basis is None else f" within the {self.basis.shape[1]} leading of {self.d:,} dimensions"
        return (
            f"turns of the whole space are taken out by Procrustes{within}: {self.turn_share:.0%} of the squared motion"
        )

    def _through(self, x: NDArray[np.float64], turn: NDArray[np.float64]) -> NDArray[np.float64]:
        if self.basis is None:
            return x @ turn
        return x + ((x @ self.basis) @ (turn - np.eye(len(turn)))) @ self.basis.T

    def _check(self) -> tuple[int, int]:
        for step, each in zip(self.steps, self._vectors, strict=True):
            try:
                check_vectors(each)
            except ShapeError as error:
                raise ShapeError(f"At step {step:,}: {error}") from None
            first = self._vectors[0].shape
            if each.shape != first:
                raise ShapeError(
                    f"At step {step:,} there are {each.shape[0]:,} × {each.shape[1]:,} numbers, at step "
                    f"{self.steps[0]:,} {first[0]:,} × {first[1]:,}. A timeline needs the same points in the same "
                    "space at all steps: fill rows that are not there yet with NaN, and give steps of another "
                    "width to a timeline of their own."
                )
        return self._vectors[0].shape[0], self._vectors[0].shape[1]

    def _turn(self, progress: Progress) -> None:
        if self.d > LARGEST_TURNED:
            self.basis = self._leading(progress)
        back, on = range(self.anchor, -1, -1), range(self.anchor, len(self))
        before = after = 0.0
        for chain, start in ((back, 0.0), (on, len(back) / len(self))):
            progress(start, "Aligning the steps")
            moved = self._turn_along(chain, progress)
            before, after = before + moved[0], after + moved[1]
        self.turn_share = max(0.0, 1 - after / before) if before > 0 else 0.0

    def _turn_along(self, chain: range, progress: Progress) -> tuple[float, float]:
        """Turn each step onto the one before it in the chain; the squared motion before and after."""
        rows = np.unique(np.linspace(0, self.n - 1, min(self.n, ROWS_TURNED_BY)).astype(np.intp))
        kept = self.read(chain[0], rows).astype(np.float64)
        before = after = 0.0
        for step in chain[1:]:
            progress(abs(step - chain[0]) / len(self), "Aligning the steps")
            x = np.asarray(self._vectors[step][rows], np.float64)
            shared = np.isfinite(x).all(axis=1) & np.isfinite(kept).all(axis=1)
            turn = self._turns[step] = rotation(self._within(x[shared]), self._within(kept[shared]))
            before += float(np.square(x[shared] - kept[shared]).sum())
            after += float(np.square(self._through(x[shared], turn) - kept[shared]).sum())
            # A point that has no place here is turned by where it was last.
            here = np.isfinite(x).all(axis=1)
            kept[here] = self.read(step, rows[here])
        return before, after

    def _within(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        return x if self.basis is None else x @ self.basis

    def _leading(self, progress: Progress) -> NDArray[np.float64]:
        """An orthonormal basis ``(d, r)`` of where the points of all steps mostly lie."""
        sample = self.sample(max(ROWS_TURNED_BY, 4 * TURNED_OF_MORE))
        found = principal_components(sample, n_components=TURNED_OF_MORE, progress=progress)
        return found.components.T

    def sample(self, most: int) -> NDArray[np.float32]:
        """About so many rows of all steps that have a place, evenly chosen, in the common frame, at least one."""
        share = max(1, most // len(self))
        parts = list[NDArray[np.float32]]()
        for step in range(len(self)):
            rows = self.rows(step)
            if len(rows):
                chosen = rows[np.unique(np.linspace(0, len(rows) - 1, min(share, len(rows))).astype(np.intp))]
                parts.append(self.read(step, chosen))
        return np.concatenate(parts) if parts else np.zeros((1, self.d), np.float32)


def check_steps(steps: Sequence[int] | None, count: int) -> list[int]:
    """The steps' numbers, ascending, one for each of the arrays; or ParameterError."""
    if count == 0:
        raise ParameterError("There is no snapshot; a timeline needs at least one.")
    if steps is None:
        return list(range(count))
    named = [int(each) for each in steps]
    if len(named) != count or any(a >= b for a, b in pairwise(named)):
        raise ParameterError(f"steps is {_short(named)}; {count:,} ascending integers are needed, one a snapshot.")
    return named


def _short(values: list[int]) -> str:
    return f"[{', '.join(map(str, values[:8]))}{', …' if len(values) > 8 else ''}]"


def _placed(vectors: NDArray[Any]) -> NDArray[np.intp] | None:
    finite = find_finite(vectors)
    return None if finite is None else np.flatnonzero(finite)
