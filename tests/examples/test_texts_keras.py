"""The two Keras examples run with one command, on made-up reviews and on a file."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest

import vectarium as vt

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def ran(name, *arguments):
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / name), *map(str, arguments)], capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()[-1]


@pytest.mark.parametrize(
    ("name", "layer", "table", "hidden"),
    [("imdb_keras.py", "bidirectional", 32, 128), ("conv_keras.py", "hidden", 128, 128)],
)
def test_made_up_reviews_are_learned(tmp_path, name, layer, table, hidden):
    said = ran(name, "--folder", tmp_path / "run", "--examples", 400, "--epochs", 3)
    assert float(said.split("%")[0]) > 90
    run = vt.Run(tmp_path / "run")
    assert len(run.steps) == 3
    assert run.embedding("embed").shape[1] == table
    assert run.embedding(layer).shape == (100, hidden)
    last = run.snapshot().columns(layer)
    assert last["correct"].values.mean() > 0.9
    assert list(run.columns("embed")["token"])[:2] == ["<pad>", "<unk>"]


def test_a_file_of_texts_is_read(tmp_path):
    path = tmp_path / "reviews.csv"
    with path.open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["review", "sentiment"])
        table.writerows([["good film, really", "pos"], ["a bad film", "neg"]] * 20)
    columns = ["--text", "review", "--label", "sentiment"]
    ran("conv_keras.py", path, "--folder", tmp_path / "run", "--words", 20, "--length", 12, "--epochs", 1, *columns)
    assert vt.Run(tmp_path / "run").embedding("embed").shape == (21, 128)
