"""Audio files that a column names, in the card of a point."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from tone import tone

pytestmark = pytest.mark.browser
# Without a sound device Chromium plays into the void, Firefox not at all.
SILENT = os.environ.get("VECTARIUM_BROWSER") == "firefox" and not Path("/dev/snd").exists()


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Words with a sound each: one that plays, one that is missing, one that is none."""
    (tmp_path / "clips").mkdir()
    (tmp_path / "clips" / "a.wav").write_bytes(tone(2))
    (tmp_path / "clips" / "noise.wav").write_bytes(b"no sound at all")
    values = [("plays", "clips/a.wav"), ("gone", "clips/b.wav"), ("broken", "clips/noise.wav"), ("mute", "")]
    lines = [
        "\t".join([word, clip, *(str((i * j) % 7 - j) for j in range(1, 6))]) for i, (word, clip) in enumerate(values)
    ]
    (tmp_path / "table.tsv").write_text("\n".join(["word\tclip\ta\tb\tc\td\te", *lines, ""]))
    return tmp_path / "table.tsv"


def card(page: Page, word: str) -> Locator:
    page.get_by_role("searchbox").first.fill(word)
    expect(page.get_by_role("search").get_by_role("status")).to_contain_text("1 match")
    page.wait_for_timeout(200)
    page.get_by_role("searchbox").first.press("Enter")
    region = page.get_by_role("region", name="Point", exact=True)
    expect(region.get_by_role("heading")).to_have_text(word)
    region.locator("dd").first.wait_for()
    return region


def test_a_sound_is_played_in_the_card_and_by_the_keyboard(explore: Callable[..., Page], table: Path) -> None:
    page = explore("open", table)
    player = card(page, "plays").locator("audio")
    expect(player).to_have_attribute("aria-label", "Sound: a.wav")
    expect(player).to_have_js_property("duration", 2)
    assert player.evaluate("each => each.paused && !each.autoplay")
    player.focus()
    page.keyboard.press(" ")
    if SILENT:
        expect(page.get_by_role("region", name="Point", exact=True)).to_contain_text("nothing here to play sounds on")
        return
    page.wait_for_function("() => document.querySelector('audio').currentTime > 0")
    playing = player.element_handle()
    region = card(page, "mute")
    expect(region.locator("audio")).to_have_count(0)
    assert playing is not None
    page.wait_for_function("each => each.paused", arg=playing)


def test_a_sound_that_is_missing_or_broken_says_so(explore: Callable[..., Page], table: Path) -> None:
    page = explore("open", table)
    expect(card(page, "gone")).to_contain_text("The audio file is missing: there is no 'clips/b.wav'")
    expect(card(page, "broken")).to_contain_text("noise.wav cannot be played")
    expect(page.locator("audio")).to_have_count(0)
