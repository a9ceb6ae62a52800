from __future__ import annotations

import numpy as np
import pytest
from sklearn.manifold import trustworthiness

from vectarium import _native
from vectarium.errors import CancelledError, ParameterError, ShapeError
from vectarium.project import PCA, fidelity, preservation

METRICS = ["euclidean", "cosine", "correlation"]


def cloud(n: int = 600, d: int = 12, dtype: str = "float64", seed: int = 0) -> np.ndarray:
    return (np.random.default_rng(seed).standard_normal((n, d)) * 3 + 5).astype(dtype)


def picture(x: np.ndarray, p: int = 2) -> np.ndarray:
    return PCA(p).fit_transform(x).astype(np.float64)


def ranks_by_definition(x: np.ndarray, queries: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """One, and each nearer point, and half of each other one that is as near."""
    distances = np.square(x[queries][:, None].astype(np.float64) - x[None]).sum(axis=2)
    distances[np.arange(len(queries)), queries] = np.inf
    theirs = np.take_along_axis(distances, targets, axis=1)[:, :, None]
    nearer, equal = (distances[:, None] < theirs).sum(axis=2), (distances[:, None] == theirs).sum(axis=2)
    return 1 + nearer + (equal - 1) / 2


def random_targets(n: int, queries: np.ndarray, k: int) -> np.ndarray:
    shifts = np.argsort(np.random.default_rng(1).random((len(queries), n - 1)), axis=1)[:, :k] + 1
    return ((queries[:, None] + shifts) % n).astype(np.int32)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("k", [1, 5, 40])
def test_trustworthiness_agrees_with_scikit_learn(metric, dtype, k):
    x = cloud(dtype=dtype)
    expected = trustworthiness(x.astype(np.float64), picture(x), n_neighbors=k, metric=metric)
    assert fidelity(x, picture(x), k, metric=metric).trustworthiness == pytest.approx(expected, abs=1e-9)


def test_continuity_is_trustworthiness_with_the_spaces_exchanged():
    x = cloud()
    found, exchanged = fidelity(x, picture(x), 10), fidelity(picture(x), x, 10)
    assert found.continuity == pytest.approx(trustworthiness(picture(x), x, n_neighbors=10), abs=1e-9)
    assert found.continuity == exchanged.trustworthiness
    assert found.neighbor_preservation == exchanged.neighbor_preservation


def test_points_at_the_same_distance_share_their_rank():
    """Digits are made of integers, so that many are equally far; sorting deals them out at random."""
    from sklearn.datasets import load_digits

    x = load_digits().data
    for k in (5, 15):
        expected = trustworthiness(x, picture(x), n_neighbors=k)
        assert fidelity(x, picture(x), k).trustworthiness == pytest.approx(expected, abs=1e-6)


def test_the_order_of_rows_does_not_matter_even_for_duplicates():
    x = np.round(cloud(300, 3))
    y, order = x[:, :2] + cloud(300, 2) * 1e-3, np.random.default_rng(2).permutation(300)
    found, moved = fidelity(x, y, 7), fidelity(x[order], y[order], 7)
    assert moved.trustworthiness == pytest.approx(found.trustworthiness, abs=1e-12)
    np.testing.assert_allclose(moved.point_trustworthiness, found.point_trustworthiness[order], atol=1e-6)


@pytest.mark.parametrize("instruction_set", _native.instruction_sets())
@pytest.mark.parametrize("shape", [(500, 20), (400, 200), (333, 1), (70, 2000), (13, 2)])
def test_ranks_and_nearest_agree_with_the_definition(shape, instruction_set):
    x = cloud(*shape, dtype="float32") if shape[1] > 2 else np.round(cloud(*shape))
    queries = np.arange(0, len(x), 3)
    targets = random_targets(len(x), queries, 9)
    ranks, nearest = _native.ranks(x, queries, targets, 12, "euclidean", 2, None, instruction_set)
    np.testing.assert_array_equal(ranks, ranks_by_definition(x, queries, targets))
    distances = np.square(x[queries][:, None].astype(np.float64) - x[None]).sum(axis=2)
    distances[np.arange(len(queries)), queries] = np.inf
    np.testing.assert_array_equal(nearest, np.argsort(distances, axis=1, kind="stable")[:, :12])


@pytest.mark.parametrize("n_jobs", [1, 2, 4])
def test_the_number_of_threads_changes_no_bit(n_jobs):
    x = np.round(cloud(2500, 4))
    found, expected = (fidelity(x, x[:, :2], metric="cosine", n_jobs=jobs) for jobs in (n_jobs, 3))
    assert found.trustworthiness == expected.trustworthiness
    np.testing.assert_array_equal(found.point_continuity, expected.point_continuity)


def test_a_perfect_picture_is_believed_entirely():
    x = cloud(200, 2)
    turned = x @ np.array([[0.6, -0.8], [0.8, 0.6]]) * 7 + 100
    found = fidelity(x, turned)
    assert (found.trustworthiness, found.continuity, found.neighbor_preservation) == (1, 1, 1)


def test_a_picture_of_noise_is_worth_chance():
    found = fidelity(cloud(3000), cloud(3000, 2, seed=9))
    assert found.trustworthiness == pytest.approx(0.5, abs=0.01)
    assert found.neighbor_preservation == pytest.approx(found.chance, rel=0.2)


@pytest.mark.parametrize("x", [np.ones((500, 4)), cloud(500, 4)], ids=["identical vectors", "vectors"])
def test_a_picture_fallen_into_one_spot_is_worth_chance(x):
    assert fidelity(x, np.zeros((500, 2))).trustworthiness == pytest.approx(0.5, abs=0.1)


def test_the_points_add_up_to_the_whole():
    found = fidelity(cloud(), picture(cloud()))
    assert found.point_trustworthiness.mean() == pytest.approx(found.trustworthiness, abs=1e-6)
    assert found.point_continuity.mean() == pytest.approx(found.continuity, abs=1e-6)
    assert found.point_preservation.mean() == pytest.approx(found.neighbor_preservation, abs=1e-6)


def test_a_sample_is_ranked_among_all_points_and_says_so():
    x = cloud(2000)
    whole, some = fidelity(x, picture(x)), fidelity(x, picture(x), n_samples=300)
    assert some.sampled
    assert not whole.sampled
    np.testing.assert_array_equal(some.point_trustworthiness, whole.point_trustworthiness[some.queries])
    np.testing.assert_array_equal(some.point_continuity, whole.point_continuity[some.queries])
    assert "300 of 2,000 points" in some.sentence


def test_more_than_twenty_thousand_points_are_sampled_unless_asked_otherwise():
    x = cloud(20_001, 2, "float32")
    assert len(fidelity(x, x, 5).queries) == 2000
    assert not fidelity(x, x, 5, n_samples=20_001).sampled


def test_the_sample_depends_on_the_seed_alone():
    x = cloud(400)
    a, b, c = (fidelity(x, picture(x), n_samples=50, random_state=seed).queries for seed in (0, 0, 1))
    np.testing.assert_array_equal(a, b)
    assert not np.array_equal(a, c)


def test_points_without_a_place_are_left_out():
    x, y = cloud(), picture(cloud())
    y[[3, 50]] = np.nan
    x[3] = np.nan
    kept = np.delete(np.arange(600), [3, 50])
    found, expected = fidelity(x, y), fidelity(x[kept], y[kept])
    assert (found.n, found.unplaced) == (598, 2)
    assert found.trustworthiness == expected.trustworthiness
    np.testing.assert_array_equal(found.queries, kept)
    assert "2 points without a place" in found.sentence


@pytest.mark.parametrize("p", [1, 2, 3, 5])
def test_pictures_of_any_dimension_are_measured(p):
    x = cloud()
    assert fidelity(x, picture(x, p), 8).trustworthiness == pytest.approx(
        trustworthiness(x, picture(x, p), n_neighbors=8), abs=1e-9
    )


@pytest.mark.parametrize("n", [2, 3, 4, 10])
def test_k_beyond_the_others_means_all_of_them(n):
    found = fidelity(cloud(n), cloud(n, 2, seed=3), 100)
    assert (found.k, found.neighbor_preservation, found.chance) == (n - 1, 1, 1)
    assert found.trustworthiness == 1


def test_k_beyond_half_of_the_points_stays_between_zero_and_one():
    x = np.arange(20.0)[:, None]
    for k in range(8, 19):
        assert 0 <= fidelity(x, -x[np.random.default_rng(k).permutation(20)], k).trustworthiness <= 1


@pytest.mark.parametrize("size", [1e-200, 1e-20, 1e20, 1e200])
def test_the_scale_of_the_numbers_does_not_matter(size):
    x = cloud(200)
    assert fidelity(x * size, picture(x) / size).continuity == fidelity(x, picture(x)).continuity


def test_one_far_point_spoils_nothing():
    x = cloud(300, 4, "float64")
    x[0] = 1e12
    queries = np.arange(300)
    targets = random_targets(300, queries, 5)
    ranks, _ = _native.ranks(x, queries, targets, 0, "euclidean", 1)
    np.testing.assert_array_equal(ranks, ranks_by_definition(x, queries, targets))


def test_preservation_of_given_neighbours():
    x, y = cloud(), picture(cloud())
    found = fidelity(x, y, 15)
    given = _native.exact_neighbors(x, 15, "euclidean", 2)[0]
    np.testing.assert_allclose(preservation(given, y), found.point_preservation, atol=1e-6)


def test_preservation_leaves_unplaced_points_out():
    x, y = cloud(100, 2), cloud(100, 2)
    given = _native.exact_neighbors(x, 5, "euclidean", 2)[0]
    y[7] = np.nan
    found = preservation(given, y)
    assert np.isnan(found[7])
    assert np.isfinite(np.delete(found, 7)).all()
    assert np.isnan(preservation(given, np.full((100, 2), np.nan))).all()


@pytest.mark.parametrize("p", [1, 2, 3])
@pytest.mark.parametrize("spread", [0, 0.2, 1e9])
def test_neighbours_in_a_picture_agree_with_the_definition(p, spread):
    """At spread 0 all are in one spot, at 0.2 rounding puts dozens into each."""
    y = np.round(cloud(400, p) * spread) if spread < 1 else cloud(400, p)
    y[0] *= max(spread, 1)
    distances = np.square(y[:, None] - y[None]).sum(axis=2)
    np.fill_diagonal(distances, np.inf)
    found = _native.picture_neighbors(y, np.arange(400), 30, 2)
    np.testing.assert_array_equal(found, np.argsort(distances, axis=1, kind="stable")[:, :30])


@pytest.mark.usefixtures("all_threads_end")
def test_a_person_can_stop_it():
    def stop(fraction: float, text: str) -> None:
        raise CancelledError(text)

    x = cloud(20_000, 50, "float32")
    with pytest.raises(CancelledError, match="Ranking"):
        fidelity(x, x[:, :2], progress=lambda f, text: stop(f, text) if "Ranking" in text else None)


def test_progress_only_grows():
    ticks: list[float] = []
    x = cloud(15_000, 30, "float32")
    fidelity(x, x[:, :2], progress=lambda fraction, _: ticks.append(fraction))
    assert ticks == sorted(ticks)
    assert all(0 <= tick <= 1 for tick in ticks)


def test_mistakes_are_named():
    x = cloud(10)
    with pytest.raises(ShapeError, match="10 vectors and 9 places"):
        fidelity(x, x[:9, :2])
    with pytest.raises(ShapeError, match="Places of shape"):
        fidelity(x, x[:, 0])
    with pytest.raises(ParameterError, match="at least two are needed"):
        fidelity(x[:1], x[:1, :2])
    with pytest.raises(ParameterError, match="'inner_product'; it can be"):
        fidelity(x, x, metric="inner_product")
    with pytest.raises(ParameterError, match="n_samples is 0; an integer from 1 on"):
        fidelity(x, x, n_samples=0)
    with pytest.raises(ShapeError, match="for the picture's 10 points"):
        preservation(np.zeros((9, 3), int), x)


def test_nan_in_the_vectors_is_refused_with_row_and_column():
    x = cloud(10)
    x[4, 2] = np.inf
    with pytest.raises(ParameterError, match="the first is inf in row 4, column 2"):
        fidelity(x, cloud(10, 2))
