"""Switching to and fro leaves nothing behind: no buffers of the graphics, no nodes, no memory."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(os.environ.get("VECTARIUM_BROWSER") == "firefox", reason="only Chromium tells its heap"),
]

ROUNDS = int(os.environ.get("VECTARIUM_SWITCHES", "40"))
COUNT_BUFFERS = """(() => {
  window.buffers = 0;
  const { createBuffer, deleteBuffer } = WebGL2RenderingContext.prototype;
  WebGL2RenderingContext.prototype.createBuffer = function () { buffers++; return createBuffer.call(this); };
  WebGL2RenderingContext.prototype.deleteBuffer = function (it) { if (it) buffers--; return deleteBuffer.call(this, it); };
})()"""
COLOUR = """(name) => new Promise((done) => {
  const field = document.getElementById("color-by");
  field.value = name;
  field.dispatchEvent(new Event("change", { bubbles: true }));
  requestAnimationFrame(() => setTimeout(done, 20));
})"""


def switch(page: Page, rounds: int) -> tuple[int, int, float]:
    """Change the picture and its colours, and give the buffers, nodes and megabytes that are held then."""
    names = page.evaluate("[...document.querySelectorAll('#color-by option')].map((each) => each.value)")
    for i in range(rounds):
        page.keyboard.press("23"[i % 2])
        page.evaluate(COLOUR, names[i % len(names)])
    page.wait_for_timeout(500)
    tools = page.context.new_cdp_session(page)
    for _ in range(2):
        tools.send("HeapProfiler.collectGarbage")
    nodes = tools.send("Memory.getDOMCounters")["nodes"]
    used = tools.send("Runtime.getHeapUsage")
    return page.evaluate("buffers"), nodes, (used["usedSize"] + used["backingStorageSize"]) / 1e6


def test_switches_of_picture_and_colour_leave_nothing_behind(serve: Callable[..., str], page: Page) -> None:
    page.add_init_script(COUNT_BUFFERS)
    page.goto(serve("demo", "words"))
    page.wait_for_selector("html[data-ready=picture]", state="attached")
    page.get_by_role("navigation", name="Tools").wait_for()
    buffers, nodes, megabytes = switch(page, 24)
    after = switch(page, ROUNDS - ROUNDS % 24 + 24)
    assert after[0] == buffers
    assert after[1] <= nodes + 50
    assert after[2] <= megabytes + 1.5
