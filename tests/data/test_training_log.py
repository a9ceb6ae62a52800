"""The numbers between snapshots: lines that are whole, or none, whenever the writer dies."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectarium.data import Run, RunWriter
from vectarium.data.training_log import FILE, TrainingLog, TrainingLogWriter

X = np.zeros((2, 3), np.float32)


@pytest.fixture
def writer(tmp_path):
    with RunWriter(tmp_path / "run") as made:
        made.add_embedding("embed", n=2, d=3)
        yield made


def loss_of(run):
    curve = run.curve["loss"]
    return dict(zip(curve.steps.tolist(), curve.values.tolist(), strict=True))


def test_numbers_of_snapshots_and_of_steps_between_are_one_curve(writer):
    writer.write(0, {"embed": X}, loss=3)
    writer.log(1, loss=2, metrics={"accuracy": 0.5})
    writer.log(2, loss=1, learning_rate=0.1)
    writer.write(2, {"embed": X}, loss=1.5)
    run = Run(writer.path)
    assert loss_of(run) == {0: 3, 1: 2, 2: 1}
    assert {"loss", "accuracy", "learning_rate", "time"} == set(run.curve)


def test_a_growing_curve_is_read_on_where_it_was_left(writer):
    run = Run(writer.path)
    assert run.curve == {}
    for step in range(1, 4):
        writer.log(step, loss=step)
        writer.write(step, {"embed": X})
        assert loss_of(run) == {each: each for each in range(1, step + 1)}


def test_a_training_that_goes_back_replaces_what_came_after(writer):
    for step in range(10):
        writer.log(step, loss=step, metrics={"accuracy": step})
    writer.close()
    with RunWriter(writer.path) as again:
        again.log(4, loss=-4)
    curve = Run(writer.path).curve
    assert curve["loss"].values.tolist() == [0, 1, 2, 3, -4]
    assert curve["accuracy"].values.tolist() == [0, 1, 2, 3]


def test_rewinding_a_run_rewinds_its_curve(writer):
    for step in range(4):
        writer.log(step, loss=step)
        writer.write(step, {"embed": X})
    writer.rewind(1)
    assert loss_of(Run(writer.path)) == {0: 0, 1: 1}


def test_numbers_of_one_step_may_come_one_after_another(writer):
    writer.log(5, loss=1)
    writer.write(6, {"embed": X})
    writer.log(5, metrics={"validation": 2})
    writer.close()
    curve = Run(writer.path).curve
    assert (curve["loss"].values.tolist(), curve["validation"].steps.tolist()) == ([1], [5])


def test_a_loss_that_is_no_number_any_more_is_kept(writer):
    writer.log(0, loss=float("nan"))
    writer.log(1, loss=float("-inf"))
    writer.close()
    assert str(Run(writer.path).curve["loss"].values) == "[ nan -inf]"


def test_a_file_cut_at_any_byte_tells_every_whole_line(tmp_path):
    lines = [b'{"step": %d, "loss": %d}\n' % (step, step) for step in range(5)]
    whole = b"".join(lines)
    for size in range(len(whole) + 1):
        (tmp_path / FILE).write_bytes(whole[:size])
        log = TrainingLog(tmp_path)
        steps = log.curves()["loss"].steps.tolist() if size >= len(lines[0]) else []
        assert steps == list(range(whole[:size].count(b"\n")))
        assert log.notes == ()


def test_a_writer_goes_on_after_a_torn_end(tmp_path):
    (tmp_path / FILE).write_bytes(b'{"step": 1, "loss": 1}\n{"step": 2, "lo')
    writer = TrainingLogWriter(tmp_path)
    writer.add(2, {"loss": 5})
    writer.close()
    log = TrainingLog(tmp_path)
    assert log.curves()["loss"].values.tolist() == [1, 5]
    assert log.notes == ()


@pytest.mark.parametrize(
    "line",
    [
        b"\0" * 20,
        b'{"step": 1, "loss": NaN}',
        b'{"step": -1, "loss": 1}',
        b'{"step": 1.5, "loss": 1}',
        b'{"step": true, "loss": 1}',
        b'{"step": 1, "loss": [1]}',
        b'{"step": 1, "loss": 1e999}',
        b'{"step": 1, "": 1}',
        b'{"loss": 1}',
        b"[1, 2]",
        b"[" * 5000,
        b'{"step": 1, "loss": "' + b"x" * 100_000 + b'"}',
        b'{"step": 1, "\xff": 1}',
        b'{"step": 1, "\\ud800": 1}',
    ],
)
def test_damaged_lines_are_left_out_and_counted(tmp_path, line):
    (tmp_path / FILE).write_bytes(b'{"step": 0, "loss": 7}\n' + line + b'\n{"step": 2, "loss": 8}\n')
    log = TrainingLog(tmp_path)
    assert log.curves()["loss"].values.tolist() == [7, 8]
    assert "1 line is damaged" in log.notes[0].message


def test_names_without_end_are_refused(tmp_path):
    (tmp_path / FILE).write_bytes(b"".join(b'{"step": 0, "n%d": 1}\n' % n for n in range(2000)))
    log = TrainingLog(tmp_path)
    assert len(log.curves()) == 1000
    assert log.notes


def test_a_link_in_the_place_of_the_file_is_not_followed(writer, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text('{"step": 1, "loss": 1}\n', "utf-8")
    (writer.path / FILE).symlink_to(secret)
    run = Run(writer.path)
    assert run.curve == {}
    assert "links in a run are not followed" in run.notes[0].message


def test_another_file_in_its_place_is_read_anew(tmp_path):
    (tmp_path / FILE).write_text('{"step": 1, "loss": 1}\n' * 3, "utf-8")
    log = TrainingLog(tmp_path)
    log.curves()
    (tmp_path / "other").write_text('{"step": 9, "loss": 9}\n', "utf-8")
    (tmp_path / "other").replace(tmp_path / FILE)
    assert log.curves()["loss"].steps.tolist() == [9]


@given(st.lists(st.tuples(st.integers(0, 20), st.floats(allow_nan=False))))
def test_whatever_is_told_is_read(tmp_path_factory, told):
    root = tmp_path_factory.mktemp("log")
    writer, expected = TrainingLogWriter(root), {}
    for step, value in told:
        writer.add(step, {"loss": value})
        expected = {each: known for each, known in expected.items() if each < step} | {step: value}
    writer.close()
    curve = TrainingLog(root).curves().get("loss")
    assert ({} if curve is None else dict(zip(curve.steps.tolist(), curve.values.tolist(), strict=True))) == expected


def test_a_line_is_json(writer):
    writer.log(3, loss=0.25, metrics={"step": 7, "F1 of “naïve”": 1, "none": object()})
    writer.close()
    (line,) = (writer.path / FILE).read_text("utf-8").splitlines()
    told = json.loads(line)
    assert (told.pop("time") > 1.7e9, told) == (True, {"F1 of “naïve”": 1.0, "loss": 0.25, "step": 3})
