"""The tour for who comes for the first time, in a real Chromium."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_the_tour_is_offered_once_and_shows_what_is_where(explore: Callable[..., Page]) -> None:
    page = explore("demo", "words")
    page.context.add_init_script(
        "sessionStorage.come ?? localStorage.removeItem('vectarium.tour'); sessionStorage.come = 1"
    )
    page.reload()
    page.get_by_role("button", name="New here?").click()
    for title in ("The picture", "How it came to be", "How far to believe it", "Find", "Colours", "Select"):
        card = page.get_by_role("dialog", name=f"Tour: {title}")
        expect(card).to_be_visible()
        box = card.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 1280
        assert box["y"] + box["height"] <= 800
        card.get_by_role("button", name="Next").or_(card.get_by_role("button", name="Done")).click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("button", name="New here?")).to_have_count(0)


def test_the_tour_ends_by_escape_and_is_found_again_under_help(explore: Callable[..., Page]) -> None:
    page = explore("demo", "words")
    page.keyboard.press("?")
    page.get_by_role("button", name="Show the tour").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
