"""Types told from texts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectarium.data.inference import column_from_array, column_from_texts


@pytest.mark.parametrize(
    ("texts", "kind", "values"),
    [
        (["1", "-2", "0"], "integer", [1, -2, 0]),
        (["1", "", "3"], "integer", [1, None, 3]),
        (["0.5", "1e3", "NA"], "number", [0.5, 1000.0, None]),
        (["007", "008"], "text", ["007", "008"]),
        (["1", "x"], "text", ["1", "x"]),
        (["true", "False", ""], "boolean", [True, False, None]),
        (["1_000", "2"], "text", ["1_000", "2"]),
        (["12345678901234567890", "1"], "text", ["12345678901234567890", "1"]),
        (["2020-02-31", "2020-01-01"], "text", ["2020-02-31", "2020-01-01"]),
        (["null", "the", "none"], "text", ["null", "the", "none"]),
        (["", ""], "text", [None, None]),
        (["١", "٢"], "text", ["١", "٢"]),
    ],
)
def test_a_type_is_taken_only_when_every_value_has_it(texts, kind, values):
    column = column_from_texts("x", texts)
    assert (column.kind, list(column)) == (kind, values)


@given(st.lists(st.integers(-(10**17), 10**17), min_size=1))
def test_integers_come_back(numbers):
    assert list(column_from_texts("n", [str(number) for number in numbers])) == numbers


@given(st.lists(st.floats(allow_nan=False), min_size=1))
def test_numbers_come_back(numbers):
    column = column_from_texts("n", [*map(repr, numbers), "0.5"])
    assert list(column)[:-1] == numbers


@given(st.lists(st.one_of(st.none(), st.text()), max_size=20))
def test_any_text_makes_a_column_of_its_length(texts):
    assert len(list(column_from_texts("x", texts))) == len(texts)


def test_times_before_year_1_and_after_9999_are_kept_and_said():
    column = column_from_array("when", np.array(["-0044-03-15", "1066-10-14", "12345-01-01"], "datetime64[D]"))
    assert column.kind == "time"
    assert [str(value)[:11] for value in column] == ["-044-03-15T", "1066-10-14 ", "12345-01-01"]


def test_times_too_far_for_microseconds_stay_text():
    column = column_from_array("when", np.array([0, 2 * 10**17], "datetime64[ms]"))
    assert (column.kind, column[1][:7]) == ("text", "6339717")
