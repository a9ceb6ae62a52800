from __future__ import annotations

import numpy as np
import pytest

import vectarium as vt
from vectarium.data import Collection, Column, Columns, Embedding
from vectarium.errors import QueryError
from vectarium.explore.arithmetic import Signed, parse

URL = "/api/embeddings/0/arithmetic"
WORDS = ["king", "queen", "man", "woman", "new york", "well-known", "King", "kingdom", "king", "a+b", None, "apple"]


def cloud() -> np.ndarray:
    return np.random.default_rng(6).standard_normal((len(WORDS), 7)).astype(np.float32) + 1


@pytest.fixture
def page(explore):
    words = np.empty(len(WORDS), object)
    words[:] = WORDS
    return explore(Collection("words", [Embedding("words", cloud(), Columns([Column("word", "text", words)]))]))


def ask(page, expression, **fields):
    return page.ask(URL, {"expression": expression, "column": "word", **fields})


def signed(*labels: str) -> list[Signed]:
    return [Signed(label.lstrip("-"), minus=label.startswith("-")) for label in labels]


@pytest.mark.parametrize(
    ("expression", "terms"),
    [
        ("king", signed("king")),
        ("king - man + woman", signed("king", "-man", "woman")),
        ("king − man – woman", signed("king", "-man", "-woman")),
        ("  king -man +woman ", signed("king", "-man", "woman")),
        ("- man + king", signed("-man", "king")),
        ("well-known + a+b", signed("well-known", "a+b")),
        ("new york - york", signed("new york", "-york")),
        ('"a - b" + c', signed("a - b", "c")),
    ],
)
def test_a_sum_is_read(expression, terms):
    assert parse(expression) == terms


@pytest.mark.parametrize(
    "expression", ["", "king -", "+ - king", "king + + man", "+".join(f" w{i} " for i in range(40))]
)
def test_what_is_no_sum_is_refused(expression):
    with pytest.raises(QueryError, match="word"):
        parse(expression)


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
@pytest.mark.parametrize("preparation", ["raw", "centred"])
def test_the_nearest_to_a_sum_are_those_of_python(page, metric, preparation):
    answer = ask(page, "queen - man + woman", k=4, metric=metric, preparation=preparation)
    x = vt.Preparation(preparation).fit_transform(cloud())
    rows, distances = vt.arithmetic(x, [1, 3], [2], k=4, metric=metric)
    assert answer.arrays["rows"].tolist() == rows.tolist()
    np.testing.assert_allclose(answer.arrays["distances"], distances, rtol=1e-4, atol=1e-6)
    assert answer.message["understood"] == "queen − man + woman"
    assert ("as they are" in answer.message["space"]) == (preparation == "raw")
    assert sorted(answer.arrays["given"]) == [1, 2, 3]


def test_the_given_points_are_left_out_unless_wanted(page):
    assert not {1, 2} & set(ask(page, "queen - man", k=12).arrays["rows"].tolist())
    assert ask(page, "queen", k=1, leave_out=False).arrays["rows"].tolist() == [1]


def test_a_label_of_several_points_is_their_mean_and_letters_count_where_they_can(page):
    answer = ask(page, "king - man")
    assert sorted(answer.arrays["given"]) == [0, 2, 8]
    assert answer.message["understood"] == "king (the mean of 2) − man"
    assert ask(page, "KINGDOM").arrays["given"].tolist() == [7]


def test_a_sum_without_spaces_is_understood_where_its_parts_are_points(page):
    assert ask(page, "queen-man+woman").message["understood"] == "queen − man + woman"
    assert ask(page, "a+b").message["understood"] == "a+b"


def test_what_is_lit_are_the_results_and_the_given(page):
    answer = ask(page, "queen - man", k=2)
    lit = np.flatnonzero(np.unpackbits(answer.arrays["matches"], bitorder="little"))
    assert sorted(lit) == sorted([1, 2, *answer.arrays["rows"]])


def test_an_unknown_word_is_named_with_words_near_it(page):
    answer = ask(page, "king - womn")
    assert answer.message["error"] == "There is no point called “womn” in word. Near it: woman, man."
    assert answer.message["near"] == ["woman", "man"]
    assert len(answer.arrays["rows"]) == 0


def test_nothing_left_of_a_sum_says_so(page):
    assert "Nothing is left of the sum" in ask(page, "queen - queen").message["error"]


def test_a_column_that_is_not_there_is_refused(page):
    assert page.ask(URL, {"expression": "king", "column": "wrd"}).status == 404
