"""A sentence on its way into a table, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from vectarium.data import Lookup, RunWriter

WORDS = ["<pad>", "<unk>", "the", "cat", "sees", "a", "dog", "don't", "bird", "hears"]


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """Ten words at three steps; every number of word i at step s is i + s."""
    lookup = Lookup("token", 8, padding=0, unknown=1, padding_side="pre", mask=True)
    with RunWriter(tmp_path / "run") as writer:
        writer.add_embedding("embed", n=10, d=6, columns={"token": WORDS}, lookup=lookup)
        for step in (0, 10, 20):
            noise = np.random.default_rng(step).normal(size=(10, 6)) / 100
            writer.write(step, {"embed": np.arange(10)[:, None] + step + noise}, loss=1 / (1 + step))
    return tmp_path / "run"


@pytest.fixture
def looked_up(run: Path, explore: Callable[..., Page]) -> Page:
    page = explore("open", run)
    page.get_by_role("button", name="Lookup").click()
    return page


def write(page: Page, text: str) -> None:
    page.get_by_role("textbox", name="A sentence to look up").fill(text)


def rows(page: Page) -> Locator:
    return page.get_by_role("list", name="Rows of the table").get_by_role("listitem")


def test_a_sentence_becomes_tokens_ids_padded_ids_and_rows(looked_up: Page) -> None:
    write(looked_up, "The cat sees a vampire!")
    panel = looked_up.get_by_role("region", name="Lookup")
    for shape in ("(1, 5)", "(1, 8)", "(1, 8, 6)"):
        expect(panel.get_by_text(shape, exact=True)).to_be_visible()
    expect(looked_up.get_by_label("Ids, padded")).to_have_text(
        re.compile(r"\[\[\s*0\s*0\s*0\s*2\s*3\s*4\s*5\s*1\s*\]\]")
    )
    expect(panel).to_contain_text("1 token is not in the vocabulary and became row 1: out of vocabulary")
    expect(panel).to_contain_text("the mask lets later layers pass over it")
    expect(panel).to_contain_text("5 points are lit")
    expect(rows(looked_up)).to_have_count(8)


def test_values_are_told_and_a_token_leads_to_its_point(looked_up: Page) -> None:
    write(looked_up, "the dog")
    strip = rows(looked_up).last.locator(".strip")
    strip.hover(position={"x": 3, "y": 5})
    expect(looked_up.get_by_text(re.compile(r"dog · dimension 1 of 6 · 2[56]"))).to_be_visible()
    rows(looked_up).last.get_by_role("button").click()
    expect(looked_up).to_have_url(re.compile("i=6"))


def test_strips_follow_the_step(looked_up: Page) -> None:
    write(looked_up, "the")
    strip = rows(looked_up).last.locator(".strip")
    strip.hover(position={"x": 3, "y": 5})
    expect(looked_up.get_by_text(re.compile(r"the · dimension 1 of 6 · 2[12]"))).to_be_visible()
    looked_up.keyboard.press("Escape")
    looked_up.keyboard.press("<")
    strip.hover(position={"x": 4, "y": 5})
    expect(looked_up.get_by_text(re.compile(r"the · dimension 1 of 6 · 1[12]"))).to_be_visible()


def test_length_and_side_can_be_tried_out(looked_up: Page) -> None:
    write(looked_up, "the cat sees")
    looked_up.get_by_role("spinbutton", name="How many ids").fill("4")
    looked_up.get_by_role("spinbutton", name="How many ids").press("Tab")
    looked_up.get_by_role("button", name="behind").click()
    expect(looked_up.get_by_label("Ids, padded")).to_have_text(re.compile(r"2\s*3\s*4\s*0"))
    expect(looked_up.get_by_text("The model was trained with 8.")).to_be_visible()


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("<b>cat</b> <img src=x onerror=alert(1)>", "9 tokens"),
        ("🧛 שלום", "2 tokens"),
        ("the cat " * 3000, "2,500 tokens"),
    ],
)
def test_any_text_is_only_text(looked_up: Page, text: str, tokens: str) -> None:
    write(looked_up, text)
    expect(looked_up.get_by_role("heading", name=re.compile(f"^{tokens}"))).to_be_visible()
    assert looked_up.get_by_role("listitem").count() < 80


def test_no_text_is_asked_for_one_and_the_address_keeps_it(looked_up: Page) -> None:
    write(looked_up, "")
    expect(looked_up.get_by_text("Type a sentence to see which rows of embed it becomes.")).to_be_visible()
    write(looked_up, "a bird hears")
    expect(looked_up).to_have_url(re.compile(r"v=lookup.*tx=a\+bird\+hears"))
    looked_up.reload()
    expect(looked_up.get_by_role("heading", name=re.compile("^3 tokens"))).to_be_visible()


def test_word_vectors_from_a_file_have_rows_and_no_padding(tmp_path: Path, explore: Callable[..., Page]) -> None:
    words = ["haus", "baum", "wald", "Berg", "see", "katze"]
    lines = [f"{word} {' '.join(map(str, np.random.default_rng(i).normal(size=5)))}" for i, word in enumerate(words)]
    (tmp_path / "vectors.txt").write_text("\n".join(lines) + "\n", "utf-8")
    page = explore("open", tmp_path / "vectors.txt")
    page.get_by_role("button", name="Lookup").click()
    write(page, "Haus berg Meer")
    expect(page.get_by_role("heading", name=re.compile("^3 tokens → rows"))).to_be_visible()
    expect(page.get_by_text("2 tokens not in the vocabulary, left out")).to_be_visible()


def test_points_that_are_no_words_have_no_lookup(tmp_path: Path, explore: Callable[..., Page]) -> None:
    np.save(tmp_path / "plain.npy", np.eye(8))
    page = explore("open", tmp_path / "plain.npy")
    expect(page.get_by_role("search")).to_be_visible()
    assert page.get_by_role("button", name="Lookup").count() == 0
