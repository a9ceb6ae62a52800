"""What moves while a model learns: trails, colours by motion, who moved most, and neighbours that came and left."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from vectarium.data import RunWriter

Explore = Callable[..., Page]
N, STEPS, FAR = 400, [0, 1, 2, 3], 123


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """Points that hardly move, but for one that goes away to step 2."""
    rng = np.random.default_rng(0)
    vectors = rng.standard_normal((N, 5))
    with RunWriter(tmp_path / "moving.run") as made:
        made.add_embedding("hidden", n=N, d=5, columns={"word": [f"w{i}" for i in range(N)]})
        for step in STEPS:
            vectors += 0.01 * rng.standard_normal((N, 5))
            vectors[FAR, 0] += 8.0 * (step == 2)
            said = ["cat" if i < 100 * step else "dog" for i in range(N)]
            made.write(step, {"hidden": vectors.astype(np.float32)}, columns={"hidden": {"prediction": said}})
    return made.path


def test_who_moved_most_is_found_and_seen_where_it_did(explore: Explore, run: Path) -> None:
    page = explore("open", run)
    page.get_by_role("button", name="Motion", exact=True).click()
    points = page.get_by_role("list", name="Points, who moved most first").get_by_role("listitem")
    expect(points.first).to_contain_text(re.compile(rf"w{FAR}\s"))
    assert points.count() < 60
    points.first.get_by_role("button").click()
    expect(page.get_by_role("region", name="Steps of the training")).to_contain_text("step 2 of 3")
    page.get_by_role("list", name="Points, who moved most first").evaluate("list => list.scrollTo(0, 1e6)")
    expect(points.last).to_have_attribute("aria-posinset", str(N))
    page.get_by_role("button", name="Inspect", exact=True).click()
    page.get_by_label("Compare with the neighbours at").select_option("step 1")
    expect(page.get_by_text("of 20 stayed")).to_be_visible()
    columns = page.get_by_role("region", name=re.compile("^Nearest neighbours at step"))
    assert [columns.nth(i).get_by_role("listitem").count() for i in (0, 1)] == [20, 20]
    expect(columns.nth(1).get_by_label("came").first).to_be_visible()


def test_points_are_coloured_by_their_motion(explore: Explore, run: Path) -> None:
    page = explore("open", run)
    choose = page.get_by_label("Colour by")
    colours = page.get_by_role("region", name="Colours")
    choose.select_option("moved so far")
    expect(colours).to_contain_text("up to step 3. Euclidean distances in all 5 dimensions, after the turn")
    high = colours.locator("figcaption span").last.inner_text()
    page.get_by_role("slider", name="Step", exact=True).press("Home")
    expect(colours).to_contain_text("up to step 0")
    assert colours.locator("figcaption span").last.inner_text() == high
    choose.select_option("last new prediction")
    expect(colours).to_contain_text("400 missing")
    page.get_by_role("slider", name="Step", exact=True).press("End")
    expect(colours).to_contain_text("100 missing")
    choose.select_option("new neighbours")
    expect(colours).to_contain_text("15 nearest came anew from step 2 to step 3. Exact nearest neighbours")


def test_trails_are_switched_on_and_kept_in_the_address(explore: Explore, run: Path) -> None:
    page = explore("open", run)
    trails = page.get_by_role("button", name="Trails of the selected points")
    page.keyboard.press("m")
    expect(trails).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_text("Select points, or click one")).to_be_visible()
    expect(page).to_have_url(re.compile("tr=1"))
    before = picture(page)
    with page.expect_response(re.compile("/trails")) as answered:
        page.get_by_role("searchbox").fill(f"w{FAR}")
        page.get_by_role("searchbox").press("Enter")
    assert answered.value.ok
    expect(page.get_by_text("Select points, or click one")).to_be_hidden()
    assert picture(page) != before


def picture(page: Page) -> bytes:
    return page.get_by_role("application").screenshot()
