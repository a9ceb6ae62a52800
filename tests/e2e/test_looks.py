"""How points look beside their colours, in a real Chromium."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser

Explore = Callable[..., Page]


@pytest.fixture
def walks(tmp_path: Path) -> Path:
    """Three walks of 60 points each, with a text, an order and the next row's number."""
    random = np.random.default_rng(0)
    lines = ["word\twalk\torder\tmass\t__next__\tx_0\tx_1\tx_2"]
    for walk, (name, about) in enumerate({"a": "sea and ship", "b": "wood or tree", "c": "star, moon"}.items()):
        places = np.cumsum(random.normal(size=(60, 3)), axis=0) + 40 * np.eye(3)[walk]
        for i, place in enumerate(places.round(3)):
            following = walk * 60 + i + 1 if i < 59 else ""
            numbers = "\t".join(map(str, place))
            lines.append(f"{about} {walk * 60 + i}\t{name}\t{i}\t{2.0**i}\t{following}\t{numbers}")
    path = tmp_path / "walks.tsv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def unfold(page: Page) -> None:
    page.locator("summary", has_text="Appearance").click()


def seen(page: Page) -> bytes:
    """The picture without panels, once it rests."""
    page.wait_for_timeout(700)
    return page.locator(".picture").screenshot()


def rested(page: Page) -> bytes:
    """The picture once it moves no more."""
    before = seen(page)
    for _ in range(20):
        after = seen(page)
        if after == before:
            return after
        before = after
    raise AssertionError("the picture never came to rest")


def changed(page: Page, before: bytes) -> bytes:
    for _ in range(20):
        after = seen(page)
        if after != before:
            return after
    raise AssertionError("the picture stayed as it was")


def test_points_are_sized_and_faded_by_a_number(explore: Explore, walks: Path) -> None:
    page = explore("open", walks)
    unfold(page)
    before = seen(page)
    page.get_by_label("Size by").select_option("mass")
    sized = changed(page, before)
    page.get_by_label("Opacity by").select_option("order")
    changed(page, sized)
    page.get_by_role("button", name="Reset").click()
    expect(page.get_by_label("Size by")).to_have_value("")


def test_lines_follow_the_column_of_the_projector_and_any_group_in_any_order(explore: Explore, walks: Path) -> None:
    page = explore("open", walks)
    unfold(page)
    expect(page.get_by_label("Lines by")).to_have_value("__next__")
    joined = seen(page)
    page.get_by_label("Lines by").select_option("")
    bare = changed(page, joined)
    page.get_by_label("Lines by").select_option("walk")
    page.get_by_label("in order of").select_option("order")
    assert changed(page, bare) != bare


def test_regions_are_named_and_dense_places_outlined(explore: Explore, walks: Path) -> None:
    page = explore("open", walks)
    unfold(page)
    before = seen(page)
    page.get_by_label("Name regions").select_option("word")
    named = changed(page, before)
    page.get_by_role("button", name="Contours").click()
    changed(page, named)
    page.keyboard.press("3")
    expect(page.get_by_role("button", name="Contours")).to_be_disabled()
    expect(page.get_by_role("button", name="Fog")).to_have_attribute("aria-pressed", "true")


def test_a_picture_in_3d_turns_until_it_is_touched(browser: Browser, serve: Callable[..., str], walks: Path) -> None:
    context = browser.new_context(viewport={"width": 1000, "height": 700})  # with motion
    page = context.new_page()
    page.goto(serve("open", walks))
    page.wait_for_selector("html[data-ready=picture]", state="attached")
    page.keyboard.press("3")
    unfold(page)
    still = rested(page)
    page.get_by_role("button", name="Turn slowly").click()
    turning = changed(page, still)
    changed(page, turning)
    page.locator(".picture").press("ArrowLeft")
    rested(page)
    context.close()


def test_a_label_is_made_of_several_columns(explore: Explore, walks: Path) -> None:
    page = explore("open", walks)
    page.get_by_label("Label by").select_option(label="several columns …")
    page.get_by_label("Label made of columns").fill("{walk}: step {order}")
    page.get_by_role("searchbox", name=re.compile("Search")).fill("star, moon")
    page.get_by_role("searchbox", name=re.compile("Search")).press("Enter")
    expect(page.get_by_role("region", name="Point").get_by_role("heading")).to_have_text(re.compile(r"^c: step \d+$"))
    page.get_by_label("Label made of columns").fill("{walc}")
    expect(page.locator("#label-says")).to_contain_text("There is no column “walc”")


def test_a_palette_and_the_ends_of_the_scale_are_chosen(explore: Explore, walks: Path) -> None:
    page = explore("open", walks)
    page.get_by_label("Colour by").select_option("order")
    unfold(page)
    before = seen(page)
    page.get_by_label("Palette").select_option("cividis")
    other = changed(page, before)
    page.get_by_label("The last colour from").fill("10")
    page.get_by_label("The last colour from").press("Enter")
    changed(page, other)
    page.get_by_label("The last colour from").fill("")
    page.get_by_label("The last colour from").press("Enter")
    expect(page.get_by_label("The last colour from")).to_have_value("59")


def test_what_was_set_survives_a_reload(explore: Explore, walks: Path) -> None:
    page = explore("open", walks)
    unfold(page)
    page.get_by_label("Size by").select_option("mass")
    page.get_by_label("Lines by").select_option("walk")
    page.get_by_label("Name regions").select_option("word")
    page.get_by_label("Palette").select_option("tableau")
    page.get_by_role("button", name="Contours").click()
    expect(page).to_have_url(re.compile("ct=1"))
    page.reload()
    page.wait_for_selector("html[data-ready=picture]", state="attached")
    unfold(page)
    for label, value in {"Size by": "mass", "Lines by": "walk", "Name regions": "word", "Palette": "tableau"}.items():
        expect(page.get_by_label(label)).to_have_value(value)
    expect(page.get_by_role("button", name="Contours")).to_have_attribute("aria-pressed", "true")
