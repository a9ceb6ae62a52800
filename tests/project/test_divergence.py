from __future__ import annotations

import numpy as np
import pytest

from vectarium import _native
from vectarium.errors import ParameterError, ShapeError
from vectarium.project import divergence, fidelity
from vectarium.project.divergence import kl_divergence, perplexity_graph


def cloud(n: int, d: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((n, d))


def by_definition(graph, y: np.ndarray) -> float:
    p = np.zeros((graph.n, graph.n))
    p[np.repeat(np.arange(graph.n), np.diff(graph.indptr)), graph.indices] = graph.weights
    q = 1 / (1 + np.square(y[:, None] - y[None]).sum(axis=2))
    np.fill_diagonal(q, 0)
    there = p > 0
    return float((p[there] * np.log(p[there] / (q / q.sum())[there])).sum())


@pytest.mark.parametrize("p", [1, 2, 3])
def test_it_agrees_with_the_definition(p):
    x, y = cloud(300, 8), cloud(300, p) * 20 + 1000
    graph = perplexity_graph(x, 20)
    found = kl_divergence(graph, y)
    assert found.value == pytest.approx(by_definition(graph, y), rel=1e-5)
    assert not found.sampled


def test_it_agrees_with_scikit_learn():
    from sklearn.manifold import TSNE

    x = cloud(200, 6).astype(np.float32)
    tsne = TSNE(perplexity=10, init="random", random_state=0, max_iter=300, angle=0.05)
    y = tsne.fit_transform(x)
    assert fidelity(x, y, perplexity=10).kl_divergence == pytest.approx(tsne.kl_divergence_, abs=0.01)


@pytest.mark.parametrize("instruction_set", _native.instruction_sets())
@pytest.mark.parametrize("threads", [1, 3])
def test_sums_over_pairs_agree_with_the_definition(instruction_set, threads):
    y = (cloud(700, 2) * 30).astype(np.float32)
    rows = np.arange(0, 700, 7)
    expected = (1 / (1 + np.square(y[rows, None].astype(float) - y[None]).sum(axis=2))).sum(axis=1) - 1
    found = _native.student_sums(y, rows, threads, None, instruction_set)
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_beyond_a_limit_the_normaliser_is_estimated_and_it_says_so(monkeypatch):
    x, y = cloud(3000, 4), cloud(3000, 2) * 10
    whole = fidelity(x, y, perplexity=10)
    monkeypatch.setattr(divergence, "LARGEST_WHOLE", 1000)
    monkeypatch.setattr(divergence, "SAMPLE", 500)
    some = fidelity(x, y, perplexity=10)
    assert whole.kl_divergence == pytest.approx(some.kl_divergence, abs=0.05)
    assert (whole.kl_sampled, some.kl_sampled) == (False, True)
    assert "KL divergence about" in some.sentence


def test_the_place_of_the_picture_does_not_matter():
    x, y = cloud(200, 5), cloud(200, 2)
    a, b = (fidelity(x, places, perplexity=5).kl_divergence for places in (y, y + 1e4))
    assert a == pytest.approx(b, abs=1e-5)


def test_points_without_a_place_take_no_part():
    x, y = cloud(200, 5), cloud(200, 2)
    y[0] = np.nan
    expected = fidelity(x[1:], y[1:], perplexity=5).kl_divergence
    assert fidelity(x, y, perplexity=5).kl_divergence == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("n", [2, 3, 10])
def test_few_points_take_the_perplexity_that_there_is(n):
    assert np.isfinite(fidelity(cloud(n, 3), cloud(n, 2), perplexity=30).kl_divergence)


def test_mistakes_are_named():
    x = cloud(50, 3)
    with pytest.raises(ParameterError, match=r"perplexity is 0\.5; a number from 1"):
        fidelity(x, x, perplexity=0.5)
    with pytest.raises(ShapeError, match="one place for each of 50 points"):
        kl_divergence(perplexity_graph(x, 5), x[:9])
