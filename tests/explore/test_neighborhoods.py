from __future__ import annotations

import threading

import numpy as np
import pytest

from vectarium.data import Embedding
from vectarium.errors import CancelledError
from vectarium.explore.neighborhoods import Neighborhoods
from vectarium.explore.points import Points
from vectarium.project import neighbors

VECTORS = np.random.default_rng(0).normal(size=(300, 12)).astype(np.float32)
POINTS = Points(0, Embedding("x", VECTORS))


class Searches(list):
    """The stages that were reported."""

    def __call__(self, fraction, text):
        self.append(text)


def find(kept, k, points=POINTS, metric="euclidean", **options):
    """The neighbours, and whether they were searched for."""
    searches = Searches()
    found = kept.find(points, metric, k, searches, **options)
    return found, bool(searches)


def test_neighbours_are_searched_once_and_shorter_lists_are_cut_from_longer_ones():
    kept = Neighborhoods()
    assert find(kept, 30)[1]
    for k in (30, 15, 4):
        found, searched = find(kept, k)
        np.testing.assert_array_equal(found.indices, neighbors(VECTORS, k).indices)
        assert not searched
    assert find(kept, 31)[1]


@pytest.mark.parametrize("other", [{"metric": "cosine"}, {"reduce_to": 5}, {"points": Points(0, POINTS.embedding, np.arange(200, dtype=np.uint32))}])  # fmt: skip
def test_another_metric_space_or_subset_is_searched_anew(other):
    kept = Neighborhoods()
    find(kept, 15)
    assert find(kept, 15, **other)[1]
    assert not find(kept, 15)[1]


def test_reduced_vectors_say_so():
    found, _ = find(Neighborhoods(), 15, reduce_to=5)
    assert found.sentence.startswith("Exact nearest neighbours by euclidean distance in 5 principal components of 12")
    assert found.leading.shape == (300, 3)


def test_what_does_not_fit_is_not_kept():
    kept = Neighborhoods(budget=100)
    find(kept, 15)
    assert find(kept, 15)[1]


def test_who_waits_for_another_search_can_be_cancelled():
    kept, at_work, go = Neighborhoods(), threading.Event(), threading.Event()

    def hold(fraction, text):
        at_work.set()
        go.wait(10)

    def cancelled(fraction, text):
        raise CancelledError(text)

    other = threading.Thread(target=kept.find, args=(POINTS, "euclidean", 15, hold))
    other.start()
    at_work.wait(10)
    with pytest.raises(CancelledError, match="Waiting for another search"):
        kept.find(POINTS, "euclidean", 15, cancelled)
    go.set()
    other.join(10)
