"""``vectarium export`` and ``vectarium convert``."""

import subprocess
import sys

import numpy as np
import pytest

from vectarium.formats import open_path


def run(*arguments):
    command = [sys.executable, "-m", "vectarium", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("command", ["convert", "export"])
def test_a_file_becomes_another_one(tmp_path, command):
    np.save(tmp_path / "a.npy", np.eye(3, dtype="f4"))
    (tmp_path / "a.tsv").write_text("word\tn\nx\t1\ny\t2\nz\t3\n")
    answer = run(command, tmp_path / "a.npy", tmp_path / "b.vec")
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.splitlines()[-1] == f"Wrote a to {tmp_path}/b.vec."
    assert "not written: n" in answer.stdout
    assert list(open_path(tmp_path / "b.vec")[0].columns["word"]) == [*"xyz"]


def test_a_folder_for_tensorboard_is_written(tmp_path):
    np.save(tmp_path / "a.npy", np.eye(3, dtype="f4"))
    assert run("export", tmp_path / "a.npy", tmp_path / "log", "--to", "tensorboard").returncode == 0
    assert open_path(tmp_path / "log")["a"].shape == (3, 3)
    again = run("export", tmp_path / "a.npy", tmp_path / "log", "--to", "tensorboard")
    assert (again.returncode, "is there already" in again.stderr) == (2, True)


def test_the_formats_are_listed():
    listed = run("export", "--formats").stdout
    assert all(name in listed for name in ("parquet", "npy", "tsv", "csv", "word2vec", "tensorboard", "projector"))
