"""Axes of one's own, sums of points, and vectors that are prepared first, in a real Chromium."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from vectarium.data import RunWriter

pytestmark = pytest.mark.browser

Explore = Callable[..., Page]
PAIRS = ["man woman", "king queen", "uncle aunt", "actor actress"]
N = 300


def vectors(seed: int = 0) -> np.ndarray:
    """Pairs of words that differ along the first dimension, kings and queens high along the second, all far from 0."""
    x = np.random.default_rng(seed).normal(size=(N, 10)) * 0.3
    x[:8, 0] += np.tile([-3, 3], 4)
    x[2:4, 1] += 4
    return x + 2


@pytest.fixture
def words(tmp_path: Path) -> Path:
    """Eight words that mean something and others that do not, with a column of kinds."""
    names = " ".join(PAIRS).split()
    names += [f"w{i}" for i in range(N - len(names))]
    head = "word\tkind\t" + "\t".join(f"x_{k}" for k in range(10))
    lines = [
        f"{name}\t{'ab'[i % 2]}\t" + "\t".join(map(str, row))
        for i, (name, row) in enumerate(zip(names, vectors(), strict=True))
    ]
    path = tmp_path / "words.tsv"
    path.write_text("\n".join([head, *lines]), encoding="utf-8")
    return path


def seen(page: Page) -> Locator:
    return page.get_by_role("status", name="What is seen")


def end(page: Page, side: str) -> Locator:
    return page.get_by_role("searchbox", name=f"{side} end")


def axes(page: Page, **ends: str) -> None:
    page.get_by_role("button", name="Axes", exact=True).click()
    for side, word in ends.items():
        end(page, side).fill(word)


def along(page: Page) -> list[str]:
    names = page.get_by_role("list", name=re.compile("^Points from")).locator(".name")
    names.first.wait_for()
    return names.all_inner_texts()


def sum_of(page: Page, expression: str) -> None:
    page.get_by_role("combobox", name=re.compile("^Sum of points")).fill(expression)
    page.keyboard.press("Enter")


def nearest_to_sum(page: Page) -> list[str]:
    names = page.get_by_role("list", name="Points nearest to the sum").locator(".name")
    names.first.wait_for()
    return names.all_inner_texts()


def test_points_are_laid_along_axes_from_some_words_to_others(explore: Explore, words: Path) -> None:
    page = explore("open", words)
    axes(page, Left="man", Right="woman", Down="w1")
    expect(seen(page)).to_contain_text(re.compile(r"Axes man → woman \([\d.]+%\) × w1 → the mean \([\d.]+%\)"))
    named = page.get_by_role("group", name=re.compile("^Axes of the picture: man → woman"))
    expect(named).to_contain_text("← man")
    expect(named).to_contain_text(re.compile(r"woman \(\d+%\) →"))
    named.get_by_role("button", name=re.compile("← man")).click()
    assert set(along(page)[:4]) <= {"man", "king", "uncle", "actor"}
    page.get_by_role("button", name="From the other end").click()
    assert set(along(page)[:4]) == {"woman", "queen", "aunt", "actress"}


def test_each_end_says_how_many_points_it_matched(explore: Explore, words: Path) -> None:
    page = explore("open", words)
    axes(page, Left="nobody", Right="woman")
    expect(page.get_by_text("left: none found")).to_be_attached()
    expect(seen(page)).to_contain_text("PCA")
    page.get_by_role("combobox", name="How the left end is given").select_option("regex")
    end(page, "Left").fill("^w1.$")
    expect(page.get_by_text("left: 10 points")).to_be_attached()
    expect(seen(page)).to_contain_text("Axes /^w1.$/ → woman")
    end(page, "Left").fill("(")
    expect(page.get_by_role("alert")).to_contain_text("not an expression")
    page.get_by_role("combobox", name="How the left end is given").select_option("contains")
    end(page, "Left").fill("kind = a")
    expect(page.get_by_text("left: 150 points")).to_be_attached()


def test_an_end_is_the_selection_or_the_point_in_focus(explore: Explore, words: Path) -> None:
    page = explore("open", words)
    page.get_by_role("searchbox", name="Search in all columns").fill("king")
    page.locator("search .count b").wait_for()
    page.get_by_role("button", name="Select", exact=True).click()
    page.locator("search li button").first.click()
    page.get_by_role("button", name="Axes", exact=True).click()
    page.get_by_role("combobox", name="How the left end is given").select_option("selection")
    page.get_by_role("combobox", name="How the up end is given").select_option("point")
    expect(page.get_by_text("left: 1 point")).to_be_attached()
    expect(seen(page)).to_contain_text("Axes 1 point → the mean")
    expect(seen(page)).to_contain_text("the mean → king")


def test_ends_are_looked_for_among_all_points_or_the_isolated_ones(explore: Explore, words: Path) -> None:
    page = explore("open", words)
    page.get_by_role("searchbox", name="Search in all columns").fill("kind = a")
    page.locator("search .count b").wait_for()
    page.get_by_role("button", name="Select", exact=True).click()
    page.keyboard.press("i")
    expect(seen(page)).to_contain_text("150 of 300 points")
    axes(page, Left="queen", Right="man")
    expect(page.get_by_text("left: 1 point")).to_be_attached()
    expect(seen(page)).to_contain_text("Axes queen → man")
    page.get_by_role("button", name="isolated", exact=True).click()
    expect(page.get_by_text("left: none found")).to_be_attached()


def test_axes_come_back_after_a_reload_and_turn_in_3d(explore: Explore, words: Path) -> None:
    page = explore("open", words)
    axes(page, Left="man", Right="woman")
    page.get_by_role("button", name="3-D", exact=True).click()
    expect(end(page, "Near")).to_be_visible()
    expect(seen(page)).to_contain_text(re.compile("Axes man → woman .* × widest across .* × widest across"))
    expect(page).to_have_url(re.compile("(?=.*d=3)(?=.*ends=)"))
    page.reload()
    expect(seen(page)).to_contain_text("Axes man → woman")
    expect(end(page, "Left")).to_have_value("man")
    expect(page.get_by_role("group", name=re.compile("^Axes of the picture")).locator("text")).to_have_count(4)


def test_axes_follow_the_steps_of_a_run(explore: Explore, tmp_path: Path) -> None:
    names = [*" ".join(PAIRS).split(), *(f"w{i}" for i in range(N - 8))]
    with RunWriter(tmp_path / "run") as writer:
        writer.add_embedding("embed", n=N, d=10, columns={"word": names})
        for step in (0, 5, 10):
            writer.write(step, {"embed": vectors(step).astype(np.float32)})
    page = explore("open", tmp_path / "run")
    axes(page, Left="man", Right="woman")
    expect(seen(page)).to_contain_text("found anew at every step, step 10")
    page.get_by_role("application").focus()
    page.keyboard.press("<")
    expect(seen(page)).to_contain_text("found anew at every step, step 5")


def test_a_sum_of_words_shows_what_lies_nearest(explore: Explore, words: Path) -> None:
    page = explore("open", words)
    page.get_by_role("combobox", name=re.compile("^Sum of points")).press_sequentially("king - man + wom")
    expect(page.get_by_role("option", name="woman")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert nearest_to_sum(page)[0] == "queen"
    expect(page.get_by_role("region", name="Sum")).to_contain_text("king − man + woman")
    page.get_by_role("button", name="Euclidean", exact=True).click()
    expect(page.get_by_text("euclidean distance of the vectors as they are")).to_be_visible()
    assert nearest_to_sum(page)[0] == "queen"
    page.get_by_label("leave out the given points").uncheck()
    expect(page.get_by_role("list", name="Points nearest to the sum").get_by_text("woman")).to_be_visible()


def test_an_unknown_word_in_a_sum_is_named_and_corrected_by_a_press(explore: Explore, words: Path) -> None:
    page = explore("open", words)
    sum_of(page, "king - man + womn")
    expect(page.get_by_text("There is no point called “womn” in word. Near it: woman")).to_be_visible()
    page.get_by_role("button", name="woman", exact=True).click()
    assert nearest_to_sum(page)[0] == "queen"


def test_vectors_are_prepared_before_every_method_and_the_picture_says_so(explore: Explore, words: Path) -> None:
    page = explore("open", words)
    page.get_by_label("vectors", exact=True).select_option("spherized")
    expect(seen(page)).to_contain_text(
        re.compile(r"PCA, components 1 × 2 .*, 300 points, spherized \(centred, unit norm\)")
    )
    page.get_by_role("button", name="t-SNE", exact=True).click()
    page.get_by_label("vectors", exact=True).select_option("reduced")
    page.get_by_label("How many components").fill("4")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.get_by_role("button", name=re.compile("^Run")).click()
    expect(seen(page)).to_contain_text("4 principal components first", timeout=60_000)
    expect(page.get_by_role("list", name="Runs")).to_contain_text("4 principal components first")
    expect(seen(page)).to_contain_text(re.compile("keeps .* of each point's 15 nearest"), timeout=60_000)


def test_neighbours_say_in_which_space_they_are_raw_first(explore: Explore, words: Path) -> None:
    page = explore("open", words)
    page.get_by_role("searchbox", name="Search in all columns").fill("w7")
    page.locator("search li button").first.click()
    nearest = page.get_by_role("list", name="Nearest neighbours, the nearest first").locator(".name")
    expect(page.get_by_text("cosine distance of the vectors as they are, in all 10 dimensions")).to_be_visible()
    raw = nearest.all_inner_texts()
    page.get_by_label("Space of the distances").select_option("centred")
    expect(page.get_by_text("cosine distance of the vectors centred on their mean")).to_be_visible()
    assert set(nearest.all_inner_texts()) != set(raw)
