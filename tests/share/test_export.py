"""What is written for other tools reads back the same."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import vectarium as vt
from vectarium.data import Column, Columns, Coordinates, Embedding, PixelThumbnails
from vectarium.errors import ParameterError
from vectarium.formats import open_path
from vectarium.share import WRITERS, export
from vectarium.share.registry import find_writer

RNG = np.random.default_rng(0)
AWKWARD = ["plain", "two words", "tab\there", "line\nend", 'a "quote"', "ümlaut 日本 🌍", "007", "comma, semi;"]


def embedding(dtype="f4", texts=AWKWARD, **more):
    n = len(texts)
    vectors = (RNG.standard_normal((n, 5)) * 10.0 ** RNG.integers(-3, 2, (n, 5))).astype(dtype)
    columns = [
        Column("word", "text", np.array(texts, object)),
        Column("count", "integer", np.arange(n), mask=np.arange(n) == 2),
        Column("share", "number", np.where(np.arange(n) == 1, np.nan, RNG.standard_normal(n))),
        Column("class", "category", np.arange(n) % 3 - 1, ("a b", "c")),
        Column("seen", "boolean", np.arange(n) % 2 == 0, mask=np.arange(n) == 3),
        Column("when", "time", np.datetime64("2020-01-01T00:00:00.5", "us") + np.arange(n) * np.timedelta64(1, "D")),
    ]
    return Embedding("words", vectors, Columns(columns), **more)


def same_values(a, b):
    return all(x == y or (x in (None, "") and y in (None, "")) for x, y in zip(a, b, strict=True))


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "i1", "u1", "i4"])
@pytest.mark.parametrize("name", ["a.parquet", "a.npy", "a.csv", "a.tsv"])
def test_vectors_and_columns_read_back_the_same(tmp_path, name, dtype):
    given = embedding(dtype)
    export(given, tmp_path / name)
    found = open_path(tmp_path / name)[0]
    text = name.endswith("sv")  # knows no type: its numbers are read as float32
    np.testing.assert_array_equal(found.vectors, given.vectors.astype("f4") if text else given.vectors)
    assert list(found.columns) == list(given.columns)
    for key, column in given.columns.items():
        assert found.columns[key].kind in {column.kind, "category"}, key
        assert same_values(found.columns[key], column), key


def test_an_array_keeps_its_type_to_the_bit(tmp_path):
    given = embedding("f2")
    export(given, tmp_path / "a.npy")
    assert open_path(tmp_path / "a.npy")[0].dtype == np.float16


@pytest.mark.parametrize("name", ["a.vec", "a.bin"])
def test_word2vecs_formats_keep_numbers_and_join_words(tmp_path, name):
    given = embedding()
    notes = export(given, tmp_path / name)
    found = open_path(tmp_path / name)[0]
    np.testing.assert_array_equal(found.vectors, given.vectors)
    assert list(found.columns["word"]) == ["_".join(text.split()) for text in AWKWARD]
    said = " ".join(note.message for note in notes)
    assert "6 words have blanks" in said
    assert "not written: count, share" in said


@pytest.mark.parametrize("to", ["tensorboard", "projector"])
def test_the_projectors_folders_read_back_the_same(tmp_path, to):
    pixels = RNG.integers(0, 256, (8, 4, 6, 3), dtype=np.uint8)
    given = embedding(thumbnails=PixelThumbnails(pixels))
    collection = vt.Collection("both", [given, Embedding("a/b 2", np.eye(3, dtype="f8"))])
    notes = export(collection, tmp_path / "log", to=to)
    found = open_path(tmp_path / "log")
    assert [each.name for each in found] == ["words", "a/b 2"]
    np.testing.assert_array_equal(found[0].vectors, given.vectors)
    np.testing.assert_array_equal(found[1].vectors, np.eye(3))
    assert list(found[0].columns["word"])[:4] == ["plain", "two words", "tab here", "line end"]
    assert list(found[0].columns["count"]) == [0, 1, None, 3, 4, 5, 6, 7]
    assert (found[0].thumbnails.size, found[0].thumbnails.columns, len(found[0].thumbnails)) == ((6, 4), 3, 8)
    said = " ".join(note.message for note in notes)
    assert "2 values have tabs or line ends" in said
    assert "'a/b 2' is float64; it was written as float32" in said


def test_bytes_that_would_pass_for_text_are_written_as_text(tmp_path):
    export(vt.collection(np.zeros((3, 2), "f4"), name="zeros"), tmp_path, to="tensorboard")
    assert (tmp_path / "zeros.tsv").read_text() == "0\t0\n" * 3
    assert open_path(tmp_path)["zeros"].shape == (3, 2)


def test_a_column_alone_has_no_header_and_blank_first_values_survive(tmp_path):
    for texts in (["", "b", "c"], ["a", "", ""], ["x", "y", "z"]):
        given = vt.collection(np.eye(3, dtype="f4"), columns={"label": texts}, name="e")
        export(given, tmp_path, to="tensorboard", overwrite=True)
        assert same_values(open_path(tmp_path)["e"].columns["label"], texts)


@pytest.mark.parametrize("name", ["a.parquet", "a.csv"])
def test_coordinates_come_back_as_coordinates(tmp_path, name):
    picture = RNG.standard_normal((8, 2)).astype("f4")
    export(embedding(coordinates=(Coordinates("umap", picture),)), tmp_path / name)
    found = open_path(tmp_path / name)[0]
    np.testing.assert_array_equal(found.coordinates[0].values, picture)
    assert found.coordinates[0].name == "umap"


@pytest.mark.parametrize("to", ["tensorboard", "projector"])
def test_coordinates_are_the_projectors_bookmarks(tmp_path, to):
    names = ["umap", "t-SNE 3-D", 'a "map"', "PCA", "any 3-D"]
    pictures = [RNG.standard_normal((8, 2 + (name.endswith("3-D")))).astype("f4") for name in names]
    pictures[0][2] = np.nan
    given = [Coordinates(*each) for each in zip(names, pictures, strict=True)]
    notes = export(embedding(coordinates=tuple(given)), tmp_path / "log", to=to)
    found = open_path(tmp_path / "log")[0]
    assert [each.name for each in found.coordinates] == names
    for picture, read in zip(pictures, found.coordinates, strict=True):
        np.testing.assert_array_equal(read.values, picture)
    assert "coordinates" not in " ".join(note.message for note in notes)


def test_several_embeddings_need_a_name_or_a_folder(tmp_path):
    both = vt.Collection("both", [embedding(), Embedding("other", np.eye(2))])
    with pytest.raises(ParameterError, match=r"holds one embedding, and there are 2: 'words', 'other'"):
        export(both, tmp_path / "a.npy")
    export(both, tmp_path / "a.npy", embedding="other")
    assert open_path(tmp_path / "a.npy")[0].shape == (2, 2)


def test_nothing_is_written_over_unless_allowed(tmp_path):
    (tmp_path / "a.npy").write_text("mine")
    with pytest.raises(ParameterError, match="is there already"):
        export(embedding(), tmp_path / "a.npy")
    assert (tmp_path / "a.npy").read_text() == "mine"
    with pytest.raises(ParameterError, match="is there already"):
        export(embedding(), tmp_path, to="tensorboard")
    export(embedding(), tmp_path / "a.npy", overwrite=True)


def test_an_unknown_format_lists_those_there_are(tmp_path):
    with pytest.raises(ParameterError, match=r"ending '\.xyz'.*parquet \(\.parquet, \.pq\).*--to parquet"):
        export(embedding(), tmp_path / "a.xyz")
    assert all(find_writer(tmp_path, writer.name) is writer for writer in WRITERS)


def test_a_write_that_fails_leaves_nothing_behind(tmp_path):
    def stop(fraction, text):
        raise KeyboardInterrupt

    for name in ("a.csv", "a.vec", "a.bin"):
        with pytest.raises(KeyboardInterrupt):
            export(embedding(), tmp_path / name, progress=stop)
    assert list(tmp_path.iterdir()) == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    texts=st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=8), min_size=3, max_size=6)
)
def test_any_text_survives_tables(tmp_path, texts):
    given = Embedding("e", np.eye(len(texts), 4, dtype="f4"), Columns([Column("t", "text", np.array(texts, object))]))
    for name in ("a.csv", "a.tsv", "a.parquet"):
        export(given, tmp_path / name, overwrite=True)
        found = open_path(tmp_path / name)[0]
        np.testing.assert_array_equal(found.vectors, given.vectors)
        if name == "a.parquet":
            assert list(found.columns["t"]) == texts
