"""Selecting, tagging, naming, undoing and taking home, in a real Chromium."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

import vectarium as vt

pytestmark = pytest.mark.browser

Explore = Callable[..., Page]
Saved = Callable[[Callable[[], object]], Path]


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What has no place of its own is kept here."""
    monkeypatch.setenv("VECTARIUM_DATA", str(tmp_path / "own"))


@pytest.fixture
def words(tmp_path: Path) -> Path:
    """300 vectors in three groups, with labels, groups and counts."""
    random = np.random.default_rng(0)
    group = np.arange(300) % 3
    vectors = random.normal(size=(300, 12)) + 6 * np.eye(12)[group]
    lines = ["word\tgroup\tcount\t" + "\t".join(f"x_{k}" for k in range(12))]
    lines += [f"w{i}\t{'abc'[group[i]]}\t{i}\t" + "\t".join(map(str, row)) for i, row in enumerate(vectors.round(4))]
    path = tmp_path / "words.tsv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def wait_for_picture(page: Page) -> None:
    page.wait_for_selector("html[data-ready=picture]", state="attached")
    page.get_by_role("navigation", name="Tools").wait_for()


def select(page: Page, query: str, modifiers: list[str] | None = None) -> None:
    page.get_by_role("searchbox").first.fill(query)
    button = page.get_by_role("search").get_by_role("button", name="Select", exact=True)
    button.wait_for()
    expect(page.locator("search .count span").first).to_have_attribute("title", re.compile(".+"))
    page.wait_for_timeout(150)
    button.click(modifiers=modifiers)  # type: ignore[arg-type]


def selected(page: Page, count: int) -> None:
    bar = page.get_by_role("region", name="Selection")
    if count:
        expect(bar.locator("b")).to_have_text(f"{count:,}")
    else:
        expect(bar.locator("b")).to_have_count(0)


def more(page: Page, name: str) -> None:
    button = page.get_by_role("group", name="More to do").get_by_role("button", name=f"{name}…")
    if button.get_attribute("aria-expanded") != "true":
        button.click()


def tag(page: Page, column: str, value: str) -> None:
    more(page, "Tag")
    page.get_by_label("Column to tag in").fill(column)
    page.get_by_label("Value of the tag").fill(value)
    page.get_by_label("Value of the tag").press("Enter")
    expect(page.get_by_role("region", name="Selection").get_by_text("tagged")).to_be_visible()


def name(page: Page, called: str) -> None:
    more(page, "Name")
    page.get_by_label("Name of the selection").fill(called)
    page.get_by_label("Name of the selection").press("Enter")
    expect(page.get_by_role("list", name="Named selections")).to_contain_text(called)


def undo(page: Page) -> None:
    page.locator(".picture").focus()
    page.keyboard.press("Control+z")


def test_selections_are_added_taken_away_and_intersected_by_keys_and_by_buttons(explore: Explore, words: Path) -> None:
    page = explore("open", words)
    select(page, "group = a")
    selected(page, 100)
    select(page, "group = b", ["Shift"])
    selected(page, 200)
    select(page, "count < 30", ["Alt"])
    selected(page, 180)
    select(page, "count < 60", ["Shift", "Alt"])
    selected(page, 20)
    page.get_by_role("button", name="Add", exact=True).click()
    select(page, "group = c")
    selected(page, 120)
    page.get_by_role("button", name="Intersect", exact=True).click()
    select(page, "count < 30")
    selected(page, 10)


def test_what_the_legend_and_the_histogram_let_through_is_selected(explore: Explore, words: Path) -> None:
    page = explore("open", words)
    page.get_by_role("button", name=re.compile(r"^b\b.*100")).click()
    page.get_by_role("button", name="Select these").click()
    selected(page, 100)
    page.get_by_role("button", name="Invert").click()
    selected(page, 200)
    page.get_by_label("Colour by").select_option("count")
    page.get_by_role("slider", name=re.compile("^Values of count")).press("ArrowRight")
    page.get_by_role("button", name="Select these").click()
    selected(page, 60)


def test_a_sphere_takes_what_is_near_its_middle_in_space(explore: Explore, tmp_path: Path) -> None:
    grid = np.stack(np.meshgrid(*[np.linspace(-1, 1, 9)] * 3, indexing="ij"), -1).reshape(-1, 3)
    np.save(tmp_path / "grid.npy", grid)
    page = explore("open", tmp_path / "grid.npy")
    wait_for_picture(page)
    page.keyboard.press("3")
    page.wait_for_timeout(900)
    page.keyboard.press("s")
    page.mouse.move(620, 400)
    page.mouse.down()
    page.mouse.move(660, 440, steps=4)
    page.mouse.move(690, 470, steps=4)
    page.mouse.up()
    count = int(page.get_by_role("region", name="Selection").locator("b").inner_text())
    assert 1 < count < 400


def test_a_selection_grows_by_the_neighbours_of_its_points(explore: Explore, words: Path) -> None:
    page = explore("open", words)
    select(page, "word = w17")
    selected(page, 1)
    more(page, "Grow")
    page.get_by_label("How many neighbours of each").fill("12")
    page.get_by_role("button", name="Grow by them").click()
    selected(page, 13)


def test_isolated_points_nest_and_each_step_leads_back(explore: Explore, words: Path) -> None:
    page = explore("open", words)
    status = page.get_by_role("status", name="What is seen")
    select(page, "group = a")
    page.get_by_role("button", name="Isolate").click()
    expect(status).to_contain_text("100 of 300")
    select(page, "count < 30")
    selected(page, 10)
    page.get_by_role("button", name="Isolate").click()
    expect(status).to_contain_text("10 of 300")
    page.get_by_role("navigation", name="Isolated points").get_by_role("button", name="100").click()
    expect(status).to_contain_text("100 of 300")
    undo(page)
    expect(status).to_contain_text("10 of 300")
    page.get_by_role("button", name="Show all").click()
    expect(status).not_to_contain_text("of 300")


def test_everything_that_changes_is_taken_back_and_done_again(explore: Explore, words: Path) -> None:
    page = explore("open", words)
    wait_for_picture(page)
    page.wait_for_timeout(400)
    page.get_by_label("Colour by").select_option("count")
    page.wait_for_timeout(300)
    select(page, "group = a")
    selected(page, 100)
    tag(page, "mine", "good")
    name(page, "the first")
    page.get_by_role("button", name="Isolate").click()
    expect(page.get_by_role("navigation", name="Isolated points")).to_be_visible()
    undo(page)
    expect(page.get_by_role("navigation", name="Isolated points")).to_have_count(0)
    selected(page, 100)
    undo(page)
    expect(page.get_by_role("list", name="Named selections")).to_have_count(0)
    undo(page)
    expect(page.get_by_label("Colour by").locator("option", has_text="mine")).to_have_count(0)
    undo(page)
    selected(page, 0)
    undo(page)
    expect(page.get_by_label("Colour by")).to_have_value("group")
    for _ in range(5):
        page.keyboard.press("Control+Shift+Z")
    expect(page.get_by_role("navigation", name="Isolated points")).to_be_visible()
    expect(page.get_by_role("list", name="Named selections")).to_contain_text("100")
    expect(page.get_by_label("Colour by")).to_have_value("count")
    expect(page.get_by_label("Colour by").locator("option", has_text="mine")).to_have_count(1)


def test_tags_and_named_selections_survive_a_restart_and_leave_the_data_alone(
    explore: Explore, serve: Callable[..., str], words: Path
) -> None:
    before = words.read_bytes()
    page = explore("open", words)
    select(page, "group = a")
    tag(page, "meine Spalte", "gut 👍 שלום")
    page.get_by_role("button", name="Colour by it").click()
    expect(page.get_by_role("button", name=re.compile("^gut 👍"))).to_be_visible()
    name(page, "die ersten")
    expect(page.get_by_role("region", name="Table")).to_contain_text("Kept in words.tsv.vectarium")
    assert words.read_bytes() == before
    page.goto(serve("open", words))
    wait_for_picture(page)
    page.get_by_role("button", name=re.compile("^die ersten")).click()
    selected(page, 100)
    page.get_by_label("Colour by").select_option("meine Spalte")
    expect(page.get_by_role("button", name=re.compile("^gut 👍.*100"))).to_be_visible()


def test_named_selections_are_renamed_and_deleted_and_come_back(explore: Explore, words: Path) -> None:
    page = explore("open", words)
    select(page, "group = a")
    name(page, "one")
    page.get_by_role("button", name="Rename one").click()
    page.get_by_label("New name of one").fill("<b>two</b>")
    page.get_by_label("New name of one").press("Enter")
    listed = page.get_by_role("list", name="Named selections")
    expect(listed).to_contain_text("<b>two</b>")
    page.get_by_role("button", name="Delete <b>two</b>").click()
    expect(listed).to_have_count(0)
    undo(page)
    expect(listed).to_contain_text("<b>two</b>")


def test_two_tabs_keep_their_own_selection_and_share_tags(
    browser: Browser, serve: Callable[..., str], words: Path
) -> None:
    url = serve("open", words)
    with browser.new_context(reduced_motion="reduce") as context:
        first, second = context.new_page(), context.new_page()
        for tab in (first, second):
            tab.goto(url)
            wait_for_picture(tab)
        select(second, "group = b")
        select(first, "count < 30")
        tag(first, "shared", "yes")
        expect(second.get_by_label("Colour by").locator("option", has_text="shared")).to_have_count(1)
        selected(second, 100)
        second.get_by_label("Colour by").select_option("shared")
        expect(second.get_by_role("button", name=re.compile(r"^yes.*30"))).to_be_visible()
        tag(first, "shared", "no")
        expect(second.get_by_role("button", name=re.compile(r"^no.*30"))).to_be_visible()


def pasted(page: Page) -> str:
    """What the clipboard holds, as a person gets it out again."""
    page.evaluate("document.body.append(Object.assign(document.createElement('textarea'), { id: 'pasted' }))")
    page.locator("#pasted").press("Control+v")
    text = page.locator("#pasted").input_value()
    page.evaluate("document.getElementById('pasted').remove()")
    return text


def test_a_selection_goes_to_the_clipboard_and_into_files(explore: Explore, words: Path, saved: Saved) -> None:
    page = explore("open", words)
    select(page, "count < 3")
    more(page, "Save")
    page.get_by_role("button", name="Copy labels").click()
    expect(page.get_by_text("3 labels copied")).to_be_visible()
    assert pasted(page) == "w0\nw1\nw2"
    page.get_by_role("button", name="Copy row numbers").click()
    expect(page.get_by_text("3 row numbers copied")).to_be_visible()
    assert pasted(page) == "0\n1\n2"
    bar = page.get_by_role("region", name="Selection")
    for form, delimiter in (("CSV", ","), ("TSV", "\t")):
        with saved(bar.get_by_role("button", name=form, exact=True).click).open(newline="", encoding="utf-8") as file:
            rows = list(csv.reader(file, delimiter=delimiter))
        assert rows == [["word", "group", "count", "row"], *([f"w{i}", "abc"[i], str(i), str(i)] for i in range(3))]
    assert saved(bar.get_by_role("button", name="Parquet").click).name == "words selection.parquet"


def test_the_program_sees_the_selection_and_selects_in_the_page(page: Page) -> None:
    vectors = np.random.default_rng(0).normal(size=(50, 4))
    columns = {"word": [f"w{i}" for i in range(50)]}
    with vt.show(vectors, columns=columns, browser=False) as explorer:
        explorer.session.jobs["open"].wait(20)
        explorer.selection = [3, 4]
        page.goto(explorer.url)
        wait_for_picture(page)
        selected(page, 2)
        explorer.selection = np.arange(50) < 7
        selected(page, 7)
        select(page, "w1")
        selected(page, 11)
        page.wait_for_timeout(400)
        assert explorer.selection.tolist() == [1, *range(10, 20)]


def test_what_cannot_be_tagged_says_why(browser: Browser, serve: Callable[..., str], words: Path) -> None:
    # A tab of its own: the browser notes a refusal in its console.
    with browser.new_context(reduced_motion="reduce") as context:
        page = context.new_page()
        page.goto(serve("open", words))
        wait_for_picture(page)
        select(page, "group = a")
        more(page, "Tag")
        page.get_by_label("Column to tag in").fill("count")
        page.get_by_label("Value of the tag").fill("many")
        page.get_by_label("Value of the tag").press("Enter")
        expect(page.get_by_role("region", name="Selection").get_by_role("alert")).to_contain_text("whole numbers")
