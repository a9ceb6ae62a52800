"""The tagger of ten words runs with one command, and with any seed ends with words of a kind together."""

import subprocess
import sys
from pathlib import Path
from runpy import run_path

import pytest

import vectarium as vt

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "tagger_torch.py"


def test_it_runs_with_one_command(tmp_path):
    done = subprocess.run(
        [sys.executable, str(EXAMPLE), str(tmp_path / "tagger")], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("100% of the words are tagged right.")
    run = vt.Run(tmp_path / "tagger")
    assert run.steps == tuple(range(201))
    assert run.embedding("word_embeddings").shape == (10, 2)
    assert list(run.columns("word_embeddings")) == ["token", "tag", "count"]
    assert run.embedding("classifier").shape == (35, 4)
    assert all(run.snapshot(200).columns("word_embeddings")["correct"].values)
    assert not all(run.snapshot(0).columns("word_embeddings")["correct"].values)
    assert run.validate() == ()


@pytest.mark.parametrize("seed", range(1, 6))
def test_any_seed_finds_the_parts_of_speech(tmp_path, seed):
    import torch

    example = run_path(str(EXAMPLE))
    torch.manual_seed(seed)
    model = example["Tagger"](10, 4)
    right = torch.tensor([example["TAGS"].index(tag) for tag in example["TAG_OF"].values()])
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    for _ in range(200):
        loss = torch.nn.functional.cross_entropy(model(torch.arange(10)), right)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert (model(torch.arange(10)).argmax(1) == right).all()
