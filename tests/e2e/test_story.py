"""Keeping views and telling a story with them, in a real Chromium."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

Explore = Callable[..., Page]


@pytest.fixture
def words(tmp_path: Path) -> Path:
    """200 points of two kinds."""
    vectors = np.random.default_rng(0).normal(size=(200, 5)).round(3)
    lines = ["word\tkind\t" + "\t".join(f"x_{k}" for k in range(5))]
    lines += [f"w{i}\t{'ab'[i % 2]}\t" + "\t".join(map(str, row)) for i, row in enumerate(vectors)]
    path = tmp_path / "words.tsv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def ready(page: Page) -> None:
    page.wait_for_selector("html[data-ready=picture]", state="attached")


def search(page: Page, text: str) -> None:
    page.get_by_role("button", name="Inspect").click()
    page.get_by_role("searchbox").fill(text)


def test_views_are_kept_and_come_to_again_also_after_a_restart(
    explore: Explore, serve: Callable[..., str], words: Path
) -> None:
    page = explore("open", words)
    search(page, "kind = a")
    page.get_by_role("search").get_by_role("button", name="Select").click()
    page.get_by_role("button", name="Isolate").click()
    expect(page.get_by_role("status", name="What is seen")).to_contain_text("100 of 200")
    page.get_by_role("button", name="Story", exact=True).click()
    page.get_by_role("button", name="Keep this view").click()
    expect(page.get_by_label("Caption of view 1")).to_be_visible()
    page.get_by_label("Caption of view 1").fill("Only kind a")
    page.get_by_label("Caption of view 1").blur()
    page.get_by_role("button", name="Inspect").click()
    page.get_by_role("searchbox").fill("")
    page.get_by_role("button", name="Show all").first.click()
    page.get_by_label("Colour by").select_option("")
    page.get_by_role("button", name="Story", exact=True).click()
    page.get_by_role("button", name="Keep this view").click()
    expect(page.get_by_label("Caption of view 2")).to_be_visible()
    expect(page.get_by_text(re.compile("Kept in .*bookmarks.json"))).to_be_visible()

    page.goto(serve("open", words))
    ready(page)
    page.get_by_role("button", name="Story", exact=True).click()
    expect(page.get_by_label("Caption of view 1")).to_have_value("Only kind a")
    page.get_by_role("button", name="Come to view 1").click()
    expect(page.get_by_role("status", name="What is seen")).to_contain_text("100 of 200")
    expect(page.get_by_label("Colour by")).to_have_value("kind")
    page.keyboard.press("PageDown")
    expect(page.get_by_label("Colour by")).to_have_value("")
    expect(page.get_by_role("status", name="What is seen")).not_to_contain_text("of 200")
    expect(page.get_by_role("complementary", name="Story", exact=True)).to_contain_text("2/2")


def test_a_layout_that_was_computed_comes_back_with_the_bookmark(
    explore: Explore, serve: Callable[..., str], words: Path
) -> None:
    page = explore("open", words)
    page.get_by_role("group", name="Method").get_by_role("button", name="t-SNE").click()
    page.keyboard.press("r")
    expect(page.get_by_role("button", name=re.compile("keeps .*% of each"))).to_be_visible()
    page.get_by_role("button", name="Story", exact=True).click()
    page.get_by_role("button", name="Keep this view").click()
    expect(page.get_by_label("Caption of view 1")).to_have_value("words, t-SNE")

    page.goto(serve("open", words))
    ready(page)
    page.get_by_role("button", name="Story", exact=True).click()
    page.get_by_role("button", name="Come to view 1").click()
    expect(page.get_by_role("status", name="What is seen")).to_contain_text("t-SNE, as a bookmark kept it")


def test_the_projectors_bookmarks_open_and_are_written(
    explore: Explore, words: Path, tmp_path: Path, saved: Callable[[Callable[[], object]], Path]
) -> None:
    states = [
        {
            "label": "Ten of them",
            "selectedProjection": "custom",
            "dataSetDimensions": [10, 5],
            "projections": [{"linear-x": row, "linear-y": -row} for row in range(10)],
            "filteredPoints": list(range(20, 30)),
            "selectedPoints": [1],
            "selectedLabelOption": "word",
        }
    ]
    file = tmp_path / "bookmarks.txt"
    file.write_text(json.dumps(states))
    page = explore("open", words)
    page.get_by_role("button", name="Story", exact=True).click()
    page.get_by_label("A file of bookmarks").set_input_files(file)
    page.get_by_role("button", name="Come to view 1").click()
    expect(page.get_by_role("status", name="What is seen")).to_contain_text("10 of 200")
    (written,) = json.loads(saved(page.get_by_role("button", name="For the Projector").click).read_text())
    assert written["filteredPoints"] == states[0]["filteredPoints"]
    assert written["selectedPoints"] == [1]
    assert written["dataSetDimensions"] == [10, 5]
    places = [[place["linear-x"], place["linear-y"]] for place in written["projections"]]
    np.testing.assert_allclose(places, [[row, -row] for row in range(10)], atol=1e-3)


def test_what_is_no_file_of_bookmarks_is_refused(explore: Explore, words: Path, tmp_path: Path) -> None:
    file = tmp_path / "no.json"
    file.write_text('{"a": 1}')
    page = explore("open", words)
    page.get_by_role("button", name="Story", exact=True).click()
    page.get_by_label("A file of bookmarks").set_input_files(file)
    expect(page.get_by_role("alert")).to_contain_text("no file of bookmarks")
