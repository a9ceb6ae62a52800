from __future__ import annotations

import re

import numpy as np
import pytest

from vectarium import _native
from vectarium.errors import CancelledError, ParameterError
from vectarium.project import neighbors

METRICS = ["euclidean", "cosine", "correlation", "inner_product"]


def surface(n: int, d: int, dtype: str = "float32", seed: int = 0) -> np.ndarray:
    """Points of a curved surface of six dimensions among d, as vectors of networks are."""
    rng = np.random.default_rng(seed)
    hidden = rng.standard_normal((n, 6)) @ rng.standard_normal((6, 40))
    return (np.tanh(hidden) @ rng.standard_normal((40, d)) * 10 + 20).astype(dtype)


def recall(found: np.ndarray, expected: np.ndarray) -> float:
    return float(np.mean([np.isin(a, b).mean() for a, b in zip(found, expected, strict=True)]))


def approximate(x, k: int = 15, **options):
    return neighbors(x, k, method="approximate", **options)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize(("n", "d", "k"), [(6000, 50, 15), (4000, 3, 15), (3000, 300, 40)])
def test_nearly_all_neighbours_are_found(n, d, k, metric):
    x = surface(n, d)
    found = approximate(x, k, metric=metric)
    exact = neighbors(x, k, metric=metric, method="exact")
    assert (found.method, exact.method) == ("approximate", "exact")
    assert recall(found.indices, exact.indices) > 0.98


def test_one_dimension_is_enough():
    x = surface(3000, 1)
    assert recall(approximate(x).indices, neighbors(x).indices) > 0.98


@pytest.mark.parametrize("metric", METRICS)
def test_distances_are_true_and_sorted_with_ties_by_index(metric):
    x = np.round(surface(3000, 4) / 5)
    indices, distances = approximate(x, 10, metric=metric)
    step, further = np.diff(distances, axis=1), np.diff(indices.astype(int), axis=1)
    assert (step >= 0).all()
    assert (further[step == 0] > 0).all()
    whole_i, whole_d = neighbors(x, 2999, metric=metric, method="exact")
    true = np.empty((3000, 3000), np.float32)
    np.put_along_axis(true, whole_i.astype(int), whole_d, axis=1)
    np.testing.assert_array_equal(distances, np.take_along_axis(true, indices, axis=1))


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("n_jobs", [1, 2, 4])
def test_the_number_of_threads_changes_no_bit(metric, n_jobs):
    x = np.round(surface(5000, 5))
    for a, b in zip(approximate(x, metric=metric, n_jobs=n_jobs), approximate(x, metric=metric, n_jobs=3), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("instruction_set", _native.instruction_sets())
def test_every_instruction_set_finds_them(instruction_set):
    x = surface(4000, 37)
    found = _native.approximate_neighbors(x, 15, "euclidean", 0, 2, None, instruction_set)
    assert recall(found[0], neighbors(x, 15).indices) > 0.97


def test_another_seed_gives_another_search_and_the_same_seed_the_same():
    x = np.random.default_rng(0).standard_normal((5000, 60), np.float32)  # too wild to be searched without faults
    first, same, other = (approximate(x, random_state=seed).indices for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, same)
    assert (first != other).any()


@pytest.mark.parametrize("dtype", ["float16", "float64", "int32", "uint8", ">f4"])
def test_every_type_is_searched(dtype):
    x = surface(3000, 12, dtype)
    assert recall(approximate(x, 8).indices, neighbors(x, 8).indices) > 0.9  # ties among integers


@pytest.mark.parametrize("order", [np.asfortranarray, lambda x: np.repeat(np.repeat(x, 2, 0), 3, 1)[::2, ::3]])
def test_the_order_in_memory_does_not_matter(order):
    x = surface(3000, 9)
    np.testing.assert_array_equal(approximate(order(x)).indices, approximate(x).indices)


def test_long_vectors_are_searched():
    x = surface(2100, 20_000)
    assert recall(approximate(x).indices, neighbors(x).indices) > 0.98


def test_identical_points_are_all_at_distance_zero():
    indices, distances = approximate(np.full((5000, 3), 0.1), 15)
    np.testing.assert_array_equal(distances, 0)
    assert all(len(set(row)) == 15 for row in indices.tolist())
    assert not (indices == np.arange(5000)[:, None]).any()


def test_duplicates_are_found():
    x = np.repeat(surface(1000, 6), 5, axis=0)
    distances = approximate(x, 4).distances
    assert np.mean(distances == 0) > 0.99


def test_clusters_that_hold_fewer_than_k_points_are_left():
    x = np.repeat(np.arange(300.0), 10)[:, None] * 100 + np.tile(np.arange(10.0), 300)[:, None]
    indices, distances = approximate(x, 40)
    assert all(len(set(row)) == 40 for row in indices.tolist())
    assert np.isfinite(distances).all()
    assert (distances[:, 8] < 10).mean() > 0.98


@pytest.mark.parametrize("k", [1, 300, 600])
def test_few_and_many_neighbours_are_found(k):
    x = surface(5000, 20)
    found = approximate(x, k)
    assert found.method == "approximate"
    assert recall(found.indices, neighbors(x, k).indices) > 0.97


@pytest.mark.parametrize("n", [0, 1, 2, 3, 500])
def test_few_points_are_searched_exactly_whatever_was_asked(n):
    found = approximate(surface(n, 4), 15)
    assert found.method == "exact"
    assert found.indices.shape == (n, max(0, min(15, n - 1)))


def test_progress_rises_to_its_end():
    ticks: list[float] = []
    approximate(surface(30_000, 64), progress=lambda fraction, _: ticks.append(fraction))
    assert ticks == sorted(ticks)
    assert all(0 <= each <= 1 for each in ticks)


@pytest.mark.usefixtures("all_threads_end")
def test_progress_can_stop_the_search():
    x = surface(60_000, 64)

    def stop(fraction: float, text: str) -> None:
        if "nearest" in text:
            raise CancelledError(text)

    with pytest.raises(CancelledError, match="nearest neighbours"):
        approximate(x, progress=stop)


def test_what_was_done_is_said_in_words():
    x = surface(3000, 8)
    says = r"Approximate nearest neighbours by euclidean in 8 dimensions; of those of a sample, (9\d\.\d)% are right\."
    assert re.fullmatch(says, approximate(x).sentence)
    assert neighbors(x, metric="cosine").sentence == "Exact nearest neighbours by cosine in 8 dimensions."


def test_an_unknown_method_is_named_with_those_there_are():
    with pytest.raises(ParameterError, match="'fast'; it can be 'auto', 'exact', 'approximate'"):
        neighbors(np.eye(3), method="fast")


@pytest.mark.parametrize("seed", [-1, 1.5, None])
def test_a_wrong_seed_is_refused(seed):
    with pytest.raises(ParameterError, match="random_state"):
        approximate(surface(3000, 3), random_state=seed)
