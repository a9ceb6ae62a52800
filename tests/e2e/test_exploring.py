"""What a person does with the explorer, in a real Chromium."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

import vectarium as vt
from vectarium.demo import load

pytestmark = pytest.mark.browser

Explore = Callable[..., Page]


@pytest.fixture
def words(tmp_path: Path) -> Path:
    """300 vectors in three groups, with labels, groups and counts."""
    random = np.random.default_rng(0)
    group = np.arange(300) % 3
    vectors = random.normal(size=(300, 12)) + 6 * np.eye(12)[group]
    lines = ["word\tgroup\tcount\t" + "\t".join(f"x_{k}" for k in range(12))]
    lines += [f"w{i}\t{'abc'[group[i]]}\t{i}\t" + "\t".join(map(str, row)) for i, row in enumerate(vectors.round(4))]
    path = tmp_path / "wörter mit raum.tsv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def wait_for_picture(page: Page) -> None:
    page.wait_for_selector("html[data-ready=picture]", state="attached")


def search(page: Page, text: str) -> None:
    page.get_by_role("searchbox").fill(text)


def matches(page: Page) -> int:
    shown = page.locator("search .count b")
    shown.wait_for()
    return int(shown.inner_text().replace(",", ""))


def neighbours(page: Page) -> list[str]:
    names = page.locator("ol[aria-label^='Nearest'] .name")
    names.first.wait_for()
    return names.all_inner_texts()


def test_the_demo_opens_on_a_picture_with_a_hint(explore: Explore) -> None:
    page = explore("demo")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".hint")).to_contain_text(re.compile("search", re.IGNORECASE))
    expect(page.get_by_role("list", name="Embeddings").get_by_role("listitem")).to_have_count(len(load()))


def test_search_lights_the_matches_as_one_types(explore: Explore, words: Path) -> None:
    page = explore("open", words)
    search(page, "w29")
    expect(page.locator("search .count b")).to_have_text("11")
    search(page, "count >= 290")
    expect(page.locator("search .count b")).to_have_text("10")
    page.get_by_role("button", name="Regular expression").click()
    search(page, "^w1.$")
    expect(page.locator("search .count b")).to_have_text("10")
    search(page, "(")
    expect(page.locator("search .fault")).to_be_visible()


def test_a_match_opens_its_card_and_neighbours_and_one_can_walk(explore: Explore, words: Path) -> None:
    page = explore("open", words)
    search(page, "w17")
    page.get_by_role("searchbox").press("Enter")
    card = page.get_by_role("region", name="Point")
    expect(card.get_by_role("heading")).to_have_text("w17")
    expect(card).to_contain_text("17")
    first = neighbours(page)[0]
    page.locator("ol[aria-label^='Nearest'] button").first.click()
    expect(card.get_by_role("heading")).to_have_text(first)
    card.get_by_role("button", name="The point before").click()
    expect(card.get_by_role("heading")).to_have_text("w17")


def test_the_legend_lets_one_group_through(explore: Explore, words: Path) -> None:
    page = explore("open", words)
    entry = page.get_by_role("button", name=re.compile(r"^b\b.*100"))
    entry.click()
    expect(entry).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Hide the others").click()
    expect(page.get_by_role("status", name="What is seen")).to_contain_text("the legend hides some")
    page.get_by_role("button", name="Show all").click()
    expect(entry).to_have_attribute("aria-pressed", "false")


def test_isolating_projects_the_chosen_points_anew(explore: Explore, words: Path) -> None:
    page = explore("open", words)
    search(page, "group = a")
    page.get_by_role("search").get_by_role("button", name="Select").click()
    page.get_by_role("button", name="Isolate").click()
    status = page.get_by_role("status", name="What is seen")
    expect(status).to_contain_text("100 of 300 points")
    page.get_by_role("button", name="Show all").click()
    expect(status).not_to_contain_text("of 300")


def test_a_box_takes_every_point_inside(explore: Explore, words: Path) -> None:
    page = explore("open", words)
    page.get_by_role("button", name=re.compile("^Select with a box")).click()
    page.mouse.move(266, 14)
    page.mouse.down()
    page.mouse.move(600, 400, steps=4)
    page.mouse.move(970, 740, steps=4)
    page.mouse.up()
    expect(page.get_by_role("region", name="Selection")).to_contain_text("300 selected")


def test_a_reload_comes_back_to_the_view(explore: Explore, words: Path) -> None:
    page = explore("open", words)
    page.get_by_label("Colour by").select_option("count")
    page.keyboard.press("3")
    search(page, "w17")
    page.get_by_role("searchbox").press("Enter")
    neighbours(page)
    page.get_by_role("search").get_by_role("button", name="Select").click()
    expect(page).to_have_url(re.compile("d=3.*sel=w17.*i=17"))
    page.reload()
    wait_for_picture(page)
    expect(page.get_by_label("Colour by")).to_have_value("count")
    expect(page.get_by_role("searchbox")).to_have_value("w17")
    expect(page.get_by_role("region", name="Point").get_by_role("heading")).to_have_text("w17")
    expect(page.get_by_role("button", name="3-D")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("region", name="Selection")).to_contain_text("11 selected")


def test_the_keyboard_does_all_of_it(explore: Explore, words: Path) -> None:
    page = explore("open", words)
    page.keyboard.press("/")
    page.keyboard.type("w12")
    expect(page.locator("search li button").first).to_contain_text("w12")
    page.keyboard.press("ArrowDown")
    expect(page.locator("search li button").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Point").get_by_role("heading")).to_have_text("w120")
    page.keyboard.press("Escape")
    expect(page.get_by_role("region", name="Point")).to_have_count(0)
    page.keyboard.press("?")
    expect(page.get_by_role("region", name="Keys")).to_be_visible()
    page.keyboard.press("n")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")


def test_every_control_has_a_name(explore: Explore, words: Path) -> None:
    page = explore("open", words)
    search(page, "w17")
    page.get_by_role("searchbox").press("Enter")
    neighbours(page)
    nameless = page.evaluate(
        """() => [...document.querySelectorAll('button, input, select')].filter((control) =>
            !(control.textContent?.trim() || control.ariaLabel || control.labels?.length)).map((control) => control.outerHTML)"""
    )
    assert nameless == []


def test_axes_can_be_put_on_any_component(explore: Explore, words: Path) -> None:
    page = explore("open", words)
    page.get_by_label("Component on the X axis").select_option("4")
    expect(page.get_by_role("status", name="What is seen")).to_contain_text("components 5 × 2")
    page.get_by_label("Component on the Y axis").select_option("4")
    expect(page.get_by_role("status", name="What is seen")).to_contain_text("components 2 × 5")


def test_labels_with_markup_are_only_words(explore: Explore, tmp_path: Path) -> None:
    evil = '<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>'
    rows = [{"text": evil if i == 3 else f"row {i}", "vector": [i, i * i % 7, -i]} for i in range(8)]
    path = tmp_path / "labels.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    page = explore("open", path)
    search(page, "onerror")
    page.get_by_role("searchbox").press("Enter")
    expect(page.get_by_role("region", name="Point").get_by_role("heading")).to_have_text(evil)
    assert page.title() != "owned"


@pytest.mark.parametrize(
    "vectors", [[[1.0, 2.0]], [[1.0], [1.0]], [[5.0, 5.0, 5.0]] * 4, [[0, 1, np.nan], [1, 0, 0], [0, 0, 1]]]
)
def test_next_to_nothing_is_still_a_picture(explore: Explore, tmp_path: Path, vectors: list[list[float]]) -> None:
    path = tmp_path / "few.npy"
    np.save(path, np.array(vectors))
    page = explore("open", path)
    expect(page.get_by_role("status", name="What is seen")).to_contain_text("point")


def test_a_wrong_token_is_refused_in_words(serve: Callable[..., str], browser: Browser) -> None:
    page = browser.new_page()
    page.goto(serve("demo").replace("token=", "token=wrong"))
    expect(page.get_by_role("heading")).to_have_text("This could not be opened")
    expect(page.locator(".fault")).to_contain_text("token")
    page.close()


def test_a_server_that_is_gone_is_told(browser: Browser) -> None:
    page = browser.new_page()
    with vt.show(load("digits"), browser=False) as explorer:
        page.goto(explorer.url)
        wait_for_picture(page)
    expect(page.get_by_text("Vectarium is not running any more")).to_be_visible()
    page.close()
