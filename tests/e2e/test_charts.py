"""Charts of columns beside the picture, in a real Chromium."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

Explore = Callable[..., Page]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """200 points of two kinds, whose numbers run from 0 to 199; the first hundred are of kind a."""
    vectors = np.random.default_rng(0).normal(size=(200, 3)).round(3)
    lines = ["kind\tnumber\tx_0\tx_1\tx_2"]
    lines += [f"{'ab'[i // 100]}\t{i}\t" + "\t".join(map(str, row)) for i, row in enumerate(vectors)]
    path = tmp_path / "table.tsv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def chart(page: Page, name: str) -> Locator:
    page.get_by_label("Add a chart").select_option(name)
    return page.get_by_role("region", name=f"Chart of {name}")


def test_what_one_chart_refuses_is_not_counted_by_the_others(explore: Explore, table: Path) -> None:
    page = explore("open", table)
    page.get_by_role("button", name="Charts").click()
    kinds, numbers = chart(page, "kind"), chart(page, "number")
    first = kinds.get_by_role("button", name="a 100")
    expect(first).to_be_visible()
    box = numbers.get_by_role("slider").bounding_box()
    assert box
    page.mouse.move(box["x"] + 1, box["y"] + 9)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 4 - 2, box["y"] + 9, steps=4)
    page.mouse.up()
    expect(page.get_by_text("50 of 200 pass")).to_be_visible()
    expect(kinds.get_by_role("button", name="a 50")).to_be_visible()
    expect(kinds.get_by_role("button", name="b 0")).to_be_visible()
    page.get_by_role("button", name="Select them").click()
    page.get_by_role("button", name="Inspect").click()
    expect(page.get_by_text("50 selected")).to_be_visible()


def test_charts_follow_the_selection_and_survive_a_reload(explore: Explore, table: Path) -> None:
    page = explore("open", table)
    page.get_by_role("searchbox").fill("number < 20")
    page.get_by_role("search").get_by_role("button", name="Select").click()
    page.get_by_role("button", name="Charts").click()
    kinds = chart(page, "kind")
    kinds.get_by_role("button", name="a 20").click()
    expect(page.get_by_text("100 of 200 pass")).to_be_visible()
    expect(page).to_have_url(re.compile("chb=0"))
    page.reload()
    page.wait_for_selector("html[data-ready=picture]", state="attached")
    expect(page.get_by_text("100 of 200 pass")).to_be_visible()
    page.get_by_role("button", name="Take the chart of kind away").click()
    expect(page.get_by_text("of 200 pass")).to_have_count(0)
