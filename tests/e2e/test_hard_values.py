"""Values that break pages: markup, right-to-left text, emoji, endless text, too many kinds, dates, huge numbers."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

import vectarium as vt

pytestmark = pytest.mark.browser

N = 6000
MARKUP = '<img src=x onerror="window.hacked=1"><script>window.hacked=2</script><b>bold</b> {{window.hacked}} &lt;'
RIGHT_TO_LEFT = "שלום עולם \u202eevil\u202c مرحبا بالعالم"
EMOJI = "👩‍👩‍👧‍👦🏳️‍🌈 e\u0301\u0323 Z̷͐ͪa̸̛ͭl̵͑g̶ͭo 𝕬 \u200b\u0000x"
ENDLESS = "endless" * 1430
LINES = "first\nsecond\r\n\tthird\n\n\nlast"
HARD = [MARKUP, RIGHT_TO_LEFT, EMOJI, ENDLESS, LINES, "", " ", "null", "NaN", "__proto__", "constructor"]
HARD_NAME = "<i>name</i> שם 🦊 " + "long " * 40  # and a space at its end

# Every part of a panel that reaches over the panel's side, and every panel that reaches over the page's.
TOO_WIDE = """() => {
  const found = [];
  for (const panel of document.querySelectorAll(".panel")) {
    const outer = panel.getBoundingClientRect();
    if (!outer.width) continue;
    if (outer.left < -1 || outer.right > innerWidth + 1) found.push("page: " + panel.className);
    for (const each of panel.querySelectorAll("*")) {
      const { left, right, width } = each.getBoundingClientRect();
      if (width < 2 || each.closest(".hidden-text, svg, option")) continue;
      let clipped = false;
      for (let up = each.parentElement; up && up !== panel; up = up.parentElement) {
        const style = getComputedStyle(up);
        if (style.overflowX !== "visible") { clipped = style.overflowX !== "auto" || up.scrollWidth <= up.clientWidth + 1; break; }
      }
      if (!clipped && (left < outer.left - 1 || right > outer.right + 1))
        found.push(`${each.tagName}.${each.className}: ${each.textContent.slice(0, 40)}`);
    }
  }
  if (document.documentElement.scrollWidth > innerWidth) found.push("the page scrolls sideways");
  return found;
}"""


def hard_columns() -> dict[str, object]:
    """Labels and columns of all that is hard."""
    rows = np.arange(N)
    days = np.datetime64("1066-10-14T09:00:00", "ms") + (rows * 91).astype("timedelta64[D]")
    days[::7] = np.datetime64("NaT")
    huge = np.where(rows % 2, 1.7e308, -1.7e308) * (rows / N)
    huge[:3] = [np.inf, -np.inf, np.nan]
    return {
        "word": [HARD[i] if i < len(HARD) else f"w{i}" for i in range(N)],
        "kind": [HARD[i % len(HARD)] for i in range(N)],
        "many": [f"category {i % 5000}" for i in range(N)],
        HARD_NAME: [[MARKUP, RIGHT_TO_LEFT][i % 2] for i in range(N)],
        "empty column": [None] * N,
        "nothing numeric": np.full(N, np.nan),
        "day": days,
        "eon": (rows * 10.0**12).astype("datetime64[ms]"),
        "huge": huge,
        "tiny": rows * 5e-324,
        "same": np.full(N, 1e308),
        "yes": rows % 3 == 0,
    }


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("VECTARIUM_DATA", str(tmp_path / "own"))
    random = np.random.default_rng(0)
    group = np.arange(N) % 9
    vectors = (random.normal(size=(N, 8)) + 5 * np.eye(9, 8)[group]).astype(np.float32)
    collection = vt.collection(vectors, columns=hard_columns(), name=MARKUP)
    with vt.show(collection, browser=False) as explorer:
        explorer.session.jobs["open"].wait(20)
        yield explorer.url


def fine(page: Page) -> None:
    """Nothing was injected, and nothing reaches over its panel."""
    page.wait_for_timeout(250)
    assert page.evaluate(
        "[window.hacked ?? null, document.querySelectorAll('.panel b + b, .panel script').length]"
    ) == [
        None,
        0,
    ]
    assert page.evaluate(TOO_WIDE) == []


@pytest.fixture
def explorer(url: str, page: Page) -> Page:
    page.goto(url)
    page.wait_for_selector("html[data-ready=picture]", state="attached")
    page.get_by_role("navigation", name="Tools").wait_for()
    return page


def search(page: Page, text: str) -> None:
    page.get_by_role("searchbox").first.fill(text)
    expect(page.get_by_role("search").get_by_role("status")).to_contain_text("match")


def card(page: Page, text: str) -> Locator:
    """The card of the first point that is found."""
    search(page, text)
    page.wait_for_timeout(300)
    page.get_by_role("searchbox").first.press("Enter")
    region = page.get_by_role("region", name="Point", exact=True)
    region.locator("dd").first.wait_for()
    return region


def test_every_column_colours_the_points_and_explains_its_colours(explorer: Page) -> None:
    for name in hard_columns():
        explorer.get_by_label("Colour by").select_option(value=name)
        fine(explorer)
    explorer.get_by_label("Colour by").select_option(value="kind")
    legend = explorer.get_by_role("list", name=re.compile("^Legend"))
    for text in ("(empty)", "(blank)", "NaN", "__proto__", "<script>"):
        expect(legend).to_contain_text(text)
    explorer.get_by_label("Colour by").select_option(value="many")
    expect(explorer.get_by_text("4,986 more values")).to_be_visible()
    explorer.get_by_label("Colour by").select_option(value="empty column")
    expect(legend).to_contain_text(re.compile(r"\(missing\)\s*6,000"))


def test_scales_of_huge_numbers_and_dates_say_where_they_end(explorer: Page) -> None:
    ends = explorer.locator("figcaption")
    explorer.get_by_label("Colour by").select_option(value="huge")
    expect(ends).to_have_text(re.compile(r"^−1\.6\d\de\+308\s*1 missing\s*2 infinite\s*1\.700e\+308$"))
    explorer.get_by_label("Colour by").select_option(value="day")
    expect(ends).to_have_text(re.compile(r"^1067-01-13\s*858 missing\s*2561-03-08$"))
    explorer.get_by_label("Colour by").select_option(value="eon")
    expect(ends).to_have_text(re.compile(r"^1970-01-01\s*\+19\d{4}-"))
    explorer.get_by_label("Colour by").select_option(value="same")
    expect(ends).to_contain_text("1.000e+308")


def test_every_column_has_a_chart(explorer: Page) -> None:
    explorer.get_by_role("button", name="Charts").click()
    for name in hard_columns():
        explorer.get_by_label("Add a chart").select_option(value=name)
    fine(explorer)
    expect(explorer.get_by_role("alert")).to_have_count(0)
    expect(explorer.get_by_text("(missing)")).to_have_count(2)
    expect(explorer.get_by_text("missing or infinite")).to_be_visible()
    explorer.get_by_role("region", name="Chart of many").get_by_role("button", name="more values").click()
    fine(explorer)


def test_every_column_sizes_joins_and_names(explorer: Page) -> None:
    explorer.locator("summary", has_text="Appearance").click()
    for label, name in {"Size by": "huge", "Opacity by": "tiny", "Name regions": HARD_NAME}.items():
        explorer.get_by_label(label, exact=True).select_option(value=name)
        fine(explorer)
    explorer.get_by_label("Label by").select_option(value="day")
    explorer.get_by_label("Colour by").select_option(value="same")
    fine(explorer)


def test_a_hard_text_is_found_and_shown_in_its_card_to_the_letter(explorer: Page) -> None:
    for text, whole in {"<script>": MARKUP, "second": LINES, "עולם": RIGHT_TO_LEFT, "𝕬": EMOJI}.items():
        shown = card(explorer, text).locator("dd .text").first
        assert shown.text_content() == whole
        fine(explorer)
    expect(card(explorer, "__proto__").get_by_role("heading")).to_have_text("__proto__")


def test_a_long_text_is_folded(explorer: Page) -> None:
    region = card(explorer, "endlessendless")
    shown = region.locator("dd .text").first
    assert len(shown.inner_text()) < 300
    region.get_by_role("button", name="more").first.click()
    expect(shown).to_have_text(ENDLESS)
    fine(explorer)
    region.get_by_role("button", name="less").first.click()
    assert len(shown.inner_text()) < 300


def test_tags_selections_and_captions_take_any_text(explorer: Page) -> None:
    search(explorer, "NaN")
    explorer.get_by_role("search").get_by_role("button", name="Select", exact=True).click()
    more = explorer.get_by_role("group", name="More to do")
    more.get_by_role("button", name="Tag…").click()
    explorer.get_by_label("Column to tag in").fill("<u>שם</u>")
    explorer.get_by_label("Value of the tag").fill(MARKUP + RIGHT_TO_LEFT)
    explorer.get_by_label("Value of the tag").press("Enter")
    explorer.get_by_role("button", name="Colour by it").click()
    fine(explorer)
    more.get_by_role("button", name="Name…").click()
    explorer.get_by_label("Name of the selection").fill(RIGHT_TO_LEFT + MARKUP)
    explorer.get_by_label("Name of the selection").press("Enter")
    expect(explorer.get_by_role("list", name="Named selections")).to_contain_text("<b>bold</b>")
    fine(explorer)
    explorer.get_by_role("button", name="Story").click()
    explorer.get_by_role("button", name="Keep this view").click()
    explorer.get_by_label("Caption of view 1").fill(MARKUP + ENDLESS[:2000])
    explorer.get_by_label("Caption of view 1").press("Tab")
    explorer.get_by_role("button", name="Come to view 1").click()
    fine(explorer)


def test_a_table_that_is_taken_home_reads_back_the_same(
    explorer: Page, saved: Callable[[Callable[[], object]], Path]
) -> None:
    explorer.get_by_role("button", name="save as a file").click()
    with saved(explorer.get_by_role("button", name="CSV", exact=True).first.click).open(
        newline="", encoding="utf-8"
    ) as file:
        rows = list(csv.DictReader(file))
    for i, text in enumerate(HARD[:5]):
        assert rows[i]["word"] == text.replace("\0", "\ufffd")
    assert rows[7][HARD_NAME] == RIGHT_TO_LEFT
    assert float(rows[N - 1]["same"]) == 1e308
