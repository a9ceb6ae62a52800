"""Rows of tables: chosen, named, marked, and told from those that training never reached."""

import numpy as np
import pytest

from vectarium import Column, Table, top_rows
from vectarium.errors import ParameterError, ShapeError
from vectarium.record.rows import UpdatedRows


def column(table, name, n=6, padding=None):
    rows = table.chosen(n)
    return list(table.columns(n, padding, rows)[name])


def test_top_rows_are_the_most_frequent_the_lower_first_where_equal():
    assert top_rows([5, 0, 9, 5, 1], 3).tolist() == [2, 0, 3]
    assert top_rows(Column("count", "number", np.array([1.0, np.nan, 3.0])), 9).tolist() == [2, 0, 1]


@pytest.mark.parametrize(("counts", "k", "said"), [([1], 0, "k is 0"), (["a", "b"], 1, "numbers are needed")])
def test_top_rows_of_nothing_are_refused(counts, k, said):
    with pytest.raises(ParameterError, match=said):
        top_rows(counts, k)


@pytest.mark.parametrize("vocabulary", [["a", "b", "c"], {"c": 2, "a": 0, "b": 1}, np.array(["a", "b", "c"])])
def test_a_vocabulary_that_is_shorter_marks_the_rows_beyond_it(vocabulary):
    table = Table.of(vocabulary)
    assert column(table, "token") == ["a", "b", "c", None, None, None]
    assert column(table, "mark") == [None, None, None, "unused", "unused", "unused"]


def test_a_vocabulary_that_is_longer_is_that_of_another_layer():
    with pytest.raises(ShapeError, match="7 values of 'token', but the table has 6 rows"):
        Table(list("abcdefg")).columns(6, None, None)


def test_padding_and_unknown_words_are_marked_by_their_usual_names():
    assert column(Table(["<pad>", "[UNK]", "a"]), "mark", 3) == ["padding", "out of vocabulary", None]


def test_padding_and_unknown_are_marked_as_said():
    table = Table(list("abcdef"), padding="c", unknown=[3, "e"])
    assert column(table, "mark", padding=0) == [
        "padding",
        None,
        "padding",
        "out of vocabulary",
        "out of vocabulary",
        None,
    ]


def test_columns_alone_are_enough():
    table = Table.of({"word": ["a", "b"], "tag": ["x", "y"]})
    assert list(table.columns(2, None, None)) == ["word", "tag"]


def test_counts_may_stand_in_order_or_by_word():
    words = ["the", "cat", "sat"]
    assert column(Table(words, counts=[9, 4, 1]), "count", 3) == [9, 4, 1]
    assert column(Table(words, counts={"cat": 4, "the": 9}), "count", 3) == [9, 4, None]


@pytest.mark.parametrize("rows", [[4, 1], ["e", "b"], np.array([4, 1]), range(4, 0, -3)])
def test_rows_are_chosen_by_number_or_word(rows):
    table = Table(list("abcdef"), rows=rows)
    assert table.chosen(6).tolist() == [4, 1]
    assert column(table, "token") == ["e", "b"]


def test_rows_may_be_a_boolean_each():
    assert Table(rows=[True, False, True]).chosen(3).tolist() == [0, 2]


@pytest.mark.parametrize(
    ("rows", "said"), [([6], "rows go from 6 to 6"), (["bee"], "has no 'bee'. The nearest: 'bees'"), ([], "rows are")]
)
def test_rows_that_are_not_there_are_refused(rows, said):
    with pytest.raises(ParameterError, match=said):
        Table(["a", "bees"], rows=rows).chosen(6)


def test_rows_that_changed_once_stay_updated():
    x = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)
    rows = UpdatedRows()
    assert not rows.seen(x).any()
    moved = x.copy()
    moved[2, 1] = np.nextafter(moved[2, 1], 1)
    assert rows.seen(moved).tolist() == [False, False, True, False, False]
    assert rows.seen(x).tolist() == [False, False, True, False, False]
