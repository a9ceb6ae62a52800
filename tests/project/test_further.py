"""What comes after a joint layout."""

from __future__ import annotations

import numpy as np
import pytest

from vectarium.errors import ShapeError
from vectarium.project import Further, begin_timeline, measure


def moments(count: int) -> list[np.ndarray]:
    """Points in six groups that part, step by step."""
    rng = np.random.default_rng(0)
    groups, x = rng.standard_normal((6, 10)), rng.standard_normal((90, 10))
    way = groups[np.arange(90) % 6] + 0.2 * rng.standard_normal((90, 10))
    return [(x + 0.3 * step * way).astype(np.float32) for step in range(count)]


def turned(x: np.ndarray) -> np.ndarray:
    return x @ np.linalg.qr(np.random.default_rng(1).standard_normal((x.shape[1], x.shape[1])))[0]


@pytest.fixture(scope="module", params=["tsne", "umap"])
def descent(request):
    made = begin_timeline(moments(6), method=request.param)
    made.advance()
    return made


def test_later_snapshots_keep_about_as_many_neighbours_as_those_that_were_laid_out(descent):
    x, further = moments(8), Further(descent)
    places = descent.coordinates.reshape(6, 90, 2)
    here = measure(x[:6], places).neighbor_preservation
    placed = [further.place(each) for each in x[6:]]
    for each in placed:
        assert each.fidelity.neighbor_preservation[1] > 0.85 * here[-1]
        assert each.fidelity.neighbor_preservation[1] > 2 * each.fidelity.chance[1]
    np.testing.assert_array_equal(descent.coordinates.reshape(6, 90, 2), places)


def test_a_snapshot_that_is_the_last_once_more_or_turned_stays_in_place(descent):
    last, further = moments(6)[-1], Further(descent)
    places = descent.coordinates.reshape(6, 90, 2)[-1]
    np.testing.assert_allclose(further.place(last).coordinates, places, atol=1e-3 * np.ptp(places))
    np.testing.assert_allclose(further.place(turned(last)).coordinates, places, atol=2e-2 * np.ptp(places))


def test_points_that_are_not_there_have_no_place_and_come_back(descent):
    x, further = moments(9), Further(descent)
    x[6][:], x[7][4] = np.nan, np.inf
    assert np.isnan(further.place(x[6]).coordinates).all()
    assert np.flatnonzero(np.isnan(further.place(x[7]).coordinates[:, 0])).tolist() == [4]
    assert np.isfinite(further.place(x[8]).coordinates).all()


def test_a_snapshot_of_another_width_is_refused(descent):
    with pytest.raises(ShapeError, match="90 × 3 numbers"):
        Further(descent).place(moments(1)[0][:, :3])
