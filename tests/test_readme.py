"""Every example in the README runs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

README = (Path(__file__).resolve().parents[1] / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
COMMANDS = [line for block in re.findall(r"```\n(vectarium .*?)```", README, re.DOTALL) for line in block.splitlines()]


@pytest.mark.parametrize("code", BLOCKS)
def test_an_example_in_python_runs(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROWSER", "true")
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        check=False,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout


def test_there_are_five_examples() -> None:
    assert len(BLOCKS) + 1 == 5


def test_the_commands_of_the_first_example_run(tmp_path: Path) -> None:
    np.save(tmp_path / "vectors.npy", np.eye(3))
    (tmp_path / "words.tsv").write_text("word\tcount\na\t1\nb\t2\nc\t3\n")
    assert [command.split()[1] for command in COMMANDS] == ["open", "info"]
    command = [sys.executable, "-m", *COMMANDS[1].split()]
    done = subprocess.run(command, check=False, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    opening = [sys.executable, "-u", "-m", *COMMANDS[0].split(), "--no-browser"]
    with subprocess.Popen(opening, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert "http://127.0.0.1" in process.stdout.readline()
        process.terminate()
