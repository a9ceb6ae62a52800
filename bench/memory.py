"""What a page holds: its heap, its arrays, and the process that draws it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

MEGABYTE = 1e6


@dataclass(frozen=True)
class Memory:
    """Megabytes: JavaScript's objects, the arrays outside of its heap, and what processes hold that is not shared."""

    heap: float
    arrays: float
    renderer: float
    graphics: float

    @property
    def page(self) -> float:
        """Objects and arrays together."""
        return self.heap + self.arrays

    def describe(self) -> str:
        """One line."""
        return (
            f"{self.page:.0f} MB in the page (objects {self.heap:.0f}, arrays {self.arrays:.0f}); "
            f"its process {self.renderer:.0f} MB, the graphics in software {self.graphics:.0f} MB"
        )


def page_memory(page: Page) -> Memory:
    """What a page holds after its garbage was collected."""
    tools = page.context.new_cdp_session(page)
    for _ in range(2):
        tools.send("HeapProfiler.collectGarbage")
    used = tools.send("Runtime.getHeapUsage")
    tools.detach()
    return Memory(
        used["usedSize"] / MEGABYTE,
        used["backingStorageSize"] / MEGABYTE,
        _largest("renderer"),
        _largest("gpu-process"),
    )


def _largest(kind: str) -> float:
    """Megabytes that the largest of Chromium's processes of a kind has for itself."""
    found = [0.0]
    for command in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if f"--type={kind}" in command.read_text():
                rollup = (command.parent / "smaps_rollup").read_text()
                found.append(
                    sum(int(kb) for kb in re.findall(r"^Private_\w+:\s+(\d+)", rollup, re.MULTILINE)) * 1024 / MEGABYTE
                )
        except OSError:
            continue
    return max(found)
