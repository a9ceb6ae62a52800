"""Which framework a model is of, and what is said where it is not there or hidden."""

import subprocess
import sys

import pytest
import torch

from vectarium.errors import MissingExtraError
from vectarium.record.frameworks import framework_of, require


def test_a_model_is_told_by_its_class():
    assert framework_of(torch.nn.Linear(1, 1)).__name__ == "vectarium.record.torch"


def test_a_framework_that_is_not_installed_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "lightning", None)
    with pytest.raises(MissingExtraError, match=r'pip install "vectarium\[lightning\]"'):
        require("lightning")


def test_a_folder_that_hides_a_framework_is_named(tmp_path):
    (tmp_path / "torch").mkdir()
    (tmp_path / "torch" / "__init__.py").touch()
    program = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import vectarium.torch"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert f"found '{tmp_path}/torch/__init__.py', which is not torch" in done.stderr
    assert "Rename it" in done.stderr


def test_importing_the_room_loads_no_framework():
    program = "import sys, vectarium.record; print([name for name in ('torch', 'keras', 'jax') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
