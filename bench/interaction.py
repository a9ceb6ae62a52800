"""From a person's act to the picture that shows it, at a million points.

::

    python bench/interaction.py [--points 1000000] [--rounds 5] [--only WORD] [--data FOLDER]

A collection with a label, categories of 20 and of 5,000 values and two numbers is opened in a Chromium with software
graphics. Each act is done with the mouse or the keyboard as a person does it, and timed from its event until the
graphics have finished the first picture that was drawn after all that changed had been given to them. Beside it stand
the server's share, the transfer, the scripts, the layout of the page, and a bare frame of the same points, for which
nothing is given: that much no renderer can save on this machine. ``--data FOLDER`` keeps the collection between runs.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from acts import RECORD, Stopwatch, Took, median
from chromium import VIEWPORT, chromium
from memory import page_memory
from page import go
from playwright.sync_api import Browser, Page
from server import Server
from synthetic import labels, mixture
from table import load, table, verdict

LIMIT_MS = 200
MOST_MEGABYTES = 400
KEYSTROKES = ["7", "73", "734", "73"]


@dataclass(frozen=True)
class Act:
    """Something a person does, the event that begins it, and how it is taken back, which is not timed."""

    name: str
    event: str
    do: Callable[[int], object]
    undo: Callable[[], object] = lambda: None
    prepare: Callable[[], object] = lambda: None


def collection(folder: Path, n: int) -> list[str | Path]:
    """Files of n points, 16 numbers each, with five columns; seed 0."""
    vectors = mixture(folder / f"{n}x16.npy", n, 16)
    words = labels(folder / f"{n}.txt", n)
    path = folder / f"{n}-columns.tsv"
    if not path.exists():
        rng = np.random.default_rng(0)
        kind, group = rng.integers(20, size=n), np.minimum(rng.geometric(1 / 900, size=n), 5000)
        score, count = rng.normal(size=n).round(4), rng.zipf(2, size=n).clip(max=10**6)
        with path.open("w", encoding="utf-8") as out:
            out.write("label\tkind\tgroup\tscore\tcount\n")
            for word, *values in zip(words.read_text().split("\n"), kind, group, score, count, strict=False):
                k, g, s, c = values
                out.write(f"{word}\tkind {k:02d}\tgroup {g:04d}\t{s}\t{c}\n")
    return [vectors, "--metadata", path]


def acts(page: Page) -> Iterator[Act]:
    """Everything that is timed, in an order in which each finds the page as at first."""
    field, colour = page.get_by_role("searchbox"), page.get_by_label("Colour by", exact=True)
    yield Act("search, a keystroke", "input", lambda i: field.fill(KEYSTROKES[i % len(KEYSTROKES)]))
    field.fill("")
    two = ["kind", "group"]
    yield Act(
        "recolour: 5,000 values",
        "change",
        lambda _: colour.select_option("group"),
        lambda: colour.select_option("kind"),
    )
    yield Act(
        "recolour: 20 values", "change", lambda _: colour.select_option("kind"), lambda: colour.select_option("group")
    )
    yield Act(
        "recolour: a number", "change", lambda _: colour.select_option("score"), lambda: colour.select_option(two[0])
    )
    page.get_by_text("Appearance", exact=True).click()
    palettes = page.get_by_label("Palette", exact=True)
    yield Act(
        "recolour: other palette",
        "change",
        lambda i: palettes.select_option(index=1 + i % 2),
        prepare=lambda: colour.select_option("score"),
    )
    page.get_by_text("Appearance", exact=True).click()
    colour.select_option("kind")
    entry = page.get_by_role("button", name="kind 07").first
    yield Act("filter: legend entry", "click", lambda _: entry.click(), entry.click)
    hiding = page.get_by_role("button", name="Hide the others")
    free = page.get_by_role("button", name="Show all")

    def as_before() -> None:
        hiding.click()
        free.click()

    yield Act("filter: hide the others", "click", lambda _: hiding.click(), as_before, entry.click)
    yield Act("select: box", "pointerup", lambda _: _drag(page, "b"), lambda: page.keyboard.press("Escape"))
    yield Act("select: lasso", "pointerup", lambda _: _drag(page, "l"), lambda: page.keyboard.press("Escape"))
    isolating = page.get_by_role("button", name="Isolate", exact=True)

    def selected() -> None:
        _drag(page, "b")
        isolating.wait_for()

    yield Act("isolate, PCA anew", "click", lambda _: isolating.click(), lambda: _show_all(page), selected)
    page.get_by_role("button", name="Charts").click()
    for name in ["score", "count", "kind", "group"]:
        page.get_by_label("Add a chart").select_option(name)
    bars = page.get_by_role("region", name="Chart of score").get_by_role("slider")
    bars.wait_for()
    yield Act("charts: drag a range", "pointermove", lambda i: _range(page, 0.3 + 0.1 * (i % 3)), free.click)
    bar = page.get_by_role("region", name="Chart of kind").get_by_role("listitem").get_by_role("button").first
    yield Act("charts: click a value", "click", lambda _: bar.click(), free.click)


def _drag(page: Page, key: str) -> None:
    page.locator(".picture").focus()
    page.keyboard.press(key)
    page.mouse.move(420, 200)
    page.mouse.down()
    for x, y in [(700, 180), (860, 600), (500, 640)]:
        page.mouse.move(x, y)
    page.mouse.up()


def _range(page: Page, to: float) -> None:
    box = page.get_by_role("region", name="Chart of score").get_by_role("slider").bounding_box()
    assert box
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.25, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * (0.25 + to), y)
    page.mouse.up()


def _show_all(page: Page) -> None:
    page.locator(".picture").focus()
    page.keyboard.press("a")


def measure(browser: Browser, arguments: list[str | Path], rounds: int, only: str) -> None:
    """Open the collection, do everything, and print the tables."""
    context = browser.new_context(viewport=VIEWPORT, color_scheme="dark", reduced_motion="reduce")
    context.add_init_script(RECORD)
    context.add_init_script("try { localStorage.setItem('vectarium.tour', 'seen') } catch {}")
    page = context.new_page()
    page.set_default_timeout(30_000)
    with Server(*arguments) as server:
        go(page, server)
        watch = Stopwatch(page)
        bare = [watch.bare_frame() for _ in range(rounds)]
        rows: list[list[str]] = []
        for act in acts(page):
            if only in act.name:
                rows.append(row(act, [once(watch, act, i) for i in range(rounds + 1)][1:]))
                print("  ".join(rows[-1][0]), file=sys.stderr)
        bare += [watch.bare_frame() for _ in range(rounds)]
        used = page_memory(page)
        context.close()
    head = ["act", "picture", "less bare", f"{LIMIT_MS} ms", "given", "frame", "frames", "panels"]
    head += ["server", "transfer", "script", "layout", "processors"]
    frame = statistics.median(bare)
    for line, taken in rows:
        line[2:2] = [f"{taken.picture - frame:.0f} ms", verdict(taken.picture - frame, LIMIT_MS)]
    print(table(head, [line for line, _ in rows]))
    print(f"\na bare frame: {frame:.0f} ms ({min(bare):.0f} to {max(bare):.0f}); the first time of each is not counted")
    print(f"memory: {used.describe()}; {MOST_MEGABYTES} MB: {verdict(used.page, MOST_MEGABYTES)}. {load()}")


def once(watch: Stopwatch, act: Act, turn: int) -> Took:
    """One time, and everything as it was before."""
    act.prepare()
    watch.rest()
    taken = watch.took(lambda: (act.do(turn), None)[1], act.event)
    act.undo()
    return taken


def row(act: Act, taken: list[Took]) -> tuple[list[str], Took]:
    """The cells that do not depend on the bare frame, and the medians."""
    one = median(taken)
    times = [one.picture, one.given, one.frame]
    rest = [one.panel, one.server, one.transfer, one.script, one.layout, one.effort]
    cells = [f"{each:.0f} ms" for each in times] + [f"{one.frames:.0f}"] + [f"{each:.0f} ms" for each in rest]
    return [act.name, *cells], one


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--points", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5, help="times of each act, after one that does not count")
    parser.add_argument("--only", default="", help="acts whose name has this in it")
    parser.add_argument("--data", type=Path, help="a folder that keeps the collection between runs")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        place = asked.data or Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        measure(browser, collection(place, asked.points), asked.rounds, asked.only)


if __name__ == "__main__":
    main()
