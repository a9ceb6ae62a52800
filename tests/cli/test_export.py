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


@pytest.fixture(scope="module")
def words():
    from vectarium.demo.learning import runs

    return runs()[0]


def test_a_run_becomes_a_film(tmp_path, words):
    answer = run("export", words, tmp_path / "words.gif", "--size", "320x200", "--fps", 4, "--seconds", 1)
    assert answer.returncode == 0, answer.stderr
    assert "201 steps in 4 pictures, 1.0 s" in answer.stdout
    assert [each.name for each in tmp_path.iterdir()] == ["words.gif"]
    again = run("export", words, tmp_path / "words.gif")
    assert (again.returncode, "is there already" in again.stderr) == (2, True)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (["--size", "big"], "1280x720"),
        (["--size", "3x3"], "even number"),
        (["--color", "colour"], "colour"),
        (["--layer", "none"], "none"),
        (["--curve", "height"], "loss"),
    ],
)
def test_what_is_wrong_with_a_film_is_said(tmp_path, words, wrong, said):
    answer = run("export", words, tmp_path / "words.gif", *wrong)
    assert (answer.returncode, said in answer.stderr, list(tmp_path.iterdir())) == (2, True, []), answer.stderr


def test_what_was_not_recorded_has_no_film(tmp_path):
    np.save(tmp_path / "a.npy", np.eye(3, dtype="f4"))
    answer = run("export", tmp_path / "a.npy", tmp_path / "a.gif")
    assert (answer.returncode, "was not recorded" in answer.stderr or "recorded over steps" in answer.stderr) == (
        2,
        True,
    )
