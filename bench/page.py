"""What the benches do inside the page: watch for long tasks, type into the search, wait for the picture."""

from __future__ import annotations

from chromium import VIEWPORT
from playwright.sync_api import Browser, Page
from server import Server

WATCH_TASKS = """
window.longTasks = [];
new PerformanceObserver((list) => {
  for (const each of list.getEntries()) window.longTasks.push(each.duration);
}).observe({ type: "longtask", buffered: true });
"""
FIRST_PICTURE = """() => {
  const [mark] = performance.getEntriesByName("vectarium:first-picture");
  return (performance.timeOrigin + mark.startTime) / 1000;
}"""
# From a keystroke until the page says how many matches there are.
TYPE = """(text) => new Promise((done, fail) => {
  setTimeout(() => fail(new Error(`the page did not answer the search for ${text}`)), 20000);
  const field = document.getElementById("search");
  const status = field.closest("search").querySelector("[role=status]");
  const start = performance.now();
  new MutationObserver((_, observer) => {
    if (!/\\d/.test(status.textContent)) return;
    observer.disconnect();
    done(performance.now() - start);
  }).observe(status, { subtree: true, childList: true, characterData: true });
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
})"""


def blank(browser: Browser) -> Page:
    """An empty page of its own that watches for long tasks."""
    context = browser.new_context(viewport=VIEWPORT, color_scheme="dark")
    context.add_init_script(WATCH_TASKS)
    page = context.new_page()
    page.set_default_timeout(120_000)
    return page


def go(page: Page, server: Server) -> float:
    """Go to the server's page; returns the second at which its first complete picture was drawn."""
    page.goto(server.url, wait_until="commit")
    page.wait_for_selector("html[data-ready=picture]", state="attached")
    return page.evaluate(FIRST_PICTURE)


def longest_task(page: Page) -> float:
    """Milliseconds of the longest task since the page was opened, or since it was asked last."""
    return page.evaluate("Math.max(0, ...longTasks.splice(0))")
