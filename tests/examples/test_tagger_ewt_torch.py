"""The tagger of real size runs with one command: on its own sentences, and on any CoNLL-U file."""

import gzip
import subprocess
import sys
from pathlib import Path

import pytest

import vectarium as vt

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "tagger_ewt_torch.py"
CONLLU = """# sent_id = 1
# text = It isn't so.
1\tIt\tit\tPRON\tPRP\t_\t4\tnsubj\t_\t_
2-3\tisn't\t_\t_\t_\t_\t_\t_\t_\t_
2\tis\tbe\tAUX\tVBZ\t_\t4\tcop\t_\t_
3\tn't\tnot\tPART\tRB\t_\t4\tadvmod\t_\t_
4\tso\tso\tADV\tRB\t_\t0\troot\t_\t_
4.1\tnothing\t_\t_\t_\t_\t_\t_\t_\t_

# sent_id = 2
1\tRivers\triver\tNOUN\tNNS\t_\t2\tnsubj\t_\t_
2\tflow\tflow\tVERB\tVBP\t_\t0\troot\t_\t_
"""


def ran(*arguments):
    command = [sys.executable, str(EXAMPLE), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.splitlines()[-1] if done.returncode == 0 else done.stderr


def test_its_own_sentences_are_learned(tmp_path):
    assert float(ran("--quick", "--folder", tmp_path / "run").split("%")[0]) > 90
    run = vt.Run(tmp_path / "run")
    assert run.embedding("words").shape[1] == 16
    assert list(run.columns("words")) == ["token", "tag", "count", "mark", "row"]
    assert list(run.columns("lstm")) == ["token", "sentence", "position", "label", "text"]
    last = run.snapshot().columns("lstm")
    assert last["correct"].values.mean() > 0.8
    assert {"loss", "dev accuracy"} <= set(run.curve)
    assert run.validate() == ()


@pytest.mark.parametrize("packed", [False, True])
def test_any_conllu_file_is_read(tmp_path, packed):
    text = (CONLLU + "\n") * 6
    path = tmp_path / ("any.conllu.gz" if packed else "any.conllu")
    path.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
    assert "of the test words are tagged right" in ran(path, "--quick", "--folder", tmp_path / "run")
    run = vt.Run(tmp_path / "run")
    assert set(run.columns("words")["token"]) == {"<pad>", "<unk>", "it", "is", "n't", "so", "rivers", "flow"}
    assert run.probe.classes == ("ADV", "AUX", "NOUN", "PART", "PRON", "VERB")


def test_a_folder_without_a_part_is_answered_with_what_is_needed(tmp_path):
    (tmp_path / "x-train.conllu").write_text(CONLLU, "utf-8")
    assert "there is no file *dev*.conllu here" in ran(tmp_path, "--quick")
