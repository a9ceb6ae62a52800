"""t-SNE and UMAP in the explorer: they move, they are held and go on, they are kept, they say how far to believe them."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, WebSocket, expect

pytestmark = pytest.mark.browser

Explore = Callable[..., Page]
LONG = 240_000


needs_sockets = pytest.mark.skipif(
    os.environ.get("VECTARIUM_BROWSER") == "firefox", reason="only Chromium tells what goes through its sockets"
)


class Frames:
    """The layouts that the page was sent, and which of them it said it had shown."""

    def __init__(self, page: Page) -> None:
        self.layouts: list[np.ndarray] = []
        self.shown = 0
        page.on("websocket", self._listen)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._received)
        socket.on("framesent", self._sent)

    def _received(self, payload: str | bytes) -> None:
        if isinstance(payload, bytes):
            length = int.from_bytes(payload[4:8], "little")
            head = json.loads(payload[8 : 8 + length])
            size = int(np.prod(head["arrays"][0]["shape"]))
            self.layouts.append(np.frombuffer(payload, "<f4", size, 8 + length))

    def _sent(self, payload: str | bytes) -> None:
        self.shown += '"shown"' in str(payload)


@pytest.fixture
def clouds(tmp_path: Path) -> Path:
    """12,000 vectors in four groups, so that a run takes a few seconds."""
    random = np.random.default_rng(0)
    group = np.arange(12_000) % 4
    vectors = random.normal(size=(12_000, 20)) + 8 * np.eye(20)[group]
    path = tmp_path / "clouds.npz"
    np.savez(path, vectors=vectors.astype(np.float32), group=np.array(list("abcd"))[group])
    return path


def seen(page: Page) -> Locator:
    return page.get_by_role("status", name="What is seen")


def course(page: Page) -> Locator:
    return page.get_by_role("group", name="This run")


def button(page: Page, name: str) -> Locator:
    return course(page).get_by_role("button", name=name)


def start(page: Page, method: str = "t-SNE") -> None:
    page.get_by_role("group", name="Method").get_by_role("button", name=method).click()
    page.get_by_role("button", name=f"Run {method}").click()


def set_more(page: Page, name: str, value: str) -> None:
    more = page.get_by_label("Projection").get_by_text(re.compile("^More"))
    if not page.get_by_label(name, exact=True).is_visible():
        more.click()
    page.get_by_label(name, exact=True).fill(value)
    page.get_by_label(name, exact=True).press("Tab")


@needs_sockets
def test_a_run_moves_is_held_goes_on_and_keeps_what_it_reached(explore: Explore, page: Page, clouds: Path) -> None:
    frames = Frames(page)
    explore("open", clouds)
    page.get_by_role("group", name="Method").get_by_role("button", name="t-SNE").click()
    set_more(page, "iterations", "4000")
    page.get_by_role("button", name="Run t-SNE").click()
    button(page, "Pause").wait_for()
    page.get_by_role("searchbox").fill("group = a")
    expect(page.locator("search .count b")).to_have_text("3,000")
    while len(frames.layouts) < 5:
        page.wait_for_timeout(100)
    assert not np.allclose(frames.layouts[0], frames.layouts[-1])
    assert frames.shown >= len(frames.layouts) - 1
    button(page, "Pause").click()
    expect(course(page)).to_contain_text(re.compile(r"Paused at iteration [\d,]+ of 4,000"))
    expect(seen(page)).to_contain_text(re.compile(r"at iteration [\d,]+: (keeps|measuring)"))
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    button(page, "Go on").click()
    count = len(frames.layouts)
    while len(frames.layouts) < count + 3:
        page.wait_for_timeout(100)
    button(page, "Cancel").click()
    expect(course(page)).to_contain_text("Stopped at iteration")
    button(page, "Go on").click()
    expect(button(page, "Pause")).to_be_visible()
    page.keyboard.press("x")
    expect(course(page)).to_contain_text("Stopped at iteration")


def test_runs_are_kept_switched_and_deleted(explore: Explore, page: Page, clouds: Path) -> None:
    explore("open", clouds)
    start(page)
    expect(seen(page)).to_contain_text(re.compile("^t-SNE, perplexity 30.*keeps"), timeout=LONG)
    start(page, "UMAP")
    expect(seen(page)).to_contain_text(re.compile("^UMAP, n_neighbors 15.*keeps"), timeout=LONG)
    runs = page.get_by_role("list", name="Runs")
    expect(runs.get_by_role("listitem")).to_have_count(2)
    runs.get_by_role("button", name=re.compile("^t-SNE")).click()
    expect(seen(page)).to_contain_text("t-SNE, perplexity 30")
    expect(page).to_have_url(re.compile("p=tsne-"))
    page.reload()
    page.wait_for_selector("html[data-ready=picture]", state="attached")
    expect(seen(page)).to_contain_text("t-SNE, perplexity 30")
    expect(runs.get_by_role("listitem")).to_have_count(2)
    runs.get_by_role("listitem").filter(has_text="t-SNE").hover()
    runs.get_by_role("button", name="Delete t-SNE, perplexity 30").click()
    expect(runs.get_by_role("listitem")).to_have_count(1)
    expect(seen(page)).to_contain_text("PCA")


def test_a_picture_says_how_far_it_can_be_believed(explore: Explore, page: Page) -> None:
    explore("demo", "digits")
    words = page.get_by_role("button", name=re.compile(r"^keeps \d+% of each point's 15 nearest \(chance [\d.]+%\)"))
    words.click()
    card = page.get_by_role("dialog", name="Fidelity")
    expect(card).to_contain_text("trustworthiness")
    expect(card).to_contain_text("continuity")
    card.get_by_role("button", name="Colour by fidelity").click()
    expect(page.get_by_label("Colour by")).to_have_value("*fidelity")
    expect(page.get_by_role("slider", name=re.compile("Values of fidelity"))).to_be_visible()
    page.get_by_role("searchbox").fill("7")
    page.get_by_role("searchbox").press("Enter")
    expect(page.get_by_role("region", name="Point")).to_contain_text(re.compile(r"keeps \d+ of its 15 nearest"))


def test_a_cluster_is_run_on_alone(explore: Explore, page: Page, clouds: Path) -> None:
    explore("open", clouds)
    page.get_by_role("group", name="Method").get_by_role("button", name="t-SNE").click()
    page.get_by_role("searchbox").fill("group = b")
    page.get_by_role("search").get_by_role("button", name="Select").click()
    page.get_by_role("region", name="Selection").get_by_role("button", name="Run t-SNE").click()
    expect(seen(page)).to_contain_text("3,000 of 12,000 points")
    expect(seen(page)).to_contain_text("keeps", timeout=LONG)
    page.get_by_role("button", name="Show all").click()
    expect(seen(page)).to_contain_text("PCA")
    expect(seen(page)).to_contain_text("12,000 points")


def test_a_wrong_parameter_is_told_where_it_was_set(
    serve: Callable[..., str], browser: Browser, tmp_path: Path
) -> None:
    path = tmp_path / "text.jsonl"
    rows = [{"name": f"point {i}", "vector": [i, i * i % 7, -i, i % 3]} for i in range(60)]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    page = browser.new_page()  # one whose console may tell of a refused request
    page.goto(serve("open", path))
    page.get_by_role("group", name="Method").get_by_role("button", name="UMAP").click()
    set_more(page, "spread", "0.1")
    page.get_by_label("min_dist", exact=True).fill("0.9")
    page.get_by_label("min_dist", exact=True).press("Tab")
    page.get_by_role("button", name="Run UMAP").click()
    expect(page.get_by_label("Projection").get_by_role("alert").first).to_contain_text("min_dist")
    page.close()


@needs_sockets
def test_mnist_moves_is_cancelled_resumed_and_a_cluster_rerun(explore: Explore, page: Page, shared_data: Path) -> None:
    frames = Frames(page)
    explore("open", shared_data / "images" / "mnist_70k.npz")
    start(page)
    while len(frames.layouts) < 5:
        page.wait_for_timeout(200)
    assert not np.allclose(frames.layouts[0], frames.layouts[-1])
    button(page, "Cancel").click()
    expect(course(page)).to_contain_text("Stopped at iteration", timeout=LONG)
    button(page, "Go on").click()
    expect(button(page, "Pause")).to_be_visible()
    page.get_by_role("searchbox").fill("labels = 4")
    expect(page.locator("search .count b")).to_have_text("6,824")
    expect(course(page)).to_contain_text(re.compile(r"^\s*[\d,]+ iterations"), timeout=LONG)
    page.get_by_role("search").get_by_role("button", name="Select").click()
    page.get_by_role("region", name="Selection").get_by_role("button", name="Run t-SNE").click()
    expect(seen(page)).to_contain_text("6,824 of 70,000 points")
    expect(seen(page)).to_contain_text("keeps", timeout=LONG)


def test_a_finished_tsne_is_perturbed_into_a_picture_of_its_own(explore: Explore, tmp_path: Path) -> None:
    np.save(tmp_path / "few.npy", np.random.default_rng(0).normal(size=(400, 8)).astype(np.float32))
    page = explore("open", tmp_path / "few.npy")
    start(page)
    button(page, "Perturb").click(timeout=LONG)
    expect(seen(page)).to_contain_text("perturbed by 10%")
    expect(button(page, "Perturb")).to_be_visible(timeout=LONG)
    runs = page.get_by_role("list", name="Runs")
    expect(runs.get_by_role("listitem")).to_have_count(2)
    expect(runs.locator("[aria-current=true]")).to_contain_text("perturbed")
    expect(page.get_by_role("button", name="Run t-SNE")).to_have_count(0)
