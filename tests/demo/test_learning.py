"""The runs that ship with the package."""

from __future__ import annotations

import numpy as np

import vectarium as vt
from vectarium.demo.learning import ARCHIVE, NAMES, runs


def test_the_archive_stays_small() -> None:
    assert ARCHIVE.stat().st_size < 2_000_000


def test_every_run_is_whole() -> None:
    assert [path.name for path in runs()] == list(NAMES)
    assert all(vt.Run(path).validate() == () for path in runs())


def test_the_package_is_left_alone() -> None:
    assert not any(path.is_relative_to(ARCHIVE.parent) for path in runs())
    assert runs() is runs()


def test_ten_words_find_their_places_while_regions_form_behind_them() -> None:
    for path in runs()[:2]:
        run = vt.Run(path)
        assert run.steps == tuple(range(201))
        first, last = (run.snapshot(step).columns("word_embeddings")["correct"].values.mean() for step in (0, 200))
        assert first < last == 1
        assert run.snapshot(200).boundary("word_embeddings").probabilities.shape == (18, 18, 4)
    one, other = (vt.Run(path).snapshot(200).vectors("word_embeddings") for path in runs()[:2])
    assert not np.allclose(one, other, atol=0.1)


def test_the_tagger_of_sentences_learned_what_it_is_to_tell() -> None:
    run = vt.Run(runs()[2])
    assert 15 <= len(run.steps) <= 40
    assert run.embedding("words").shape == (320, 32)
    hidden = run.collection()["lstm"]
    assert {"token", "sentence", "position", "label", "prediction", "correct"} <= set(hidden.columns)
    assert hidden.columns["correct"].values.mean() > 0.85
    assert len(run.curve["loss"]) > 1000
