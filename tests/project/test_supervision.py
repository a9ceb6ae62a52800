from __future__ import annotations

import numpy as np
import pytest

from vectarium.errors import ParameterError, ShapeError
from vectarium.project.graph import Graph
from vectarium.project.supervision import category_codes, strength_of_numbers, supervise


def path(weights: list[float]) -> Graph:
    """Points in a row, each tied to the next."""
    n = len(weights) + 1
    pairs = sorted([(i, i + 1, w) for i, w in enumerate(weights)] + [(i + 1, i, w) for i, w in enumerate(weights)])
    rows, ends, values = (np.array(each) for each in zip(*pairs, strict=True))
    indptr = np.searchsorted(rows, np.arange(n + 1)).astype(np.int64)
    return Graph(indptr, ends.astype(np.int32), values.astype(np.float32))


def weight(graph: Graph, i: int, j: int) -> float:
    row = slice(graph.indptr[i], graph.indptr[i + 1])
    found = graph.weights[row][graph.indices[row] == j]
    return float(found[0]) if len(found) else 0.0


def test_an_edge_between_categories_keeps_what_umap_learn_lets_it_keep():
    told = supervise(path([1, 1, 1, 1]), ["a", "a", "b", None, "b"], 0.5)
    far, unknown = np.exp(-5), np.exp(-1)
    there = far / unknown  # seen from the third point, whose strongest neighbour is not known
    assert weight(told, 0, 1) == 1
    assert weight(told, 1, 2) == pytest.approx(far + there - far * there, rel=1e-5)
    assert weight(told, 2, 3) == weight(told, 3, 2) == 1


def test_at_full_weight_nothing_holds_categories_together():
    assert weight(supervise(path([1, 1]), [1, 1, 2], 1.0), 1, 2) == 0


def test_numbers_count_by_their_difference_up_to_a_standard_deviation():
    y = np.array([0.0, 0.0, 1.0, 2.0, 9.0, np.nan])
    kept = strength_of_numbers(y, np.zeros(6, np.int32), np.arange(6, dtype=np.int32), 5.0)
    expected = np.exp([0, 0, -5 / y[:5].std(), -10 / y[:5].std(), -5, -1])
    np.testing.assert_allclose(kept, expected, rtol=1e-5)


@pytest.mark.parametrize("keep", ["strongest", "total"])
@pytest.mark.parametrize("y", [[0, 1, 0, 1, 1], [0.5, np.nan, 3.0, 4.0, np.inf], ["a", "b", None, np.nan, "a"]])
def test_the_graph_stays_symmetric_and_positive(y, keep):
    told = supervise(path([0.2, 1, 0.5, 0.1]), np.array(y, object if "a" in y else None), 0.7, keep=keep)
    assert (told.weights > 0).all()
    for i in range(4):
        assert weight(told, i, i + 1) == weight(told, i + 1, i)


def test_the_total_is_kept_for_tsne():
    graph = path([0.1, 0.2, 0.1, 0.1])
    told = supervise(graph, list("aabba"), 0.9, keep="total")
    assert told.weights.sum() == pytest.approx(graph.weights.sum())


def test_no_weight_changes_nothing():
    graph = path([0.3, 0.4])
    assert supervise(graph, [1, 2, 3], 0) is graph


def test_what_is_missing_has_no_code():
    import pandas as pd

    assert category_codes(np.array([3, -1, 4])).tolist() == [0, -1, 1]
    assert category_codes(np.array([3, np.nan, 4])).tolist() == [0, -1, 1]
    assert category_codes(np.array(["b", None, np.nan, pd.NA, "a"], object)).tolist() == [1, -1, -1, -1, 0]
    assert category_codes(np.array(["-1", "a"])).tolist() == [0, 1]


def test_faults_are_named():
    with pytest.raises(ShapeError, match=r"y has shape \(2,\); one target a point, \(3,\)"):
        supervise(path([1, 1]), [1, 2], 0.5)
    with pytest.raises(ParameterError, match="target_weight is 3"):
        supervise(path([1, 1]), [1, 2, 3], 3)
    with pytest.raises(ParameterError, match="no number"):
        supervise(path([1, 1]), ["a", "b", "c"], 0.5, target="number")
