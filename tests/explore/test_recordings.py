"""A run in the explorer: every step of it, in one frame, while it grows."""

from __future__ import annotations

import json
import threading

import numpy as np
import pytest

from vectarium.data import Boundary, Collection, Run, RunWriter
from vectarium.explore import packet
from vectarium.explore.listeners import Listeners
from vectarium.explore.opening import path_loader
from vectarium.explore.recordings import Recordings
from vectarium.explore.session import Session
from vectarium.project import PCA

N, D = 40, 5
STEPS = [0, 10, 30]


def vectors(step: int) -> np.ndarray:
    rng = np.random.default_rng(step)
    return (rng.standard_normal((N, D)) * (1 + step) * np.arange(D, 0, -1)).astype(np.float32)


def write(writer: RunWriter, step: int, **also: object) -> None:
    said = {"embed": {"right": (np.arange(N) < step), "loss": np.full(N, float(step))}}
    writer.write(step, {"embed": vectors(step)}, epoch=step / 10, loss=1 / (1 + step), columns=said, **also)


@pytest.fixture
def writer(tmp_path):
    with RunWriter(tmp_path / "run") as made:
        made.add_embedding("embed", n=N, d=D, columns={"word": [f"w{i}" for i in range(N)]})
        for step in STEPS:
            write(made, step)
        yield made


@pytest.fixture
def run_page(writer, explore):
    return explore(Run(writer.path).collection())


def made_timeline(page, **request) -> str:
    job = page.send("/api/embeddings/0/timelines", request).message["job"]
    page.finished(job)
    return job


def test_the_outline_names_the_steps_and_what_changes_with_them(run_page):
    recorded = run_page.ask("/api/collection").message["embeddings"][0]["recorded"]
    assert recorded == {"recording": 0, "step": 30, "steps": STEPS, "changing": ["loss", "right"]}


def test_the_course_of_the_training_is_told(run_page):
    said = run_page.ask("/api/recordings/0").message
    assert (said["steps"], said["epochs"], said["growing"]) == (STEPS, [0, 1, 3], True)
    assert said["curves"] == [{"name": "loss", "values": [1, 1 / 11, 1 / 31], "told_steps": [], "told": []}]
    assert said["embeddings"] == [{"index": 0, "steps": STEPS}]
    assert run_page.ask("/api/recordings/1").status == 400


def test_columns_points_and_search_are_of_the_step_that_is_asked_for(run_page):
    loss = run_page.ask("/api/embeddings/0/columns/2?step=10").arrays["values"]
    assert set(loss) == {10.0}
    assert run_page.ask("/api/embeddings/0/points/3?step=0").message["values"] == ["w3", "false", "0"]
    query = json.dumps({"query": "right = true"})
    counts = [run_page.ask(f"/api/embeddings/0/search?step={step}", query).message["count"] for step in STEPS]
    assert counts == STEPS


def test_neighbours_are_of_the_step_that_is_asked_for(run_page):
    answer = run_page.ask("/api/embeddings/0/neighbors?step=10", json.dumps({"row": 0, "k": 3, "metric": "euclidean"}))
    far = np.linalg.norm(vectors(10) - vectors(10)[0], axis=1)
    assert answer.arrays["rows"].tolist() == np.argsort(far)[1:4].tolist()


@pytest.mark.parametrize("step", ["7", "-1", "x", "1e9", "9" * 30])
def test_a_step_that_is_not_there_is_refused(run_page, step):
    answer = run_page.ask(f"/api/embeddings/0/points/0?step={step}")
    assert answer.status in (400, 404)
    assert "step" in answer.message["error"]


def test_every_step_lies_in_the_frame_of_the_last(run_page):
    job = made_timeline(run_page)
    said = run_page.ask(f"/api/timelines/{job}").message
    assert (said["reference"], said["n_components"]) == (30, D)
    pca = PCA(D).fit(vectors(30))
    for step in STEPS:
        answer = run_page.ask(f"/api/timelines/{job}/{step}?components=0,2")
        found = np.stack([answer.arrays["component_0"], answer.arrays["component_2"]], axis=1)
        np.testing.assert_allclose(found, pca.transform(vectors(step))[:, [0, 2]], rtol=1e-4, atol=1e-3)
        assert (found >= np.array(said["low"])[[0, 2]]).all()
        assert (found <= np.array(said["high"])[[0, 2]]).all()


def test_the_axes_themselves_are_a_frame(run_page):
    job = made_timeline(run_page, method="axes", n_components=2)
    answer = run_page.ask(f"/api/timelines/{job}/10")
    np.testing.assert_allclose(answer.arrays["component_1"], vectors(10)[:, 1], rtol=1e-6)
    assert run_page.ask(f"/api/timelines/{job}/10?components=2").status == 400
    assert run_page.ask(f"/api/timelines/{job}/11").status == 404


def test_the_fidelity_of_one_step_is_measured_against_its_own_vectors(run_page):
    job = made_timeline(run_page)
    started = run_page.measure(f"{job}@10", (0, 1, 2), k=5).message
    run_page.finished(started["job"])
    assert run_page.ask(f"/api/fidelity/{started['job']}").message["neighbor_preservation"] > 0.5


def test_a_picture_is_made_of_one_step(run_page):
    job = run_page.send("/api/embeddings/0/projections?step=0", {}).message["job"]
    run_page.finished(job)
    first = run_page.ask(f"/api/projections/{job}?components=0").arrays["component_0"]
    np.testing.assert_allclose(np.abs(first), np.abs(PCA(1).fit_transform(vectors(0))[:, 0]), rtol=1e-3, atol=1e-4)
    assert run_page.ask("/api/embeddings/0/projections").message["runs"][-1]["step"] == 0


def test_vectors_with_nan_have_no_place_at_their_step(writer, explore):
    broken = vectors(40)
    broken[3, 1] = np.nan
    writer.write(40, {"embed": broken})
    page = explore(Run(writer.path).collection())
    answer = page.ask(f"/api/timelines/{made_timeline(page)}/40?components=0")
    assert np.flatnonzero(np.isnan(answer.arrays["component_0"])).tolist() == [3]
    assert answer.message["unplaced"] == 1


def test_new_steps_are_told_of_and_shown(writer):
    told: Listeners = Listeners()
    heard = []
    told.add(heard.append)
    recordings = Recordings(Run(writer.path).collection(), told)
    recordings.look()
    assert heard == []
    write(writer, 50)
    recordings.look()
    assert [(each.grown, each.steps, each.growing) for each in heard] == [(0, 4, True)]
    np.testing.assert_array_equal(recordings.at(0, 50).vectors, vectors(50))
    writer.close()
    recordings.look()
    assert heard[-1].growing is False


def test_the_page_hears_of_new_steps_by_itself(writer, run_page):
    with run_page.socket() as socket:
        write(writer, 60)
        for _ in range(50):
            news = json.loads(socket.recv(timeout=20))
            if "grown" in news:
                break
        assert (news["grown"], news["steps"]) == (0, 4)


def test_steps_are_read_from_many_threads_at_once(writer):
    recordings = Recordings(Run(writer.path).collection())
    faults = []

    def read(step: int) -> None:
        try:
            np.testing.assert_array_equal(recordings.at(0, step).vectors, vectors(step))
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=read, args=(STEPS[i % 3],)) for i in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


def test_what_was_not_recorded_has_no_steps(page):
    assert page.ask("/api/collection").message["embeddings"][0]["recorded"] is None
    assert page.ask("/api/embeddings/0/points/0?step=3").status == 400
    assert len(Recordings(Collection("none", []))) == 0


def test_a_run_that_has_just_begun_is_waited_for(tmp_path):
    with RunWriter(tmp_path / "run") as made:
        made.add_embedding("embed", n=N, d=D)
        session = Session(path_loader([made.path]))
        opening = session.begin()
        while "Waiting for the first snapshot" not in opening.text:
            assert not opening.wait(0.05)
        made.write(0, {"embed": vectors(0)})
        assert opening.wait(20)
        assert session.embedding(0).recorded.steps == (0,)
        session.close()


def test_a_run_without_a_snapshot_that_nobody_writes_is_refused(tmp_path):
    with RunWriter(tmp_path / "run") as made:
        made.add_embedding("embed", n=N, d=D)
    session = Session(path_loader([made.path]))
    opening = session.begin()
    assert opening.wait(20)
    assert "no complete snapshot yet" in opening.message().error
    session.close()


def test_all_steps_are_laid_out_together_and_seen_one_by_one(run_page):
    request = {"method": "tsne", "joint": True, "perplexity": 5.0, "max_iter": 60}
    job = run_page.send("/api/embeddings/0/projections", request).message["job"]
    assert run_page.send("/api/embeddings/0/projections?step=0", request).message["job"] == job
    assert run_page.finished(job).state == "done"
    said = run_page.ask(f"/api/timelines/{job}").message
    assert (said["method"], said["n_components"], said["reference"]) == ("tsne", 2, None)
    assert said["measures"]["steps"] == STEPS
    assert len(said["measures"]["neighbor_preservation"]) == 3
    places = []
    for step in STEPS:
        arrays = run_page.ask(f"/api/timelines/{job}/{step}?components=0,1").arrays
        places.append(np.stack([arrays["component_0"], arrays["component_1"]], axis=1))
        assert (places[-1] >= said["low"]).all()
        assert (places[-1] <= said["high"]).all()
    assert all(place.shape == (N, 2) for place in places)
    started = run_page.measure(f"{job}@10", k=5).message
    assert run_page.finished(started["job"]).state == "done"
    assert run_page.ask("/api/embeddings/0/projections").message["runs"][-1]["request"]["joint"] is True


def test_steps_that_come_after_a_joint_layout_are_placed_among_the_others_which_stay(run_page, writer):
    request = {"method": "tsne", "joint": True, "perplexity": 5.0, "max_iter": 60}
    job = run_page.send("/api/embeddings/0/projections", request).message["job"]
    assert run_page.finished(job).state == "done"

    def places(step: int) -> np.ndarray:
        return run_page.ask(f"/api/timelines/{job}/{step}?components=0,1").arrays["component_0"]

    before = [places(step) for step in STEPS]
    writer.write(50, {"embed": vectors(30)})
    write(writer, 70)
    run_page.explorer.session.recordings.look()
    said = run_page.ask(f"/api/timelines/{job}").message
    assert (said["laid_out"], said["newest"]) == (30, 70)
    assert "Later steps, up to 70, were placed among them; earlier ones did not move." in said["sentence"]
    assert said["measures"]["steps"] == [*STEPS, 50, 70]
    assert len(said["measures"]["neighbor_preservation"]) == 5
    for step, there in zip(STEPS, before, strict=True):
        np.testing.assert_array_equal(places(step), there)
    np.testing.assert_allclose(places(50), before[-1], atol=1e-3 * np.ptp(before[-1]))
    assert np.isfinite(places(70)).all()
    trails = {"rows": np.array([3], np.uint32)}
    assert run_page.send(f"/api/timelines/{job}/trails", {"components": [0, 1]}, trails).arrays["places"].size == 10


def test_a_joint_layout_is_watched_at_the_step_that_is_seen(run_page):
    request = {"method": "umap", "joint": True, "n_neighbors": 5, "max_iter": 3000}
    job = run_page.send("/api/embeddings/0/projections", request).message["job"]
    with run_page.socket() as socket:
        socket.send(json.dumps({"watch": job, "step": 10}))
        while isinstance(news := socket.recv(timeout=20), str):
            pass
    message, arrays = packet.decode(news)
    assert message["job"] == job
    assert arrays["positions"].shape == (N * 2,)


def test_a_part_of_the_points_is_laid_out_jointly(run_page):
    rows = np.arange(5, 35, dtype=np.uint32)
    request = {"method": "tsne", "joint": True, "perplexity": 4.0, "max_iter": 30}
    job = run_page.send("/api/embeddings/0/projections", request, {"rows": rows}).message["job"]
    assert run_page.finished(job).state == "done"
    assert run_page.ask(f"/api/timelines/{job}/10").arrays["rows"].tolist() == rows.tolist()


@pytest.mark.parametrize("wrong", [{"method": "pca"}, {"method": "tsne", "supervise": "word"}])
def test_what_cannot_be_joint_is_refused(run_page, wrong):
    answer = run_page.send("/api/embeddings/0/projections", {**wrong, "joint": True})
    assert answer.status == 400
    assert answer.message["error"].startswith(("joint is True", "supervise is 'word'"))


def test_points_that_were_not_recorded_have_no_joint_layout(page):
    assert page.send("/api/embeddings/0/projections", {"method": "tsne", "joint": True}).status == 400


def test_the_motion_along_components_is_measured(run_page):
    job = made_timeline(run_page)
    started = run_page.ask(f"/api/timelines/{job}/measures?components=0,1,2", b"").message
    assert run_page.finished(started["job"]).state == "done"
    said = run_page.ask(f"/api/measures/{started['job']}").message
    assert (said["steps"], said["displacement"][0]) == (STEPS, None)
    assert said["overall_displacement"] > 0.5
    assert all(0 < share <= 1 for share in said["neighbor_preservation"])
    assert run_page.ask(f"/api/timelines/{job}/measures?components=0,9", b"").status == 400
    assert run_page.ask("/api/timelines/timeline-0-x/measures", b"").status == 404


def grouped(writer: RunWriter, step: int, apart: float, boundary: Boundary | None = None) -> None:
    rng = np.random.default_rng(1)
    kinds = np.arange(N) % 2
    x = (rng.standard_normal((N, 2)) + apart * np.stack([kinds, kinds], axis=1)).astype(np.float32)
    columns = {"prediction": [("no", "yes")[kind] for kind in kinds]}
    boundaries = {} if boundary is None else {"plane": boundary}
    writer.write(step, {"plane": x}, columns={"plane": columns}, boundaries=boundaries)


@pytest.fixture
def plane(tmp_path, explore):
    grid = np.zeros((3, 3, 2), np.float16)
    grid[:, :2, 0], grid[:, 2, 1] = 0.75, 1
    with RunWriter(tmp_path / "plane") as made:
        made.add_embedding("plane", n=N, d=2)
        grouped(made, 0, 0)
        grouped(made, 1, 9)
        grouped(made, 2, 9, Boundary(grid, (-20.0, -20.0), (20.0, 20.0), ("no", "yes")))
    return explore(Run(made.path).collection())


def test_the_recorded_boundary_is_what_lies_behind_the_points(plane):
    for method in ("axes", "pca"):
        job = made_timeline(plane, method=method, n_components=2)
        answer = plane.ask(f"/api/timelines/{job}/2/boundary")
        said, codes = answer.message, answer.arrays["codes"]
        assert (said["exact"], said["classes"], said["reason"]) == (True, ["no", "yes"], "")
        assert codes.shape == (said["height"], said["width"])
        assert {0, 1} <= set(np.unique(codes))
    job = made_timeline(plane, method="axes", n_components=2)
    answer = plane.ask(f"/api/timelines/{job}/2/boundary")
    x = np.linspace(answer.message["low"][0], answer.message["high"][0], answer.message["width"])
    middle = answer.arrays["codes"][answer.message["height"] // 2]
    assert set(middle[(x > 11) & (x < 19)]) <= {1}
    assert set(middle[(x > -19) & (x < 8)]) == {0}


def test_without_a_recorded_boundary_the_points_around_vote(plane):
    job = made_timeline(plane, method="axes", n_components=2)
    answer = plane.ask(f"/api/timelines/{job}/1/boundary")
    assert (answer.message["exact"], answer.message["agreement"]) == (False, 1)
    assert {0, 1, 255} == set(np.unique(answer.arrays["codes"]))


def test_a_boundary_that_would_mislead_is_not_drawn(plane):
    job = made_timeline(plane, method="axes", n_components=2)
    answer = plane.ask(f"/api/timelines/{job}/0/boundary")
    assert 0.4 < answer.message["agreement"] < 0.8
    assert "Regions are not drawn" in answer.message["reason"]
    assert answer.arrays == {}


def test_there_is_no_boundary_without_predictions_or_in_three_dimensions(run_page, plane):
    job = made_timeline(run_page)
    assert "no column of predictions" in run_page.ask(f"/api/timelines/{job}/10/boundary").message["reason"]
    flat = made_timeline(plane)
    assert plane.ask(f"/api/timelines/{flat}/1/boundary?components=0").status == 400
