"""Which points of two embeddings are the same."""

from __future__ import annotations

import numpy as np
import pytest

import vectarium as vt
from vectarium.errors import ColumnNotFoundError, ParameterError, ShapeError
from vectarium.project import match


def words(given, name="words", column="word", **more):
    n = len(given)
    return vt.collection(np.arange(2.0 * n).reshape(n, 2), columns={column: given, **more}, name=name)[name]


def pairs(found):
    return list(zip(found.rows_a.tolist(), found.rows_b.tolist(), strict=True))


def test_words_are_found_wherever_they_stand():
    found = match(words(["cat", "dog", "emu"]), words(["emu", "fox", "cat"]))
    assert pairs(found) == [(0, 2), (2, 0)]
    assert found.sentence == "2 points matched by 'word', 1 only in the first, 1 only in the second"


def test_an_id_goes_before_a_word():
    a, b = words(["a", "b", "c"], id=[1, 2, 3]), words(["c", "b", "a"], id=[1, 2, 3])
    assert pairs(match(a, b)) == [(0, 0), (1, 1), (2, 2)]
    assert pairs(match(a, b, "word")) == [(0, 2), (1, 1), (2, 0)]
    assert pairs(match(a, b, "row")) == [(0, 0), (1, 1), (2, 2)]


def test_columns_of_two_names_that_name_points_are_taken_for_one():
    found = match(words(["cat", "dog"]), words(["dog", "cat"], column="token"))
    assert (pairs(found), found.by) == ([(0, 1), (1, 0)], ("word", "token"))
    assert match(words(["x"]), words(["x"], column="q"), ("word", "q")).by == ("word", "q")


def test_a_name_that_stands_for_several_points_is_left_out_and_told_of():
    many = [f"w{i}" for i in range(50)]
    found = match(words([*many, "w7"]), words(many))
    assert (len(found.rows_a), found.repeated) == (49, 1)
    assert "1 name that occur" in found.sentence
    with pytest.raises(ParameterError, match="All 1 values of 'word' that"):
        match(words(["a", "a"]), words(["a", "b"]), "word")


def test_missing_names_match_nothing():
    assert pairs(match(words(["a", None, "b"]), words([None, "b", "a"]))) == [(0, 2), (2, 1)]


def test_without_names_rows_of_as_many_points_are_the_same():
    plain = vt.collection(np.eye(3))["vectors"]
    assert match(plain, plain).sentence == "3 points matched row by row"
    with pytest.raises(ShapeError, match="'words' has 2 points, 'vectors' 3, and no column says"):
        match(words(["a", "a"]), plain)


def test_rows_with_other_texts_are_other_points():
    again = ["to", "be", "or", "not", "to", "be"] * 5
    other = [*again[:7], "is", *again[8:]]
    assert len(match(words(again), words(again)).rows_a) == 30
    with pytest.raises(ParameterError, match="Row 7 of 'words' is 'be' in 'word', that of 'words' 'is'"):
        match(words(again), words(other))


def test_counts_name_nothing():
    a = vt.collection(np.eye(3), columns={"count": [1, 2, 3]}, name="a")["a"]
    b = vt.collection(np.eye(3), columns={"count": [3, 2, 1]}, name="b")["b"]
    assert match(a, b).by is None


def test_a_column_that_is_not_there_or_shares_nothing_is_refused():
    with pytest.raises(ColumnNotFoundError, match="no column 'wort'"):
        match(words(["a"]), words(["a"]), "wort")
    with pytest.raises(ParameterError, match="it begins with 'a' in one and with 'b' in the other"):
        match(words(["a"]), words(["b"]), "word")
