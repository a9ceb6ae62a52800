"""Probes from files of arrays and from tables."""

import numpy as np
import polars as pl
import pytest

from vectarium.errors import FormatError, ParameterError
from vectarium.record.probe_file import read_probe


def test_one_array_is_the_input(tmp_path):
    np.save(tmp_path / "x.npy", np.arange(6).reshape(3, 2))
    np.save(tmp_path / "y.npy", np.array([0, 1, 0]))
    probe = read_probe(tmp_path / "x.npy", labels=str(tmp_path / "y.npy"), classes=["no", "yes"])
    assert (probe.inputs["input"].shape, probe.labels.classes) == ((3, 2), ("no", "yes"))


def test_arrays_go_to_the_arguments_of_their_names(tmp_path):
    np.savez(tmp_path / "x.npz", ids=np.ones((3, 2), int), attention_mask=np.eye(3, 2), label=np.array([0, 1, 0]))
    probe = read_probe(tmp_path / "x.npz")
    assert list(probe.inputs) == ["ids", "attention_mask"]
    assert probe.mask.sum() == 2
    assert probe.labels.values.tolist() == [0, 1, 0]


def test_columns_of_numbers_are_features_and_the_rest_is_known_of_the_examples(tmp_path):
    (tmp_path / "x.csv").write_text("name,a,kind,b\nx,1,no,0.5\ny,2,yes,1.5\n", "utf-8")
    probe = read_probe(tmp_path / "x.csv", labels="kind")
    assert probe.inputs["input"].tolist() == [[1, 0.5], [2, 1.5]]
    assert list(probe.columns["name"]) == ["x", "y"]
    assert probe.labels.classes == ("no", "yes")


def test_lists_of_numbers_are_padded(tmp_path):
    pl.DataFrame({"ids": [[1, 2, 3], [4]], "text": ["a b c", "d"]}).write_parquet(tmp_path / "x.parquet")
    probe = read_probe(tmp_path / "x.parquet", padding=9)
    assert probe.inputs["input"].tolist() == [[1, 2, 3], [4, 9, 9]]
    assert probe.mask.sum() == 4


def test_labels_may_stand_in_lines(tmp_path):
    np.save(tmp_path / "x.npy", np.zeros((2, 2)))
    (tmp_path / "y.txt").write_text("cat\ndog\n", "utf-8")
    assert read_probe(tmp_path / "x.npy", labels=str(tmp_path / "y.txt")).labels.classes == ("cat", "dog")


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("x.csv", "text\nhello\n", "no column of numbers"),
        ("x.csv", "a,b\n1,2\n", "has no 'kind'. It has 'a', 'b'"),
        ("x.txt", "1", "no .npy, .npz"),
    ],
)
def test_what_cannot_be_shown_is_refused(tmp_path, name, text, said):
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(ParameterError, match=said):
        read_probe(tmp_path / name, labels="kind" if "2" in text else None)


def test_objects_are_never_unpickled(tmp_path):
    np.save(tmp_path / "x.npy", np.array([{}], object), allow_pickle=True)
    with pytest.raises(FormatError, match="cannot read"):
        read_probe(tmp_path / "x.npy")


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(ParameterError, match="There is no file"):
        read_probe(tmp_path / "x.npy")
