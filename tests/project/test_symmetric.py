from __future__ import annotations

import numpy as np
import pytest

from vectarium.errors import CancelledError, ParameterError, ShapeError
from vectarium.project.graph import Graph
from vectarium.project.symmetric import symmetrise


def directed(n: int, k: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    indices = np.array([rng.choice(np.delete(np.arange(n), i), k, replace=False) for i in range(n)], np.int32)
    return indices, rng.random((n, k), np.float32)


def dense(graph: Graph) -> np.ndarray:
    out = np.zeros((graph.n, graph.n), np.float32)
    out[np.repeat(np.arange(graph.n), np.diff(graph.indptr)), graph.indices] = graph.weights
    return out


@pytest.mark.parametrize("combine", ["mean", "union"])
@pytest.mark.parametrize(("n", "k"), [(60, 7), (5, 4), (2, 1), (3000, 3)])
def test_it_agrees_with_the_definition(n, k, combine):
    indices, weights = directed(n, k)
    weights[::3, 0] = 0
    one_way = np.zeros((n, n), np.float32)
    np.put_along_axis(one_way, indices.astype(np.int64), weights, axis=1)
    other = one_way.T
    expected = (one_way + other) / 2 if combine == "mean" else one_way + other - one_way * other
    graph = symmetrise(indices, weights, combine=combine)
    np.testing.assert_array_equal(dense(graph), expected)
    assert (graph.weights > 0).all()
    assert graph.indices.dtype == np.int32


def test_each_row_ascends_and_holds_nobody_twice_nor_itself():
    graph = symmetrise(*directed(500, 12))
    rows = np.repeat(np.arange(500), np.diff(graph.indptr))
    assert (np.diff(graph.indices)[np.diff(rows) == 0] > 0).all()
    assert (graph.indices != rows).all()


def test_the_number_of_threads_makes_no_difference():
    indices, weights = directed(2000, 15)
    one, two, four = (symmetrise(indices, weights, combine="union", n_jobs=jobs) for jobs in (1, 2, 4))
    for a, b, c in zip(one, two, four, strict=True):
        assert a.tobytes() == b.tobytes() == c.tobytes()


def test_missing_neighbours_and_loops_are_left_out():
    graph = symmetrise(np.array([[1, -1], [1, 0], [-1, -1]]), np.ones((3, 2)))
    np.testing.assert_array_equal(dense(graph), [[0, 1, 0], [1, 0, 0], [0, 0, 0]])


@pytest.mark.parametrize("shape", [(0, 0), (0, 5), (4, 0)])
def test_no_edges_are_no_fault(shape):
    graph = symmetrise(np.empty(shape, np.int32), np.empty(shape))
    assert graph.n == shape[0]
    assert len(graph.indices) == len(graph.weights) == 0


def test_faults_are_named():
    with pytest.raises(ParameterError, match="index 7; there are 0 to 2"):
        symmetrise(np.array([[1], [7], [0]]), np.ones((3, 1)))
    with pytest.raises(ShapeError, match=r"weights of shape \(3, 2\)"):
        symmetrise(np.array([[1], [2], [0]]), np.ones((3, 2)))
    with pytest.raises(ParameterError, match="'sum'; it can be 'mean', 'union'"):
        symmetrise(np.array([[1], [0]]), np.ones((2, 1)), combine="sum")


def test_a_person_can_stop_it():
    def stop(fraction: float, text: str) -> None:
        raise CancelledError

    with pytest.raises(CancelledError):
        symmetrise(*directed(200, 5), progress=stop)
