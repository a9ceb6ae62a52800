from __future__ import annotations

import time

import numpy as np
import pytest

from vectarium import project
from vectarium.data import Collection, Column, Columns, Coordinates, Embedding

METHODS = ["tsne", *(["umap"] if hasattr(project, "UMAP") else [])]
LONG = 100_000  # iterations, more than any test waits for


def clusters(n=60, d=8, groups=3):
    rng = np.random.default_rng(0)
    return (rng.normal(size=(groups, d)) * 5)[np.arange(n) % groups] + rng.normal(size=(n, d))


@pytest.fixture
def page(explore):
    vectors = clusters().astype(np.float32)
    vectors[7, 3] = np.nan
    group = Column("group", "category", (np.arange(60) % 3).astype(np.int32), ("a", "b", "c"))
    given = Coordinates("given", vectors[:, :2].copy(), "by hand")
    page = explore(Embedding("points", vectors, Columns([group]), coordinates=(given,)))
    page.job("open").wait(10)
    return page


def tsne(page, **fields):
    return page.project(2, **{"method": "tsne", "perplexity": 5, **fields}).message["job"]


def moving(page, job):
    """Wait until a run has made an iteration."""
    while (frame := page.explorer.session.projections.newest(job)) is None or frame.iteration == 0:
        assert page.job(job).unfinished, page.job(job).message()
        time.sleep(0.002)
    return page.job(job)


@pytest.mark.parametrize(
    "fields",
    [
        {"method": "tsne", "perplexity": 5, "max_iter": 50},
        {"method": "tsne", "affinity": "uniform", "n_neighbors": 10, "max_iter": 50, "metric": "cosine"},
        {"method": "tsne", "perplexity": 5, "max_iter": 50, "n_components": 3},
        {"method": METHODS[-1], "max_iter": 50},
        {"method": METHODS[-1], "max_iter": 50, "n_components": 3, "metric": "correlation"},
    ],
)
def test_a_run_places_all_points_that_have_finite_vectors(page, fields):
    answer = page.project(**{"n_components": 2, **fields})
    job = answer.message["job"]
    assert page.finished(job).state == "done", page.job(job).message()
    k = fields.get("n_components", 2)
    answer = page.ask(f"/api/projections/{job}?components={','.join(map(str, range(k)))}")
    said = answer.message
    assert (said["n_components"], said["m"], said["unplaced"], said["finished"]) == (k, 60, 1, True)
    assert said["iteration"] == said["max_iter"] == 50
    assert said["search"]
    for values in answer.arrays.values():
        assert np.flatnonzero(np.isnan(values)).tolist() == [7]


def test_the_sentence_says_what_was_done(page):
    job = tsne(page, max_iter=30)
    page.finished(job)
    assert page.ask(f"/api/projections/{job}").message["sentence"] == (
        "t-SNE, perplexity 5, of all 60 points in 8 dimensions, euclidean distances; 1 with NaN or infinity have no place."
    )


def test_the_same_request_joins_the_same_run_and_another_is_another(page):
    assert tsne(page, max_iter=20) == tsne(page, max_iter=20, min_dist=0.5)  # which t-SNE does not read
    names = {
        tsne(page, max_iter=20, **fields)
        for fields in ({}, {"perplexity": 6}, {"random_state": 1}, {"rows": [1, 2, 3, 4]})
    }
    assert len(names) == 4


def test_the_same_seed_gives_the_same_picture_whatever_ran_before(page, explore):
    other = explore(page.explorer.session.embedding(0).vectors)
    other.job("open").wait(10)
    other.finished(other.project(2, method=METHODS[-1], max_iter=20, n_neighbors=30).message["job"])
    found = []
    for each in (page, other):
        job = each.project(2, method=METHODS[-1], max_iter=20).message["job"]
        each.finished(job)
        found.append(each.ask(f"/api/projections/{job}?components=0,1").arrays["component_0"])
    np.testing.assert_array_equal(*found)


def test_a_run_on_a_subset_is_of_these_points_alone(page):
    rows = [40, 3, 7, 12, *range(13, 33)]
    job = tsne(page, rows=rows, max_iter=30)
    page.finished(job)
    answer = page.ask(f"/api/projections/{job}?components=0,1")
    assert answer.arrays["rows"].tolist() == rows
    assert np.flatnonzero(np.isnan(answer.arrays["component_1"])).tolist() == [2]
    assert "24 of 60 points" in answer.message["sentence"]


def test_a_run_is_paused_and_resumed(page):
    job = tsne(page, max_iter=LONG)
    moving(page, job)
    assert page.ask(f"/api/jobs/{job}/pause", method="POST").message["state"] == "paused"
    assert page.finished(tsne(page, max_iter=20)).state == "done"
    assert page.finished(page.project(3).message["job"]).state == "done"
    stopped = page.ask(f"/api/projections/{job}").message
    assert stopped["finished"] is False
    assert "stopped at iteration" in stopped["sentence"]
    assert page.ask(f"/api/jobs/{job}/resume", method="POST").message["state"] in ("waiting", "running")
    while page.explorer.session.projections.newest(job).iteration <= stopped["iteration"]:
        time.sleep(0.002)


def test_a_cancelled_run_keeps_its_layout_and_goes_on_from_there_when_asked_again(page):
    job = tsne(page, max_iter=LONG)
    moving(page, job)
    page.ask(f"/api/jobs/{job}", method="DELETE")
    stopped = page.ask(f"/api/projections/{job}?components=0,1").message
    assert 0 < stopped["iteration"] < LONG
    assert tsne(page, max_iter=LONG) == job
    while page.explorer.session.projections.newest(job).iteration <= stopped["iteration"]:
        time.sleep(0.002)
    assert page.job(job).state == "running"


def test_pausing_and_resuming_does_not_change_the_picture(page, explore):
    other = explore(page.explorer.session.embedding(0).vectors)
    other.job("open").wait(10)
    job = tsne(page, max_iter=400)
    for _ in range(20):
        page.ask(f"/api/jobs/{job}/pause", method="POST")
        page.ask(f"/api/jobs/{job}/resume", method="POST")
    found = [
        each.ask(f"/api/projections/{job}?components=0,1")
        for each in (page, other)
        if each.finished(tsne(each, max_iter=400))
    ]
    np.testing.assert_array_equal(found[0].arrays["component_0"], found[1].arrays["component_0"])


def test_runs_are_listed_so_that_a_reload_finds_them_and_can_be_forgotten(page):
    job = tsne(page, max_iter=20)
    page.finished(job)
    page.finished("pca-0-8")
    runs = page.ask("/api/embeddings/0/projections").message["runs"]
    assert [run["job"] for run in runs] == ["pca-0-8", job]
    assert (runs[1]["state"], runs[1]["iteration"], runs[1]["request"]["perplexity"]) == ("done", 20, 5)
    assert (runs[1]["subset"], runs[1]["fidelity"]) == (False, None)
    assert page.ask(f"/api/projections/{job}", method="DELETE").status == 200
    assert len(page.ask("/api/embeddings/0/projections").message["runs"]) == 1
    assert page.ask(f"/api/projections/{job}").status == 404


def test_a_run_that_is_forgotten_at_work_stops(page):
    job = tsne(page, max_iter=LONG)
    work = moving(page, job)
    page.ask(f"/api/projections/{job}", method="DELETE")
    assert work.state == "cancelled"
    assert page.ask(f"/api/jobs/{job}", method="DELETE").status == 404


def test_a_column_supervises(page):
    pytest.importorskip("vectarium.project.supervision")
    plain, supervised = (
        page.project(2, method=METHODS[-1], max_iter=30, **fields).message["job"]
        for fields in ({}, {"supervise": "group", "target_weight": 0.9})
    )
    assert plain != supervised
    assert page.finished(supervised).state == "done", page.job(supervised).message()
    assert "supervised by group at weight 0.9" in page.ask(f"/api/projections/{supervised}").message["sentence"]


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"method": "isomap"}, 400, "allowed are 'pca', 'tsne', 'umap'"),
        ({"n_components": 4}, 400, "n_components of t-SNE is 4; 2 to 3 are allowed"),
        ({"n_components": 1}, 400, "2 to 3 are allowed"),
        ({"perplexity": 0}, 400, "perplexity is 0.0; 1 to 1,000 are allowed"),
        ({"perplexity": 1e300}, 400, "1 to 1,000 are allowed"),
        ({"perplexity": "30"}, 400, "a value of type float is needed"),
        ({"perplexity": True}, 400, "a value of type float is needed"),
        ({"perplexity": None}, 400, "a value of type float is needed"),
        (
            {"n_neighbors": 2**40, "affinity": "uniform"},
            400,
            "n_neighbors is 1,099,511,627,776; 2 to 1,000 are allowed",
        ),
        ({"max_iter": -1}, 400, "max_iter is -1"),
        ({"random_state": -1}, 400, "random_state is -1"),
        ({"early_exaggeration": 0.5}, 400, "early_exaggeration is 0.5; 1 to 100"),
        ({"metric": "manhattan"}, 400, "allowed are 'euclidean', 'cosine', 'correlation'"),
        ({"supervise": "grupo"}, 404, "The nearest of the 1 there are: 'group'"),
        ({"supervise": "group", "target_weight": 1.5}, 400, "target_weight is 1.5"),
        ({"method": "umap", "min_dist": 2}, 400, "min_dist is 2; at most spread, 1, is allowed"),
        ({"rows": [1, 1]}, 400, "names a row twice"),
        ({"rows": []}, 400, "1 to 60 rows are needed"),
        ({"tempo": 1}, 400, "no field 'tempo'"),
    ],
)
def test_a_run_that_makes_no_sense_is_refused(page, fields, status, said):
    answer = page.project(**{"n_components": 2, "method": "tsne", **fields})
    assert answer.status == status
    assert said in answer.message["error"]


def test_what_cannot_be_paused_says_so(page):
    page.finished("pca-0-8")
    answer = page.ask("/api/jobs/pca-0-8/pause", method="POST")
    assert answer.status == 400
    assert "cannot be paused" in answer.message["error"]
    assert page.ask("/api/jobs/tsne-0-nothing/resume", method="POST").status == 404


@pytest.mark.parametrize("n", [1, 2, 3, 4, 10])
@pytest.mark.parametrize("method", METHODS)
def test_a_few_points_have_a_picture_or_a_reason(explore, n, method):
    page = explore(np.random.default_rng(0).normal(size=(n, 4)))
    page.job("open").wait(10)
    job = page.project(2, method=method, max_iter=20).message["job"]
    done = page.finished(job)
    assert done.state == "done" or (done.state == "failed" and "fault in Vectarium" not in done.message().error)


def test_points_that_are_all_the_same_have_a_picture(explore):
    page = explore(np.ones((50, 4)))
    page.job("open").wait(10)
    for method in METHODS:
        job = page.project(2, method=method, max_iter=20).message["job"]
        assert page.finished(job).state == "done", page.job(job).message()
        assert np.isfinite(page.ask(f"/api/projections/{job}?components=0,1").arrays["component_0"]).all()


def test_each_embedding_has_its_own_runs(explore):
    page = explore(Collection("two", [Embedding("a", clusters()), Embedding("b", clusters(30))]))
    page.job("open").wait(10)
    jobs = [page.project(2, embedding=i, method=METHODS[-1], max_iter=20).message["job"] for i in (0, 1)]
    for i, job in enumerate(jobs):
        assert page.finished(job).state == "done"
        assert job in {run["job"] for run in page.ask(f"/api/embeddings/{i}/projections").message["runs"]}
    assert page.ask("/api/embeddings/2/projections").status == 400


def test_perplexity_is_lowered_for_few_points_and_the_picture_says_so(page):
    job = tsne(page, rows=range(20, 33), perplexity=50, max_iter=10)
    page.finished(job)
    said = page.ask(f"/api/projections/{job}").message
    assert said["request"]["perplexity"] == 4
    assert said["sentence"].startswith("t-SNE, perplexity 4, of 13 of 60 points")


def test_a_flood_of_runs_is_refused_and_what_is_there_stays(page):
    answers = [page.project(2, method="tsne", max_iter=LONG, random_state=seed) for seed in range(100)]
    taken = [answer for answer in answers if answer.status == 200]
    refused = [answer for answer in answers if answer.status != 200]
    assert taken[:20] == answers[:20]  # on a slow machine some are done, and make room, before the last one comes
    assert len(refused) > 40
    assert all("20 projections wait, run or are paused already" in answer.message["error"] for answer in refused)
    for answer in taken:
        page.ask(f"/api/jobs/{answer.message['job']}", method="DELETE")
    assert page.finished(tsne(page, max_iter=10)).state == "done"


def test_of_many_small_projections_the_latest_are_kept(page):
    for row in range(8, 60):
        for other in range(4):
            page.finished(page.project(1, rows=[row, other]).message["job"])
    runs = page.ask("/api/embeddings/0/projections").message["runs"]
    assert len(runs) == 200
    assert page.ask(f"/api/projections/{runs[-1]['job']}").status == 200


def test_more_neighbours_than_memory_holds_are_refused_with_what_is_possible(monkeypatch, page):
    monkeypatch.setattr("vectarium.explore.parameters.MOST_EDGES", 60 * 20)
    answer = page.project(2, method="tsne", perplexity=15)
    assert answer.status == 400
    assert "perplexity is 15; with 60 points up to 10 is allowed" in answer.message["error"]
    assert page.project(2, method="tsne", perplexity=10, max_iter=10).status == 200


def test_a_finished_tsne_is_perturbed_and_goes_on_the_same_each_time(page):
    first = tsne(page, max_iter=300)
    page.finished(first)
    second = tsne(page, max_iter=100, perturbs=first)
    assert page.finished(second).state == "done", page.job(second).message()
    answer = page.ask(f"/api/projections/{second}")
    assert "t-SNE, perplexity 5, perturbed by 10% of its spread, of" in answer.message["sentence"]
    here = [page.ask(f"/api/projections/{job}").arrays["component_0"] for job in (first, second)]
    assert not np.allclose(*here, equal_nan=True)
    assert np.corrcoef(*[each[np.isfinite(each)] for each in here])[0, 1] > 0.8
    page.ask(f"/api/projections/{second}", method="DELETE")
    assert tsne(page, max_iter=100, perturbs=first) == second
    page.finished(second)
    np.testing.assert_array_equal(page.ask(f"/api/projections/{second}").arrays["component_0"], here[1])


def test_only_a_finished_tsne_of_the_same_points_is_perturbed(page):
    done = tsne(page, max_iter=50)
    page.finished(done)
    going = tsne(page, max_iter=LONG)
    for fields in ({"perturbs": going}, {"perturbs": done, "n_components": 3}, {"perturbs": "nothing"}):
        answer = page.project(**{"n_components": 2, "method": "tsne", "perplexity": 5, **fields})
        assert answer.status in (400, 404), answer.message
    assert page.project(2, rows=range(20), method="tsne", perplexity=5, perturbs=done).status == 400
    page.ask(f"/api/jobs/{going}", method="DELETE")
