from __future__ import annotations

import numpy as np
import pytest

from vectarium.errors import ShapeError
from vectarium.project import estimate_regions

LOW, HIGH = (-2.0, -1.0), (2.0, 1.0)


def halves(n: int = 400, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    places = np.random.default_rng(seed).uniform(LOW, HIGH, (n, 2))
    return places, (places[:, 0] > 0).astype(int)


def test_each_side_gets_the_class_of_its_points():
    found = estimate_regions(*halves(), LOW, HIGH)
    assert set(found.codes[:, :100].ravel()) <= {0, 255}
    assert set(found.codes[:, -100:].ravel()) <= {1, 255}
    assert found.agreement > 0.97


def test_where_no_point_is_near_nothing_is_said():
    found = estimate_regions(np.array([[-1.5, -0.5]]), np.array([3]), LOW, HIGH)
    assert found.codes[0, -1] == 255
    row, column = round(0.25 * 159), round(0.125 * 239)
    assert found.codes[row, column] == 3
    assert found.confidence[row, column] == 255
    assert (found.codes == 255).mean() > 0.9


def test_classes_that_lie_among_each_other_are_not_given_back():
    places, _ = halves(2000)
    found = estimate_regions(places, np.random.default_rng(1).integers(0, 10, 2000), LOW, HIGH)
    assert found.agreement < 0.6


def test_points_without_a_place_or_a_class_do_not_vote():
    places, classes = halves()
    places[::2], classes[1::4] = np.nan, -1
    found = estimate_regions(places, classes, LOW, HIGH)
    assert set(np.unique(found.codes)) <= {0, 1, 255}
    assert found.agreement > 0.9
    nothing = estimate_regions(np.full((3, 2), np.nan), np.zeros(3, int), LOW, HIGH)
    assert (nothing.codes == 255).all()
    assert np.isnan(nothing.agreement)


def test_points_outside_of_the_picture_are_left_out():
    found = estimate_regions(np.array([[9.0, 9.0], [0.0, 0.0]]), np.array([0, 1]), LOW, HIGH)
    assert set(np.unique(found.codes)) == {1, 255}


@pytest.mark.parametrize(("places", "classes"), [((3, 3), 3), ((3, 2), 4)])
def test_other_shapes_are_refused(places, classes):
    with pytest.raises(ShapeError, match="are needed"):
        estimate_regions(np.zeros(places), np.zeros(classes, int), LOW, HIGH)


def test_too_many_classes_are_refused():
    with pytest.raises(ShapeError, match="up to 250"):
        estimate_regions(np.zeros((1, 2)), np.array([250]), LOW, HIGH)
