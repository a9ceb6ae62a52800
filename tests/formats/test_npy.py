"""NumPy's .npy."""

import numpy as np
import pytest

from vectarium.data import PixelThumbnails
from vectarium.errors import FormatError
from vectarium.formats import open_path


def saved(folder, array, name="vectors.npy"):
    np.save(folder / name, array)
    return folder / name


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int8", "uint8", "int64"])
def test_vectors_keep_their_type_and_are_mapped(tmp_path, dtype):
    array = np.arange(12).reshape(4, 3).astype(dtype)
    opened = open_path(saved(tmp_path, array))["vectors"]
    assert opened.dtype == dtype
    assert not opened.vectors.flags.owndata
    np.testing.assert_array_equal(opened.vectors, array)


@pytest.mark.parametrize("array", [np.asfortranarray(np.eye(3)), np.eye(3, dtype=">f4"), np.eye(3, dtype=bool)])
def test_other_layouts_are_turned_and_a_remark_says_so(tmp_path, array):
    opened = open_path(saved(tmp_path, array))[0]
    np.testing.assert_array_equal(opened.vectors, array)
    assert opened.vectors.flags.c_contiguous
    assert "read into memory" in opened.notes[0].message
    assert opened.notes[0].severity == "remark"


@pytest.mark.parametrize("shape", [(5, 4, 3), (5, 4, 3, 3), (5, 3, 4, 2)])
def test_images_become_vectors_with_thumbnails(tmp_path, shape):
    array = np.arange(np.prod(shape)).reshape(shape).astype(np.uint8)
    opened = open_path(saved(tmp_path, array))[0]
    assert opened.shape == (5, np.prod(shape[1:]))
    assert isinstance(opened.thumbnails, PixelThumbnails)
    assert len(opened.thumbnails) == 5


def test_one_dimension_is_opened_as_one_column(tmp_path):
    opened = open_path(saved(tmp_path, np.arange(4.0)))[0]
    assert opened.shape == (4, 1)
    assert "opened as 4 × 1" in opened.notes[0].message


def test_other_shapes_say_how_to_reshape(tmp_path):
    with pytest.raises(FormatError, match=r"reshape\(len\(array\), -1\)"):
        open_path(saved(tmp_path, np.zeros((2, 3, 4))))


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.zeros((2, 2), complex), "complex numbers"),
        (np.array([["a", "b"]]), "--metadata"),
        (np.zeros((0, 3)), "not one number"),
        (np.array(1.0), "one single number"),
    ],
)
def test_what_is_no_vector_is_refused_with_a_reason(tmp_path, array, message):
    with pytest.raises(FormatError, match=message):
        open_path(saved(tmp_path, array))


def test_records_become_vectors_and_columns(tmp_path):
    records = np.array([(1.0, 2.0, b"a"), (3.0, 4.0, b"b")], dtype=[("x", "f4"), ("y", "f4"), ("name", "S1")])
    opened = open_path(saved(tmp_path, records))[0]
    assert opened.shape == (2, 2)
    assert list(opened.columns["name"]) == ["a", "b"]
    assert opened.coordinates[0].name == "x, y"


def test_one_point_and_two_identical_points_open(tmp_path):
    assert open_path(saved(tmp_path, np.ones((1, 3))))[0].shape == (1, 3)
    assert open_path(saved(tmp_path, np.ones((2, 3))))[0].shape == (2, 3)


def test_trailing_bytes_are_told(tmp_path):
    path = saved(tmp_path, np.eye(2))
    path.write_bytes(path.read_bytes() + b"xyz")
    assert "3 bytes follow" in open_path(path)[0].notes[0].message


def test_nan_and_infinity_are_kept(tmp_path):
    array = np.array([[1.0, 2.0], [np.nan, 1.0], [np.inf, 0.0]])
    opened = open_path(saved(tmp_path, array))[0]
    np.testing.assert_array_equal(opened.vectors, array)
    assert opened.finite.tolist() == [True, False, False]


def test_metadata_that_lies_beside_is_attached_and_told(tmp_path):
    path = saved(tmp_path, np.eye(3))
    (tmp_path / "metadata.tsv").write_text("a\nb\nc\n")
    opened = open_path(path)[0]
    assert list(opened.columns["label"]) == ["a", "b", "c"]
    assert "Attached to 'vectors.npy'" in opened.notes[0].message


def test_metadata_of_another_length_beside_is_not_attached_and_told(tmp_path):
    path = saved(tmp_path, np.eye(3))
    (tmp_path / "metadata.tsv").write_text("a\nb\n")
    opened = open_path(path)[0]
    assert not opened.columns
    assert "does not fit" in opened.notes[0].message


def test_words_of_a_real_model_open_with_their_metadata(shared_data):
    opened = open_path(shared_data / "vectors" / "imdb_word2vec")["vectors"]
    assert opened.shape == (20000, 200)
    assert [column.kind for column in opened.columns.values()] == ["text", "integer", "integer", "number"]
    assert "vampire" in list(opened.columns["word"])
