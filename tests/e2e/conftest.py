"""A real `vectarium open` and a real Chromium for each test that asks for them."""

from __future__ import annotations

import atexit
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Error,
    Locator,
    Page,
    Playwright,
    Request,
    expect,
    sync_playwright,
)

# Which browser: Debian's Chromium, or with VECTARIUM_BROWSER=firefox its Firefox.
FIREFOX = os.environ.get("VECTARIUM_BROWSER") == "firefox"
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = [
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--no-first-run",
    "--no-sandbox",
]
# An empty page has no storage.
NO_TOUR = "try { localStorage.getItem('vectarium.tour') ?? localStorage.setItem('vectarium.tour', 'seen') } catch {}"
PATIENCE_MS = 60_000
CHANGE = "field => field.dispatchEvent(new Event('change', {bubbles: true}))"
FILL_NUMBER = """(field, value) => {
  field.focus();
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}"""
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One browser for all tests; each page has a context of its own."""
    with sync_playwright() as playwright:
        if FIREFOX:
            fill_as_by_hand()
            found = firefox(playwright, tmp_path_factory.mktemp("firefox"))
        elif not Path(CHROMIUM).exists():
            pytest.skip("Chromium is not installed; tools/install-chromium.sh does it")
        else:
            found = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


def firefox(playwright: Playwright, folder: Path) -> Browser:
    """Debian's Firefox, through a bridge that Playwright takes for it."""
    bridge = folder / "firefox"
    bridge.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{Path(__file__).with_name("firefox_bridge.py")}" "$@"\n')
    bridge.chmod(0o755)
    return playwright.firefox.launch(
        channel="moz-firefox",
        executable_path=bridge,
        headless=False,  # which has no WebGL: it draws on a screen that nobody sees
        env={**os.environ, "DISPLAY": display(), "LIBGL_ALWAYS_SOFTWARE": "1"},
        firefox_user_prefs={
            "webgl.force-enabled": True,
            "ui.prefersReducedMotion": 1,
            "layout.css.prefers-color-scheme.content-override": 0,  # dark
        },
    )


def fill_as_by_hand() -> None:
    """Fill fields as a hand does.

    Through the bridge a text goes into a number's field beside what is there, and what is filled in is no change to
    Firefox when the field is left.
    """
    fill = Locator.fill

    def filled(field: Locator, value: str, **options: Any) -> None:
        if field.get_attribute("type") == "number":
            field.evaluate(FILL_NUMBER, value)
        else:
            fill(field, value, **options)
        field.evaluate(CHANGE)  # Playwright's own dispatch_event now and then ends Firefox's process of the page

    Locator.fill = filled


def display() -> str:
    """A screen in memory, which ends with the tests."""
    if not shutil.which("Xvfb"):
        pytest.skip("Xvfb is not installed; tools/install-firefox.sh does it")
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1600x1200x24", "-nolisten", "tcp"]
    process = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    atexit.register(process.kill)
    os.close(writing)
    with os.fdopen(reading) as number:
        return f":{number.readline().strip()}"


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

    def failed(error: Error) -> None:
        # Playwright hides the caret for a screenshot by a style that the page does not allow; Firefox tells of it.
        if not (FIREFOX and "blocked an inline style" in str(error)):
            faults.append(error.stack or str(error))

    def asked(request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "blob:", "data:")):
            faults.append(f"asked another host: {request.url}")

    # The tour is offered to who comes for the first time; its tests take this back.
    context.add_init_script(NO_TOUR)
    tab = context.new_page()
    tab.set_default_timeout(PATIENCE_MS)
    tab.on("console", heard)
    tab.on("pageerror", failed)
    tab.on("request", asked)
    yield tab
    context.close()
    assert not faults, faults


@pytest.fixture
def saved(page: Page, tmp_path: Path) -> Callable[[Callable[[], object]], Path]:
    """Do what saves a file, and give that file under the name that the page gave it."""

    def save(act: Callable[[], object]) -> Path:
        with page.expect_download(timeout=120_000) as caught:
            act()
        path = tmp_path / "saved" / caught.value.suggested_filename
        caught.value.save_as(path)
        return path

    return save


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
