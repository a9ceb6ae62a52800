"""How well the neighbours in each layer agree with the labels, at every step."""

from __future__ import annotations

import numpy as np
import pytest

from vectarium.data import Column, Columns, Run, RunWriter
from vectarium.explore.agreements import MOST_POINTS, agreement, choose
from vectarium.explore.courses import Courses, coarse_to_fine
from vectarium.explore.jobs import Jobs
from vectarium.explore.workers import Workers
from vectarium.project import knn_accuracy, silhouette

N = 90
LABELS = np.arange(N) % 3


def vectors(layer: int, step: int) -> np.ndarray:
    """Classes that come apart with the steps, later layers more."""
    rng = np.random.default_rng(step)
    return (rng.standard_normal((N, 6)) + layer * step * np.eye(3, 6)[LABELS]).astype(np.float32)


def write(writer: RunWriter, step: int) -> None:
    writer.write(step, {"first": vectors(0, step), "second": vectors(1, step)})


@pytest.fixture
def writer(tmp_path):
    with RunWriter(tmp_path / "run") as made:
        label = Columns([Column("label", "category", LABELS.astype(np.int32), ("a", "b", "c"))])
        for name in ("first", "second"):
            made.add_embedding(name, "activations", n=N, d=6, columns=label)
        for step in range(4):
            write(made, step)
        yield made


def measured(page, **request):
    asked = {"embeddings": [0, 1], "labels": ["label", "label"], **request}
    job = page.send("/api/agreement", asked).message["job"]
    page.finished(job)
    return page.ask(f"/api/agreement/{job}").message


def test_every_step_of_every_layer_is_measured(writer, explore):
    said = measured(explore(Run(writer.path).collection()), k=5)
    for index, layer in enumerate(said["layers"]):
        assert (layer["steps"], layer["used"], layer["chance"]) == ([0, 1, 2, 3], N, pytest.approx(1 / 3))
        for step in range(4):
            x = vectors(index, step)
            assert layer["accuracy"][step] == knn_accuracy(x, LABELS, 5)
            assert layer["silhouette"][step] == pytest.approx(silhouette(x, LABELS), abs=1e-6)
    first, second = (layer["accuracy"][-1] for layer in said["layers"])
    assert first < 0.6 < second


def test_a_run_that_grows_is_measured_on(writer, explore):
    page = explore(Run(writer.path).collection())
    before = measured(page)["layers"][1]
    write(writer, 4)
    page.explorer.session.recordings.look()
    after = measured(page)["layers"][1]
    assert after["steps"] == [0, 1, 2, 3, 4]
    assert after["accuracy"][:4] == before["accuracy"]


def test_vectors_with_nan_are_left_out(writer, explore):
    broken = vectors(1, 9)
    broken[3] = np.nan
    writer.write(9, {"first": vectors(0, 9), "second": broken})
    said = measured(explore(Run(writer.path).collection()), embeddings=[1], labels=["label"])
    assert said["layers"][0]["accuracy"][-1] == 1


def test_a_damaged_snapshot_leaves_a_gap(writer, explore):
    page = explore(Run(writer.path).collection())
    next(writer.path.glob("snapshots/*002/second.npy")).unlink()
    said = measured(page)["layers"]
    assert [value is None for value in said[1]["accuracy"]] == [False, False, True, False]
    assert None not in said[0]["accuracy"]


def test_a_layer_without_labels_says_so(writer, explore, tmp_path):
    with RunWriter(tmp_path / "one") as one:
        one.add_embedding("same", n=N, d=6, columns={"label": ["a"] * N})
        one.write(0, {"same": vectors(0, 0)})
    said = measured(explore(Run(tmp_path / "one").collection()), embeddings=[0], labels=["label"])
    assert "points of 2 classes are needed" in said["layers"][0]["error"]


def test_of_many_points_a_sample_votes(writer):
    many = 3 * MOST_POINTS
    rng = np.random.default_rng(0)
    codes = rng.integers(-1, 4, many).astype(np.int32)
    embedding = Run(writer.path).collection()[0]
    columns = Columns([Column("label", "category", codes, tuple("abcd"))])
    made = type(embedding)("many", np.zeros((many, 2), np.float32), columns)
    sample = choose(made, "label", 2)
    assert (len(sample.rows), sample.labelled) == (MOST_POINTS, int((codes >= 0).sum()))
    assert (codes[sample.rows] == sample.codes).all()
    assert len(choose(made, "label", 4096).rows) < MOST_POINTS
    assert agreement(made, sample, 3, lambda fraction, text: None)[1] == 0


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"embeddings": []}, "one label an embedding"),
        ({"embeddings": [0, 0]}, "twice"),
        ({"labels": ["label", "word"]}, "no column 'word'"),
        ({"k": 0}, "k is 0"),
        ({"embeddings": [0, 7]}, "no embedding 7"),
    ],
)
def test_what_makes_no_sense_is_refused(writer, explore, asked, said):
    page = explore(Run(writer.path).collection())
    answer = page.send("/api/agreement", {"embeddings": [0, 1], "labels": ["label", "label"], **asked})
    assert answer.status in (400, 404)
    assert said in answer.message["error"]


def test_steps_that_are_far_apart_come_first():
    for count in range(40):
        order = coarse_to_fine(range(count))
        assert sorted(order) == list(range(count))
    assert order[:4] == [38, 0, 32, 16]


def test_the_step_that_is_seen_is_measured_next():
    order = []
    pieces = [(index, step) for step in (3, 0, 2, 1) for index in (0, 1)]

    def measure(index, step, _progress):
        order.append((index, step))
        if len(order) == 1:  # a person goes on while it is measured
            courses.start("kind", "about", pieces, measure, 1)

    workers = Workers(1, "test")
    courses = Courses(Jobs(workers), workers)
    assert courses.start("kind", "about", pieces, measure, 2).wait(20)
    assert order == [(0, 2), (0, 1), (1, 1), (0, 3), (1, 3), (0, 0), (1, 0), (1, 2)]
