"""Run npm in web/, with whatever Node there is: ``python tools/npm.py run build``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import node

WEB = Path(__file__).resolve().parents[1] / "web"


def main() -> int:
    """Run npm with the arguments given, after Node was installed as a wheel where there is none."""
    if node.on_path() is None:
        subprocess.run([sys.executable, "-m", "pip", "install", "-q", node.WHEEL], check=True)
    return node.run_npm(sys.argv[1:], WEB)


if __name__ == "__main__":
    raise SystemExit(main())
