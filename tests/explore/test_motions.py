"""How points move over the steps of a recorded embedding: their ways, who moved most, and what changes around them."""

from __future__ import annotations

import numpy as np
import pytest

from vectarium.data import Run, RunWriter
from vectarium.project import displacement, neighbors

N, D = 60, 4
STEPS = [0, 5, 10, 20]


def vectors(step: int) -> np.ndarray:
    """Points that stay, but for one that goes away, in a space that turns."""
    x = np.random.default_rng(0).standard_normal((N, D))
    x[7, 0] += 0.2 * step
    turn, _ = np.linalg.qr(np.random.default_rng(step).standard_normal((D, D)))
    return (x @ turn).astype(np.float32)


def write(writer: RunWriter, step: int) -> None:
    said = [("cat", "dog")[int(i < step)] for i in range(N)]
    writer.write(step, {"hidden": vectors(step)}, columns={"hidden": {"prediction": said}})


@pytest.fixture
def writer(tmp_path):
    with RunWriter(tmp_path / "run") as made:
        made.add_embedding("hidden", n=N, d=D, columns={"word": [f"w{i}" for i in range(N)]})
        for step in STEPS:
            write(made, step)
        yield made


@pytest.fixture
def run_page(writer, explore):
    return explore(Run(writer.path).collection())


def measured(page, **request) -> str:
    job = page.send("/api/embeddings/0/motions", request).message["job"]
    assert page.finished(job).state == "done", page.job(job).message()
    return job


def column(page, job: str, measure: str, step: int):
    answer = page.ask(f"/api/motions/{job}/columns/{measure}?step={step}")
    return answer.message, answer.arrays["values"]


def test_what_turned_as_a_whole_has_not_moved(run_page):
    message, moved = column(run_page, measured(run_page), "moved", 20)
    assert message["before"] == 10
    assert np.argmax(moved) == 7
    assert np.median(moved) < 0.1 * moved[7]
    np.testing.assert_allclose(moved, displacement(vectors(10), vectors(20)), rtol=1e-3, atol=1e-5)
    assert "turn of the whole space" in message["sentence"]


def test_the_way_is_the_sum_of_the_moves_and_its_scale_is_of_all_steps(run_page):
    job = measured(run_page)
    moves = [column(run_page, job, "moved", step)[1] for step in STEPS]
    assert np.isnan(moves[0]).all()
    for position, step in enumerate(STEPS):
        message, path = column(run_page, job, "path", step)
        np.testing.assert_allclose(path, np.sum(moves[1 : position + 1], axis=0), rtol=1e-5)
    assert message["high"] == pytest.approx(path.max())
    assert {column(run_page, job, "path", step)[0]["high"] for step in STEPS} == {message["high"]}


def test_the_last_change_of_a_prediction_is_known_by_its_step(run_page):
    job = measured(run_page)
    message, changed = column(run_page, job, "changed", 10)
    assert set(changed[:5]) == {5.0}
    assert set(changed[5:10]) == {10.0}
    assert np.isnan(changed[10:]).all()
    assert (message["low"], message["high"], message["missing"]) == (0, 20, N - 10)


def test_neighbours_that_came_are_counted(run_page):
    message, came = column(run_page, measured(run_page, task="neighbors", step=20, k=5), "neighbors", 20)
    before, here = (neighbors(vectors(step), 5).indices for step in (10, 20))
    assert came.tolist() == [len(set(b) - set(a)) for a, b in zip(before, here, strict=True)]
    assert (message["high"], message["parts"], message["sentence"][:5]) == (5, 6, "Exact")
    first, none = column(run_page, measured(run_page, task="neighbors", step=0), "neighbors", 0)
    assert first["before"] is None
    assert np.isnan(none).all()


def test_who_moved_most_comes_first_with_the_step_of_its_longest_move(run_page):
    job = measured(run_page)
    answer = run_page.ask(f"/api/motions/{job}/movers")
    assert answer.arrays["rows"][0] == 7
    assert answer.message["steps"][answer.arrays["peaks"][0]] == 20
    assert (np.diff(answer.arrays["distances"]) <= 0).all()
    part = run_page.ask(f"/api/motions/{job}/movers?first=10&last=5")
    assert (part.message["first"], part.message["last"], part.arrays["peaks"][0]) == (5, 10, 2)
    assert run_page.ask(f"/api/motions/{job}/movers?first=7").status == 400


def test_the_motion_of_some_points_is_told_step_by_step(run_page):
    job = measured(run_page)
    rows = np.array([7, 3], np.uint32)
    moved = run_page.send(f"/api/motions/{job}/moves", {}, {"rows": rows}).arrays["moved"].reshape(2, -1)
    np.testing.assert_array_equal(moved[0, 1:], [column(run_page, job, "moved", step)[1][7] for step in STEPS[1:]])
    assert run_page.send(f"/api/motions/{job}/moves", {}).status == 400
    assert run_page.send(f"/api/motions/{job}/moves", {}, {"rows": np.array([N], np.uint32)}).status == 400


def test_a_run_that_grows_is_measured_on(writer, run_page):
    first = measured(run_page)
    before = column(run_page, first, "path", 20)[1]
    write(writer, 30)
    run_page.explorer.session.recordings.look()
    job = measured(run_page)
    np.testing.assert_array_equal(column(run_page, job, "path", 20)[1], before)
    assert set(column(run_page, job, "changed", 30)[1][20:30]) == {30.0}
    assert run_page.ask(f"/api/motions/{first}/movers").status == 404


def test_points_without_a_place_do_not_move(writer, explore):
    broken = vectors(40)
    broken[3] = np.nan
    writer.write(40, {"hidden": broken})
    page = explore(Run(writer.path).collection())
    job = measured(page)
    assert np.flatnonzero(np.isnan(column(page, job, "moved", 40)[1])).tolist() == [3]
    assert column(page, job, "path", 40)[1][3] == column(page, job, "path", 20)[1][3]
    neighborhood = measured(page, task="neighbors", step=40)
    assert np.flatnonzero(np.isnan(column(page, neighborhood, "neighbors", 40)[1])).tolist() == [3]


@pytest.mark.parametrize("method", ["pca", "tsne"])
def test_trails_go_through_the_places_of_all_steps(run_page, method):
    if method == "pca":
        job = run_page.send("/api/embeddings/0/timelines", {}).message["job"]
    else:
        asked = {"method": "tsne", "joint": True, "perplexity": 5.0, "max_iter": 20}
        job = run_page.send("/api/embeddings/0/projections", asked, {"rows": np.arange(1, 50, dtype=np.uint32)})
        job = job.message["job"]
    assert run_page.finished(job).state == "done"
    rows = np.array([7, 55, 2], np.uint32)
    answer = run_page.send(f"/api/timelines/{job}/trails", {"components": [0, 1]}, {"rows": rows})
    places = answer.arrays["places"].reshape(3, len(STEPS), 2)
    assert answer.message["steps"] == STEPS
    for position, step in enumerate(STEPS):
        shown = run_page.ask(f"/api/timelines/{job}/{step}").arrays
        at = {row: i for i, row in enumerate(shown.get("rows", np.arange(N)))}
        expected = [shown["component_1"][at[row]] if row in at else np.nan for row in rows]
        np.testing.assert_allclose(places[:, position, 1], expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("rows", [None, [N], [1, 1], list(range(1001))])
def test_trails_of_points_that_are_not_there_are_refused(run_page, rows):
    job = run_page.send("/api/embeddings/0/timelines", {}).message["job"]
    run_page.finished(job)
    arrays = {} if rows is None else {"rows": np.array(rows, np.uint32)}
    assert run_page.send(f"/api/timelines/{job}/trails", {"components": [0]}, arrays).status == 400


def test_what_was_not_recorded_does_not_move(page):
    assert page.send("/api/embeddings/0/motions", {}).status == 400
