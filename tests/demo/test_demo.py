"""The data that ships with the package."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import numpy as np
import pytest

from vectarium import demo
from vectarium.errors import ParameterError

FOLDER = Path(demo.__file__).parent
TOOL = Path(__file__).parents[2] / "tools" / "make_demo.py"


def neighbors(word: str, k: int = 8) -> list[str]:
    words = demo.load("words")["words"]
    row = list(words.columns["word"]).index(word)
    vectors = words.vectors.astype(np.float32)
    near = np.argsort(-(vectors @ vectors[row]))[1 : k + 1]
    return [words.columns["word"][int(each)] for each in near]


def test_without_a_name_both_demos_are_one_collection() -> None:
    assert [each.name for each in demo.load()] == list(demo.NAMES)


def test_an_unknown_name_is_answered_with_the_names() -> None:
    with pytest.raises(ParameterError, match="'words', 'digits'"):
        demo.load("numbers")


def test_every_demo_has_a_hint() -> None:
    assert set(demo.HINTS) == {*demo.NAMES, "learning"}


def test_words_have_vectors_of_length_one_and_typed_columns() -> None:
    words = demo.load("words")["words"]
    assert 3000 <= len(words) <= 5000
    assert words.shape[1] == 50
    assert np.allclose(np.linalg.norm(words.vectors.astype(np.float32), axis=1), 1, atol=0.01)
    assert [column.kind for column in words.columns.values()] == ["text", "category", "integer", "number"]


def test_digits_have_one_image_a_vector() -> None:
    digits = demo.load("digits")["digits"]
    assert digits.shape == (1797, 64)
    assert digits.thumbnails is not None
    assert len(digits.thumbnails) == 1797
    assert digits.thumbnails.size == (8, 8)


@pytest.mark.parametrize("name", demo.NAMES)
def test_each_demo_brings_a_finite_picture_that_says_how_it_was_made(name: str) -> None:
    (picture,) = demo.load(name)[name].coordinates
    assert picture.name == "t-SNE"
    assert np.isfinite(picture.values).all()
    assert "perplexity 30" in picture.description
    assert "seed 0" in picture.description


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("monday", {"tuesday", "friday", "sunday"}),
        ("good", {"great", "nice", "bad"}),
        ("three", {"two", "four", "six"}),
        ("mother", {"dad", "father"}),
        ("iraq", {"iran", "afghanistan"}),
    ],
)
def test_the_neighbours_of_a_word_make_sense(word: str, expected: set[str]) -> None:
    assert expected <= set(neighbors(word))


@pytest.mark.parametrize(
    "source",
    ["words.npz: CC BY-SA 4.0", "English EWT", "digits.npz: CC BY 4.0", "Alpaydin", "learning.tar.xz: CC BY-SA 4.0"],
)
def test_sources_and_licences_are_stated(source: str) -> None:
    assert source in (FOLDER / "LICENSES.md").read_text(encoding="utf-8")


def test_the_archives_stay_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.glob("*.npz")) < 1_500_000


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_tool_makes_the_data_that_ships(shared_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("sklearn")
    monkeypatch.setattr(sys, "argv", [str(TOOL), "--conllu", str(shared_data / "tagged"), "--out", str(tmp_path)])
    runpy.run_path(str(TOOL), run_name="__main__")
    for name in demo.NAMES:
        made, shipped = np.load(tmp_path / f"{name}.npz"), np.load(FOLDER / f"{name}.npz")
        # Another processor rounds otherwise, and t-SNE amplifies that: its picture is only bounded here.
        for key in set(shipped.files) - {"tsne", "tsne_sentence"}:
            np.testing.assert_allclose(made[key], shipped[key], atol=0.01)
        assert np.abs(made["tsne"]).max() < 2 * np.abs(shipped["tsne"]).max()
