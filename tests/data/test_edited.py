"""Tagging: values of some points become others, and go back."""

from __future__ import annotations

import numpy as np
import pytest

from vectarium.data import Column
from vectarium.data.edited import compact, empty_column, same_values, with_value, with_values
from vectarium.data.inference import column_from_array
from vectarium.errors import ParameterError


def test_a_tag_makes_a_category_where_there_was_none():
    column = with_value(empty_column("tag", 4), np.array([1, 2]), "gut 👍")
    assert list(column) == [None, "gut 👍", "gut 👍", None]
    assert column.categories == ("gut 👍",)


def test_the_column_before_stays_as_it_was():
    before = column_from_array("tag", ["a", "b", "a", "b"])
    with_value(before, np.array([0]), "c")
    assert list(before) == ["a", "b", "a", "b"]


def test_an_empty_value_takes_the_tag_away():
    column = with_value(column_from_array("tag", ["a", "a", "b", "b"]), np.array([0]), "")
    assert list(column) == [None, "a", "b", "b"]


def test_a_category_that_nobody_has_any_more_goes_if_a_person_made_it():
    tagged = with_value(empty_column("tag", 3), np.array([0, 1]), "a")
    again = with_values(tagged, np.array([0, 1]), empty_column("tag", 2))
    assert list(again) == [None, None, None]


@pytest.mark.parametrize(
    ("values", "text", "expected"),
    [
        ([1, 2, None], "7", 7),
        ([0.5, 1.5, 2.5], "1e308", 1e308),
        ([True, False, None], "False", False),
        ([np.datetime64("2020-01-01")] * 3, "2021-02-03 04:05", "2021-02-03 04:05:00"),
        (["x", "y", "z"], "שלום\nzwei", "שלום\nzwei"),
    ],
)
def test_a_value_is_read_as_the_column_s_kind(values, text, expected):
    found = with_value(column_from_array("column", values), np.array([2]), text)[2]
    assert (str(found) if isinstance(expected, str) else found) == expected


@pytest.mark.parametrize(
    ("values", "text", "says"),
    [
        ([1, 2], "many", "whole numbers, such as 42, and 'many' is none"),
        ([0.5, 1.5], "half", "numbers, such as"),
        ([True, False], "maybe", "true and false"),
        ([np.datetime64("2020-01-01")] * 2, "2020-02-31", "times, such as"),
    ],
)
def test_what_is_not_of_the_kind_is_refused(values, text, says):
    with pytest.raises(ParameterError, match=says):
        with_value(column_from_array("column", values), np.array([0]), text)


@pytest.mark.parametrize(
    "values", [[1, None, 3], [0.5, None, 2.5], [True, None, False], ["x", None, "z"], ["a", "a", None]]
)
def test_values_go_back_to_what_they_were(values):
    before = column_from_array("column", values)
    rows = np.array([0, 1, 2])
    tagged = with_value(before, rows, "")
    assert list(with_values(tagged, rows, compact(before.take(rows)))) == list(before)


def test_same_values_are_told_by_what_they_mean_not_by_their_codes():
    a = Column("c", "category", np.array([0, 1, -1], np.int32), ("x", "y"))
    b = Column("c", "category", np.array([1, 1, -1], np.int32), ("y", "x"))
    assert same_values(a, b).tolist() == [True, False, True]


def test_what_is_the_same_for_all_is_remembered_once():
    column = compact(empty_column("tag", 1000))
    assert column.values.strides == (0,)
    assert compact(column_from_array("c", ["a", "b"] * 500)).values.itemsize == 1
