"""Two embeddings of the same points, compared."""

from __future__ import annotations

import numpy as np
import pytest

import vectarium as vt
from vectarium.errors import CancelledError, ParameterError, ShapeError
from vectarium.project import align, linear_cka, neighbors


def pair(n: int = 120, d: int = 6, noise: float = 0.5):
    rng = np.random.default_rng(0)
    x = rng.standard_normal((n, d)) * np.arange(d, 0, -1)
    turn, _ = np.linalg.qr(rng.standard_normal((d, d)))
    return x, (x + noise * rng.standard_normal((n, d))) @ turn


def named(vectors, words):
    return vt.collection(vectors, columns={"word": list(words)}, name="words")


def test_a_space_that_was_only_turned_keeps_everything():
    found = vt.compare(*pair(noise=0))
    assert (found.overlap, found.kept.min(), found.k) == (1, 1, 15)
    assert found.cka.value == pytest.approx(1)
    np.testing.assert_allclose(found.coordinates_b, found.coordinates_a, atol=1e-4)
    assert found.alignment.agreement == pytest.approx(1)


def test_neighbours_kept_are_those_of_plain_sets():
    x, y = pair()
    found = vt.compare(x, y, k=10)
    near_x, near_y = (neighbors(each, 10).indices for each in (x, y))
    expected = [len(set(p) & set(q)) / 10 for p, q in zip(near_x.tolist(), near_y.tolist(), strict=True)]
    np.testing.assert_allclose(found.kept, expected, rtol=1e-6)
    assert found.overlap == pytest.approx(np.mean(expected))
    assert found.chance == pytest.approx(10 / 119)
    assert found.cka == linear_cka(x, y)
    assert (np.diff(np.array(expected)[found.least_kept()]) >= 0).all()


def test_neighbours_dealt_out_at_random_are_kept_as_often_as_chance_says():
    rng = np.random.default_rng(0)
    found = vt.compare(rng.standard_normal((2000, 3)), rng.standard_normal((2000, 3)), k=50)
    assert found.overlap == pytest.approx(found.chance, rel=0.1)


def test_collections_are_compared_on_what_they_share_and_all_their_points_are_placed():
    x, y = pair(60)
    words = [f"w{i}" for i in range(60)]
    found = vt.compare(named(x[:50], words[:50]), named(y[20:][::-1], words[20:][::-1]), k=5)
    assert [rows.tolist() for rows in found.rows] == [list(range(20, 50)), list(range(39, 9, -1))]
    assert [len(found.coordinates_a), len(found.coordinates_b)] == [50, 40]
    assert np.isfinite(found.coordinates_b).all()
    inside = vt.compare(x[20:50], y[20:50], k=5)
    np.testing.assert_array_equal(found.kept, inside.kept)
    assert "30 points matched by 'word', 20 only in the first, 10 only in the second" in found.sentence


def test_spaces_of_other_widths_are_compared():
    x, y = pair()
    found = vt.compare(x, np.hstack([y, y[:, :1]]), n_components=3)
    assert found.coordinates_a.shape == found.coordinates_b.shape == (120, 3)
    assert vt.compare(x[:, :1], y).coordinates_a.shape == (120, 2)


def test_rows_that_hold_nan_take_no_part_and_have_no_place():
    x, y = pair(40)
    x[3, 0], y[5, 1] = np.nan, np.inf
    found = vt.compare(x, y, k=5)
    assert len(found.kept) == 38
    assert not {3, 5} & set(found.rows[0].tolist())
    assert np.flatnonzero(np.isnan(found.coordinates_b).any(axis=1)).tolist() == [5]


def test_few_points_are_not_turned_by_more_directions_than_they_can_speak_for():
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((2, 30, 40))
    found = vt.compare(x, y)
    assert len(found.alignment.turn) == 3
    assert found.alignment.agreement < 0.6
    assert align(x, y).agreement > 0.75


def test_of_ten_points_four_neighbours_are_compared():
    assert vt.compare(*pair(10, 2)).k == 4


@pytest.mark.parametrize("n", [1, 2])
def test_too_few_shared_points_say_so(n):
    with pytest.raises(ParameterError, match=rf"share {n} points?; at least 3 are needed"):
        vt.compare(np.eye(2)[:n], np.eye(2)[:n])


def test_what_cannot_be_compared_says_why():
    with pytest.raises(ShapeError, match="no column says which are the same"):
        vt.compare(np.eye(4), np.eye(5))
    with pytest.raises(ParameterError, match="2 more hold NaN or infinity"):
        vt.compare([[np.nan], [np.inf], [1.0], [2.0]], np.eye(4))
    with pytest.raises(ParameterError, match="a holds 2 embeddings: 'p', 'q'"):
        vt.compare(vt.collection({"p": np.eye(4), "q": np.eye(4)}), np.eye(4))
    with pytest.raises(ParameterError, match="metric is 'manhattan'"):
        vt.compare(np.eye(4), np.eye(4), metric="manhattan")


def test_it_can_be_cancelled():
    def stop(_fraction, _text):
        raise CancelledError("enough")

    with pytest.raises(CancelledError):
        vt.compare(*pair(), progress=stop)
