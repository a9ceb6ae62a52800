"""Make the same set of pictures each time: the README's into docs/images, all of them into screenshots/.

    python tools/screenshots.py            # everything
    python tools/screenshots.py words 3-d  # those whose name contains one of the words

Look at all of them before a release, and ask of each: would someone post this picture?
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
ALL = ROOT / "screenshots"
README = ROOT / "docs" / "images"
FLAGS = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-background-networking", "--no-sandbox"]


@dataclass(frozen=True)
class Shot:
    """One picture: what is opened, how it is looked at, and what is done before."""

    name: str
    arguments: Callable[[Path], list[str]]
    theme: str = "dark"
    hash: str = ""
    act: Callable[[Page], None] = lambda _page: None
    size: tuple[int, int] = (1280, 800)
    readme: bool = False


def demo(name: str) -> Callable[[Path], list[str]]:
    """The arguments that open a part of the demo."""
    return lambda _folder: ["demo", name]


def blobs(n: int, d: int) -> Callable[[Path], list[str]]:
    """Make n synthetic points in twelve groups, and give the arguments that open them."""

    def make(folder: Path) -> list[str]:
        random = np.random.default_rng(0)
        centres = random.normal(scale=3, size=(12, d))
        group = random.integers(12, size=n)
        path = folder / f"blobs-{n}.npz"
        vectors = (centres[group] + random.normal(size=(n, d)) * random.uniform(0.3, 1.2, (n, 1))).astype(np.float32)
        np.savez(path, vectors=vectors, group=np.array(list("abcdefghijkl"))[group])
        return ["open", str(path)]

    return make


def broken(folder: Path) -> list[str]:
    """A config that names files which are not there, beside one that is."""
    np.savetxt(folder / "good.tsv", np.random.default_rng(0).normal(size=(60, 5)), delimiter="\t")
    entry = 'embeddings {{ tensor_name: "{0}" tensor_path: "{0}.tsv" }}\n'
    (folder / "projector_config.pbtxt").write_text(entry.format("good") + entry.format("gone"))
    return ["open", str(folder)]


def focus(word: str) -> Callable[[Page], None]:
    """Search for a word and click it."""

    def act(page: Page) -> None:
        page.get_by_role("searchbox").fill(word)
        page.locator("search .results button").first.wait_for()
        page.get_by_role("searchbox").press("Enter")
        page.locator("ol[aria-label^='Nearest'] .name").first.wait_for()
        page.get_by_role("button", name="Clear the search").click()

    return act


def run(page: Page, method: str = "t-SNE", **parameters: str) -> None:
    """Start a run as a person does; parameters by the names of their controls."""
    page.get_by_role("group", name="Method").get_by_role("button", name=method).click()
    for name, value in parameters.items():
        if not page.get_by_label(name, exact=True).is_visible():
            page.get_by_label("Projection").get_by_text(re.compile("^More")).click()
        page.get_by_label(name, exact=True).fill(value)
        page.get_by_label(name, exact=True).press("Tab")
    page.get_by_role("button", name=f"Run {method}").click()


def running(page: Page) -> None:
    """A run that moves."""
    run(page, iterations="9000")
    page.get_by_role("group", name="This run").get_by_text(re.compile(r"Iteration \d{3}")).wait_for(timeout=120_000)


def finished(page: Page) -> None:
    """A run that stands and is measured."""
    run(page)
    page.get_by_role("button", name=re.compile("^keeps")).wait_for(timeout=120_000)


def runs(page: Page) -> None:
    """Several runs, one on a part of the points."""
    finished(page)
    for perplexity in ("5", "80"):
        run(page, perplexity=perplexity)
        page.get_by_role("button", name=re.compile("^keeps")).wait_for(timeout=120_000)
    run(page, "UMAP")
    page.get_by_role("status", name="What is seen").get_by_text(re.compile("^UMAP.*keeps", re.DOTALL)).wait_for(
        timeout=120_000
    )


def distrust(page: Page) -> None:
    """Points by how far their own places can be believed, with the card that says it in numbers."""
    finished(page)
    page.keyboard.press("d")
    page.get_by_role("button", name=re.compile("^keeps")).click()


def regions(page: Page) -> None:
    """What a network that tells parts of speech apart has learned, and where its prediction changes."""
    page.keyboard.press("g")
    page.get_by_text("Behind the points").wait_for()


def charts(page: Page) -> None:
    """How two columns are spread, beside the picture."""
    page.get_by_label("Add a chart").select_option("part of speech")
    page.get_by_role("region", name="Chart of part of speech").get_by_role("list").wait_for()


SHOTS = [
    Shot("words-dark", demo("words"), readme=True),
    Shot("words-light", demo("words"), theme="light"),
    Shot(
        "regions-light",
        demo("words"),
        theme="light",
        hash="#nm=word&ct=1&v=charts&ch=count&chb=",
        act=charts,
        readme=True,
    ),
    Shot("regions-dark", demo("words"), hash="#nm=word&ct=1&sz=count"),
    Shot("neighbours-dark", demo("words"), act=focus("monday"), readme=True),
    Shot("neighbours-light", demo("words"), theme="light", act=focus("monday")),
    Shot("digits-thumbnails", demo("digits"), hash="#t=1", readme=True),
    Shot("digits-thumbnails-light", demo("digits"), hash="#t=1", theme="light"),
    Shot("digits-3-d", demo("digits"), hash="#p=pca&d=3"),
    Shot("digits-3-d-light", demo("digits"), hash="#p=pca&d=3", theme="light"),
    Shot("learning-dark", demo("learning"), act=regions, readme=True),
    Shot("learning-light", demo("learning"), theme="light", act=regions, readme=True),
    Shot("words-numeric", demo("words"), hash="#c=count&s=log"),
    Shot("t-sne-running", blobs(20_000, 50), act=running),
    Shot("t-sne-running-light", blobs(20_000, 50), theme="light", act=running),
    Shot("t-sne-words", demo("words"), act=finished),
    Shot("t-sne-words-light", demo("words"), theme="light", act=finished),
    Shot("t-sne-fidelity", demo("digits"), act=distrust),
    Shot("t-sne-fidelity-light", demo("digits"), theme="light", act=distrust),
    Shot("t-sne-fidelity-words", demo("words"), act=distrust),
    Shot("runs", demo("words"), act=runs),
    Shot("runs-light", demo("words"), theme="light", act=runs),
    Shot("runs-large", demo("words"), act=runs, size=(1920, 1080)),
    Shot("10-points", blobs(10, 6)),
    Shot("20000-points", blobs(20_000, 50)),
    Shot("20000-points-light", blobs(20_000, 50), theme="light"),
    Shot("100000-points-3-d", blobs(100_000, 50), hash="#d=3"),
    Shot("1000000-points", blobs(1_000_000, 16)),
    Shot("1000000-points-light", blobs(1_000_000, 16), theme="light"),
    Shot("error", broken),
    Shot("help", demo("words"), act=lambda page: page.keyboard.press("?")),
    Shot("large-window", demo("words"), size=(1920, 1080)),
    Shot("phone", demo("words"), size=(390, 844)),
    Shot(
        "phone-running", demo("words"), size=(390, 844), act=lambda page: (page.keyboard.press("["), running(page))[0]
    ),
    Shot("phone-panel", demo("words"), size=(390, 844), act=lambda page: page.keyboard.press("[")),
]


@contextmanager
def served(arguments: list[str]) -> Iterator[str]:
    """The URL of a running `vectarium`, which ends afterwards."""
    command = [sys.executable, "-u", "-m", "vectarium", *arguments, "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = next(found for line in process.stdout if (found := re.search(r"http://127\S+token=\S+", line)))
        try:
            yield url.group()
        finally:
            process.terminate()


def take(browser: Browser, shot: Shot) -> None:
    """Make one picture."""
    width, height = shot.size
    with tempfile.TemporaryDirectory() as folder, served(shot.arguments(Path(folder))) as url:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=shot.theme,  # type: ignore[arg-type]
            reduced_motion="reduce",
        )
        context.add_init_script("localStorage.setItem('vectarium.tour', 'seen')")
        page = context.new_page()
        page.goto(url + shot.hash)
        page.wait_for_selector("html[data-ready=picture]", state="attached", timeout=120_000)
        shot.act(page)
        page.wait_for_timeout(2500)
        path = ALL / f"{shot.name}.png"
        page.screenshot(path=path)
        if shot.readme:
            shutil.copy(path, README / path.name)
        context.close()
    print(path.relative_to(ROOT))


def main() -> None:
    """Make all pictures, or those that the arguments name."""
    ALL.mkdir(exist_ok=True)
    README.mkdir(parents=True, exist_ok=True)
    wanted = sys.argv[1:]
    with sync_playwright() as playwright:
        path = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        for shot in SHOTS:
            if not wanted or any(word in shot.name for word in wanted):
                take(browser, shot)
        browser.close()


if __name__ == "__main__":
    main()
