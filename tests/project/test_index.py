from __future__ import annotations

import numpy as np
import pytest

from vectarium.errors import CancelledError, ParameterError, ShapeError
from vectarium.project import Index, neighbors

METRICS = ["euclidean", "cosine", "correlation", "inner_product"]


def surface(n: int, d: int, dtype: str = "float32", seed: int = 0) -> np.ndarray:
    """Points of a curved surface of six dimensions among d; the same surface for every seed."""
    shape = np.random.default_rng(7)
    hidden = np.random.default_rng(seed).standard_normal((n, 6)) @ shape.standard_normal((6, 40))
    return (np.tanh(hidden) @ shape.standard_normal((40, d)) * 10 + 20).astype(dtype)


def recall(found: np.ndarray, expected: np.ndarray) -> float:
    return float(np.mean([np.isin(a, b).mean() for a, b in zip(found, expected, strict=True)]))


@pytest.mark.parametrize("method", ["exact", "approximate"])
@pytest.mark.parametrize("metric", METRICS)
def test_new_points_find_what_they_would_among_the_old_ones(metric, method):
    x, new = surface(4000, 20), surface(70, 20, seed=1)
    found = Index(x, metric=metric, method=method).query(new, 12)
    together = neighbors(np.concatenate([new, x]), 200, metric=metric, method="exact")
    expected = [[each - 70 for each in row if each >= 70][:12] for row in together.indices[:70].tolist()]
    assert found.method == method
    assert recall(found.indices, expected) > (0.98 if method == "approximate" else 0.999)


@pytest.mark.parametrize("method", ["exact", "approximate"])
@pytest.mark.parametrize("metric", METRICS)
def test_distances_are_true_and_sorted(metric, method):
    x, new = surface(3000, 9), surface(40, 9, seed=1)
    indices, distances = Index(x, metric=metric, method=method).query(new, 10)
    each = [
        neighbors(np.stack([x[i], q]), 1, metric=metric).distances[0, 0]
        for q, i in zip(new, indices[:, 3], strict=True)
    ]
    np.testing.assert_allclose(distances[:, 3], each, rtol=1e-6)
    assert (np.diff(distances, axis=1) >= 0).all()


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("n_jobs", [1, 2, 4])
def test_the_number_of_threads_changes_no_bit(metric, n_jobs):
    x, new = surface(4000, 8), surface(1500, 8, seed=1)
    one, other = (Index(x, metric=metric, method="approximate", n_jobs=jobs).query(new, 7) for jobs in (n_jobs, 3))
    for a, b in zip(one, other, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("method", ["exact", "approximate"])
def test_a_point_of_the_index_finds_itself_first(method):
    x = surface(3000, 8)
    indices, distances = Index(x, method=method).query(x[:50], 1)
    np.testing.assert_array_equal(indices[:, 0], range(50))
    np.testing.assert_array_equal(distances, 0)


def test_all_points_are_found_where_k_is_larger():
    indices, distances = Index([[0.0], [1.0], [3.0]]).query([[2.5]], 10)
    np.testing.assert_array_equal(indices, [[2, 1, 0]])
    np.testing.assert_array_equal(distances, [[0.5, 1.5, 2.5]])


def test_clusters_that_hold_fewer_than_k_points_are_left():
    x = np.repeat(np.arange(300.0), 10)[:, None] * 100 + np.tile(np.arange(10.0), 300)[:, None]
    indices, distances = Index(x, method="approximate").query(x[:20] + 0.25, 40)
    assert all(len(set(row)) == 40 for row in indices.tolist())
    assert np.isfinite(distances).all()
    assert (distances[:, 9] < 10).all()


@pytest.mark.parametrize("n", [0, 1, 3])
def test_few_points_are_enough(n):
    found = Index(np.ones((n, 2))).query(np.ones((4, 2)), 2)
    assert found.indices.shape == found.distances.shape == (4, min(n, 2))
    np.testing.assert_array_equal(found.distances, 0)


def test_nothing_can_be_asked():
    assert Index(surface(3000, 3), method="approximate").query(np.empty((0, 3)), 5).indices.shape == (0, 5)


@pytest.mark.parametrize("dtype", ["float16", "float64", "int32"])
def test_every_type_can_be_kept_and_asked(dtype):
    x, new = surface(2500, 6, dtype), surface(30, 6, seed=1)
    exact, approximate = (Index(x, method=method).query(new, 5) for method in ("exact", "approximate"))
    assert recall(approximate.indices, exact.indices) > 0.98


def test_extreme_sizes_do_not_matter():
    x, new = surface(2500, 6, "float64"), surface(30, 6, "float64", seed=1)
    expected = Index(x, method="approximate").query(new, 5)
    found = Index(x * 1e30, method="approximate").query(new * 1e30, 5)
    np.testing.assert_array_equal(found.indices, expected.indices)
    np.testing.assert_allclose(found.distances, expected.distances * 1e30, rtol=1e-5)


def test_other_dimensions_are_refused():
    with pytest.raises(ShapeError, match="The new points have 3 dimensions, those of the index 2"):
        Index(np.ones((5, 2))).query(np.ones((1, 3)))


def test_nan_is_refused_with_its_place():
    with pytest.raises(ParameterError, match="nan in row 0, column 1"):
        Index(np.ones((5, 2))).query([[1.0, np.nan]])


def test_progress_can_stop_building_and_asking():
    def stop(fraction: float, text: str) -> None:
        raise CancelledError(text)

    x = surface(40_000, 64)
    with pytest.raises(CancelledError, match="graph"):
        Index(x, progress=stop)
    index = Index(x)
    with pytest.raises(CancelledError, match="Searching"):
        index.query(np.tile(x, (2, 1)), progress=stop)
