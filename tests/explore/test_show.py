from __future__ import annotations

import numpy as np
import pytest

import vectarium as vt
from vectarium.errors import ParameterError, ShapeError, VectariumError
from vectarium.explore.show import show


def test_vectors_are_shown_with_their_columns(explore):
    page = explore(np.eye(3), columns=["a", "b", "c"], name="letters")
    said = page.ask("/api/collection").message
    assert (said["name"], said["embeddings"][0]["columns"][0]["name"]) == ("letters", "label")


def test_an_embedding_is_shown(explore, words):
    assert explore(words["plain"]).ask("/api/collection").message["name"] == "plain"


def test_a_path_is_shown(explore, tmp_path):
    np.save(tmp_path / "naïve vectors.npy", np.eye(4, dtype=np.float32))
    page = explore(tmp_path / "naïve vectors.npy")
    page.job("open").wait(10)
    assert page.ask("/api/collection").message["embeddings"][0]["n"] == 4


def test_of_several_paths_one_that_fails_becomes_a_note(explore, tmp_path):
    np.save(tmp_path / "good.npy", np.eye(4))
    (tmp_path / "bad.npy").write_bytes(b"")
    page = explore([str(tmp_path / "bad.npy"), str(tmp_path / "good.npy")])
    page.job("open").wait(10)
    said = page.ask("/api/collection").message
    assert [embedding["name"] for embedding in said["embeddings"]] == ["good"]
    assert "bad.npy" in said["notes"][0]["where"]


def test_what_cannot_be_opened_is_an_error_at_once(tmp_path):
    with pytest.raises(VectariumError, match=r"nothing\.npy"):
        show(tmp_path / "nothing.npy", browser=False)
    with pytest.raises(ShapeError, match="shape"):
        show(np.zeros(3), browser=False)
    with pytest.raises(VectariumError, match="holds no embedding"):
        show(vt.Collection("empty", []), browser=False)


def test_a_port_can_be_chosen_once(explore):
    first = explore(np.eye(2))
    with pytest.raises(ParameterError, match=f"Port {first.port} cannot be used"):
        show(np.eye(2), port=first.port, browser=False)


def test_closing_frees_the_port(explore):
    with show(np.eye(2), browser=False) as explorer:
        port = int(explorer.url.split(":")[2].split("/")[0])
    assert explore(np.eye(2), port=port).port == port
