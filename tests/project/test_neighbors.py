from __future__ import annotations

import numpy as np
import pytest

from vectarium import _native
from vectarium.errors import CancelledError, ParameterError, ShapeError
from vectarium.project import neighbors

METRICS = ["euclidean", "cosine", "correlation", "inner_product"]


def cloud(n: int, d: int, dtype: str = "float32", seed: int = 0) -> np.ndarray:
    return (np.random.default_rng(seed).standard_normal((n, d)) * 10 + 20).astype(dtype)


def distances_by_definition(x: np.ndarray, metric: str) -> np.ndarray:
    """All distances (n, n) in double precision, one pair at a time, infinite to itself."""
    x = np.asarray(x, np.float64)
    if metric == "inner_product":
        out = -x @ x.T
        np.fill_diagonal(out, np.inf)
        return out
    if metric == "correlation":
        x = x - x.mean(axis=1, keepdims=True)
    if metric != "euclidean":
        lengths = np.linalg.norm(x, axis=1, keepdims=True)
        zero = lengths[:, 0] == 0
        x = x / np.where(lengths == 0, 1, lengths)
    out = np.array([np.square(x - row).sum(axis=1) for row in x]).reshape(len(x), len(x))
    out = np.sqrt(out) if metric == "euclidean" else out / 2
    if metric != "euclidean":
        out[zero] = 1
        out[:, zero] = 1
    np.fill_diagonal(out, np.inf)
    return out


def assert_exact(x, k: int, metric: str, **options) -> None:
    indices, distances = neighbors(x, k, metric=metric, **options)
    expected = distances_by_definition(x, metric)
    k = min(k, len(expected) - 1)
    order = np.argsort(expected, axis=1, kind="stable")[:, :k]
    assert indices.shape == distances.shape == (len(expected), k)
    np.testing.assert_allclose(distances, np.take_along_axis(expected, order, axis=1), rtol=1e-5, atol=1e-12)
    np.testing.assert_allclose(distances, np.take_along_axis(expected, indices, axis=1), rtol=1e-5, atol=1e-12)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("shape", [(700, 20), (333, 3), (150, 2000), (97, 7), (13, 33)])
def test_neighbours_agree_with_the_definition(shape, metric):
    assert_exact(cloud(*shape), 15, metric)


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
def test_neighbours_agree_with_scikit_learn(metric):
    from sklearn.neighbors import NearestNeighbors

    x = cloud(500, 30, "float64")
    indices, distances = neighbors(x, 10, metric=metric)
    reference = NearestNeighbors(n_neighbors=10, algorithm="brute", metric=metric).fit(x).kneighbors()
    np.testing.assert_array_equal(indices, reference[1])
    np.testing.assert_allclose(distances, reference[0], rtol=1e-5)


@pytest.mark.parametrize("instruction_set", _native.instruction_sets())
@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
def test_every_instruction_set_gives_the_same_bits(instruction_set, metric):
    x = cloud(500, 37)
    found = _native.exact_neighbors(x, 12, metric, 2, None, instruction_set)
    for a, b in zip(found, neighbors(x, 12, metric=metric), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("n_jobs", [1, 2, 4, -1])
def test_the_number_of_threads_changes_no_bit(metric, n_jobs):
    x = np.round(cloud(900, 5) / 10)  # many ties
    for a, b in zip(neighbors(x, 20, metric=metric, n_jobs=n_jobs), neighbors(x, 20, metric=metric), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("dtype", ["float16", "float64", "int32", "int64", "uint8", ">f4", "bool"])
@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
def test_every_type_is_searched(dtype, metric):
    assert_exact(cloud(200, 12, dtype), 8, metric)


@pytest.mark.parametrize("x", [np.asfortranarray(cloud(200, 9)), cloud(400, 18)[::2, ::-2]], ids=["Fortran", "strided"])
def test_the_order_in_memory_does_not_matter(x):
    assert_exact(x, 8, "euclidean")


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("n", [2, 3, 20])
def test_k_beyond_the_others_gives_all_of_them(n, metric):
    assert_exact(cloud(n, 4), 100, metric)


@pytest.mark.parametrize("n", [0, 1])
def test_a_point_alone_has_no_neighbours(n):
    indices, distances = neighbors(np.ones((n, 3)), 5)
    assert indices.shape == distances.shape == (n, 0)


def test_one_dimension_is_enough():
    assert_exact(cloud(300, 1), 7, "euclidean")


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
def test_duplicates_come_lowest_index_first(metric):
    x = np.repeat(cloud(4, 6), 250, axis=0)
    indices, distances = neighbors(x, 5, metric=metric)
    np.testing.assert_array_equal(distances, 0)
    np.testing.assert_array_equal(indices[600], [500, 501, 502, 503, 504])
    np.testing.assert_array_equal(indices[502], [500, 501, 503, 504, 505])


def test_identical_points_are_all_at_distance_zero():
    indices, distances = neighbors(np.full((500, 3), 0.1), 3)
    np.testing.assert_array_equal(distances, 0)
    np.testing.assert_array_equal(indices[:5], [[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2], [0, 1, 2]])


def test_near_duplicates_far_from_the_centre_are_told_apart():
    centres = np.array([[1e6, 0, 0], [-1e6, 0, 0]])
    x = np.repeat(centres, 300, axis=0) + np.random.default_rng(0).standard_normal((600, 3)) * 1e-3
    assert_exact(x, 10, "euclidean")


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
def test_a_few_vectors_of_enormous_size_spoil_nothing(metric):
    x = cloud(400, 5, "float64")
    x[:3] *= 1e12
    assert_exact(x, 6, metric)


def test_small_angles_keep_their_digits():
    x = np.ones((200, 8)) + np.random.default_rng(0).standard_normal((200, 8)) * 1e-6
    assert_exact(x, 10, "cosine")


@pytest.mark.parametrize("metric", ["cosine", "correlation"])
def test_a_vector_without_direction_is_at_distance_one(metric):
    x = cloud(50, 6)
    x[[4, 9]] = 0 if metric == "cosine" else 0.1
    assert_exact(x, 49, metric)
    np.testing.assert_array_equal(neighbors(x, 49, metric=metric)[1][4], 1)


@pytest.mark.parametrize("size", [1e-200, 1e-30, 1e30, 1e100])
def test_the_scale_of_the_numbers_does_not_matter(size):
    x = cloud(100, 6, "float64")
    for metric in METRICS:
        found, expected = neighbors(x * size, 5, metric=metric)[0], neighbors(x, 5, metric=metric)[0]
        np.testing.assert_array_equal(found, expected)


@pytest.mark.usefixtures("all_threads_end")
def test_progress_can_stop_the_search():
    x = cloud(30_000, 64)

    def stop(fraction: float, text: str) -> None:
        if "nearest" in text:
            raise CancelledError(text)

    with pytest.raises(CancelledError, match="nearest neighbours"):
        neighbors(x, 15, progress=stop)


def test_other_threads_run_meanwhile():
    ticks: list[float] = []
    neighbors(cloud(20_000, 64), 15, progress=lambda fraction, _: ticks.append(fraction))
    assert ticks == sorted(ticks)


@pytest.mark.parametrize("k", [0, -3, 1.5, True, "5"])
def test_a_wrong_k_is_refused(k):
    with pytest.raises(ParameterError, match="positive integer"):
        neighbors(np.eye(3), k)


@pytest.mark.parametrize("n_jobs", [0, -2, 1.5, "all"])
def test_a_wrong_number_of_threads_is_refused(n_jobs):
    with pytest.raises(ParameterError, match="n_jobs"):
        neighbors(np.eye(3), 1, n_jobs=n_jobs)


def test_an_unknown_metric_is_named_with_those_there_are():
    with pytest.raises(
        ParameterError, match="'manhattan'; it can be 'euclidean', 'cosine', 'correlation', 'inner_product'"
    ):
        neighbors(np.eye(3), 1, metric="manhattan")


@pytest.mark.parametrize("x", [np.ones(3), np.ones((3, 0)), np.ones((2, 2), complex), [["a"]], np.ones((2, 2, 2))])
def test_what_is_no_matrix_of_numbers_is_refused(x):
    with pytest.raises(ShapeError, match="needed"):
        neighbors(x, 1)


def test_nan_is_refused():
    with pytest.raises(
        ParameterError, match="1 of 3 vectors hold NaN or infinity; the first is nan in row 1, column 2"
    ):
        neighbors([[1.0, 2, 3], [4, 5, np.nan], [2, 3, 4]], 1)
