from __future__ import annotations

import numpy as np
import pytest

from vectarium import _native
from vectarium.errors import ParameterError, ShapeError
from vectarium.project import neighbors
from vectarium.project.affinity import affinities


def perplexities(weights: np.ndarray) -> np.ndarray:
    return np.exp(-np.sum(weights * np.log(np.maximum(weights, 1e-30)), axis=1))


def distances(n: int = 500, k: int = 90) -> np.ndarray:
    return neighbors(np.random.default_rng(0).standard_normal((n, 4)), k).distances


@pytest.mark.parametrize("instruction_set", _native.instruction_sets())
@pytest.mark.parametrize("perplexity", [1.5, 5, 30, 80])
def test_every_row_has_the_perplexity(perplexity, instruction_set):
    weights = _native.perplexity_weights(distances(), perplexity, 2, None, instruction_set)
    np.testing.assert_allclose(perplexities(weights), perplexity, rtol=1e-3)
    np.testing.assert_allclose(weights.sum(axis=1), 1, rtol=1e-5)


@pytest.mark.parametrize("scale", [1e-18, 1e-6, 1e6, 1e18])
def test_the_unit_of_distances_does_not_matter(scale):
    expected = _native.perplexity_weights(distances(), 20, 1)
    np.testing.assert_allclose(
        _native.perplexity_weights(distances() * np.float32(scale), 20, 1), expected, rtol=2e-3, atol=1e-7
    )


@pytest.mark.parametrize("row", [[0, 0, 0, 0], [3, 3, 3, 3], [0, 0, 0, 5]])
def test_copies_share_the_weight(row):
    weights = _native.perplexity_weights(np.array([row], np.float32), 2, 1)[0]
    nearest = np.array(row) == min(row)
    np.testing.assert_allclose(weights, nearest / nearest.sum(), atol=1e-6)


def test_the_graph_is_symmetric_and_sums_to_one():
    graph = affinities(*neighbors(np.random.default_rng(0).standard_normal((200, 3)), 30), perplexity=10)
    full = np.zeros((200, 200))
    full[np.repeat(np.arange(200), np.diff(graph.indptr)), graph.indices] = graph.weights
    np.testing.assert_array_equal(full, full.T)
    assert full.sum() == pytest.approx(1, rel=1e-5)


def test_uniform_neighbours_weigh_the_same():
    graph = affinities(*neighbors(np.random.default_rng(0).standard_normal((200, 3)), 15), affinity="uniform")
    assert len(np.unique(graph.weights)) == 2


def test_mistakes_are_named():
    near = neighbors(np.eye(4), 2)
    with pytest.raises(ParameterError, match="affinity is 'x'"):
        affinities(*near, affinity="x")
    with pytest.raises(ParameterError, match="perplexity is 0"):
        affinities(*near, perplexity=0)
    with pytest.raises(ShapeError, match="differ"):
        affinities(near.indices, near.distances[:2])
