"""How the page holds up while a run computes beside it: frames a second, its longest task, search.

::

    python bench/stream.py [--method tsne] [--points 10000 70000] [--data FOLDER] [--mnist FILE]

A run is started in the page, as a person does, in a Chromium with software graphics on the same processors
as the engine. A frame counts when the graphics have finished it and the page has told the server so. Each
run is made twice: one is only watched, and during the other words are typed into the search field. The data is synthetic, 784 dimensions; ``--mnist``
takes an ``.npz`` of 70,000 images, to be timed as well.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from chromium import chromium
from page import TYPE, blank, go, longest_task
from playwright.sync_api import Browser, WebSocket
from server import Server
from synthetic import labels, mixture
from table import load, table

NAMES = {"tsne": "t-SNE", "umap": "UMAP"}
DIMENSIONS = 784
LEAST_FRAMES = 10
MOST_TASK_MS = 100
# Each with another number of matches than the one before: the numbers behind the labels, the digits of the images.
NUMBERS = ["7", "73", "734", "7342"]
DIGITS = ["7", "3", "5", "4"]


@dataclass
class Frames:
    """The moments at which a frame was there on the screen."""

    shown: list[float] = field(default_factory=list[float])

    def listen(self, socket: WebSocket) -> None:
        """Take note of what the page tells the server."""
        socket.on("framesent", self._sent)

    def _sent(self, payload: str | bytes) -> None:
        if '"shown"' in str(payload):
            self.shown.append(time.perf_counter())

    @property
    def a_second(self) -> float:
        """Over the whole time in which points moved."""
        return (len(self.shown) - 1) / (self.shown[-1] - self.shown[0]) if len(self.shown) > 1 else 0

    @property
    def longest_wait(self) -> float:
        """Milliseconds between two frames, nineteen of twenty are shorter."""
        waits = sorted(b - a for a, b in zip(self.shown, self.shown[1:], strict=False))
        return 1000 * waits[int(len(waits) * 0.95)] if waits else 0


@dataclass(frozen=True)
class Watched:
    """What a run was like: seconds from the click to the end, its frames, milliseconds of tasks and keystrokes."""

    seconds: float
    frames: Frames
    longest_task: float
    typed: list[float]


def watch(browser: Browser, method: str, words: list[str], arguments: list[str | Path]) -> Watched:
    """Make a run; words, if there are any, are typed once it moves."""
    page, frames = blank(browser), Frames()
    page.on("websocket", frames.listen)
    with Server(*arguments) as server:
        go(page, server)
        page.wait_for_timeout(1500)
        longest_task(page)
        page.get_by_role("button", name=NAMES[method], exact=True).click()
        started = time.perf_counter()
        page.get_by_role("button", name=f"Run {NAMES[method]}").click()
        run = page.get_by_role("group", name="This run")
        run.get_by_role("button", name="Pause").wait_for()
        while len(frames.shown) < LEAST_FRAMES:
            page.wait_for_timeout(50)
        typed: list[float] = []
        while run.get_by_role("button", name="Pause").is_visible():
            if words:
                typed.append(page.evaluate(TYPE, words[len(typed) % len(words)]))
            page.wait_for_timeout(400)
        seconds = time.perf_counter() - started
        task = longest_task(page)
        page.context.close()
    return Watched(seconds, frames, task, typed)


def row(browser: Browser, method: str, name: str, words: list[str], arguments: list[str | Path]) -> list[str]:
    """One line of the table."""
    alone = watch(browser, method, [], arguments)
    searched = watch(browser, method, words, arguments)
    task = max(alone.longest_task, searched.longest_task)
    return [
        name,
        f"{alone.seconds:.1f} s",
        str(len(alone.frames.shown)),
        f"{alone.frames.a_second:.1f}",
        f"{LEAST_FRAMES}: {'met' if alone.frames.a_second >= LEAST_FRAMES else 'MISSED'}",
        f"{alone.frames.longest_wait:.0f} ms",
        f"{searched.frames.a_second:.1f}",
        f"{statistics.median(searched.typed):.0f} ms" if searched.typed else "run was over",
        f"{task:.0f} ms",
        f"{MOST_TASK_MS} ms: {'met' if task <= MOST_TASK_MS else 'MISSED'}",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--method", choices=NAMES, default="tsne")
    parser.add_argument("--points", type=int, nargs="*", default=[10_000, 70_000])
    parser.add_argument("--data", type=Path, help="where the synthetic data is kept between runs")
    parser.add_argument("--mnist", type=Path, help="an .npz of 70,000 images")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary, chromium() as browser:
        folder = asked.data or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        cases: list[tuple[str, list[str], list[str | Path]]] = []
        for n in asked.points:
            data = mixture(folder / f"{n}x{DIMENSIONS}.npy", n, DIMENSIONS)
            cases.append((f"{n:,} x {DIMENSIONS}", NUMBERS, [data, "--metadata", labels(folder / f"{n}.txt", n)]))
        if asked.mnist:
            cases.append(("the images given", DIGITS, [asked.mnist]))
        rows = [row(browser, asked.method, *case) for case in cases]
    head = ["points", "run", "frames", "a second", "at least", "95 of 100 within"]
    head += ["a second while typing", "a keystroke's matches", "longest task", "at most"]
    print(table(head, rows))
    print(f"\n{NAMES[asked.method]} from the click to the end. {load()}")


if __name__ == "__main__":
    main()
