"""Collections, embeddings and what belongs to them."""

from pathlib import Path

import numpy as np
import pytest

from vectarium.data import Collection, Coordinates, Embedding, Note, PixelThumbnails, collection
from vectarium.data.note import note_from_error
from vectarium.errors import EmbeddingNotFoundError, FormatError, ShapeError


def test_arrays_and_lists_make_a_collection():
    made = collection([[1, 2], [3, 4]], columns={"w": ["a", "b"]}, coordinates=np.ones((2, 2)), name="words")
    assert made["words"].shape == (2, 2)
    assert made["words"].coordinates[0].values.dtype == np.float32
    assert "words" in repr(made)
    assert "2 × 2" in repr(made)


def test_several_embeddings_share_their_points():
    made = collection({"a": np.ones((3, 2)), "b": np.ones((3, 5))}, columns=["x", "y", "z"])
    assert [each.name for each in made] == ["a", "b"]
    assert list(made["b"].columns["label"]) == ["x", "y", "z"]


def test_two_of_one_name_are_told_apart():
    assert [each.name for each in Collection("c", [Embedding("a", np.eye(2))] * 3)] == ["a", "a 2", "a 3"]


def test_a_name_that_is_not_there_names_the_nearest():
    with pytest.raises(EmbeddingNotFoundError, match=r"no embedding 'wrds'.*'words'"):
        collection(np.eye(2), name="words")["wrds"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"vectors": np.ones(3)}, r"\(n, d\) is needed"),
        ({"vectors": [[1, 2], [3]]}, "do not all have the same number"),
        ({"vectors": np.eye(2, dtype=complex)}, "real numbers"),
        ({"vectors": np.eye(2), "columns": ["a"]}, "1 values, but there are 2 points"),
        ({"vectors": np.eye(2), "thumbnails": np.zeros((3, 2, 2), np.uint8)}, "3 thumbnails, but 2 vectors"),
        ({"vectors": np.eye(2), "thumbnails": np.zeros((2, 2, 2))}, "uint8"),
        ({"vectors": np.eye(2), "coordinates": np.zeros((3, 2))}, "3 rows"),
        ({"vectors": np.eye(2), "coordinates": np.zeros((2, 4))}, r"\(n, 2\) or \(n, 3\)"),
    ],
)
def test_parts_that_do_not_fit_are_refused(arguments, message):
    with pytest.raises(ShapeError, match=message):
        collection(**arguments)


def test_vectors_that_are_not_finite_are_found_without_a_copy():
    vectors = np.ones((100_000, 64), np.float32)
    assert Embedding("a", vectors).finite is None
    vectors[99_999, 3] = np.nan
    vectors[5, 0] = np.inf
    assert np.flatnonzero(~Embedding("a", vectors).finite).tolist() == [5, 99_999]
    assert Embedding("a", np.full((3, 2), 1e38, np.float32)).finite is None
    assert Embedding("a", np.full((3, 2), 1e308)).finite is None


def test_thumbnails_say_their_size():
    assert PixelThumbnails(np.zeros((2, 3, 4, 1), np.uint8)).size == (4, 3)


def test_notes_say_where_and_stand_for_errors():
    assert str(Note("bad", Path("a.tsv"), 3)) == "a.tsv, line 3: bad"
    note = note_from_error(FormatError("bad", "a.tsv", 3))
    assert (str(note), note.severity) == ("a.tsv, line 3: bad", "fault")
    assert str(note_from_error(ShapeError("odd"))) == "odd"


def test_all_notes_are_of_the_collection_and_its_embeddings():
    embedding = Embedding("a", np.eye(2)).with_notes(Note("two"))
    made = Collection("c", [embedding], [Note("one")])
    assert [note.message for note in made.all_notes()] == ["one", "two"]
    assert "! two" in repr(made)


def test_coordinates_need_two_or_three_dimensions():
    with pytest.raises(ShapeError, match="'c' have shape"):
        Coordinates("c", np.zeros((2, 5), np.float32))
