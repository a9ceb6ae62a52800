"""Runs, opened as anything else is."""

import numpy as np
import pytest

from vectarium.data import RunWriter
from vectarium.errors import FormatError
from vectarium.formats import open_path


def record(path, name="embed", steps=(0, 10)):
    with RunWriter(path) as writer:
        writer.add_embedding(name, n=3, d=4, columns={"word": ["a", "b", "c"]})
        for step in steps:
            writer.write(step, {name: np.full((3, 4), step)})
    return path


@pytest.mark.parametrize("inside", ["", "run.json"])
def test_a_run_opens_at_its_last_step(tmp_path, inside):
    opened = open_path(record(tmp_path / "words") / inside)
    assert opened.name == "words"
    np.testing.assert_array_equal(opened["embed"].vectors, np.full((3, 4), 10))
    assert list(opened["embed"].columns["word"]) == ["a", "b", "c"]


def test_a_folder_of_runs_opens_all_of_them(tmp_path):
    record(tmp_path / "one")
    record(tmp_path / "two" / "three", "table")
    assert [each.name for each in open_path(tmp_path)] == ["one/embed", "two/three/table"]


def test_a_run_that_has_nothing_yet_does_not_take_the_others_down(tmp_path):
    record(tmp_path / "one")
    record(tmp_path / "two", steps=())
    opened = open_path(tmp_path)
    assert [each.name for each in opened] == ["embed"] or [each.name for each in opened] == ["one/embed"]
    assert "no complete snapshot yet" in opened.notes[0].message
    with pytest.raises(FormatError, match="no complete snapshot yet"):
        open_path(tmp_path / "two")


def test_metadata_can_be_attached_to_a_run(tmp_path):
    (tmp_path / "more.tsv").write_text("x\ny\nz\n")
    opened = open_path(record(tmp_path / "run"), metadata=tmp_path / "more.tsv")
    assert list(opened[0].columns) == ["word", "label"]
