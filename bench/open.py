"""From the command to the picture: time, memory, search, and whether the page ever stands still.

::

    python bench/open.py [--rounds 5] [--quick] [--data FOLDER] [--mnist FILE] [--words FOLDER]

Time runs from the start of ``vectarium open FILE --no-browser`` to the first complete picture in a
Chromium that is already running, with software graphics and the file in the system's cache. The data is
synthetic and made in a temporary folder (1 GB), or kept in the folder given with ``--data``. ``--mnist``
takes an ``.npz`` of 70,000 images, ``--words`` a folder with ``vectors.npy`` and ``metadata.tsv``, to be
timed as well. Beside the time on the clock stands the processor time of the server, and of server and
browser together, since those mind other work on the machine less. ``--quick`` leaves the million points out.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from chromium import chromium
from page import TYPE, blank, go, longest_task
from playwright.sync_api import Browser
from processes import processor_seconds
from server import Server
from synthetic import labels, mixture
from table import load, table, verdict

MEGABYTE = 1 << 20
SEARCH_LIMIT_MS = 200
TASK_LIMIT_MS = 100
# Digits of the number behind each label, so that every keystroke leaves fewer matches than the one before.
KEYSTROKES = ["7", "73", "734", "7342", "73421"]


@dataclass(frozen=True)
class Case:
    """Something to open, and how long that may take."""

    name: str
    arguments: Sequence[str | Path]
    vector_bytes: int
    limit: float


@dataclass(frozen=True)
class Opening:
    """What one opening took: seconds, seconds of processor time, bytes, milliseconds."""

    seconds: float
    seconds_to_url: float
    server_effort: float
    effort: float
    resident: int
    peak: int
    longest_task: float


FIELDS = [each.name for each in fields(Opening)]


def open_once(browser: Browser, case: Case) -> Opening:
    """Open a case, wait for its picture and end it."""
    page = blank(browser)
    before = processor_seconds(os.getpid())
    with Server(*case.arguments) as server:
        drawn = go(page, server)
        efforts = processor_seconds(server.process.pid), processor_seconds(os.getpid()) - before
        page.wait_for_timeout(1500)  # tasks that follow the picture still belong to loading
        opening = Opening(
            drawn - server.started,
            server.seconds_to_url,
            *efforts,
            server.memory("VmRSS"),
            server.memory("VmHWM"),
            longest_task(page),
        )
        page.context.close()
    return opening


def opening_row(browser: Browser, case: Case, rounds: int) -> list[str]:
    """One line of the table of openings."""
    openings = [open_once(browser, case) for _ in range(rounds)]
    median = {name: statistics.median(getattr(each, name) for each in openings) for name in FIELDS}
    seconds, peak = median["seconds"], median["peak"]
    allowed = 1.3 * case.vector_bytes + 200 * MEGABYTE
    return [
        case.name,
        f"{seconds:.2f} s",
        f"{min(each.seconds for each in openings):.2f}-{max(each.seconds for each in openings):.2f}",
        f"{median['seconds_to_url']:.2f} s",
        f"{case.limit:.0f} s: {verdict(seconds, case.limit)}",
        f"{median['server_effort']:.2f} s",
        f"{median['effort']:.2f} s",
        f"{median['resident'] / MEGABYTE:.0f} MB",
        f"{peak / MEGABYTE:.0f} MB",
        f"{allowed / MEGABYTE:.0f} MB: {verdict(peak, allowed)}",
        f"{median['longest_task']:.0f} ms",
    ]


def search_rows(browser: Browser, case: Case, rounds: int) -> list[list[str]]:
    """Each keystroke of a word as the server answers it, and as the page shows it."""
    asked: dict[str, list[float]] = {text: [] for text in KEYSTROKES}
    shown: dict[str, list[float]] = {text: [] for text in KEYSTROKES}
    page = blank(browser)
    with Server(*case.arguments) as server:
        go(page, server)
        for _ in range(rounds):
            for text in KEYSTROKES:
                asked[text].append(server.search(text))
            for text in KEYSTROKES:
                shown[text].append(page.evaluate(TYPE, text))
                page.wait_for_timeout(150)
            page.fill("#search", "")
            page.wait_for_timeout(1500)
        page.context.close()
    return [_search_row(text, statistics.median(asked[text]), statistics.median(shown[text])) for text in KEYSTROKES]


def _search_row(text: str, asked: float, shown: float) -> list[str]:
    limit = f"{SEARCH_LIMIT_MS} ms: {verdict(shown, SEARCH_LIMIT_MS)}"
    return [text, f"{asked:.0f} ms", f"{shown:.0f} ms", limit]


def task_row(browser: Browser, case: Case, rounds: int) -> list[str]:
    """The longest task while 100,000 points load."""
    longest = statistics.median(open_once(browser, case).longest_task for _ in range(rounds))
    return [case.name, f"{longest:.0f} ms", f"{TASK_LIMIT_MS} ms: {verdict(longest, TASK_LIMIT_MS)}"]


def synthetic(folder: Path, n: int, d: int, limit: float, *, labelled: bool = False) -> Case:
    """A mixture of n points in d dimensions, with labels or without."""
    arguments: list[str | Path] = [mixture(folder / f"{n}x{d}.npy", n, d)]
    if labelled:
        arguments += ["--metadata", labels(folder / f"{n}.txt", n)]
    return Case(f"{n:,} x {d}{', labelled' if labelled else ''}", arguments, n * d * 4, limit)


def cases(asked: argparse.Namespace, folder: Path) -> list[Case]:
    """What to open, the smallest first."""
    made = [synthetic(folder, 20_000, 200, 2), synthetic(folder, 70_000, 784, 4)]
    if asked.words:
        vectors = asked.words / "vectors.npy"
        size = np.load(vectors, mmap_mode="r").nbytes
        made.append(Case("the words given", [vectors, "--metadata", asked.words / "metadata.tsv"], size, 2))
    if asked.mnist:
        made.append(Case("the images given", [asked.mnist], np.load(asked.mnist)["images"].nbytes, 4))
    if not asked.quick:
        made.append(synthetic(folder, 1_000_000, 128, 10))
    return made


def report(asked: argparse.Namespace, folder: Path, browser: Browser) -> None:
    """Measure everything and print it."""
    head = [
        "opened",
        "picture",
        "range",
        "to URL",
        "limit",
        "server's processor",
        "in all",
        "resident",
        "peak",
        "limit",
        "longest task",
    ]
    print(table(head, [opening_row(browser, case, asked.rounds) for case in cases(asked, folder)]), flush=True)
    task = task_row(browser, synthetic(folder, 100_000, 128, 10, labelled=True), asked.rounds)
    print(f"\n{table(['loading', 'longest task', 'limit'], [task])}", flush=True)
    n = 100_000 if asked.quick else 1_000_000
    keys = search_rows(browser, synthetic(folder, n, 128, 10, labelled=True), asked.rounds)
    print(f"\n{table([f'typed, {n:,} labels', 'server', 'page', 'limit'], keys)}")
    print(f"\nmedians of {asked.rounds} rounds; {load()}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="leave the million points out")
    parser.add_argument("--data", type=Path, help="where the synthetic data is kept between runs")
    parser.add_argument("--mnist", type=Path, help="an .npz of 70,000 images")
    parser.add_argument("--words", type=Path, help="a folder with vectors.npy and metadata.tsv")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary, chromium() as browser:
        folder = asked.data or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        report(asked, folder, browser)


if __name__ == "__main__":
    main()
