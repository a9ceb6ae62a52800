"""Landmarks of a joint layout, and which of them a vector is like."""

from __future__ import annotations

import numpy as np
import pytest

from vectarium.project.aligned import AlignedSnapshots
from vectarium.project.landmarks import choose_points, choose_steps


def moving(ways: list[float], n: int = 30) -> AlignedSnapshots:
    """Points that all go as far as these ways say from one step to the next."""
    rng = np.random.default_rng(0)
    x, direction = rng.standard_normal((n, 4)), np.eye(4)[0]
    return AlignedSnapshots([(x + way * direction).astype(np.float32) for way in np.cumsum([0, *ways])], align="none")


def test_few_steps_are_all_laid_out() -> None:
    assert choose_steps(moving([1.0] * 5)) == [0, 1, 2, 3, 4, 5]


def test_steps_are_spread_along_the_way() -> None:
    assert choose_steps(moving([1.0] * 4 + [0.01] * 20), 5) == [0, 1, 2, 3, 24]


def test_the_first_and_the_last_step_with_points_are_laid_out() -> None:
    x = list(moving([1.0] * 30))
    x[0][:], x[30][:] = np.nan, np.nan
    chosen = choose_steps(AlignedSnapshots(x, align="none"), 4)
    assert (chosen[0], chosen[-1]) == (1, 29)


def test_as_many_points_are_chosen_as_asked_for_and_always_the_same() -> None:
    chosen = choose_points(100, 5, 10, 0)
    assert len(set(chosen.tolist())) == 10
    np.testing.assert_array_equal(chosen, choose_points(100, 5, 10, 0))
    np.testing.assert_array_equal(choose_points(100, 5, None, 0), np.arange(100))


@pytest.mark.parametrize("threads", [1, 3])
def test_the_nearest_of_all_candidates_vectors_are_found(threads: int) -> None:
    from vectarium import _native

    rng = np.random.default_rng(0)
    vectors, queries = (rng.standard_normal((m, 7)).astype(np.float32) for m in (40, 300))
    rows = np.arange(40, dtype=np.int32).reshape(10, 4)
    rows[3, 2] = -1
    candidates = np.stack([rng.permutation(10)[:5] for _ in queries]).astype(np.int32)
    candidates[0, 1:] = -1
    indices, squares = _native.nearest_landmarks(vectors, rows, queries, candidates, 6, threads)
    assert (indices[0] >= 0).sum() == (rows[candidates[0, 0]] >= 0).sum()
    for i in range(1, 300):
        of = rows[candidates[i]].ravel()
        of = of[of >= 0]
        true = np.square(vectors[of] - queries[i]).sum(axis=1)
        np.testing.assert_array_equal(indices[i], of[np.argsort(true)[:6]])
        np.testing.assert_allclose(squares[i], np.sort(true)[:6], rtol=1e-5)
