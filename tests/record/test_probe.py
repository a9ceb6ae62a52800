"""Probes: what they are made of, and that reading a loader draws no number from the training."""

import random

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader, TensorDataset

import vectarium as vt
from vectarium.errors import ParameterError, ShapeError


def test_ragged_sequences_are_padded_and_masked():
    probe = vt.Probe([[4, 7, 1], [9, 2]], padding=5)
    assert probe.inputs["input"].tolist() == [[4, 7, 1], [9, 2, 5]]
    assert probe.mask.tolist() == [[True, True, True], [True, True, False]]


def test_the_mask_is_found_where_it_is():
    ids = np.array([[0, 3, 4], [0, 0, 5]])
    assert vt.Probe(ids).mask is None
    assert vt.Probe(ids, padding=0).mask.sum() == 3
    assert vt.Probe({"ids": ids, "attention_mask": np.array([[1, 1, 0], [1, 0, 0]])}).mask.sum() == 3
    assert vt.Probe(ids, tokens=[["a", "b"], ["c"]]).mask.sum() == 3


def test_inputs_keep_their_form():
    x = np.arange(6).reshape(3, 2)
    rows = np.array([2, 0])
    assert vt.Probe(x).take(rows).tolist() == [[4, 5], [0, 1]]
    assert [part.tolist() for part in vt.Probe((x, x[:, 0])).take(rows)] == [[[4, 5], [0, 1]], [4, 0]]
    assert set(vt.Probe({"a": x, "b": x}).take(rows)) == {"a", "b"}


def test_a_loader_is_read_once_with_its_labels_and_draws_no_random_number():
    x, y = torch.arange(10)[:, None], torch.arange(10) % 2
    before = torch.get_rng_state(), random.getstate(), np.random.get_state()[1].copy()  # noqa: NPY002
    probe = vt.Probe(DataLoader(TensorDataset(x, y), batch_size=4))
    assert probe.n == 10
    assert probe.labels.values.tolist() == y.tolist()
    assert torch.equal(torch.get_rng_state(), before[0])
    assert random.getstate() == before[1]
    assert np.array_equal(np.random.get_state()[1], before[2])  # noqa: NPY002


def test_a_loader_of_named_inputs_gives_its_labels_away():
    rows = [{"input_ids": torch.tensor([n, 2]), "labels": torch.tensor(n % 2)} for n in range(5)]
    probe = vt.Probe(DataLoader(rows, batch_size=2))
    assert list(probe.inputs) == ["input_ids"]
    assert probe.labels.values.tolist() == [0, 1, 0, 1, 0]


@pytest.mark.parametrize(
    ("labels", "codes"),
    [
        ([1, 0, None], [1, 0, -1]),
        (np.array([1, 0, -100]), [1, 0, -1]),
        (["b", "a", None], [1, 0, -1]),
        ([True, False, True], [1, 0, 1]),
        (np.array([[0, 1.0], [1, 0], [0, 1]]), [1, 0, 1]),
        (torch.tensor([[1], [0], [1]]), [1, 0, 1]),
    ],
)
def test_labels_come_in_many_forms(labels, codes):
    assert vt.Probe([1, 2, 3], labels=labels, classes=["a", "b"]).labels.values.tolist() == codes


def test_numbers_stay_numbers():
    labels = vt.Probe([1, 2], labels=[0.5, 1.25]).labels
    assert not labels.are_classes
    assert list(labels.column()) == [0.5, 1.25]


def test_labels_of_tokens_may_be_ragged():
    probe = vt.Probe([[1, 2], [3]], labels=[["N", "V"], ["N"]], classes=["V", "N"])
    assert probe.labels.values.tolist() == [[1, 0], [1, -1]]


def test_tokens_become_columns_of_points():
    probe = vt.Probe(
        [[1, 2], [3]], labels=[[0, 1], [1]], tokens=[["the", "cat"], ["sat"]], columns={"source": ["x", "y"]}
    )
    columns = probe.point_columns(np.array([0, 0, 1]), np.array([0, 1, 0]))
    assert {name: list(each) for name, each in columns.items()} == {
        "token": ["the", "cat", "sat"],
        "sentence": [0, 0, 1],
        "position": [0, 1, 0],
        "label": ["0", "1", "1"],
        "source": ["x", "x", "y"],
        "text": ["the cat", "the cat", "sat"],
    }


@pytest.mark.parametrize(
    ("made", "error", "said"),
    [
        (lambda: vt.Probe([]), ShapeError, "no example"),
        (lambda: vt.Probe((np.ones(3), np.ones(2))), ShapeError, "same number of examples"),
        (lambda: vt.Probe([1, 2], labels=[1]), ShapeError, "one for each of the 2 examples"),
        (lambda: vt.Probe([1], labels=["c"], classes=["a", "b"]), ParameterError, "'c' is none of the classes"),
        (lambda: vt.Probe([1], labels=[2], classes=["a", "b"]), ParameterError, "there are 2 classes"),
        (lambda: vt.Probe([1, 2], mask=[1, 1]), ShapeError, "mask has shape"),
        (lambda: vt.Probe([1, 2], tokens=[["a"]]), ShapeError, "tokens of 1 examples"),
    ],
)
def test_parts_that_do_not_fit_are_refused(made, error, said):
    with pytest.raises(error, match=said):
        made()
