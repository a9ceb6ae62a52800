from __future__ import annotations

import numpy as np
import pytest

from vectarium.data import Run, RunWriter

URL = "/api/embeddings/0/projections"
STEPS = [0, 10, 20]


def cloud(n: int = 120, d: int = 6, seed: int = 4) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((n, d)).astype(np.float32) * np.arange(
        1, d + 1, dtype=np.float32
    )


def rows(*numbers: int) -> np.ndarray:
    return np.array(numbers, np.uint32)


def ask(page, names, groups, url=URL, **fields):
    arrays = {f"end_{k}": group for k, group in enumerate(groups) if group is not None}
    shown = fields.pop("rows", None)
    arrays |= {} if shown is None else {"rows": shown}
    return page.send(url, {"method": "directions", "n_components": len(names) // 2, "ends": names, **fields}, arrays)


def made(page, names, groups, **fields):
    job = ask(page, names, groups, **fields).message["job"]
    assert page.finished(job).state == "done", page.job(job).message()
    return job, page.ask(f"/api/projections/{job}?components=0,1")


def along(x, low, high):
    difference = x[high].mean(axis=0) - x[low].mean(axis=0)
    return (x - x.mean(axis=0)) @ (difference / np.linalg.norm(difference))


def test_points_lie_along_axes_between_the_groups(explore):
    x = cloud()
    names, groups = ["man", "woman", "bad", "good"], [rows(0, 1), rows(2), rows(5), rows(7, 8, 9)]
    _, answer = made(explore(x), names, groups)
    np.testing.assert_allclose(answer.arrays["component_0"], along(x, [0, 1], [2]), rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(answer.arrays["component_1"], along(x, [5], [7, 8, 9]), rtol=1e-4, atol=1e-4)
    share = along(x, [0, 1], [2]).var() / x.var(axis=0).sum()
    np.testing.assert_allclose(answer.message["variance_ratio"][0], share, rtol=1e-4)
    assert answer.message["sentence"].startswith(f"Axes man → woman ({share:.1%}) × bad → good (")
    assert answer.message["sentence"].endswith("° apart, of all 120 points in 6 dimensions.")


def test_an_open_axis_is_the_widest_across_the_other(explore):
    _, answer = made(explore(cloud()), ["a", "b", "", ""], [rows(0), rows(1)])
    assert "× widest across (" in answer.message["sentence"]
    assert "apart" not in answer.message["sentence"]


@pytest.mark.parametrize("among", ["all", "shown"])
def test_an_open_end_is_the_mean_of_all_or_of_those_shown(explore, among):
    x, shown = cloud(), np.arange(30, 60, dtype=np.uint32)
    names, groups = ["", "a", "b", "c"], [None, rows(0), rows(1), rows(2)]
    _, answer = made(explore(x), names, groups, rows=shown, among=among)
    direction = x[0] - (x if among == "all" else x[shown]).mean(axis=0)
    expected = (x[shown] - x[shown].mean(axis=0)) @ direction / np.linalg.norm(direction)
    np.testing.assert_allclose(answer.arrays["component_0"], expected, rtol=1e-4, atol=1e-4)
    assert "30 of 120 points" in answer.message["sentence"]


def test_the_vectors_are_prepared_first(explore):
    x = cloud() + 3
    names, groups = ["a", "b", "c", "d"], [rows(0), rows(1), rows(2), rows(3)]
    _, answer = made(explore(x), names, groups, preparation="spherized")
    unit = x - x.mean(axis=0)
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    np.testing.assert_allclose(answer.arrays["component_0"], along(unit, [0], [1]), rtol=1e-3, atol=1e-4)
    assert answer.message["sentence"].endswith("in 6 dimensions, spherized (centred, unit norm).")


def test_the_picture_is_measured_like_any_other(explore):
    page = explore(cloud())
    job, _ = made(page, ["a", "b", "c", "d"], [rows(0), rows(1), rows(2), rows(3)])
    measured = page.measure(job).message["job"]
    assert page.finished(measured).state == "done"
    assert page.ask(f"/api/fidelity/{measured}").message["sentence"].startswith("Axes, 120 points, euclidean: keeps")


def test_the_same_axes_join_the_same_job_and_others_do_not(explore):
    page = explore(cloud())
    jobs = [made(page, ["a", "b", "", ""], [rows(0), rows(last)])[0] for last in (1, 1, 2)]
    assert jobs[0] == jobs[1] != jobs[2]


@pytest.mark.parametrize(
    ("names", "groups", "said"),
    [
        (["a", "b"], [rows(0), rows(1)], "two for each of 2 or 3 axes"),
        (["", "", "", ""], [], "No axis is given"),
        (["a", "", "", ""], [], "End 0 is called 'a' and has no array"),
        (["a", "b", "", ""], [rows(0), rows(500)], "row 500"),
        (["a", "b", "", ""], [rows(0), rows()], "1 to 120 rows are needed"),
    ],
)
def test_axes_that_cannot_be_are_refused(explore, names, groups, said):
    answer = ask(explore(cloud()), names, groups)
    assert answer.status == 400
    assert said in answer.message["error"]


def test_an_axis_that_leads_nowhere_says_so(explore):
    page = explore(cloud())
    job = ask(page, ["a", "a", "", ""], [rows(3), rows(3)]).message["job"]
    assert page.finished(job).state == "failed"
    assert "Both ends of axis 1 have the same centroid" in page.job(job).message().error


@pytest.fixture
def run_page(tmp_path, explore):
    with RunWriter(tmp_path / "run") as writer:
        writer.add_embedding("embed", n=120, d=6)
        for step in STEPS:
            writer.write(step, {"embed": cloud(seed=step)})
    return explore(Run(tmp_path / "run").collection())


@pytest.mark.parametrize("step", STEPS)
def test_axes_are_found_anew_at_every_step_of_a_run(run_page, step):
    names, groups = ["a", "b", "", ""], [rows(0, 1), rows(2)]
    job = ask(run_page, names, groups, "/api/embeddings/0/timelines").message["job"]
    assert run_page.finished(job).state == "done", run_page.job(job).message()
    said = run_page.ask(f"/api/timelines/{job}").message
    assert (said["method"], said["n_components"], said["reference"]) == ("directions", 2, 20)
    assert "of step 20, found anew at every step" in said["sentence"]
    found = run_page.ask(f"/api/timelines/{job}/{step}?components=0,1").arrays
    np.testing.assert_allclose(found["component_0"], along(cloud(seed=step), [0, 1], [2]), rtol=1e-4, atol=1e-4)
    trail = run_page.send(f"/api/timelines/{job}/trails", {"components": [0, 1]}, {"rows": rows(7)}).arrays["places"]
    np.testing.assert_allclose(trail.reshape(3, 2)[STEPS.index(step), 0], found["component_0"][7], rtol=1e-4)
