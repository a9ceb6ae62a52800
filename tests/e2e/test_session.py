"""A page outlives its server, and does not disturb the page beside it."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

import vectarium as vt
from vectarium.data.columns import columns_from
from vectarium.explore.launch import loader
from vectarium.explore.server import Server
from vectarium.explore.session import Session

pytestmark = pytest.mark.browser


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def start(port: int) -> Server:
    random = np.random.default_rng(0)
    vectors = random.normal(size=(300, 6)).astype(np.float32)
    columns = {"word": [f"w{i}" for i in range(300)], "group": [f"{i % 3}" for i in range(300)]}
    server = Server(Session(loader(vt.collection(vectors, columns=columns, name="words"))), port)
    server.session.begin()
    server.start()
    return server


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VECTARIUM_DATA", str(tmp_path / "own"))
    return tmp_path / "own"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A tab whose console may tell of a server that is gone."""
    with browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce") as context:
        context.add_init_script("try { localStorage.setItem('vectarium.tour', 'seen') } catch {}")
        yield context.new_page()


def wait_for_picture(page: Page) -> None:
    page.wait_for_selector("html[data-ready=picture]", state="attached")
    page.get_by_role("navigation", name="Tools").wait_for()


def test_a_page_says_that_the_server_is_gone_and_comes_back_with_it(page: Page) -> None:
    first = start(free_port())
    page.goto(first.url)
    wait_for_picture(page)
    page.get_by_label("Colour by").select_option("word")
    page.get_by_role("button", name="3-D").click()
    page.wait_for_timeout(600)
    address = page.url
    first.close()
    expect(page.get_by_text("not running any more")).to_be_visible()
    second = start(first.port)
    assert second.url == first.url
    expect(page.get_by_text("not running any more")).to_have_count(0)
    wait_for_picture(page)
    expect(page.get_by_label("Colour by")).to_have_value("word")
    expect(page.get_by_role("button", name="3-D")).to_have_attribute("aria-pressed", "true")
    assert page.url == address
    expect(page.get_by_text("15 nearest")).to_be_visible()
    second.close()


def test_a_page_says_what_to_do_where_the_server_wants_another_token(page: Page, own_data: Path) -> None:
    first = start(free_port())
    page.goto(first.url)
    wait_for_picture(page)
    first.close()
    (own_data / "tokens" / str(first.port)).unlink()
    second = start(first.port)
    assert second.url != first.url
    expect(page.get_by_text("Open the address that it printed")).to_be_visible()
    second.close()


def test_two_tabs_look_at_different_pictures_and_both_are_measured(page: Page) -> None:
    server = start(0)
    other = page.context.new_page()
    page.goto(server.url)
    other.goto(server.url)
    for tab in (page, other):
        wait_for_picture(tab)
    other.get_by_role("button", name="3-D").click()
    page.get_by_label("Colour by").select_option("fidelity")
    for tab in (page, other):
        expect(tab.get_by_text("15 nearest").first).to_be_visible()
        expect(tab.get_by_text("could not be measured")).to_have_count(0)
    expect(other.get_by_label("Colour by")).to_have_value("group")
    server.close()


def test_a_selection_goes_along_to_another_embedding_of_the_same_points(page: Page) -> None:
    random = np.random.default_rng(0)
    columns = columns_from({"word": [f"w{i}" for i in range(60)]}, 60)
    same = [vt.Embedding(name, random.normal(size=(60, 4)), columns=columns) for name in ("first", "second")]
    other = vt.Embedding(
        "third", random.normal(size=(60, 4)), columns=columns_from({"word": [f"v{i}" for i in range(60)]}, 60)
    )
    collection = vt.Collection("three", [*same, other])
    with vt.show(collection, browser=False) as explorer:
        explorer.session.jobs["open"].wait(20)
        page.goto(explorer.url)
        wait_for_picture(page)
        page.get_by_role("searchbox").first.fill("w1")
        page.get_by_role("search").get_by_role("button", name="Select", exact=True).click()
        bar = page.get_by_role("region", name="Selection").locator("b")
        expect(bar).to_have_text("11")
        page.get_by_role("button", name=re.compile("^second")).click()
        expect(bar).to_have_text("11")
        page.get_by_role("button", name=re.compile("^third")).click()
        expect(bar).to_have_count(0)


def select_first(page: Page, words: str) -> None:
    page.get_by_role("searchbox").first.fill(words)
    page.get_by_role("search").get_by_role("button", name="Select", exact=True).click()


def selected(page: Page, count: int) -> None:
    region = page.get_by_role("region", name="Selection")
    if count:
        expect(region.locator("b")).to_have_text(str(count))
    else:
        expect(region).to_have_count(0)


def test_what_is_selected_and_isolated_survives_a_reload_and_a_restart_in_its_own_tab(page: Page) -> None:
    first = start(free_port())
    other = page.context.new_page()
    for tab, word in ((page, "w1"), (other, "w2")):
        tab.goto(first.url)
        wait_for_picture(tab)
        select_first(tab, word)
        tab.get_by_role("button", name="Isolate", exact=True).click()
        select_first(tab, word + "9")
        tab.get_by_role("button", name="Invert", exact=True).click()
        tab.get_by_role("searchbox").first.fill("")
    counts = [tab.get_by_role("region", name="Selection").locator("b").inner_text() for tab in (page, other)]
    page.reload()
    wait_for_picture(page)
    selected(page, int(counts[0]))
    first.close()
    for tab in (page, other):
        expect(tab.get_by_text("not running any more")).to_be_visible()
    second = start(first.port)
    for tab, count in zip((page, other), counts, strict=True):
        wait_for_picture(tab)
        selected(tab, int(count))
        expect(tab.get_by_role("navigation", name="Isolated points")).to_be_visible()
    second.close()


def test_a_selection_finds_its_points_again_in_data_of_another_order(page: Page) -> None:
    vectors = np.random.default_rng(0).normal(size=(40, 4))
    words = [f"w{i}" for i in range(40)]
    port = free_port()
    for order in (slice(None), slice(None, None, -1)):
        columns = {"word": words[order], "half": [str(int(word[1:]) < 20) for word in words[order]]}
        server = Server(Session(loader(vt.collection(vectors, columns=columns, name="words"))), port)
        server.session.begin()
        server.start()
        if order == slice(None):
            page.goto(server.url)
            wait_for_picture(page)
            select_first(page, "w1")
            page.get_by_role("group", name="What the next selection does").get_by_role("button", name="Add").click()
            select_first(page, "w3")
            page.wait_for_timeout(500)
            server.close()
    wait_for_picture(page)
    selected(page, 22)
    server.close()
