"""Columns and what they are made of."""

import datetime as dt

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from vectarium.data import Column, Columns
from vectarium.data.columns import columns_from, unused_name
from vectarium.data.inference import column_from_array
from vectarium.errors import ColumnNotFoundError, ParameterError, ShapeError

DAY = dt.datetime(2020, 1, 2)  # noqa: DTZ001 - columns keep times without a zone
FRAME = {"w": ["a", "b", None], "n": [1, 2, 3], "f": [0.5, None, 1.5], "b": [True, False, True], "t": [DAY, None, DAY]}


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, pa.table, dict])
def test_frames_of_any_library_have_the_same_columns(make):
    columns = columns_from(make(FRAME), 3)
    assert {name: column.kind for name, column in columns.items()} == {
        "w": "text", "n": "integer", "f": "number", "b": "boolean", "t": "time",
    }  # fmt: skip
    assert list(columns["w"]) == ["a", "b", None]
    assert list(columns["f"]) == [0.5, None, 1.5]
    assert list(columns["t"]) == [DAY, None, DAY]


def test_missing_integers_and_booleans_stay_what_they_are():
    assert list(column_from_array("n", [1, None, 3])) == [1, None, 3]
    assert list(column_from_array("b", [True, None])) == [True, None]
    assert column_from_array("n", np.ma.masked_array([1, 2], [False, True])).kind == "integer"


def test_repeated_texts_are_a_category():
    column = column_from_array("kind", ["b", "a", "b", "a", None])
    assert (column.kind, column.categories) == ("category", ("a", "b"))
    assert list(column) == ["b", "a", "b", "a", None]
    assert list(column.texts()) == ["b", "a", "b", "a", None]


@pytest.mark.parametrize("values", [[None, None], [], [float("nan")], ["", ""]])
def test_a_column_of_nothing_is_a_column(values):
    column = column_from_array("x", values)
    assert len(column) == len(list(column)) == len(values)


def test_rows_are_taken_in_the_order_given():
    columns = columns_from({"w": ["a", "b", "c"], "n": [1, None, 3]}, 3).take(np.array([2, 1]))
    assert (list(columns["w"]), list(columns["n"])) == (["c", "b"], [3, None])


def test_a_name_that_is_not_there_names_the_nearest():
    with pytest.raises(ColumnNotFoundError, match=r"no column 'wrod'.*'word'"):
        columns_from({"word": ["a"], "count": [1]}, 1)["wrod"]


def test_two_columns_of_one_name_are_refused_or_told_apart():
    column = column_from_array("a", [1, 2])
    with pytest.raises(ParameterError, match="Two columns are called 'a'"):
        Columns([column, column])
    assert list(Columns([column]).joined([column, column])) == ["a", "a 2", "a 3"]
    assert unused_name("a", ["b"]) == "a"


def test_another_number_of_values_than_points_is_an_error():
    with pytest.raises(ShapeError, match="Column 'n' has 2 values, but there are 3 points"):
        columns_from({"n": [1, 2]}, 3)
    with pytest.raises(ShapeError, match="one value a point is needed"):
        column_from_array("n", np.ones((2, 2)))


def test_what_is_no_frame_is_refused():
    with pytest.raises(ParameterError, match="cannot be made from 'int'"):
        columns_from(3, 3)


def test_values_print_as_a_person_reads_them():
    assert list(Column("f", "number", np.array([0.1 + 0.2, np.nan, 1e9])).texts()) == ["0.3", None, "1e+09"]
