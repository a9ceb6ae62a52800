"""axe finds nothing serious on any panel, by day and by night; all is reached by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
Explore = Callable[..., Page]


@pytest.fixture
def page(browser: Browser):
    """A page into which a script may be put, which the page's own policy would refuse."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed; make test installs it")
    context = browser.new_context(
        viewport={"width": 1280, "height": 1000}, reduced_motion="reduce", color_scheme="dark", bypass_csp=True
    )
    context.add_init_script("try { localStorage.setItem('vectarium.tour', 'seen') } catch {}")
    tab = context.new_page()
    tab.set_default_timeout(60_000)
    yield tab
    context.close()


def faults(page: Page) -> list[str]:
    """What axe finds that is serious or critical, contrast included."""
    page.evaluate(AXE.read_text("utf-8"))
    answer: dict[str, list[dict[str, Any]]] = page.evaluate("() => axe.run(document)")
    assert len(answer["passes"]) > 20
    found = answer["violations"]
    return [
        f"{each['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for each in found
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]


def everything(page: Page) -> dict[str, list[str]]:
    """The faults of each view of the right panel, with the left panel unfolded."""
    page.locator("summary", has_text="Appearance").click()
    found = {}
    views = page.get_by_role("group", name="View").get_by_role("button")
    for i in range(views.count()):
        name = views.nth(i).inner_text() or views.nth(i).get_attribute("title") or str(i)
        views.nth(i).click()
        page.wait_for_timeout(300)
        found[name] = faults(page)
    page.keyboard.press("?")
    found["keys"] = faults(page)
    page.keyboard.press("?")
    return {name: each for name, each in found.items() if each}


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_axe_finds_nothing_serious_in_any_panel(explore: Explore, theme: str) -> None:
    page = explore("demo", "words")
    if theme == "light":
        page.keyboard.press("n")
    page.get_by_role("searchbox").fill("king")
    page.get_by_role("searchbox").press("Enter")
    expect(page.get_by_role("region", name="Point")).to_be_visible()
    page.get_by_role("button", name="Charts").click()
    page.get_by_label("Add a chart").select_option("part of speech")
    page.get_by_label("Add a chart").select_option("count")
    assert everything(page) == {}


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_axe_finds_nothing_serious_in_a_recorded_run(explore: Explore, theme: str) -> None:
    page = explore("demo", "learning")
    if theme == "light":
        page.keyboard.press("n")
    assert everything(page) == {}


def test_every_control_is_reached_by_the_keyboard(explore: Explore) -> None:
    page = explore("demo", "words")
    page.locator(".picture").focus()
    reached = set()
    for _ in range(120):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.ariaLabel || document.activeElement.textContent.trim()"))
    for name in ("Move about (v)", "Labels (w)", "Search in all columns", "PCA", "Charts", "Close the left panel"):
        assert name in reached
