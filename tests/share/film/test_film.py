"""Films of the demo's ten words: what is seen is what was recorded."""

from pathlib import Path

import numpy as np
import pytest

from vectarium.data import Run
from vectarium.demo.learning import runs
from vectarium.errors import CancelledError, MissingExtraError, ParameterError
from vectarium.share.film import FilmOptions, Moment, Painter, check_suffix, make_film

SMALL = {"width": 320, "height": 240, "fps": 5.0, "seconds": 1.0}


def centers(painter, step):
    """Where the discs are in a picture: the middle of the ink around where each is expected, ``(n, 2)``."""
    image = painter.paint(Moment(step, 0.0, 0.0)).astype(float) / 255
    ink = np.abs(image - painter.theme.background).sum(axis=2)
    places = painter.reel.places(step)
    expected = painter.camera.project(np.hstack([places, np.zeros((len(places), 1))]))[0]
    rows, columns = np.mgrid[: image.shape[0], : image.shape[1]] + 0.5
    found = []
    for x, y in expected:
        weight = ink * (np.hypot(columns - x, rows - y) < 7)
        found.append([(weight * columns).sum() / weight.sum(), (weight * rows).sum() / weight.sum()])
    return np.array(found)


def test_the_words_stand_where_they_were_recorded_in_the_first_picture_and_in_the_last(words):
    bare = FilmOptions(width=1600, height=1200, regions=False, labels=False, legend=False)
    snapshots = Run(runs()[0]).snapshots
    scales = []
    for step in (0, 200):
        vectors = snapshots[step].vectors("word_embeddings").astype(float)
        painter = Painter(words, bare)
        alone = np.array([np.sort(np.hypot(*(vectors - each).T))[1] for each in vectors]) * painter.camera.scale > 16
        found = centers(painter, step)[alone]
        known = np.vstack([np.column_stack([vectors[alone, 0], np.ones(alone.sum()), 0 * found[:, 0]]),
                           np.column_stack([-vectors[alone, 1], 0 * found[:, 0], np.ones(alone.sum())])])  # fmt: skip
        seen = np.concatenate([found[:, 0], found[:, 1]])
        fit = np.linalg.lstsq(known, seen, rcond=None)[0]
        assert alone.sum() >= 5
        assert np.abs(known @ fit - seen).max() < 0.3
        scales.append(fit)
    assert np.allclose(*scales, rtol=1e-3)


def test_between_two_steps_points_are_on_their_way(words):
    painter = Painter(words, FilmOptions(regions=False, labels=False, legend=False))
    first, half, second = (painter.paint(Moment(*each, 0.0)) for each in ((3, 0.0), (3, 0.5), (4, 0.0)))
    assert (first != half).any()
    assert (half != second).any()


def test_regions_are_those_of_the_recorded_boundary(words):
    painter = Painter(words, FilmOptions(labels=False))
    image = painter.paint(Moment(200, 0.0, 0.0))
    codes, _, classes, low, high = words.ground(200)
    colors = painter._coloring.of_classes(classes)
    x, y = 0.2, 0.35  # shares of the grid, where one class is certain
    place = np.array([[low[0] + x * (high[0] - low[0]), low[1] + y * (high[1] - low[1]), 0]])
    column, row = painter.camera.project(place)[0][0].astype(int)
    shade = colors[codes[round(y * 255), round(x * 383)]] * 0.26
    expected = painter.theme.background * 0.74 + shade
    assert np.abs(image[row, column] / 255 - expected).max() < 0.05


def test_a_gif_needs_nothing_else_and_comes_whole(words, tmp_path):
    played = make_film(words, tmp_path / "words.gif", FilmOptions(**SMALL))
    assert [each.name for each in tmp_path.iterdir()] == ["words.gif"]
    assert (len(played), (tmp_path / "words.gif").read_bytes()[:6]) == (5, b"GIF89a")


def test_the_same_film_is_the_same_bytes(words, tmp_path):
    for name in ("a.gif", "b.gif"):
        make_film(words, tmp_path / name, FilmOptions(**SMALL))
    assert (tmp_path / "a.gif").read_bytes() == (tmp_path / "b.gif").read_bytes()


def test_a_film_that_is_cancelled_leaves_nothing_behind(words, tmp_path):
    def stop(fraction, _text):
        if fraction > 0.5:
            raise CancelledError("enough")

    with pytest.raises(CancelledError):
        make_film(words, tmp_path / "words.gif", FilmOptions(**SMALL), progress=stop)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", ["mp4", "webp"])
def test_a_video_has_the_size_and_the_pictures_asked_for(words, tmp_path, ending):
    ffmpeg = pytest.importorskip("imageio_ffmpeg")
    make_film(words, tmp_path / f"words.{ending}", FilmOptions(**SMALL))
    assert [each.name for each in tmp_path.iterdir()] == [f"words.{ending}"]
    if ending == "mp4":  # ffmpeg does not read WebP films
        found = next(ffmpeg.read_frames(str(tmp_path / "words.mp4")))
        assert (found["size"], found["fps"], found["duration"]) == ((320, 240), 5.0, 1.0)
        assert found["pix_fmt"].startswith("yuv420p")


def test_without_ffmpeg_the_extra_is_named(monkeypatch):
    try:
        import imageio_ffmpeg  # noqa: F401
    except ImportError:
        monkeypatch.setenv("PATH", "")
        with pytest.raises(MissingExtraError, match=r'pip install "vectarium\[video\]"'):
            check_suffix(Path("words.mp4"))
    else:
        pytest.skip("imageio-ffmpeg is here")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"width": 321}, "even"), ({"fps": 0.0}, "fps"), ({"theme": "pink"}, "theme"), ({"seconds": -1.0}, "seconds")],
)
def test_what_is_not_allowed_is_said(wrong, said):
    with pytest.raises(ParameterError, match=said):
        FilmOptions(**wrong)


def test_other_endings_are_refused(words, tmp_path):
    with pytest.raises(ParameterError, match=r"\.mp4, \.gif or \.webp"):
        make_film(words, tmp_path / "words.avi")


def test_a_category_that_no_point_has_takes_no_colour():
    from vectarium.data import Column
    from vectarium.share.film.coloring import Coloring

    column = Column("tag", "category", np.array([2, 0, -1, 2], np.int32), ("a", "never", "b"))
    coloring = Coloring(column, "dark")
    assert coloring.labels == ["b", "a"]
    painted = coloring.paint(column, 4)
    assert (painted[0] == painted[3]).all()
    assert len(np.unique(painted, axis=0)) == 3
    assert [(each.label, each.count) for each in coloring.legend(column)] == [("b", 2), ("a", 1), ("(missing)", 1)]
