"""What an installation weighs, and what an import costs."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import PackageNotFoundError, distribution

import pytest

LIMIT_MB = 150


def needed(name: str, seen: set[str]) -> set[str]:
    """The name of a distribution and of all that it needs, extras left out."""
    if name.lower().replace("_", "-") in seen:
        return seen
    requirements = distribution(name).requires or []
    seen.add(name.lower().replace("_", "-"))
    for requirement in requirements:
        if "extra ==" in requirement:
            continue
        try:
            needed(requirement.split(";")[0].split("[")[0].rstrip("0123456789.,<>=!~ *"), seen)
        except PackageNotFoundError:  # for another platform
            continue
    return seen


def megabytes(name: str) -> float:
    files = distribution(name).files or []
    return sum(path.stat().st_size for file in files if (path := file.locate()).exists()) / 1e6


def test_the_default_installation_is_small() -> None:
    try:
        names = needed("vectarium", set())
    except PackageNotFoundError:
        pytest.skip("vectarium runs from its sources, not from an installation")
    sizes = {name: megabytes(name) for name in names}
    assert sum(sizes.values()) <= LIMIT_MB, sizes


def test_importing_vectarium_loads_nothing_heavy() -> None:
    heavy = ["duckdb", "starlette", "uvicorn", "websockets", "click", "pandas", "torch", "keras"]
    code = f"import sys, vectarium; print([name for name in {heavy} if name in sys.modules])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "[]"
