"""The numbers of a few points, as the lookup shows them."""

import json

import numpy as np
import pytest

from vectarium.data import Embedding, Lookup, Run, RunWriter
from vectarium.explore.vectors import reach_of


def asked(page, rows, embedding=0, step=""):
    return page.ask(f"/api/embeddings/{embedding}/vectors{step}", json.dumps({"rows": rows}))


def test_vectors_come_in_the_order_that_is_asked_for(page, words):
    answer = asked(page, [4, 0, 4])
    np.testing.assert_array_equal(answer.arrays["vectors"].reshape(3, 5), words["words"].vectors[[4, 0, 4]])
    assert answer.message["d"] == 5
    assert asked(page, []).arrays["vectors"].size == 0


def test_vectors_with_nan_are_told_as_they_are(page):
    assert np.isnan(asked(page, [6]).arrays["vectors"]).tolist() == [False, False, True, False, False]


@pytest.mark.parametrize("rows", [[11], [-1], [0] * 1001, [True], ["0"], [0.5], None, 3])
def test_rows_that_are_not_there_are_refused(page, rows):
    assert asked(page, rows).status == 400


def test_nearly_all_numbers_are_within_reach():
    x = np.random.default_rng(0).normal(size=(9_000, 10))
    assert np.mean(np.abs(x) <= reach_of(Embedding("x", x))) == pytest.approx(0.99, abs=0.001)


@pytest.mark.parametrize("x", [np.zeros((3, 2)), np.full((2, 2), np.nan), np.zeros((0, 2))])
def test_a_table_of_nothing_has_a_reach_too(x):
    assert reach_of(Embedding("x", x)) == 1.0


def test_the_vectors_of_a_run_follow_the_step_and_their_reach_does_not(tmp_path, explore):
    with RunWriter(tmp_path / "run") as writer:
        writer.add_embedding("embed", n=3, d=2, columns={"word": list("abc")}, lookup=Lookup("word", 4, padding=0))
        for step in (0, 5):
            writer.write(step, {"embed": np.full((3, 2), step + 1.0)})
        page = explore(Run(tmp_path / "run").collection())
        first, last = asked(page, [1], step="?step=0"), asked(page, [1])
        assert (first.arrays["vectors"][0], last.arrays["vectors"][0]) == (1, 6)
        assert first.message["reach"] == last.message["reach"] == 6
        told = page.ask("/api/collection").message["embeddings"][0]["lookup"]
        assert (told["column"], told["length"], told["padding"], told["mask"]) == ("word", 4, 0, None)
