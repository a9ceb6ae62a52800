"""The numbers between snapshots on their way to the page: few enough, and no peak lost."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectarium.data import Curve, Run, RunWriter
from vectarium.explore.curves import FEWEST_POINTS, MOST_POINTS, places, thinned
from vectarium.explore.listeners import Listeners
from vectarium.explore.recordings import Recordings

X = np.zeros((2, 3), np.float32)


def ints(*numbers: int) -> np.ndarray:
    return np.array(numbers, np.int64)


@pytest.fixture
def writer(tmp_path):
    with RunWriter(tmp_path / "run") as made:
        made.add_embedding("embed", n=2, d=3)
        yield made


def curves_of(writer) -> dict:
    said = Recordings(Run(writer.path).collection()).message(0)
    return {each.name: each for each in said.curves}


def test_what_was_told_between_snapshots_is_sent_with_its_steps(writer):
    for step in range(5):
        writer.log(step, loss=step / 2, learning_rate=0.5)
        if step in (0, 3):
            writer.write(step, {"embed": X}, loss=step / 2, metrics={"accuracy": 0.5})
    writer.close()
    curves = curves_of(writer)
    assert list(curves) == ["loss", "accuracy", "learning rate"]
    assert (curves["loss"].values, curves["loss"].told_steps) == ([0, 1.5], [0, 1, 2, 3, 4])
    assert curves["loss"].told == [0, 0.5, 1, 1.5, 2]
    assert (curves["accuracy"].values, curves["accuracy"].told) == ([0.5, 0.5], [])
    assert curves["learning rate"].values == [0.5, 0.5]


def test_a_number_that_no_snapshot_has_is_sent_too(writer):
    writer.log(1, metrics={"gradient": 3, "broken": float("nan")})
    writer.write(2, {"embed": X}, loss=1)
    curves = curves_of(writer)
    assert (curves["gradient"].values, curves["gradient"].told) == ([None], [3])
    assert curves["broken"].told == [None]


def test_a_million_steps_become_two_thousand_with_every_peak():
    values = np.sin(np.arange(1_000_000) / 3e4)
    values[[777, 123_456]], values[500_000] = (9, -7), np.nan
    few = thinned(Curve(np.arange(1_000_000), values), np.arange(0, 1_000_000, 1000), MOST_POINTS)
    assert len(few) <= MOST_POINTS
    assert {0, 777, 123_456, 500_000, 999_999} <= set(few.steps.tolist())
    assert (np.diff(few.steps) > 0).all()


def test_what_the_axis_stretches_keeps_its_points():
    snapshots = ints(0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536)
    curve = Curve(np.arange(65_537), np.random.default_rng(0).random(65_537))
    few = thinned(curve, snapshots, MOST_POINTS)
    assert set(range(129)) <= set(few.steps.tolist())


@given(st.lists(st.floats(), min_size=FEWEST_POINTS + 1, max_size=500), st.sets(st.integers(0, 600), max_size=9))
def test_thinning_keeps_ends_and_extremes_of_any_curve(values, snapshots):
    curve = Curve(np.arange(len(values)) + 1, np.array(values))
    few = thinned(curve, np.array(sorted(snapshots), np.int64), FEWEST_POINTS)
    assert len(few) <= FEWEST_POINTS
    assert (few.steps[0], few.steps[-1]) == (1, len(values))
    finite, kept = curve.values[np.isfinite(curve.values)], few.values[np.isfinite(few.values)]
    assert not len(finite) or (finite.min(), finite.max()) == (kept.min(), kept.max())


def test_snapshots_are_evenly_apart_and_their_ends_take_one_gap_at_most():
    told = places(ints(0, 90, 100, 150, 200, 400, 500), ints(100, 200, 400), 0, 500)
    assert told.tolist() == [-1, -0.1, 0, 0.5, 1, 2, 2.5]
    assert places(ints(0, 1000, 1010, 2000), ints(1000, 1010), 0, 2000).tolist() == [-1, 0, 1, 2]
    assert places(ints(0, 5, 10), ints(5), 0, 10).tolist() == [-1, 0, 1]
    assert places(ints(0, 5, 10), ints(), 0, 10).tolist() == [0, 0.5, 1]


def test_a_curve_that_grows_is_told_of_between_snapshots(writer):
    writer.write(0, {"embed": X})
    told: Listeners = Listeners()
    heard: list = []
    told.add(heard.append)
    recordings = Recordings(Run(writer.path).collection(), told)
    log = writer.path / "training.jsonl"
    log.write_text('{"step": 1000, "loss": 1}\n', "utf-8")
    recordings.look()
    with log.open("a", encoding="utf-8") as file:
        file.write('{"step": 1001, "loss": 1}\n')  # too short to be seen
    recordings.look()
    assert [(each.steps, each.told) for each in heard] == [(1, 1000)]
    assert recordings.message(0).curves[0].told_steps == [1000, 1001]
