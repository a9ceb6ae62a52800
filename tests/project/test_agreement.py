"""How well neighbours agree with labels, against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest

from vectarium.errors import CancelledError, ParameterError, ShapeError
from vectarium.project import knn_accuracy, silhouette


def blobs(n: int = 300, d: int = 8, classes: int = 5, apart: float = 1.5, seed: int = 0):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, classes, n)
    return (rng.standard_normal((n, d)) + apart * rng.standard_normal((classes, d))[labels]).astype(np.float32), labels


@pytest.mark.parametrize("k", [1, 4, 15])
@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
def test_neighbours_vote_as_in_scikit_learn(k, metric):
    neighbors = pytest.importorskip("sklearn.neighbors")
    x, labels = blobs()
    other = neighbors.KNeighborsClassifier(k, metric=metric, algorithm="brute").fit(x.astype(np.float64), labels)
    assert knn_accuracy(x, labels, k, metric=metric) == pytest.approx(np.mean(other.predict(None) == labels), abs=1e-6)


@pytest.mark.parametrize("apart", [0, 1.5, 50])
def test_silhouettes_are_those_of_scikit_learn(apart):
    metrics = pytest.importorskip("sklearn.metrics")
    x, labels = blobs(700, apart=apart)
    assert silhouette(x, labels) == pytest.approx(metrics.silhouette_score(x.astype(np.float64), labels), abs=1e-6)


def test_a_point_alone_in_its_class_counts_nothing():
    metrics = pytest.importorskip("sklearn.metrics")
    x, labels = blobs(60)
    labels[7], x[8:20] = 99, x[8]
    assert silhouette(x, labels) == pytest.approx(metrics.silhouette_score(x.astype(np.float64), labels), abs=1e-6)


def test_where_there_is_nothing_to_tell_apart_there_is_no_number():
    assert np.isnan(silhouette(np.eye(4), [1, 1, 1, 1]))
    assert np.isnan(silhouette(np.eye(4), [1, 2, 3, 4]))
    assert np.isnan(knn_accuracy([[1.0]], ["a"]))
    assert knn_accuracy(np.eye(4), ["a"] * 4) == 1


def test_labels_are_anything_that_sorts():
    x, labels = blobs(50)
    names = np.array(["e", "d", "c", "b", "a"])[labels]
    assert silhouette(x, names) == pytest.approx(silhouette(x, labels))


def test_the_number_of_threads_changes_nothing():
    x, labels = blobs(500)
    assert len({knn_accuracy(x, labels, n_jobs=n) for n in (1, 2, 4)}) == 1


def test_labels_that_do_not_fit_are_refused():
    with pytest.raises(ShapeError, match=r"labels have shape \(3,\)"):
        knn_accuracy(np.eye(4), [1, 2, 3])
    with pytest.raises(ParameterError, match="1 labels are NaN"):
        silhouette(np.eye(4), [1.0, 2.0, np.nan, 1.0])
    with pytest.raises(ParameterError, match="NaN or infinity"):
        silhouette(np.full((4, 2), np.nan), [1, 1, 2, 2])


def test_both_can_be_cancelled():
    def refuse(fraction: float, text: str) -> None:
        raise CancelledError("Enough.")

    x, labels = blobs(2000, d=100)
    for measure in (knn_accuracy, silhouette):
        with pytest.raises(CancelledError, match="Enough"):
            measure(x, labels, progress=refuse)
