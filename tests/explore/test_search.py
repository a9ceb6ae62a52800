from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vectarium.data import Column, Columns
from vectarium.explore.messages.query import SearchRequest
from vectarium.explore.search import Searcher


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("VAMP", [0]),
        ("dracula noun", []),
        ("a adj dra", [1]),
        ("ärger", [6]),
        ("100%", [2]),
        ("%", [2]),
        ("_", [3]),
        ("york new", [4]),
        ('"new york"', [4]),
        ('"york new"', []),
        ("<b>", [5]),
        ("x=5", []),
        ('"x=5"', [10]),
        ("or", [4, 8]),
        ("and", [9]),
        ("", []),
        ("   ", []),
        ('""', []),
        ("word count > 80", [9, 10]),
        ('"word count">=90', [9, 10]),
        ("Word Count = 50", [5]),
        ("word count != 50", [0, 1, 2, 4, 6, 7, 8, 9, 10]),
        ("word count > 10 and word count<=40", [2, 4]),
        ("word count < 60 adj", [1, 4]),
        ("word count is missing", [3]),
        ("tag is not missing and score < 1", [1, 4, 5]),
        ("tag = NOUN", [2, 5, 8]),
        ("tag != noun", [1, 4, 7, 10]),
        ('word = "new york"', [4]),
        ("score = 0.142857142857", [1]),
        ("seen = yes word count < 30", [0, 2]),
        ("seen != true", [1, 5, 7, 9]),
        ("when = 2012", [2]),
        ("when > 2018-06", [9, 10]),
        ("when <= 2011", [0, 1]),
        ('when >= "2019-06-15 00:00"', [9, 10]),
        ("2013-06", [3]),
        ("word count > -1e999", [0, 1, 2, 4, 5, 6, 7, 8, 9, 10]),
    ],
)
def test_a_query_finds(page, query, rows):
    answer = page.search(query)
    assert answer.message["error"] == ("" if query != "x=5" else answer.message["error"])
    assert answer.arrays["rows"].tolist() == rows
    assert np.flatnonzero(np.unpackbits(answer.arrays["matches"], bitorder="little")).tolist() == rows
    assert answer.message["count"] == len(rows)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("word count >", "Say what 'word count' is to be compared with, such as word count > 100"),
        ("word count > many", "'word count' holds numbers, and 'many' is not one"),
        ("score > nan", "is not one"),
        ("scroe > 5", "no column 'scroe'. The nearest of the 6 there are: 'score'"),
        ("tag > 5", "holds categories, which is compared with = or != only"),
        ("word < b", "holds text"),
        ("seen = maybe", "is true or false"),
        ("when > yesterday", "write 2020, 2020-01-31"),
        ("when = 2020-02-31", "is not one"),
        ("score > 1 or tag = x", 'joined by "and" only'),
        ("x" * 3000, "at most 2,000"),
    ],
)
def test_a_query_that_cannot_be_understood_says_why(page, query, said):
    answer = page.search(query)
    assert answer.status == 200
    assert said in answer.message["error"]
    assert answer.message["count"] == 0


def test_what_was_understood_is_said(page):
    assert page.search("vamp score>=1").message["understood"] == "contains “vamp” and score >= 1"
    assert page.search("vamp", column="word").message["understood"] == "word contains “vamp”"
    assert page.search("^v", mode="regex").message["understood"] == "matches /^v/"


def test_one_column_alone_can_be_searched(page):
    assert page.search("2", column="word").arrays["rows"].tolist() == []
    assert page.search("2", column="word count").arrays["rows"].tolist() == [2]
    assert page.search("> 80", column="word count").arrays["rows"].tolist() == [9, 10]


@pytest.mark.parametrize(
    ("query", "rows"),
    [("^(vamp|Drac)", [0, 1]), (r"^\d+%", [2]), ("(?i)^VAMP", [0]), ("", []), ("ADJ|^90$", [1, 4, 7, 9, 10])],
)
def test_an_expression_finds(page, query, rows):
    assert page.search(query, mode="regex").arrays["rows"].tolist() == rows


@pytest.mark.parametrize("query", ["(", "[", "*", r"\d{9999}", "(?<=a)b", "a\ud800("])
def test_an_expression_that_is_none_says_why(page, query):
    answer = page.search(query, mode="regex")
    assert "not an expression that can be searched for" in answer.message["error"]
    assert "Error" not in answer.message["error"]


def test_only_so_many_rows_are_listed_but_all_are_counted(page):
    answer = page.search("word count >= 0", limit=2)
    assert (answer.message["count"], answer.arrays["rows"].tolist()) == (10, [0, 1])


@pytest.mark.parametrize("query", ["'; DROP TABLE texts_0; --", "$1", "?", "' OR 1=1 --", "read_csv('/etc/passwd')"])
def test_sql_is_a_text_like_any_other(page, query):
    page.search(query)
    assert page.search(query, mode="regex").status == 200
    assert page.search("vampire").message["count"] == 1


def test_a_text_that_is_no_unicode_is_searched_all_the_same():
    texts = np.array(["a\ud800b", "nul\0nul", None], dtype=object)
    searcher = Searcher(Columns([Column("word", "text", texts)]))
    assert searcher.search(SearchRequest("nul"))[0].count == 1
    assert searcher.search(SearchRequest("\ud800"))[0].error == ""


@pytest.mark.parametrize(
    "query", ["a", "É", "inf", "-0", "nan", "7", "9", "2020", "true", "false", "u = aa", "t = x", "u is missing"]
)
def test_values_that_repeat_are_found_like_those_that_do_not(query):
    once = [
        Column("t", "text", np.array([None, None, None, None], dtype=object)),
        Column("u", "text", np.array(["Aa", "b", None, "é"], dtype=object)),
        Column("x", "number", np.array([0.0, np.nan, np.inf, -0.0])),
        Column("i", "integer", np.array([7, 8, 9, 7]), mask=np.array([False, False, True, False])),
        Column("w", "time", np.array(["2020-01-01", "NaT", "2021-05-05", "2020-01-01"], "datetime64[us]")),
        Column("b", "boolean", np.array([True, False, True, False]), mask=np.array([False, False, False, True])),
    ]
    often = [
        Column(each.name, each.kind, np.tile(each.values, 5), mask=None if each.mask is None else np.tile(each.mask, 5))
        for each in once
    ]
    found, repeated = (Searcher(Columns(each)).search(SearchRequest(query))[1]["rows"] for each in (once, often))
    assert repeated.tolist() == [int(row) + 4 * turn for turn in range(5) for row in found]


def test_without_columns_nothing_is_found():
    for mode in ("words", "regex"):
        assert Searcher(Columns(n=3)).search(SearchRequest("a", mode=mode))[0].count == 0


PIECES = st.sampled_from(
    ['"', "word", "word count", "score", ">", "<=", "!=", "5", "is", "not", "missing", "and", " ", "é"]
)


@pytest.fixture(scope="module")
def searcher() -> Searcher:
    texts = np.array(["word", "score > 5", None], dtype=object)
    numbers = np.array([1.0, np.nan, np.inf])
    return Searcher(
        Columns(
            [Column("word", "text", texts), Column("score", "number", numbers), Column("a b", "integer", np.arange(3))]
        )
    )


@settings(max_examples=300, deadline=None)
@given(query=st.text(max_size=40) | st.lists(PIECES, max_size=8).map("".join), mode=st.sampled_from(["words", "regex"]))
def test_no_query_is_ever_an_exception(searcher, query, mode):
    message, arrays = searcher.search(SearchRequest(query, mode=mode))
    assert message.count == 0 if message.error else message.count == len(arrays["rows"])
