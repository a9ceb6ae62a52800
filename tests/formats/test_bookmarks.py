"""The Projector's bookmarks: each saved view is a picture of its points."""

import json

import numpy as np
import pytest

from vectarium.errors import FormatError
from vectarium.formats import open_path
from vectarium.formats.bookmarks import read_bookmarks

N = 4


def state(**more):
    points = [{"tsne-0": i, "tsne-1": -i, "tsne-2": 9, "pca-0": 0.5, "pca-3": i} for i in range(N)]
    return {"label": "a view", "selectedProjection": "tsne", "projections": points, "filteredPoints": None, **more}


def pictures(folder, *states, n=N):
    (folder / "a.json").write_text(json.dumps(states))
    return read_bookmarks(folder / "a.json", n)


def test_the_picture_that_a_view_shows_is_taken(tmp_path):
    found, notes = pictures(
        tmp_path,
        state(),
        state(tSNEis3d=True),
        state(selectedProjection="pca", pcaComponentDimensions=[3, 0]),
        {"projections": [{"linear-x": 1, "linear-y": 2}] * N},
    )
    assert [each.values[3].tolist() for each in found] == [[3, -3], [3, -3, 9], [3, 0.5], [1, 2]]
    assert [each.name for each in found] == ["a view", "a view", "a view", "bookmark 4"]
    assert (notes, found[0].description) == ([], "A bookmark of the Projector, by t-SNE.")


def test_a_view_of_a_selection_gives_places_to_those_points(tmp_path):
    (picture,), _ = pictures(tmp_path, state(filteredPoints=[5, 0, 2, 7]), n=9)
    assert np.isfinite(picture.values).all(axis=1).nonzero()[0].tolist() == [0, 2, 5, 7]
    assert picture.values[5].tolist() == [0, 0]
    assert "4 of 9 points" in picture.description


def test_points_without_a_place_have_none(tmp_path):
    points = [{"tsne-0": 1, "tsne-1": 2}, {}, {"tsne-0": "x", "tsne-1": 1}, {"tsne-0": 1e300, "tsne-1": 1}]
    (picture,), _ = pictures(tmp_path, state(projections=points))
    assert np.isnan(picture.values[1:]).all()


@pytest.mark.parametrize(
    "broken",
    [
        state(filteredPoints=[0, 1, 2, 99], projections=[{"tsne-0": 1, "tsne-1": 1}] * 5),
        state(projections=[]),
        state(projections="many"),
        state(projections=[None] * N),
        state(selectedProjection="umap"),
        {},
    ],
)
def test_a_view_of_other_points_is_left_out_and_told(tmp_path, broken):
    found, (note,) = pictures(tmp_path, broken, state())
    assert len(found) == 1
    assert "1 of 2 bookmarks have no picture of these 4 points" in note.message


@pytest.mark.parametrize("text", ["", "[", "7", "[1]", "[" * 5000])
def test_what_is_no_list_of_views_is_refused(tmp_path, text):
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(FormatError, match=r"empty|not JSON|list of objects|nested"):
        read_bookmarks(tmp_path / "a.json", N)


def test_a_config_brings_them_and_a_damaged_file_takes_nothing_down(tmp_path):
    np.eye(N, 3, dtype="<f4").tofile(tmp_path / "a.bytes")
    entry = 'embeddings {{ tensor_name: "{0}" tensor_path: "a.bytes" tensor_shape: 4 tensor_shape: 3 bookmarks_path: "{0}" }}'
    (tmp_path / "whole.json").write_text(json.dumps([state()]))
    (tmp_path / "broken.json").write_text("[")
    names = ("whole.json", "broken.json", "../outside.json")
    (tmp_path / "projector_config.pbtxt").write_text("\n".join(entry.format(name) for name in names))
    found = open_path(tmp_path)
    assert [len(each.coordinates) for each in found] == [1, 0, 0]
    assert "not JSON" in found["broken.json"].notes[0].message


def test_bookmarks_by_themselves_are_told_as_such(tmp_path):
    for name in ("a.txt", "a.json"):
        (tmp_path / name).write_text(
            json.dumps([{"label": "a", "isSelected": True, "tSNEIteration": 0, "projections": []}])
        )
        with pytest.raises(FormatError, match="bookmarks of the Embedding Projector"):
            open_path(tmp_path / name)


def test_a_real_file_of_an_old_version_is_read(shared_data):
    folder = shared_data / "projector/tf_standalone_oss_data/oss_data"
    n = len((folder / "word2vec_full_200d_labels.tsv").read_text("utf-8").splitlines()) - 1
    (picture,), notes = read_bookmarks(folder / "word2vec_full_bookmarks.txt", n)
    assert (picture.name, notes) == ('Politics: "Bad" to "Good"', [])
    assert int(np.isfinite(picture.values).all(axis=1).sum()) == 101
    np.testing.assert_allclose(picture.values[822], [-0.10100582, 0.03613889], rtol=1e-6)
