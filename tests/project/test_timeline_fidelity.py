"""How far a timeline can be believed."""

from __future__ import annotations

import numpy as np
import pytest

from vectarium.errors import ShapeError
from vectarium.project import measure


def wandering(steps: int = 4, n: int = 60) -> np.ndarray:
    """Points in the plane, ``(steps, n, 2)``, each at its own pace."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((n, 2))
    way = rng.standard_normal((n, 2)) * np.linspace(0.01, 0.5, n)[:, None]
    return np.stack([x + step * way for step in range(steps)])


def test_a_picture_that_is_the_truth_is_faithful() -> None:
    x = wandering()
    found = measure(x, x)
    np.testing.assert_array_equal(found.neighbor_preservation, 1)
    np.testing.assert_allclose(found.displacement[1:], 1)
    assert found.overall_displacement == pytest.approx(1)
    assert np.isnan(found.displacement[0])


def test_places_dealt_out_at_random_keep_as_many_neighbours_as_chance() -> None:
    x = wandering(n=600)
    found = measure(x, np.random.default_rng(1).standard_normal(x.shape))
    np.testing.assert_allclose(found.neighbor_preservation, found.chance, atol=0.02)
    assert abs(found.overall_displacement) < 0.1


def test_motion_between_identical_snapshots_is_told() -> None:
    x = wandering(2)
    picture = np.stack([x[0], x[1], x[1] + (x[1] - x[0]) / 2])
    assert measure([*x, x[1]], picture).frozen == pytest.approx(0.5, rel=1e-5)


def test_without_identical_snapshots_frozen_is_not_known() -> None:
    assert measure(wandering(), wandering()).frozen is None


def test_points_without_a_place_are_left_out() -> None:
    x = wandering()
    picture = x.copy()
    picture[1, :10] = np.nan
    found = measure(x, picture)
    assert np.isfinite(found.displacement[1:]).all()
    assert found.chance[1] == pytest.approx(15 / 49)


def test_places_have_to_fit_the_vectors() -> None:
    with pytest.raises(ShapeError, match=r"Coordinates of shape \(4, 60\)"):
        measure(wandering(), np.zeros((4, 60)))
    with pytest.raises(ShapeError, match=r"Step 0 has vectors \(60, 2\) and 59 places"):
        measure(wandering(), np.zeros((4, 59, 2)))
