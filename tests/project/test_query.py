from __future__ import annotations

import numpy as np
import pytest

from vectarium.errors import CancelledError, ParameterError, ShapeError
from vectarium.project import neighbors, query_neighbors

METRICS = ["cosine", "euclidean"]


def cloud(n: int, d: int, dtype: str = "float32") -> np.ndarray:
    return (np.random.default_rng(0).standard_normal((n, d)) * 10 + 20).astype(dtype)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "uint8", "int64", ">f8", "bool"])
def test_one_point_has_the_neighbours_that_all_have(dtype, metric):
    x = cloud(400, 12, dtype)
    indices, distances = neighbors(x, 9, metric=metric)
    rows, found = query_neighbors(x, 33, 9, metric)
    np.testing.assert_allclose(found, distances[33], rtol=1e-6)
    np.testing.assert_array_equal(rows, indices[33])


@pytest.mark.parametrize("metric", METRICS)
def test_a_memory_mapped_file_of_many_blocks_is_searched(tmp_path, metric):
    x = cloud(30_000, 64)
    np.save(tmp_path / "x.npy", x)
    rows, distances = query_neighbors(np.load(tmp_path / "x.npy", mmap_mode="r"), 29_999, 1000, metric)
    x = x.astype(np.float64)
    if metric == "cosine":
        x /= np.linalg.norm(x, axis=1, keepdims=True)
        expected = 1 - x @ x[-1]
    else:
        expected = np.linalg.norm(x - x[-1], axis=1)
    expected[-1] = np.inf
    np.testing.assert_allclose(distances, np.sort(expected)[:1000], rtol=1e-5)
    np.testing.assert_allclose(distances, expected[rows], rtol=1e-5)


def test_the_shape_of_the_answer_is_what_the_wire_needs():
    rows, distances = query_neighbors(cloud(20, 3), 4, 5)
    assert (rows.dtype, distances.dtype) == (np.uint32, np.float32)
    assert 4 not in rows


@pytest.mark.parametrize("metric", METRICS)
def test_vectors_with_nan_are_nobodys_neighbours(metric):
    x = cloud(20, 3)
    x[3, 1], x[5, 0], x[6] = np.nan, np.inf, -np.inf
    rows, distances = query_neighbors(x, 0, 50, metric)
    assert sorted(rows) == [i for i in range(1, 20) if i not in {3, 5, 6}]
    assert np.isfinite(distances).all()


def test_rows_can_be_left_out():
    finite = np.array([True, False, True, True])
    rows, _ = query_neighbors(np.array([[0.0], [1.0], [2.0], [3.0]]), 0, 2, "euclidean", finite=finite)
    np.testing.assert_array_equal(rows, [2, 3])


def test_a_zero_vector_is_at_cosine_distance_one():
    x = np.array([[0, 0], [1, 0], [1, 1], [0, 0]], np.uint8)
    rows, distances = query_neighbors(x, 0, 3)
    np.testing.assert_array_equal(rows, [1, 2, 3])
    np.testing.assert_array_equal(distances, 1)
    np.testing.assert_allclose(query_neighbors(x, 1, 3)[1], [1 - np.sqrt(0.5), 1, 1], rtol=1e-6)


@pytest.mark.parametrize("metric", METRICS)
def test_duplicates_come_lowest_row_first(metric):
    x = np.repeat(cloud(3, 5), 100, axis=0)
    rows, distances = query_neighbors(x, 150, 4, metric)
    np.testing.assert_array_equal(rows, [100, 101, 102, 103])
    np.testing.assert_array_equal(distances, 0)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("size", [1e-25, 1e25])
def test_the_scale_of_the_numbers_does_not_matter(metric, size):
    x = cloud(100, 6)
    rows, _ = query_neighbors((x.astype(np.float64) * size).astype(np.float32), 3, 5, metric)
    np.testing.assert_array_equal(rows, query_neighbors(x, 3, 5, metric)[0])


def test_one_point_alone_has_no_neighbours():
    rows, distances = query_neighbors(np.ones((1, 3)), 0, 5)
    assert len(rows) == len(distances) == 0


def test_a_person_can_stop_it():
    def stop(fraction: float, text: str) -> None:
        raise CancelledError(text)

    with pytest.raises(CancelledError, match="Measuring"):
        query_neighbors(cloud(100, 3), 0, 5, progress=stop)


def test_mistakes_are_named():
    x = np.array([[1.0, 2.0], [np.nan, 0.0]])
    with pytest.raises(ParameterError, match="no row 2; there are 0 to 1"):
        query_neighbors(x, 2)
    with pytest.raises(ParameterError, match="Row 1 holds NaN"):
        query_neighbors(x, 1)
    with pytest.raises(ParameterError, match="'cosine', 'euclidean'"):
        query_neighbors(x, 0, metric="l1")
    with pytest.raises(ParameterError, match="positive integer"):
        query_neighbors(x, 0, 0)
    with pytest.raises(ShapeError, match="needed"):
        query_neighbors(x[0], 0)
