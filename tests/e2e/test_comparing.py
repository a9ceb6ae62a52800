"""Two embeddings side by side: one selection, one camera, one colouring, and what each point keeps of its neighbours."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from vectarium.data import RunWriter

Explore = Callable[..., Page]
N, FAR = 300, 7


@pytest.fixture
def two(tmp_path: Path) -> list[Path]:
    """The same words twice, in another order and turned; one of them stands elsewhere, and each has some alone."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((N + 20, 6)) * [5, 4, 1, 1, 1, 1]
    turn, _ = np.linalg.qr(rng.standard_normal((6, 6)))
    paths = []
    for name, rows, vectors in (
        ("before", np.arange(N), x),
        (
            "after",
            rng.permutation(np.arange(20, N + 20)),
            np.where(np.arange(N + 20)[:, None] == FAR + 20, -3 * x, x) @ turn,
        ),
    ):
        path = tmp_path / f"{name}.tsv"
        lines = [f"w{i}\t" + "\t".join(f"{value:.5f}" for value in vectors[i]) for i in rows]
        path.write_text("word\t" + "\t".join(f"d{k}" for k in range(6)) + "\n" + "\n".join(lines) + "\n")
        paths.append(path)
    return paths


@pytest.fixture
def run(tmp_path: Path) -> Path:
    rng = np.random.default_rng(0)
    x = rng.standard_normal((40, 4)).astype(np.float32)
    with RunWriter(tmp_path / "steps.run") as made:
        made.add_embedding("hidden", n=40, d=4, columns={"word": [f"w{i}" for i in range(40)]})
        for step in (0, 5, 10):
            x = x + 0.4 * rng.standard_normal(x.shape).astype(np.float32)
            made.write(step, {"hidden": x})
    return made.path


def compare(page: Page) -> None:
    page.keyboard.press("o")
    expect(page.get_by_text("Linear CKA")).to_be_visible()


def picture(page: Page, which: int) -> bytes:
    return page.get_by_role("application").nth(which).screenshot()


def test_two_collections_that_share_words_stand_side_by_side(explore: Explore, two: list[Path]) -> None:
    page = explore("open", *two)
    compare(page)
    expect(page.get_by_role("application")).to_have_count(2)
    pane = page.get_by_role("region", name="Comparison")
    expect(pane).to_contain_text("280 points matched by 'word', 20 only in the first, 20 only in the second")
    expect(pane).to_contain_text("turned, mirrored and scaled as a whole")
    least = page.get_by_role("list", name="Points, least kept first").get_by_role("listitem")
    expect(least.first).to_contain_text(f"w{FAR + 20}")
    assert least.count() < 60


def test_hovering_selecting_and_moving_are_seen_in_both(explore: Explore, two: list[Path]) -> None:
    page = explore("open", *two)
    compare(page)
    expect(page.get_by_text("Pictures agree")).to_be_visible()
    page.wait_for_timeout(500)
    before = [picture(page, i) for i in (0, 1)]
    page.get_by_role("list", name="Points, least kept first").get_by_role("button").first.click()
    expect(page.get_by_role("listitem").and_(page.locator("[aria-current=true]")).first).to_be_visible()
    page.wait_for_timeout(500)
    lit = [picture(page, i) for i in (0, 1)]
    assert all(a != b for a, b in zip(before, lit, strict=True))
    box = page.get_by_role("application").nth(1).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 150, box["y"] + 400)
    page.mouse.wheel(0, -400)
    page.wait_for_timeout(700)
    assert all(a != b for a, b in zip(lit, [picture(page, i) for i in (0, 1)], strict=True))
    expect(page).to_have_url(re.compile("cam="))


def test_the_comparison_comes_back_after_a_reload(explore: Explore, two: list[Path]) -> None:
    page = explore("open", *two)
    compare(page)
    page.get_by_role("button", name="Colour by it").click()
    page.get_by_role("button", name="Morph").click()
    page.get_by_role("slider", name="Morph").fill("0.5")
    expect(page).to_have_url(re.compile("cw=after.*cwa=0.5"))
    page.reload()
    expect(page.get_by_role("slider", name="Morph")).to_have_value("0.5")
    expect(page.get_by_label("Colour by", exact=True)).to_have_value("*kept")
    expect(page.get_by_text("Linear CKA")).to_be_visible()


def test_one_picture_goes_over_into_the_other(explore: Explore, two: list[Path]) -> None:
    page = explore("open", *two)
    compare(page)
    page.get_by_role("button", name="Morph").click()
    expect(page.get_by_role("application")).to_have_count(1)
    page.wait_for_timeout(500)
    start = picture(page, 0)
    page.get_by_role("button", name="Go over to the other").click()
    expect(page.get_by_role("slider", name="Morph")).to_have_value("1")
    page.wait_for_timeout(500)
    assert picture(page, 0) != start
    page.get_by_role("button", name="Stop comparing").click()
    page.get_by_role("button", name="Inspect", exact=True).click()
    expect(page.get_by_role("group", name="What is compared")).to_be_hidden()


def test_two_steps_of_a_training_are_compared(explore: Explore, run: Path) -> None:
    page = explore("open", run)
    compare(page)
    steps = page.get_by_label("Step of the other")
    expect(steps).to_have_value("0")
    first = page.get_by_text("Of a point's 15 nearest").inner_text()
    steps.select_option("step 5")
    expect(page.get_by_text("Of a point's 15 nearest")).not_to_have_text(first)
    page.get_by_role("slider", name="Step", exact=True).press("Home")
    expect(page.get_by_text("hidden at step 0")).to_be_visible()
    expect(page.get_by_text("40 points matched by 'word'")).to_be_visible()


def test_what_cannot_be_compared_says_why(explore: Explore, tmp_path: Path) -> None:
    for name, n in (("few", 30), ("more", 40)):
        np.save(tmp_path / f"{name}.npy", np.random.default_rng(0).standard_normal((n, 3)))
    page = explore("open", tmp_path / "few.npy", tmp_path / "more.npy")
    page.keyboard.press("o")
    expect(page.get_by_role("alert")).to_contain_text("no column says which are the same")


def test_a_phone_has_room_for_one_picture(explore: Explore, two: list[Path]) -> None:
    page = explore("open", *two)
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("button", name="Compare (o)").click()
    expect(page.get_by_text("Side by side needs a wider window")).to_be_visible()
    expect(page.get_by_role("application")).to_have_count(1)
    expect(page.get_by_role("slider", name="Morph")).to_be_visible()
