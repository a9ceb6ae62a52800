from __future__ import annotations

import threading
from itertools import pairwise

import numpy as np
import pytest

from vectarium.data import Collection, Embedding, FileThumbnails, SpriteThumbnails
from vectarium.errors import FormatError

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(64))


def test_the_collection_is_outlined(page):
    said = page.ask("/api/collection").message
    first, second = said["embeddings"]
    assert (said["name"], said["hint"]) == ("words", "search for vampire")
    assert said["notes"] == [{"severity": "fault", "message": "missing.tsv is not there", "where": ""}]
    assert first["notes"] == [{"severity": "remark", "message": "line 3 is odd", "where": "line 3"}]
    assert [column["kind"] for column in first["columns"]] == [
        "text",
        "integer",
        "number",
        "category",
        "boolean",
        "time",
    ]
    assert first["coordinates"] == [{"name": "given", "dimensions": 2, "description": "by hand"}]
    assert first["thumbnails"]["form"] == "pixels"
    assert (second["n"], second["d"], second["columns"], second["thumbnails"]) == (3, 3, [], None)


def test_a_text_column_comes_back_as_it_was(page, words):
    answer = page.ask("/api/embeddings/0/columns/0")
    offsets, data = answer.arrays["offsets"], answer.arrays["bytes"].tobytes()
    texts = [data[start:stop].decode() for start, stop in pairwise(offsets)]
    assert texts == [word or "" for word in words[0].columns["word"]]
    assert np.flatnonzero(answer.arrays["missing"]).tolist() == [7]


def test_columns_of_every_other_kind_come_back(page, words):
    columns = words[0].columns
    found = [page.ask(f"/api/embeddings/0/columns/{i}") for i in range(1, 6)]
    assert [each.message["missing"] for each in found] == [1, 1, 4, 1, 1]
    assert found[2].message["categories"] == ["ADJ", "Noun"]
    np.testing.assert_array_equal(
        found[0].arrays["values"], np.where(columns["word count"].mask, np.nan, np.arange(11) * 10)
    )
    np.testing.assert_array_equal(found[1].arrays["values"], columns["score"].values)
    np.testing.assert_array_equal(found[2].arrays["codes"], columns["tag"].values)
    assert found[4].arrays["values"][0] == np.datetime64("2010-06-15", "ms").astype(int)
    assert np.isnan(found[4].arrays["values"][4])


def test_coordinates_come_back_in_the_browsers_byte_order(page, words):
    answer = page.ask("/api/embeddings/0/coordinates/0")
    np.testing.assert_array_equal(answer.arrays["values"], words[0].coordinates[0].values.astype("<f4"))


def test_a_point_says_all_that_is_known_of_it(page):
    assert page.ask("/api/embeddings/0/points/2").message["values"] == [
        "100% wool", "20", None, "Noun", "true", "2012-06-15 00:00:00",
    ]  # fmt: skip
    assert page.ask("/api/embeddings/0/points/6").message["finite"] is False


def test_pixels_come_in_pages(page, words):
    answer = page.ask("/api/embeddings/0/thumbnails/0")
    np.testing.assert_array_equal(answer.arrays["pixels"][..., 0], words[0].thumbnails.pixels)


def test_files_come_one_after_another_and_a_missing_one_is_named(explore, tmp_path):
    (tmp_path / "a b.png").write_bytes(PNG)
    paths = (tmp_path / "a b.png", None, tmp_path / "gone.png", tmp_path / "a b.png")
    page = explore(Embedding("x", np.eye(4), thumbnails=FileThumbnails(paths)))
    answer = page.ask("/api/embeddings/0/thumbnails/0")
    assert answer.arrays["offsets"].tolist() == [0, len(PNG), len(PNG), len(PNG), 2 * len(PNG)]
    assert answer.arrays["bytes"].tobytes() == PNG * 2
    assert "gone.png" in answer.message["notes"][0]["where"]


def test_a_sprite_is_the_picture_itself(explore, tmp_path):
    (tmp_path / "sprite.txt").write_bytes(PNG)
    page = explore(Embedding("x", np.eye(4), thumbnails=SpriteThumbnails(tmp_path / "sprite.txt", (8, 8), 2, 4)))
    answer = page.ask("/api/embeddings/0/thumbnails/0")
    assert (answer.headers["content-type"], answer.body) == ("image/png", PNG)


def test_a_sprite_that_could_hold_a_script_is_not_given(explore, tmp_path):
    (tmp_path / "sprite.png").write_text("<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>")
    page = explore(Embedding("x", np.eye(4), thumbnails=SpriteThumbnails(tmp_path / "sprite.png", (8, 8), 2, 4)))
    assert "no picture" in page.ask("/api/embeddings/0/thumbnails/0").message["error"]


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/api/embeddings/2/points/0", 400, "no embedding 2; there are 2"),
        ("/api/embeddings/0/points/11", 400, "no point 11; there are 11"),
        ("/api/embeddings/0/points/99999999999999999999", 400, "no point"),
        ("/api/embeddings/0/points/-1", 404, "nothing at"),
        ("/api/embeddings/0/columns/6", 400, "no column 6; there are 6"),
        ("/api/embeddings/0/coordinates/1", 400, "no coordinates 1; there are 1"),
        ("/api/embeddings/0/thumbnails/1", 400, "no page 1"),
        ("/api/embeddings/1/thumbnails/0", 404, "nothing at"),
        ("/api/projections/pca-9", 404, "no job 'pca-9'"),
        ("/api/projections/pca-0-5?components=7", 400, "no component 7; there are 5"),
        ("/api/projections/pca-0-5?components=x", 400, "numbers from 0 on"),
        ("/api/elsewhere", 404, "nothing at /api/elsewhere"),
    ],
)
def test_what_is_not_there_is_named(page, path, status, said):
    page.job("pca-0-5").wait(10)
    answer = page.ask(path)
    assert answer.status == status
    assert said in answer.message["error"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("{", "not JSON"),
        ("[]", "not a JSON object"),
        ("[" * 60_000, "not JSON"),
        ({}, "needs the field 'query'"),
        ({"query": 5}, "query is 5; a value of type str"),
        ({"query": "a", "limit": True}, "type int"),
        ({"query": "a", "limit": -1}, "limit is -1"),
        ({"query": "a", "mode": "sql"}, "allowed are 'words', 'regex'"),
        ({"query": "a", "more": 1}, "no field 'more'"),
        ({"query": "a", "column": "wrod"}, "nearest of the 6 there are: 'word'"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(page, body, said):
    answer = page.ask("/api/embeddings/0/search", body)
    assert 400 <= answer.status < 500
    assert said in answer.message["error"]


def test_too_large_a_request_is_refused(page):
    assert page.ask("/api/embeddings/0/search", "x" * 100_000).status == 413


def test_a_wrong_method_is_named(page):
    assert "GET is not possible" in page.ask("/api/embeddings/0/search").message["error"]


def test_while_files_are_read_the_page_is_told_how_far(explore):
    go = threading.Event()

    def load(progress):
        progress(0.25, "Reading words.tsv")
        go.wait(20)
        return Collection("late", [Embedding("late", np.eye(3))])

    page = explore(load)
    answer = page.ask("/api/collection")
    assert answer.status == 202
    assert answer.message == {"state": "running", "fraction": 0.25, "text": "Reading words.tsv", "error": ""}
    assert page.ask("/api/embeddings/0/points/0").status == 409
    go.set()
    page.job("open").wait(10)
    assert page.ask("/api/collection").message["name"] == "late"


def test_when_the_opening_fails_late_the_page_is_told_why(explore):
    go = threading.Event()

    def load(progress):
        go.wait(20)
        raise FormatError("The header promises too much.", "words.npy")

    page = explore(load)
    go.set()
    page.job("open").wait(10)
    answer = page.ask("/api/collection")
    assert answer.status == 500
    assert answer.message["error"] == "words.npy: The header promises too much."


def test_many_answers_at_once_are_all_whole(explore):
    values = np.random.default_rng(0).random(400_000)
    page = explore(np.eye(4).repeat(100_000, axis=0), columns={"value": values})
    found: list[bool] = []

    def ask() -> None:
        found.append(np.array_equal(page.ask("/api/embeddings/0/columns/0").arrays["values"], values))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 6
