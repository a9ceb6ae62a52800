"""Turning one cloud of points onto another."""

from __future__ import annotations

import numpy as np
import pytest

from vectarium.errors import ShapeError
from vectarium.project.rotation import rotation


def test_a_turned_cloud_is_turned_back() -> None:
    rng = np.random.default_rng(0)
    x, turn = rng.standard_normal((50, 6)), np.linalg.qr(rng.standard_normal((6, 6)))[0]
    np.testing.assert_allclose(x @ turn @ rotation(x @ turn, x), x, atol=1e-6)


def test_directions_without_points_are_not_turned() -> None:
    x = np.zeros((3, 5))
    x[:, :2] = [[1, 0], [0, 1], [1, 1]]
    np.testing.assert_allclose(rotation(x, x), np.eye(5), atol=1e-6)


def test_no_points_turn_nothing() -> None:
    np.testing.assert_array_equal(rotation(np.zeros((0, 3)), np.zeros((0, 3))), np.eye(3))


def test_both_clouds_have_one_shape() -> None:
    with pytest.raises(ShapeError, match="twice"):
        rotation(np.zeros((3, 2)), np.zeros((3, 4)))
