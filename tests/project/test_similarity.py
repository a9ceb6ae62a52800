"""How alike two spaces are, against the formulas as they are written in the papers."""

from __future__ import annotations

import numpy as np
import pytest

from vectarium.errors import CancelledError, ShapeError
from vectarium.project import linear_cka, shared_neighbors


def spaces(n: int, d: int, e: int, shared: int = 3):
    rng = np.random.default_rng(n)
    hidden = rng.standard_normal((n, shared))
    return [hidden @ rng.standard_normal((shared, p)) + rng.standard_normal((n, p)) for p in (d, e)]


def plain_cka(x, y):
    """Kornblith et al. 2019, equations 1 and 2, by the centring matrix and kernels of all pairs."""
    n = len(x)
    centring = np.eye(n) - 1 / n
    k, m = centring @ x @ x.T @ centring, centring @ y @ y.T @ centring
    return np.trace(k @ m) / np.sqrt(np.trace(k @ k) * np.trace(m @ m))


@pytest.mark.parametrize(("n", "d", "e"), [(200, 5, 12), (40, 100, 7), (30, 30, 30)])
def test_linear_cka_is_what_its_paper_defines(n, d, e):
    x, y = spaces(n, d, e)
    assert linear_cka(x, y).value == pytest.approx(plain_cka(x, y), abs=1e-10)


def test_its_chance_is_its_mean_over_permutations():
    x, y = spaces(60, 20, 15)
    rng = np.random.default_rng(0)
    dealt = [plain_cka(x, y[rng.permutation(60)]) for _ in range(2000)]
    assert linear_cka(x, y).chance == pytest.approx(np.mean(dealt), abs=4 * np.std(dealt) / np.sqrt(2000))


def test_turning_shifting_and_scaling_a_space_leave_it_alike():
    x, _ = spaces(100, 8, 8)
    turn, _ = np.linalg.qr(np.random.default_rng(1).standard_normal((8, 8)))
    assert linear_cka(x, 1e6 * (x @ turn) + 1e3).value == pytest.approx(1, abs=1e-9)
    assert linear_cka(x.astype(np.float32) * np.float32(1e-30), x).value == pytest.approx(1, abs=1e-5)


def test_blocks_give_what_one_piece_gives(monkeypatch):
    x, y = spaces(500, 6, 9)
    whole = linear_cka(x, y)
    monkeypatch.setattr("vectarium.project.similarity.BLOCK", 200)
    assert linear_cka(x, y).value == pytest.approx(whole.value, abs=1e-12)


def test_points_in_one_place_have_no_cka():
    found = linear_cka(np.ones((5, 2)), np.eye(5))
    assert np.isnan(found.value)
    assert np.isnan(found.chance)


def test_neighbours_in_both_lists_are_counted_wherever_they_stand():
    rng = np.random.default_rng(0)
    a, b = (np.stack([rng.choice(30, 7, replace=False) for _ in range(20)]) for _ in range(2))
    expected = [len(set(p) & set(q)) / 7 for p, q in zip(a, b, strict=True)]
    np.testing.assert_allclose(shared_neighbors(a, b), expected, rtol=1e-6)


def test_spaces_of_other_points_are_refused():
    with pytest.raises(ShapeError, match="There are 3 vectors and 4"):
        linear_cka(np.eye(3), np.eye(4))
    with pytest.raises(ShapeError, match="k ≥ 1, is needed"):
        shared_neighbors(np.zeros((3, 0), int), np.zeros((3, 0), int))


def test_it_can_be_cancelled():
    def stop(_fraction, _text):
        raise CancelledError("enough")

    with pytest.raises(CancelledError):
        linear_cka(np.eye(9)[:, :2], np.eye(9)[:, :2], progress=stop)
