"""A real TensorBoard serves what was written."""

import json
import re
import subprocess
import sys
import threading
import urllib.parse
import urllib.request
from dataclasses import replace

import numpy as np
import pytest

import vectarium as vt
from vectarium.data import Coordinates

pytest.importorskip("tensorboard")

PLUGIN = "data/plugin/projector"


ADDRESS = re.compile(r"http://[^ ]+:(\d+)/")


@pytest.fixture
def words():
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (7, 5, 5), dtype=np.uint8)
    columns = {"word": ["a", "tab\there", "ü 日本", "", "e", "f", "g"], "count": [1, None, 3, 4, 5, 6, 7]}
    made = vt.collection(rng.standard_normal((7, 3), dtype="f4"), columns, pixels, name='words "q"')[0]
    flat, deep = rng.standard_normal((7, 2), dtype="f4"), rng.standard_normal((7, 3), dtype="f4")
    flat[4] = np.nan
    return replace(made, coordinates=(Coordinates("a map", flat), Coordinates("t-SNE", deep)))


@pytest.fixture
def zeros():
    return vt.collection(np.zeros((2, 4), "f4"), name="zeros")[0]


@pytest.fixture
def board(tmp_path, words, zeros):
    """A TensorBoard over a log directory with one run; asks it by the plugin's address."""
    vt.export(vt.Collection("all", [words, zeros]), tmp_path / "run", to="tensorboard")
    command = [sys.executable, "-m", "tensorboard.main", "--logdir", tmp_path, "--port", "0", "--load_fast", "false"]
    with subprocess.Popen([*command, "--host", "127.0.0.1"], stderr=subprocess.PIPE, text=True) as process:

        def ask(route, **query):
            address = f"http://127.0.0.1:{port}/{PLUGIN}/{route}?{urllib.parse.urlencode(query)}"
            with urllib.request.urlopen(address, timeout=60) as answer:
                return answer.read()

        port = next(match[1] for line in process.stderr if (match := ADDRESS.search(line)))
        threading.Thread(target=process.stderr.read, daemon=True).start()
        yield ask
        process.kill()


def test_it_serves_the_same_vectors_metadata_sprite_and_bookmarks(tmp_path, board, words, zeros):
    assert json.loads(board("runs")) == ["run"]
    info = json.loads(board("info", run="run"))["embeddings"]
    assert [(each["tensorName"], each["tensorShape"]) for each in info] == [('words "q"', [7, 3]), ("zeros", [2, 4])]
    assert info[0]["sprite"]["singleImageDim"] == [5, 5]
    for embedding in (words, zeros):
        served = np.frombuffer(board("tensor", run="run", name=embedding.name), "<f4").reshape(embedding.shape)
        np.testing.assert_array_equal(served, embedding.vectors)
    lines = board("metadata", run="run", name='words "q"').decode().split("\n")
    assert lines[:4] == ["word\tcount", "a\t1", "tab here\t", "ü 日本\t3"]
    sprite = board("sprite_image", run="run", name='words "q"')
    assert sprite == (tmp_path / "run" / "words-q_sprite.png").read_bytes()
    views = json.loads(board("bookmarks", run="run", name='words "q"'))
    assert [(each["label"], each["selectedProjection"]) for each in views] == [("a map", "custom"), ("t-SNE", "tsne")]
    assert (views[0]["filteredPoints"], views[1]["filteredPoints"]) == ([0, 1, 2, 3, 5, 6], None)
    places = [[each["linear-x"], each["linear-y"]] for each in views[0]["projections"]]
    np.testing.assert_array_equal(np.array(places, "f4"), np.delete(words.coordinates[0].values, 4, axis=0))
    found = vt.open(tmp_path)['words "q"']
    for given, read in zip(words.coordinates, found.coordinates, strict=True):
        np.testing.assert_array_equal(read.values, given.values)
