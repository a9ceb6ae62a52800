"""Each change is drawn once, and what lies over the points draws none of them again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

# The page puts a fence behind each frame.
COUNT_FRAMES = """(() => {
  window.frames_drawn = 0;
  const { fenceSync } = WebGL2RenderingContext.prototype;
  WebGL2RenderingContext.prototype.fenceSync = function (...given) {
    window.frames_drawn++;
    return fenceSync.apply(this, given);
  };
})()"""


@pytest.fixture
def words(serve: Callable[..., str], page: Page) -> Page:
    page.add_init_script(COUNT_FRAMES)
    page.goto(serve("demo", "words"))
    page.wait_for_selector("html[data-ready=picture]", state="attached")
    page.wait_for_timeout(2500)
    return page


def frames(page: Page, act: Callable[[], object]) -> int:
    """How many frames an act costs."""
    before = page.evaluate("frames_drawn")
    act()
    page.wait_for_timeout(1200)
    return page.evaluate("frames_drawn") - before


def test_colouring_anew_is_drawn_once(words: Page) -> None:
    names = words.evaluate("[...document.querySelectorAll('#color-by option')].map((each) => each.value)")
    now = words.get_by_label("Colour by", exact=True).input_value()
    other = next(name for name in names if name not in ("", now, "*fidelity"))
    assert frames(words, lambda: words.get_by_label("Colour by", exact=True).select_option(other)) == 1


def test_a_legend_entry_is_drawn_once(words: Page) -> None:
    entry = words.get_by_role("list", name="Legend").get_by_role("button").first
    entry.hover()
    assert frames(words, entry.click) == 1


def test_labels_draw_no_point_again(words: Page) -> None:
    assert frames(words, lambda: words.keyboard.press("w")) == 0


def test_a_keystroke_in_the_search_is_drawn_once(words: Page) -> None:
    words.get_by_role("searchbox").fill("a")
    words.wait_for_timeout(1500)
    assert frames(words, lambda: words.get_by_role("searchbox").press_sequentially("n")) == 1
