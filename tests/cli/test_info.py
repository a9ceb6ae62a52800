"""``vectarium info``."""

import json

import numpy as np
import pytest

from vectarium.cli import main
from vectarium.data import RunWriter


def run(capsys, *arguments):
    with pytest.raises(SystemExit) as ended:
        main(["info", *map(str, arguments)])
    captured = capsys.readouterr()
    return ended.value.code, captured.out, captured.err


@pytest.fixture
def words(tmp_path):
    np.save(tmp_path / "words.npy", np.array([[3.0, 4.0], [0.0, 0.0], [6.0, 8.0]]))
    (tmp_path / "m.tsv").write_text("word\tcount\na\t7\nb\t\nc\t9\n")
    return tmp_path / "words.npy"


def test_it_prints_shapes_ranges_and_columns(capsys, tmp_path, words):
    code, out, _ = run(capsys, words, "--metadata", tmp_path / "m.tsv")
    assert code == 0
    for told in ("3 × 2 float64", "0 … 8", "0 … 10, mean 5", "1 vectors are all zero", "7 … 9", "1 missing", "a, b, c"):
        assert told in out
    assert "No faults found." in out


def test_it_prints_every_fault_with_its_line(capsys, tmp_path):
    lines = [f"{i},1" for i in range(150)]
    lines[9] = "x,1"
    (tmp_path / "a.csv").write_text("\n".join(lines))
    code, out, _ = run(capsys, tmp_path / "a.csv")
    assert code == 0
    assert "a.csv, line 10: value 1 is 'x', not a number" in out
    assert "Faults (2)" in out


def test_it_reports_nan_in_arrays(capsys, tmp_path):
    np.save(tmp_path / "a.npy", np.array([[1.0, 2.0], [3.0, np.nan]]))
    _, out, _ = run(capsys, tmp_path / "a.npy")
    assert "1 of 2 vectors of 'a' hold NaN or infinity; the first is row 1, dimension 1: nan" in out


def test_json_is_for_programs(capsys, tmp_path):
    np.save(tmp_path / "a.npy", np.array([[1.0, np.inf]]))
    code, out, _ = run(capsys, tmp_path / "a.npy", "--json")
    told = json.loads(out)
    assert code == 0
    assert (told["embeddings"][0]["n"], told["embeddings"][0]["vectors"]["min"]) == (1, None)


def test_what_does_not_open_ends_with_2_and_a_reason(capsys, tmp_path):
    (tmp_path / "a.npy").write_bytes(b"")
    code, out, err = run(capsys, tmp_path / "a.npy")
    assert (code, out) == (2, "")
    assert "The file is empty" in err


def test_control_characters_do_not_reach_the_terminal(capsys, tmp_path):
    (tmp_path / "a.csv").write_text("w,x_0,x_1,x_2,x_3\n\x1b[2J\x07,1,2,3,4\nb,1,2,3,4\n")
    _, out, _ = run(capsys, tmp_path / "a.csv")
    assert "\x1b" not in out
    assert "\\x1b[2J" in out


@pytest.fixture
def recorded(tmp_path):
    with RunWriter(tmp_path / "run") as writer:
        writer.add_embedding("embed", n=2, d=2)
        for step in (0, 10, 20):
            writer.write(step, {"embed": np.full((2, 2), step)}, loss=1 / (1 + step))
    return tmp_path / "run"


def test_a_run_is_told_with_its_steps_and_checksums(capsys, recorded):
    code, out, _ = run(capsys, recorded)
    assert code == 0
    for told in ("embed: weights, 2 × 2 float32", "3, steps 0 to 20, every 10", "1 at first", "checksums    compared"):
        assert told in out
    assert "No faults found." in out


def test_what_is_wrong_with_a_run_is_told(capsys, recorded):
    path = recorded / "snapshots" / "000000000010" / "embed.npy"
    path.write_bytes(path.read_bytes()[:-1] + b"\x01")
    _, out, _ = run(capsys, recorded)
    assert "embed.npy: The checksum is wrong" in out
    _, out, _ = run(capsys, "--quick", recorded)
    assert "not compared (--quick)" in out
    path.write_bytes(b"")
    _, out, _ = run(capsys, recorded)
    assert "The snapshot of step 10 was skipped" in out


def test_a_run_that_has_nothing_yet_is_told(capsys, tmp_path):
    RunWriter(tmp_path / "run").close()
    code, out, _ = run(capsys, tmp_path / "run", "--json")
    assert (code, json.loads(out)["run"]["snapshots"]) == (0, [])
    assert "0 complete yet" in run(capsys, tmp_path / "run")[1]
