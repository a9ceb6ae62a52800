"""Saved views on disk, over real HTTP."""

from __future__ import annotations

import json

import numpy as np
import pytest

import vectarium as vt

FILE = {
    "format": "vectarium bookmarks",
    "version": 1,
    "collection": "w",
    "bookmarks": [{"caption": "a", "address": ""}],
}


@pytest.fixture(autouse=True)
def own_data(tmp_path, monkeypatch):
    monkeypatch.setenv("VECTARIUM_DATA", str(tmp_path / "own"))


@pytest.fixture
def opened(explore):
    """A page of what is open already."""

    def start(anything):
        page = explore(anything)
        page.finished("open")
        return page

    return start


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "words.tsv"
    path.write_text("word\tx_0\tx_1\nking\t1\t2\nqueen\t3\t4\n", encoding="utf-8")
    return path


def test_bookmarks_are_kept_beside_what_was_opened(opened, table):
    page = opened(table)
    assert page.ask("/api/bookmarks").message["text"] == ""
    said = page.ask("/api/bookmarks", json.dumps(FILE), "POST").message
    kept = table.parent / "words.tsv.vectarium" / "bookmarks.json"
    assert said["kept"] == str(kept)
    assert json.loads(kept.read_text()) == FILE
    assert json.loads(opened(table).ask("/api/bookmarks").message["text"]) == FILE


def test_bookmarks_of_a_program_are_kept_in_the_persons_own_folder(opened, tmp_path):
    collection = vt.Collection("w", [vt.Embedding("w", np.eye(4, dtype="f4"))])
    page = opened(collection)
    assert str(tmp_path / "own") in page.ask("/api/bookmarks", json.dumps(FILE), "POST").message["kept"]


@pytest.mark.parametrize("text", ["", "no json", "[]", '{"format": "other"}', "[" * 100_000])
def test_what_is_no_file_of_bookmarks_is_not_kept(opened, table, text):
    page = opened(table)
    answer = page.ask("/api/bookmarks", text, "POST")
    assert (answer.status, "bookmarks" in answer.message["error"]) == (400, True)
    assert page.ask("/api/bookmarks").message["kept"] == ""


def test_a_damaged_file_is_told_of_and_may_be_replaced(opened, table):
    kept = table.parent / "words.tsv.vectarium" / "bookmarks.json"
    kept.parent.mkdir()
    kept.write_text("{")
    page = opened(table)
    assert "cannot be read" in page.ask("/api/bookmarks").message["fault"]
    assert page.ask("/api/bookmarks", json.dumps(FILE), "POST").message["fault"] == ""


def test_bookmarks_that_came_with_a_config_are_brought(opened, tmp_path):
    (tmp_path / "x.tsv").write_text("1\t2\n3\t4\n")
    (tmp_path / "views.txt").write_text('[{"label": "one", "selectedProjection": "pca"}]')
    entry = {"tensorName": "x", "tensorShape": [2, 2], "tensorPath": "x.tsv", "bookmarksPath": "views.txt"}
    (tmp_path / "config.json").write_text(json.dumps({"embeddings": [entry]}))
    (brought,) = opened(tmp_path / "config.json").ask("/api/bookmarks").message["brought"]
    assert brought["embedding"] == 0
    assert json.loads(brought["text"])[0]["label"] == "one"
