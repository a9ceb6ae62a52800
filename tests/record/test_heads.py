"""Planes around points, and whose head it is."""

import numpy as np
import pytest

from vectarium.errors import ParameterError
from vectarium.record.heads import Plane, check_side, named_heads


def test_a_plane_leaves_as_much_room_as_the_points_take_up():
    plane = Plane.around(np.array([[0.0, 0.0], [2.0, 1.0]], np.float32), 3)
    assert (plane.low, plane.high) == ((-2.0, -2.5), (4.0, 3.5))
    assert plane.points[[0, 1, -1]].tolist() == [[-2, -2.5], [1, -2.5], [4, 3.5]]


@pytest.mark.parametrize("points", [[[3.0, 4.0]], [[0.0, 0.0]] * 2, [[1e20, 0]], [[np.nan, 0], [1, 2]], [[1e-20, 0.0]]])
def test_points_without_extent_and_points_that_are_none_still_have_a_plane(points):
    plane = Plane.around(np.array(points, np.float32), 4)
    assert plane.low[0] < plane.high[0]
    assert np.isfinite(plane.points).all()
    assert len(np.unique(plane.points, axis=0)) == 16


@pytest.mark.parametrize("points", [[[np.nan, np.nan]], [[1.0, 2.0, 3.0]], [[np.inf, 0.0]]])
def test_without_finite_points_in_the_plane_there_is_none(points):
    assert Plane.around(np.array(points, np.float32), 4) is None
    assert Plane.around(np.zeros((1, 2)), 0) is None


def test_a_head_belongs_to_the_only_table_or_to_the_only_layer():
    assert named_heads("out", ["embed"], ["lstm"]) == {"embed": "out"}
    assert named_heads("out", [], ["bottleneck"]) == {"bottleneck": "out"}
    assert named_heads({"lstm": "out"}, ["embed"], ["lstm"]) == {"lstm": "out"}


def test_a_head_of_nobody_knows_whom_is_refused():
    with pytest.raises(ParameterError, match="say whose head it is"):
        named_heads("out", ["a", "b"], [])
    with pytest.raises(ParameterError, match="'c', which is none of what is recorded: 'a', 'lstm'"):
        named_heads({"c": "out"}, ["a"], ["lstm"])


@pytest.mark.parametrize("side", [-1, 1, 2.5, 5000, True])
def test_a_grid_of_no_points_is_refused(side):
    with pytest.raises(ParameterError, match="grid is"):
        check_side(side)
