"""Build the web page into ``src/vectarium/static`` before the package is assembled.

The bundle is built when it is missing or older than its sources; an sdist carries it, so that an
installation from the sdist needs no Node. Where the machine has no usable Node, the build asks pip
for Node as a wheel.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).resolve().parent / "tools"))
import node


class BundleHook(BuildHookInterface):
    """Hatchling's build hook: ``dependencies`` asks for Node, ``initialize`` builds."""

    PLUGIN_NAME = "custom"

    @property
    def web(self) -> Path:
        return Path(self.root) / "web"

    @property
    def bundle(self) -> Path:
        return Path(self.root) / "src" / "vectarium" / "static"

    def dependencies(self) -> list[str]:
        return [] if self._is_fresh() or node.on_path() else [node.WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self._is_fresh():
            return
        if not (self.web / "node_modules" / ".package-lock.json").exists():
            self._npm("ci", "--no-audit", "--no-fund")
        self._npm("run", "build")

    def _npm(self, *arguments: str) -> None:
        """Run one step, with its output on standard error, where pip -v shows it."""
        if node.run_npm([*arguments], self.web, stdout=sys.stderr) != 0:
            raise RuntimeError(f"npm {' '.join(arguments)} failed in {self.web}; pip install -v shows why.")

    def _is_fresh(self) -> bool:
        """Whether a bundle is there and no source is newer than it."""
        page = self.bundle / "index.html"
        if not page.exists():
            return False
        folders = [self.web / "src", self.web / "public"]
        sources = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
        sources += [self.web / name for name in ("package-lock.json", "index.html", "vite.config.ts")]
        return all(path.stat().st_mtime <= page.stat().st_mtime for path in sources if path.exists())
