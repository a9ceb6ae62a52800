"""What a person added is kept beside the data and found again."""

from __future__ import annotations

import json

import numpy as np
import pytest

from vectarium.data import Column, Columns, Embedding
from vectarium.data.inference import column_from_array
from vectarium.data.saved_edits import FILE, Edits, NamedSelection, SavedEdits
from vectarium.errors import FormatError

WORDS = ["emoji 👩‍👩‍👧", "שלום עולם", 'quote " and, comma', "tab\there", "line\nbreak"]


def embedding(rows=range(5), shift=0.0):
    words = np.array(WORDS, object)[list(rows)]
    vectors = np.eye(5, 3, dtype=np.float32)[list(rows)] + np.float32(shift)
    return Embedding("words", vectors, Columns([Column("word", "text", words)]))


def edits():
    columns = [
        Column("tag", "category", np.array([0, -1, 1, 0, 1], np.int32), ("ü", "<b>")),
        column_from_array("size", [1e308, None, -1e308, 5e-324, np.inf]),
        column_from_array("when", [np.datetime64("2020-01-01T12:00:00.123456"), None] + [None] * 3),
        column_from_array("count", [1, None, (1 << 63) - 1, -5, 0]),
        column_from_array("seen", [True, None, False, True, True]),
        Column("note", "text", np.array(["", None, "NA", "x" * 10_000, "\r\n"], object)),
    ]
    mask = np.array([True, False, True, False, False])
    return Edits(Columns(columns), (NamedSelection("a1", "my points", 3, mask),))


def kept(folder, data):
    saved = SavedEdits.read(folder)
    return saved.load(saved.of(data), data)


def test_edits_come_back_as_they_were(tmp_path):
    SavedEdits(tmp_path / "w.vectarium").save(embedding(), edits())
    found, n = kept(tmp_path / "w.vectarium", embedding())
    assert n == 5
    assert {name: list(column) for name, column in found.columns.items()} == {
        name: list(column) for name, column in edits().columns.items()
    }
    assert [column.kind for column in found.columns.values()] == [each.kind for each in edits().columns.values()]
    assert found.selections[0].name == "my points"
    assert found.selections[0].mask.tolist() == [True, False, True, False, False]


def test_points_are_found_again_by_their_names_where_the_data_changed(tmp_path):
    SavedEdits(tmp_path).save(embedding(), edits())
    found, n = kept(tmp_path, embedding([4, 0, 2], shift=1.0))
    assert n == 3
    assert list(found.columns["tag"]) == ["<b>", "ü", "<b>"]
    assert list(found.columns["count"]) == [0, 1, (1 << 63) - 1]
    assert found.selections[0].mask.tolist() == [False, True, True]


def test_edits_of_other_data_are_refused_and_left_alone(tmp_path):
    SavedEdits(tmp_path).save(embedding(), edits())
    other = Embedding("words", np.zeros((5, 3)))
    with pytest.raises(FormatError, match="belong to other data"):
        kept(tmp_path, other)
    SavedEdits.read(tmp_path).save(other, Edits(Columns([column_from_array("tag", ["x"] * 5)])))
    assert list(kept(tmp_path, embedding())[0].columns["tag"]) == ["ü", None, "<b>", "ü", "<b>"]


def test_an_old_table_goes_when_the_new_one_is_described(tmp_path):
    for _ in range(3):
        SavedEdits.read(tmp_path).save(embedding(), edits())
    assert len(list(tmp_path.glob("*.parquet"))) == 1


def test_nothing_is_kept_of_nothing(tmp_path):
    SavedEdits(tmp_path / "none").save(embedding(), Edits(Columns(n=5)))
    assert not (tmp_path / "none").exists()


def test_a_table_outside_of_the_folder_is_not_read(tmp_path):
    SavedEdits(tmp_path).save(embedding(), edits())
    described = json.loads((tmp_path / FILE).read_text("utf-8"))
    described["embeddings"][0]["table"] = "../columns.parquet"
    (tmp_path / FILE).write_text(json.dumps(described), encoding="utf-8")
    with pytest.raises(FormatError, match="plain name"):
        SavedEdits.read(tmp_path)


@pytest.mark.parametrize("text", ["", "[]", '{"format": "other", "version": 1}', '{"format": "vectarium edits"}'])
def test_a_damaged_description_is_named(tmp_path, text):
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(FormatError, match=r"edits\.json"):
        SavedEdits.read(tmp_path)


def test_a_table_that_was_cut_short_is_named(tmp_path):
    SavedEdits(tmp_path).save(embedding(), edits())
    table = tmp_path / "columns.parquet"
    table.write_bytes(table.read_bytes()[:-20])
    with pytest.raises(FormatError, match=r"columns\.parquet"):
        kept(tmp_path, embedding())
