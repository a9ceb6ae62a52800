"""Every example in docs/recording.md runs."""

import re
from pathlib import Path

import pytest

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "recording.md").read_text("utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


# Keras itself asks PyTorch for arrays in a way that NumPy 2 is about to change.
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@pytest.mark.parametrize("code", EXAMPLES)
def test_an_example_runs(code, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "docs/recording.md", "exec"), {"__name__": "__main__"})


def test_there_are_six_examples():
    assert len(EXAMPLES) == 6
