from __future__ import annotations

import numpy as np
import pytest

from vectarium.project import neighbors
from vectarium.project.fuzzy import curve, fuzzy_graph, weights_from_outside


def smooth_weights(distances: np.ndarray, *, outside: bool) -> np.ndarray:
    """umap-learn's smooth_knn_dist and compute_membership_strengths, slowly; distances without the point itself."""
    k = distances.shape[1] + (not outside)
    out = np.empty(distances.shape)
    for i, row in enumerate(distances.astype(np.float64)):
        rho = 0.0 if outside or not (row > 0).any() else row[row > 0][0]
        low, high, sigma = 0.0, np.inf, 1.0
        for _ in range(64):
            total = np.where(row > rho, np.exp(-(row - rho) / sigma), 1.0)[int(outside) :].sum()
            if abs(total - np.log2(k)) < 1e-5:
                break
            low, high = (low, sigma) if total > np.log2(k) else (sigma, high)
            sigma = (low + high) / 2 if np.isfinite(high) else sigma * 2
        mean = distances.mean() if outside else row.sum() / k
        sigma = max(sigma, 1e-3 * mean)
        out[i] = np.where(row <= rho, 1.0, np.exp(-(row - rho) / sigma))
    return out


def test_it_agrees_with_a_slow_reference():
    x = np.random.default_rng(0).standard_normal((200, 6))
    indices, distances = neighbors(x, 9)
    one_way = np.zeros((200, 200))
    np.put_along_axis(one_way, indices.astype(np.int64), smooth_weights(distances, outside=False), axis=1)
    graph = fuzzy_graph(indices, distances)
    dense = np.zeros((200, 200))
    dense[np.repeat(np.arange(200), np.diff(graph.indptr)), graph.indices] = graph.weights
    np.testing.assert_allclose(dense, one_way + one_way.T - one_way * one_way.T, atol=2e-5)


def test_new_points_are_weighed_as_by_the_reference():
    distances = np.sort(np.random.default_rng(1).random((50, 15)), axis=1).astype(np.float32)
    np.testing.assert_allclose(weights_from_outside(distances), smooth_weights(distances, outside=True), atol=2e-5)


def test_a_small_case_by_hand():
    # Of neighbours 1, 1 + log 2 and 1 + log 2 away two weigh e^(-log 2 / sigma): 1 + 2 w = log2(4), w = 1/2.
    indices, distances = np.array([[1, 2, 3]] + 3 * [[0, 0, 0]]), np.full((4, 3), [1, 1 + np.log(2), 1 + np.log(2)])
    indices[1:] = -1
    np.testing.assert_allclose(fuzzy_graph(indices, distances).weights[:3], [1, 0.5, 0.5], atol=1e-5)


def test_identical_points_hold_each_other_fully():
    graph = fuzzy_graph(np.array([[1, 2], [0, 2], [0, 1]]), np.zeros((3, 2)))
    np.testing.assert_array_equal(graph.weights, 1)


@pytest.mark.parametrize(  # from umap-learn 0.5.12
    ("min_dist", "spread", "a", "b"),
    [
        (0.1, 1.0, 1.5769435, 0.8950609),
        (0.0, 1.0, 1.9328084, 0.7904950),
        (0.5, 1.0, 0.5830300, 1.3341670),
        (0.99, 1.0, 0.1193053, 1.9163904),
        (0.1, 2.0, 0.5446605, 0.8420554),
        (0.01, 0.5, 5.7202408, 0.8108768),
    ],
)
def test_the_curve_is_umap_learns(min_dist, spread, a, b):
    np.testing.assert_allclose(curve(min_dist, spread), (a, b), atol=1e-3)


@pytest.mark.parametrize(("min_dist", "spread"), [(0, 1e-3), (1e3, 1e3), (0, 1e3), (1e-9, 1)])
def test_every_curve_is_a_curve(min_dist, spread):
    a, b = curve(min_dist, spread)
    assert 0 < a < 1e12
    assert 0 < b < 100
