"""Sprite sheets and folders of images."""

import struct

import numpy as np
import pytest

from vectarium.data import FileThumbnails
from vectarium.errors import FormatError
from vectarium.formats import open_path
from vectarium.formats.sprite import picture_size


def png(path, width, height):
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBBBBBI", 13, b"IHDR", width, height, 8, 2, 0, 0, 0, 0))
    return path


def vectors(folder, n):
    np.save(folder / "v.npy", np.ones((n, 3)))
    return folder / "v.npy"


PICTURES = {
    "gif": b"GIF89a" + struct.pack("<HH", 30, 20) + b"\0" * 20,
    "vp8x": b"RIFF\0\0\0\0WEBPVP8X\n\0\0\0\0\0\0\0" + b"\x1d\0\0" + b"\x13\0\0" + b"\0" * 8,
    "vp8": b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 30, 20) + b"\0" * 8,
    "vp8l": b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f" + struct.pack("<I", 29 | 19 << 14) + b"\0" * 8,
    "jpeg": b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc2\x00\x11\x08" + struct.pack(">HH", 20, 30) + b"\0" * 8,
}


@pytest.mark.parametrize("form", PICTURES)
def test_the_size_of_a_picture_is_read_from_its_header(tmp_path, form):
    (tmp_path / "a").write_bytes(PICTURES[form])
    assert picture_size(tmp_path / "a") == (30, 20)


@pytest.mark.parametrize("height", [60, 90])
def test_a_sprite_of_a_square_grid_needs_no_size(tmp_path, height):
    sprite = png(tmp_path / "s.png", 90, height)
    thumbnails = open_path(vectors(tmp_path, 5), thumbnails=sprite)[0].thumbnails
    assert (thumbnails.size, thumbnails.columns, thumbnails.count) == ((30, 30), 3, 5)


def test_a_sprite_that_is_no_grid_is_refused_with_a_way_out(tmp_path):
    with pytest.raises(FormatError, match="single_image_dim"):
        open_path(vectors(tmp_path, 5), thumbnails=png(tmp_path / "s.png", 91, 61))


def test_a_sprite_too_small_says_how_many_have_none(tmp_path):
    vectors(tmp_path, 10)
    png(tmp_path / "s.png", 20, 30)
    (tmp_path / "projector_config.pbtxt").write_text(
        'embeddings { tensor_path: "v.npy" sprite { image_path: "s.png" single_image_dim: [10, 10] } }'
    )
    embedding = open_path(tmp_path)[0]
    assert embedding.thumbnails.count == 6
    assert (
        "room for 6 thumbnails of 10 × 10, and there are 10 points. The last 4 have none" in embedding.notes[-1].message
    )


def test_a_sprite_that_is_no_picture_leaves_the_vectors(tmp_path):
    vectors(tmp_path, 4)
    (tmp_path / "s.png").write_text("<html>")
    (tmp_path / "projector_config.pbtxt").write_text(
        'embeddings { tensor_path: "v.npy" sprite { image_path: "s.png" single_image_dim: [10, 10] } }'
    )
    embedding = open_path(tmp_path)[0]
    assert embedding.thumbnails is None
    assert "not a PNG, JPEG, GIF or WebP" in embedding.notes[-1].message


def test_pixels_of_an_array_are_thumbnails(tmp_path):
    np.save(tmp_path / "pixels.npy", np.zeros((4, 5, 6, 3), np.uint8))
    assert open_path(vectors(tmp_path, 4), thumbnails=tmp_path / "pixels.npy")[0].thumbnails.size == (6, 5)
    with pytest.raises(FormatError, match="4 thumbnails for 3 vectors"):
        open_path(vectors(tmp_path, 3), thumbnails=tmp_path / "pixels.npy")


def images(folder, *names):
    (folder / "images").mkdir()
    for name in names:
        png(folder / "images" / name, 8, 8)
    return folder / "images"


@pytest.mark.parametrize("names", [("0.png", "1.jpg", "2.webp"), ("img_001.png", "img_002.png", "img_003.png")])
def test_images_are_found_by_their_row(tmp_path, names):
    thumbnails = open_path(vectors(tmp_path, 3), images=images(tmp_path, *names))[0].thumbnails
    assert isinstance(thumbnails, FileThumbnails)
    assert [path.name for path in thumbnails.paths] == list(names)


def test_images_are_found_by_a_text(tmp_path):
    (tmp_path / "m.csv").write_text("file,n\ncat.png,1\na/dog.png,2\nbird,3\n")
    folder = images(tmp_path, "cat.png", "dog.png", "bird.png")
    thumbnails = open_path(vectors(tmp_path, 3), metadata=tmp_path / "m.csv", images=folder)[0].thumbnails
    assert [path.name for path in thumbnails.paths] == ["cat.png", "dog.png", "bird.png"]


def test_missing_images_are_counted(tmp_path):
    embedding = open_path(vectors(tmp_path, 5), images=images(tmp_path, "0.png", "2.png"))[0]
    assert "3 of 5 points have no image; the first is row 1" in embedding.notes[-1].message


def test_images_that_fit_to_nothing_are_an_error(tmp_path):
    with pytest.raises(FormatError, match="fits to a point"):
        open_path(vectors(tmp_path, 3), images=images(tmp_path, "sunset.png"))
