from __future__ import annotations

import subprocess
import sys

import pytest

import vectarium


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "vectarium", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_names_every_command(flag):
    answer = run(flag)
    assert answer.returncode == 0
    assert all(name in answer.stdout for name in ("convert", "demo", "export", "info", "open", "--version"))


@pytest.mark.parametrize("command", ["convert", "demo", "export", "info", "open"])
def test_every_command_has_help(command):
    assert run(command, "--help").stdout.startswith(f"Usage: vectarium {command}")


def test_the_version_is_that_of_the_package():
    assert run("--version").stdout == f"vectarium {vectarium.__version__}\n"


def test_an_unknown_command_is_named():
    answer = run("opne")
    assert answer.returncode == 2
    assert "opne" in answer.stderr


def test_help_imports_nothing_heavy():
    code = "import sys; from vectarium.cli.main import main\ntry: main(['--help'])\nexcept SystemExit: pass\n"
    code += "print([name for name in ('duckdb', 'starlette', 'uvicorn') if name in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert answer.stdout.endswith("[]\n")
