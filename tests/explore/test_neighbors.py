from __future__ import annotations

import numpy as np
import pytest

URL = "/api/embeddings/0/neighbors"


def distances_by_numpy(vectors, row, metric):
    if metric == "euclidean":
        return np.linalg.norm(vectors - vectors[row], axis=1)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return 1 - unit @ unit[row]


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
@pytest.mark.parametrize("row", [0, 499])
def test_neighbours_are_those_of_numpy(explore, metric, row):
    vectors = np.random.default_rng(2).normal(size=(500, 12))
    answer = explore(vectors).ask(URL, {"row": row, "k": 10, "metric": metric})
    distances = distances_by_numpy(vectors, row, metric)
    distances[row] = np.inf
    nearest = np.argsort(distances)[:10]
    assert answer.arrays["rows"].tolist() == nearest.tolist()
    np.testing.assert_allclose(answer.arrays["distances"], distances[nearest], rtol=1e-4, atol=1e-6)
    assert answer.message["space"].startswith(f"{metric} distance of the vectors as they are, in all 12 dimensions")


def test_a_point_without_a_place_is_nobodys_neighbour(page):
    answer = page.ask(URL, {"row": 0, "k": 1000})
    assert answer.message["k"] == 9
    assert 6 not in answer.arrays["rows"]
    assert 0 not in answer.arrays["rows"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"row": 11}, "no point 11"),
        ({"row": -1}, "no point -1"),
        ({"row": 0, "k": 0}, "k is 0; 1 to 1,000"),
        ({"row": 0, "k": 1001}, "k is 1001"),
        ({"row": 0, "metric": "manhattan"}, "allowed are 'cosine', 'euclidean'"),
        ({"row": 6}, "NaN"),
    ],
)
def test_neighbours_that_cannot_be_found_are_refused(page, body, said):
    answer = page.ask(URL, body)
    assert answer.status == 400
    assert said in answer.message["error"]
