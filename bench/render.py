"""How long one frame takes, beside regl-scatterplot and three.js in the same page, and from the pointer to the picture.

::

    python bench/render.py [--points 100000 1000000] [--rounds 9] [--pictures FOLDER]

All three draw the same points at the same size into 1280 × 800 pixels, in turns, in one Chromium with
software graphics; a frame ends when a pixel of it has been read back. The processor time of the whole
browser stands beside the time on the clock, since it minds other work on the machine less. Then the picture is
dragged with the mouse, ours and that of three.js with its ``MapControls``, in turns: from each event to a pixel of
the frame that follows it. The two others are installed from npm into a temporary folder. Needs ``npm ci`` in ``web/``
first.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from chromium import VIEWPORT, chromium
from playwright.sync_api import Browser, Page
from processes import processor_seconds
from table import load, table

HERE = Path(__file__).resolve().parent
WEB = HERE.parent / "web"
PEERS = ["regl-scatterplot@1.16.0", "pub-sub-es@3.0.0", "regl@2.1.1", "three@0.187.0"]
OURS = "Vectarium"
DRAGGED = [OURS, "three.js"]
WARM_UP = 2
MOVES = 12


def bundle(folder: Path) -> Path:
    """The page's script with everything in it."""
    (folder / "package.json").write_text('{"private": true, "type": "module"}')
    subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", *PEERS], cwd=folder, check=True)
    shutil.copy(HERE / "render_page.ts", folder)
    config = {
        "root": str(folder),
        "resolve": {
            "alias": [
                {"find": "scene-density", "replacement": str(WEB / "src/scene/density.ts")},
                {"find": "palette", "replacement": str(WEB / "src/state/palette.ts")},
                {"find": "scene", "replacement": str(WEB / "src/scene/index.ts")},
            ]
        },
        "build": {
            "lib": {"entry": "render_page.ts", "formats": ["iife"], "name": "page", "fileName": "page"},
            "target": "es2022",
        },
        "logLevel": "error",
    }
    (folder / "vite.config.js").write_text(f"export default {json.dumps(config)}")
    subprocess.run(["node", str(WEB / "node_modules/vite/bin/vite.js"), "build"], cwd=folder, check=True)
    return next((folder / "dist").glob("page*.js"))


def measure(
    browser: Browser, script: Path, n: int, rounds: int, pictures: Path | None
) -> tuple[list[list[str]], list[list[str]]]:
    """Rows of both tables for n points."""
    page = browser.new_page(viewport=VIEWPORT)
    page.set_default_timeout(300_000)
    page.set_content("<!doctype html><body style='margin:0;background:#000'></body>")
    page.add_script_tag(path=str(script))
    about: dict[str, Any] = page.evaluate("n => prepare(n)", n)
    if about["drawn"] != n:
        raise SystemExit(f"Vectarium drew {about['drawn']:,} of {n:,} points; the comparison would be unfair.")
    times: dict[str, list[float]] = {name: [] for name in about["names"]}
    effort: dict[str, float] = dict.fromkeys(times, 0.0)
    for turn in range(rounds + WARM_UP):
        for name, measured in times.items():
            before = processor_seconds(os.getpid())
            measured.append(page.evaluate("name => time(name)", name))
            effort[name] += (processor_seconds(os.getpid()) - before) * (turn >= WARM_UP) / rounds * 1000
    if pictures:
        for name in times:
            page.evaluate("name => show(name)", name)
            page.screenshot(path=pictures / f"{name}-{n}.png")
    waited: dict[str, list[float]] = {name: [] for name in DRAGGED}
    for _ in range(rounds + 1):
        for name, each in waited.items():
            each.append(statistics.median(drag(page, name)))
    page.close()
    dragged = [[f"{n:,}", name, *_beside(each[1:], waited[OURS][1:])] for name, each in waited.items()]
    own, own_effort = times[OURS][WARM_UP:], effort[OURS]
    start = [f"{n:,}", f"{about['diameter']:.2f} px"]
    frames = [
        [*start, name, *_beside(times[name][WARM_UP:], own), f"{spent:.0f} ms", f"{spent / own_effort:.2f}"]
        for name, spent in effort.items()
    ]
    return frames, dragged


def drag(page: Page, name: str) -> list[float]:
    """Drag the picture of one of them with the mouse: milliseconds from each move to the picture that shows it."""
    x, y = VIEWPORT["width"] / 2, VIEWPORT["height"] / 2
    page.mouse.move(x, y)
    page.evaluate("name => follow(name)", name)
    page.mouse.move(x, y + 1)
    page.mouse.down()
    for i in range(1, MOVES + 1):
        # There and back, so that it ends where it began. Each move waits until the one before is seen.
        page.mouse.move(x + 9 * min(i, MOVES - i), y)
        page.wait_for_function("count => taken().length >= count", arg=i + 1)
    page.mouse.up()
    return page.evaluate("taken()")[2:]


def _beside(taken: list[float], own: list[float]) -> list[str]:
    median = statistics.median(taken)
    beside = statistics.median(one / mine for one, mine in zip(taken, own, strict=True))
    return [f"{median:.0f} ms", f"{min(taken):.0f} ms", f"{beside:.2f}"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--points", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=9, help="frames of each, after two that do not count")
    parser.add_argument("--pictures", type=Path, help="a folder to save what each renderer drew")
    asked = parser.parse_args()
    rows: list[list[str]] = []
    pointer: list[list[str]] = []
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        script = bundle(Path(folder))
        for n in asked.points:
            frames, dragged = measure(browser, script, n, asked.rounds, asked.pictures)
            rows += frames
            pointer += dragged
    head = ["points", "point size", "renderer", "median frame", "fastest", "to ours", "processor time", "to ours"]
    print(table(head, rows))
    print(f"\n{asked.rounds} frames of each in turns, ratios within a turn; above 1: slower than ours. {load()}\n")
    print(table(["points", "dragged with the mouse", "median", "fastest", "to ours"], pointer))
    print(
        f"\nFrom the event to a pixel of the next frame; medians of {MOVES - 1} moves, {asked.rounds} drags of each. {load()}"
    )


if __name__ == "__main__":
    main()
