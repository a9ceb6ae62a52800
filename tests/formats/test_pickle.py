"""Pickles of arrays and plain containers; nothing of them is run."""

import pickle
from collections import OrderedDict

import numpy as np
import pytest

from vectarium.errors import FormatError, UnsafeFileError
from vectarium.formats import open_path

X = np.random.default_rng(0).standard_normal((6, 4)).astype("f4")
WORDS = [f"wörd {i}" for i in range(6)]


def opened(folder, value, protocol=5):
    path = folder / "a.pkl"
    path.write_bytes(pickle.dumps(value, protocol))
    return open_path(path)


@pytest.mark.parametrize("protocol", range(2, 6))
@pytest.mark.parametrize("value", [X, X.tolist(), list(X)], ids=["array", "lists", "arrays"])
def test_one_array_is_one_embedding(tmp_path, value, protocol):
    collection = opened(tmp_path, value, protocol)
    assert [each.name for each in collection] == ["a"]
    np.testing.assert_array_equal(collection[0].vectors, X)


@pytest.mark.parametrize(
    "value",
    [
        dict(zip(WORDS, X, strict=True)),
        OrderedDict(zip(WORDS, X.tolist(), strict=True)),
        list(zip(WORDS, X, strict=True)),
        [[vector, word] for word, vector in zip(WORDS, X, strict=True)],
    ],
    ids=["dictionary", "ordered", "pairs", "pairs the other way"],
)
def test_words_with_vectors_keep_them(tmp_path, value):
    embedding = opened(tmp_path, value)[0]
    np.testing.assert_array_equal(embedding.vectors, X)
    assert list(embedding.columns["word"]) == WORDS


def test_numbers_as_keys_stay_numbers(tmp_path):
    assert list(opened(tmp_path, dict(enumerate(X)))[0].columns["id"]) == [0, 1, 2, 3, 4, 5]


def test_parts_of_one_length_are_vectors_columns_and_pictures(tmp_path):
    parts = {"vectors": X, "words": WORDS, "count": [1, 2, None, 4, 5, 6], "umap": X[:, :2], "model": "bert"}
    embedding = opened(tmp_path, parts)["vectors"]
    assert list(embedding.columns["words"]) == WORDS
    assert list(embedding.columns["count"]) == [1, 2, None, 4, 5, 6]
    assert embedding.coordinates[0].name == "umap"
    assert list(opened(tmp_path, (X, WORDS))[0].columns) == ["part 1"]


def test_parts_inside_of_parts_have_both_names(tmp_path):
    collection = opened(tmp_path, {"train": {"x": X, "y": [1] * 6}, "test": {"x": X[:3]}})
    assert [each.name for each in collection] == ["train.x", "test.x"]


def test_a_list_of_records_is_a_table(tmp_path):
    records = [{"word": word, "vector": vector, "n": i} for i, (word, vector) in enumerate(zip(WORDS, X, strict=True))]
    embedding = opened(tmp_path, records)[0]
    np.testing.assert_array_equal(embedding.vectors, X)
    assert (list(embedding.columns["word"]), embedding.columns["n"].kind) == (WORDS, "integer")


def test_a_pickled_table_is_refused_with_the_line_that_converts_it(tmp_path):
    pandas = pytest.importorskip("pandas")
    with pytest.raises(UnsafeFileError, match=r"pandas\.read_pickle\('a\.pkl'\)\.to_parquet\('a\.parquet'\)"):
        opened(tmp_path, pandas.DataFrame({"a": WORDS}))


def test_a_pickled_model_is_refused_with_the_line_that_makes_a_state_dict(tmp_path):
    nn = pytest.importorskip("torch").nn
    with pytest.raises(UnsafeFileError, match=r"whole pickled model.*state_dict"):
        opened(tmp_path, nn.Linear(2, 3))


def test_an_object_among_arrays_is_left_out_and_told(tmp_path):
    collection = opened(tmp_path, {"vectors": X, "path": tmp_path})
    assert [each.name for each in collection] == ["vectors"]
    said = " ".join(note.message for note in collection.notes)
    assert "Left out: path" in said
    assert "nothing of theirs was run" in said


@pytest.mark.parametrize("value", [[[1, 2], [3]], ["a", "b"], 7, "text", {"a": 1}, [], {}])
def test_what_is_no_vectors_says_so(tmp_path, value):
    with pytest.raises(FormatError, match=r"vectors of one length|This pickle holds one|can be explored"):
        opened(tmp_path, value)
