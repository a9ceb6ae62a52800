"""The command that shows what a saved model makes of examples."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

import vectarium as vt

CODE = """
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed, self.hidden, self.out = nn.Embedding(6, 4), nn.Linear(4, 3), nn.Linear(3, 2)

    def forward(self, ids):
        return self.out(self.hidden(self.embed(ids).mean(1)).tanh())
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "mine.py").write_text(CODE, "utf-8")
    np.savez(tmp_path / "x.npz", ids=np.array([[0, 1], [2, 3], [4, 5]]), y=np.array([0, 1, 0]))
    (tmp_path / "words.json").write_text(json.dumps({"a": 0, "b": 1, "c": 5}), "utf-8")
    return tmp_path


def ran(folder, *arguments):
    command = [sys.executable, "-m", "vectarium", "capture", *arguments]
    source = str(Path(vt.__file__).parents[1])  # also where a relative PYTHONPATH leads to it
    environment = os.environ | {"PYTHONPATH": source}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_layers_and_tables_are_listed_with_shapes(folder):
    code, said = ran(folder, "mine:Net", "x.npz", "--list")
    assert code == 0
    assert "hidden  Linear     n × 3" in said
    assert "6 × 4" in said


def test_a_run_with_one_snapshot_is_written(folder):
    options = ["--layers", "hidden,out", "--tables", "embed", "--vocabulary", "words.json", "--classes", "no,yes"]
    code, said = ran(folder, "mine:Net", "x.npz", *options, "--out", "run")
    assert (code, said.splitlines()[-1]) == (0, "vectarium open run")
    run = vt.Run(folder / "run")
    assert [each.name for each in run.embeddings] == ["embed", "hidden", "out"]
    assert list(run.columns("embed")["token"]) == ["a", "b", None, None, None, "c"]
    assert run.collection()["hidden"].columns["prediction"].categories == ("no", "yes")
    assert (run.steps, run.validate()) == ((0,), ())
    code, said = ran(folder, "mine:Net", "x.npz", *options, "--out", "run")
    assert (code, "has 1 snapshots already" in said) == (2, True)


def test_weights_come_from_a_file(folder):
    torch.save({"embed.weight": torch.ones(6, 4)} | _other_weights(), folder / "weights.pt")
    assert ran(folder, "mine:Net", "--state", "weights.pt", "--out", "run")[0] == 0
    assert (vt.Run(folder / "run").snapshot().vectors("embed") == 1).all()


def _other_weights():
    return {
        "hidden.weight": torch.zeros(3, 4),
        "hidden.bias": torch.zeros(3),
        "out.weight": torch.zeros(2, 3),
        "out.bias": torch.zeros(2),
    }


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["mine:Net", "x.npz", "--layers", "hiden", "--out", "run"], "'hidden'"),
        (["mine:Net", "--layers", "hidden", "--out", "run"], "need a probe"),
        (["nothing.keras", "--list"], "There is no file"),
    ],
)
def test_what_is_wrong_is_told_in_plain_words(folder, arguments, said):
    code, told = ran(folder, *arguments)
    assert (code, said in told, "Traceback" in told) == (2, True, False)
