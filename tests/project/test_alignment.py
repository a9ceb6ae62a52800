"""One cloud of points laid upon another."""

from __future__ import annotations

import numpy as np
import pytest

from vectarium.errors import ShapeError
from vectarium.project import align


def cloud(n: int = 50, d: int = 3, seed: int = 0):
    return np.random.default_rng(seed).standard_normal((n, d))


def test_a_cloud_that_was_turned_mirrored_shifted_and_scaled_comes_back():
    x = cloud()
    turn, _ = np.linalg.qr(cloud(3, 3, 5))
    found = align(0.2 * (x @ turn) + 9, x)
    np.testing.assert_allclose(found.place(0.2 * (x @ turn) + 9), x, atol=1e-8)
    assert found.agreement == pytest.approx(1)


def test_the_agreement_is_that_of_scipy():
    spatial = pytest.importorskip("scipy.spatial")
    x, y = cloud(), cloud(seed=1) + 0.5 * cloud()
    assert align(x, y).agreement == pytest.approx(np.sqrt(1 - spatial.procrustes(y, x)[2]), abs=1e-6)


def test_both_take_the_same_room_however_unlike_they_are():
    x, y = cloud(seed=1), 7 * cloud(seed=2)
    placed = align(x, y).place(x)
    assert placed.std(axis=0).sum() == pytest.approx(y.std(axis=0).sum(), rel=0.2)


def test_fewer_dimensions_are_flat_in_more():
    x = cloud()
    assert align(x[:, :2], x).place(x[:, :2]).shape == (50, 3)
    assert align(x, x[:, :2]).place(x).shape == (50, 3)


def test_points_without_a_place_say_nothing_and_have_none_afterwards():
    x, y = cloud(), cloud()
    y[3] = np.nan
    x[4] = np.nan
    placed = align(x, y).place(x)
    assert np.flatnonzero(np.isnan(placed).any(axis=1)).tolist() == [4]
    np.testing.assert_allclose(np.delete(placed, 4, 0), np.delete(cloud(), 4, 0), atol=1e-8)


@pytest.mark.parametrize("n", [0, 1])
def test_too_few_points_are_only_shifted(n):
    found = align(cloud(n), cloud(n, seed=1))
    assert np.isnan(found.agreement)
    np.testing.assert_allclose(found.place(cloud(n)), cloud(n, seed=1))


def test_clouds_of_other_points_are_refused():
    with pytest.raises(ShapeError, match="of the same points are needed"):
        align(cloud(3), cloud(4))
