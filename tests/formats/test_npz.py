"""NumPy's .npz."""

import numpy as np
import pytest

from vectarium.data import PixelThumbnails
from vectarium.errors import FormatError
from vectarium.formats import open_path


def test_one_dimension_becomes_columns_of_the_embedding(tmp_path):
    np.savez(tmp_path / "a.npz", x=np.eye(3), names=np.array(["a", "b", "c"]), count=[1, 2, 3], other=[1, 2])
    opened = open_path(tmp_path / "a.npz")
    assert list(opened["x"].columns) == ["names", "count"]
    assert "'other' (2,)" in opened.notes[0].message


def test_narrow_arrays_with_the_name_of_a_picture_are_coordinates(tmp_path):
    np.savez(tmp_path / "a.npz", X=np.ones((4, 9)), umap=np.ones((4, 2)), X_tsne=np.ones((4, 3)))
    opened = open_path(tmp_path / "a.npz")
    assert len(opened) == 1
    assert {each.name for each in opened["X"].coordinates} == {"umap", "X_tsne"}


def test_several_arrays_are_several_embeddings(tmp_path):
    np.savez_compressed(tmp_path / "a.npz", encoder=np.ones((4, 9)), decoder=np.ones((3, 5)))
    assert [each.shape for each in open_path(tmp_path / "a.npz")] == [(4, 9), (3, 5)]


def test_members_without_compression_are_mapped_where_they_are_aligned(tmp_path):
    array = np.arange(20, dtype=np.uint8).reshape(4, 5)
    np.savez(tmp_path / "a.npz", x=array)
    opened = open_path(tmp_path / "a.npz")["x"]
    assert not opened.vectors.flags.owndata
    np.testing.assert_array_equal(opened.vectors, array)


def test_an_archive_of_nothing_is_refused(tmp_path):
    np.savez(tmp_path / "a.npz")
    with pytest.raises(FormatError, match="holds no array"):
        open_path(tmp_path / "a.npz")


def test_handwritten_digits_open_with_thumbnails(shared_data):
    opened = open_path(shared_data / "images" / "mnist_70k.npz")["images"]
    assert opened.shape == (70000, 784)
    assert opened.dtype == np.uint8
    assert isinstance(opened.thumbnails, PixelThumbnails)
    assert opened.thumbnails.size == (28, 28)
    assert sorted(set(opened.columns["labels"].values)) == list(range(10))
