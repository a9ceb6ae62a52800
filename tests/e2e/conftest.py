"""A real `vectarium open` and a real Chromium for each test that asks for them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = [
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--no-first-run",
    "--no-sandbox",
]
PATIENCE_MS = 60_000
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests; each page has a context of its own."""
    if not Path(CHROMIUM).exists():
        pytest.skip("Chromium is not installed; tools/install-chromium.sh does it")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def serve() -> Iterator[Callable[..., str]]:
    """Run the command line as a user does, and give the URL that it prints."""
    running: list[subprocess.Popen[str]] = []

    def start(*arguments: str | Path) -> str:
        command = [sys.executable, "-m", "vectarium", *map(str, arguments), "--no-browser"]
        environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
        )
        running.append(process)
        assert process.stdout is not None
        said = ""
        for line in process.stdout:
            said += line
            found = re.search(r"http://127\.0\.0\.1:\d+/\?token=\S+", line)
            if found:
                return found.group()
        raise AssertionError(f"vectarium ended without a URL: {said}")

    yield start
    for process in running:
        process.terminate()
        process.communicate(timeout=20)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that fails the test on any error in its console and on any request to another host."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce", color_scheme="dark")
    faults: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error":
            faults.append(message.text)

    def asked(request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "blob:", "data:")):
            faults.append(f"asked another host: {request.url}")

    # The tour is offered to who comes for the first time; its tests take this back.
    context.add_init_script("localStorage.getItem('vectarium.tour') ?? localStorage.setItem('vectarium.tour', 'seen')")
    tab = context.new_page()
    tab.set_default_timeout(PATIENCE_MS)
    tab.on("console", heard)
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.on("request", asked)
    yield tab
    context.close()
    assert not faults, faults


@pytest.fixture
def explore(serve: Callable[..., str], page: Page) -> Callable[..., Page]:
    """Open data in the explorer and wait for its first picture."""

    def start(*arguments: str | Path) -> Page:
        page.goto(serve(*arguments))
        wait_for_picture(page)
        return page

    return start


def wait_for_picture(page: Page) -> None:
    page.wait_for_selector("html[data-ready=picture]", state="attached")
