"""A person's acts in the page, and how long each takes until the picture shows it."""

from __future__ import annotations

import os
import statistics
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

from playwright.sync_api import CDPSession, Page
from processes import processor_seconds

# What the page gives to the graphics, and when the graphics have finished each frame: the page puts a fence behind
# a frame and deletes it as soon as it is passed. An act begins when the browser made the event.
RECORD = """(() => {
  const seen = window.acts = { events: [], uploads: [], frames: [], changed: [] };
  const own = WebGL2RenderingContext.prototype;
  const wrap = (name, note) => {
    const original = own[name];
    own[name] = function (...given) {
      const result = original.apply(this, given);
      note.call(this, result, given);
      return result;
    };
  };
  const fences = new Map();
  for (const name of ["bufferData", "bufferSubData", "texImage2D", "texSubImage2D"])
    wrap(name, () => seen.uploads.push(performance.now()));
  wrap("fenceSync", (fence) => fences.set(fence, performance.now()));
  wrap("deleteSync", (_, [fence]) => {
    seen.frames.push({ given: fences.get(fence), done: performance.now() });
    fences.delete(fence);
  });
  for (const type of ["input", "change", "click", "pointerup", "pointermove", "keydown"])
    addEventListener(type, ({ timeStamp: at }) => seen.events.push({ type, at }), { capture: true });
  const asking = new Set();
  const { fetch } = window;
  window.fetch = (...given) => {
    const answer = fetch(...given);
    asking.add(answer);
    answer.catch(() => {}).finally(() => asking.delete(answer));
    return answer;
  };
  performance.setResourceTimingBufferSize(5000);
  new MutationObserver(() => seen.changed.push(performance.now())).observe(document, {
    subtree: true, childList: true, characterData: true, attributes: true,
  });
  seen.busy = () => fences.size + asking.size > 0;
  seen.clear = () => {
    for (const list of [seen.events, seen.uploads, seen.frames, seen.changed]) list.length = 0;
    performance.clearResourceTimings();
  };
})()"""
# Nothing was asked, given to the graphics or drawn for a while.
QUIET_MS = 450
REST = """(quiet) => new Promise((done) => {
  const look = () => {
    const last = Math.max(0, ...["uploads", "frames", "changed"].map((name) => {
      const end = acts[name].at(-1);
      return end?.done ?? end ?? 0;
    }));
    if (!acts.busy() && performance.now() - Math.max(last, acts.asked ?? 0) > quiet) done();
    else setTimeout(look, 50);
  };
  acts.asked = performance.now();
  look();
})"""
# The picture that shows an act is the first that was drawn after the last array had come to the graphics.
READ = """(type) => {
  const start = acts.events.filter((event) => event.type === type).at(-1)?.at ?? NaN;
  const given = acts.uploads.filter((at) => at > start).at(-1) ?? NaN;
  const drawn = acts.frames.filter((frame) => frame.done > start);
  const shown = drawn.find((frame) => frame.given >= given);
  const asked = performance.getEntriesByType("resource").filter((entry) => entry.startTime >= start);
  const sum = (list) => list.reduce((all, each) => all + each, 0);
  return {
    picture: (shown?.done ?? NaN) - start,
    given: given - start,
    frame: shown ? shown.done - shown.given : NaN,
    frames: drawn.filter((frame) => frame.done <= (shown?.done ?? 0)).length,
    panel: (acts.changed.filter((at) => at > start && at <= start + 5000).at(-1) ?? NaN) - start,
    server: sum(asked.map((entry) => entry.responseStart - entry.requestStart)),
    transfer: sum(asked.map((entry) => entry.responseEnd - entry.responseStart)),
  };
}"""
BARE = "() => { const { given, done } = acts.frames.at(-1); return done - given; }"


@dataclass(frozen=True)
class Took:
    """What one act took, in milliseconds; ``frames`` counts those drawn until the picture was there."""

    picture: float
    given: float
    frame: float
    frames: float
    panel: float
    server: float
    transfer: float
    script: float
    layout: float
    effort: float


class Stopwatch:
    """Times acts in a page.

    Parameters
    ----------
    page
        A page that was opened with RECORD.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.tools: CDPSession = page.context.new_cdp_session(page)
        self.tools.send("Performance.enable")

    def rest(self) -> None:
        """Wait until the page has nothing more to do."""
        self.page.evaluate(REST, QUIET_MS)

    def took(self, act: Callable[[], None], event: str) -> Took:
        """Do it, and wait for the picture; ``event`` is the kind of event that begins it."""
        self.rest()
        self.page.evaluate("acts.clear()")
        before, effort = self._metrics(), processor_seconds(os.getpid())
        act()
        self.rest()
        after, spent = self._metrics(), processor_seconds(os.getpid()) - effort
        read: dict[str, float | None] = self.page.evaluate(READ, event)
        script, layout = (
            sum(after[name] - before[name] for name in names) * 1000
            for names in (["ScriptDuration"], ["LayoutDuration", "RecalcStyleDuration"])
        )
        known = {name: float("nan") if value is None else value for name, value in read.items()}
        return Took(**known, script=script, layout=layout, effort=spent * 1000)

    def bare_frame(self) -> float:
        """Milliseconds of a whole frame for which nothing is given to the graphics: the last one of a movement."""
        self.rest()
        self.page.evaluate("document.querySelector('.picture').focus()")
        self.page.keyboard.press("ArrowLeft")
        self.rest()
        self.page.keyboard.press("ArrowRight")
        self.rest()
        return self.page.evaluate(BARE)

    def _metrics(self) -> dict[str, float]:
        found: list[dict[str, Any]] = self.tools.send("Performance.getMetrics")["metrics"]
        return {each["name"]: each["value"] for each in found}


def median(taken: list[Took]) -> Took:
    """The median of each figure alone."""
    return Took(**{each.name: statistics.median(getattr(one, each.name) for one in taken) for each in fields(Took)})
