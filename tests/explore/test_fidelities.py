from __future__ import annotations

import threading
import time

import numpy as np
import pytest

from vectarium.data import Coordinates, Embedding
from vectarium.explore import packet
from vectarium.project import neighbors


def embedding(n=80, d=6):
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(n, d)).astype(np.float32)
    vectors[4, 1] = np.nan
    given = rng.normal(size=(n, 2)).astype(np.float32)
    given[9] = np.nan
    return Embedding("points", vectors, coordinates=(Coordinates("given", given, "by hand"),))


@pytest.fixture
def page(explore):
    page = explore(embedding())
    page.finished("open")
    page.finished("pca-0-6")
    return page


def fidelity(page, *arguments, **fields):
    answer = page.measure(*arguments, **fields)
    assert answer.status == 200, answer.message
    job = page.finished(answer.message["job"])
    assert job.state == "done", job.message()
    return page.ask(f"/api/fidelity/{job.name}")


def shares(vectors, picture, k):
    near, shown = (neighbors(each, k)[0] for each in (vectors, picture))
    return np.array([len(np.intersect1d(*both)) / k for both in zip(near, shown, strict=True)])


def test_each_point_is_given_the_share_of_its_neighbours_that_it_keeps(page):
    answer = fidelity(page, "pca-0-6", (0, 1), k=10)
    scores = page.ask("/api/projections/pca-0-6?components=0,1").arrays
    placed = np.arange(80) != 4
    picture = np.stack([scores["component_0"], scores["component_1"]], axis=1)[placed]
    expected = shares(embedding().vectors[placed], picture, 10)
    assert np.isnan(answer.arrays["preservation"][4])
    np.testing.assert_allclose(answer.arrays["preservation"][placed], expected, atol=1e-6)
    assert answer.message["neighbor_preservation"] == pytest.approx(expected.mean(), abs=1e-6)


def test_what_was_measured_is_said(page):
    said = fidelity(page, "pca-0-6", (0, 1), k=10).message
    assert (said["picture"], said["components"], said["k"], said["n"], said["m"]) == ("pca-0-6", [0, 1], 10, 79, 80)
    assert (said["sampled"], said["exact"], said["divergence"]) == (0, True, None)
    assert said["chance"] == pytest.approx(10 / 78)
    assert said["search"]
    kept, chance = said["neighbor_preservation"], said["chance"]
    assert said["sentence"] == (
        f"PCA, 79 points, euclidean: keeps {kept:.0%} of each point's 10 nearest (chance {chance:.1%})"
    )


def test_three_components_keep_more_than_two(page):
    two, three = (fidelity(page, "pca-0-6", range(k)).message["neighbor_preservation"] for k in (2, 3))
    assert three > two


def test_the_vectors_themselves_are_kept_whole(explore):
    page = explore(np.random.default_rng(0).normal(size=(50, 2)))
    page.finished("open")
    said = fidelity(page, "given:0", (0, 1)).message
    assert (said["neighbor_preservation"], said["trustworthiness"], said["continuity"]) == (1, 1, 1)


def test_a_given_picture_is_measured_where_it_has_places(page):
    answer = fidelity(page, "given:0", (0, 1), k=5)
    assert np.flatnonzero(np.isnan(answer.arrays["preservation"])).tolist() == [4, 9]
    assert (answer.message["n"], answer.message["m"]) == (78, 80)
    assert answer.message["sentence"].startswith("given, 78 points")


def test_a_run_on_a_subset_is_measured_among_its_own_points(page):
    rows = [*range(40, 70), 4, 2, 1]
    job = page.project(2, rows=rows, method="tsne", perplexity=5, max_iter=100).message["job"]
    page.finished(job)
    answer = fidelity(page, job)
    assert answer.arrays["rows"].tolist() == rows
    assert np.flatnonzero(np.isnan(answer.arrays["preservation"])).tolist() == [30]
    assert answer.message["sentence"].startswith("t-SNE, perplexity 5, 32 points, euclidean: keeps ")


def test_the_list_of_runs_says_the_fidelity(page):
    said = fidelity(page, "pca-0-6").message
    runs = page.ask("/api/embeddings/0/projections").message["runs"]
    assert runs[0]["fidelity"] == said["neighbor_preservation"]


def test_a_picture_is_measured_once_and_an_unfinished_one_again_when_it_has_moved(page):
    assert page.measure("pca-0-6").message["job"] == page.measure("pca-0-6").message["job"]
    job = page.project(2, method="tsne", perplexity=5, max_iter=100_000).message["job"]
    while page.ask(f"/api/projections/{job}").status == 409:
        time.sleep(0.01)
    names = []
    for _ in range(2):
        before = page.explorer.session.projections.newest(job).iteration
        while page.explorer.session.projections.newest(job).iteration == before:
            time.sleep(0.002)
        page.ask(f"/api/jobs/{job}/pause", method="POST")
        names.append(page.measure(job).message["job"])
        page.ask(f"/api/jobs/{job}/resume", method="POST")
    assert names[0] != names[1]


def test_fewer_points_have_fewer_neighbours(explore):
    page = explore(np.random.default_rng(0).normal(size=(6, 4)))
    page.finished("open")
    page.finished("pca-0-4")
    assert fidelity(page, "pca-0-4").message["k"] == 2


def test_two_points_have_no_fidelity(explore):
    page = explore(np.eye(2, 4))
    page.finished("open")
    page.finished("pca-0-2")
    job = page.finished(page.measure("pca-0-2").message["job"])
    assert (job.state, job.message().error) == (
        "failed",
        "2 points have a place; fidelity says something of 3 and more.",
    )


@pytest.mark.parametrize(
    ("picture", "components", "fields", "said"),
    [
        ("pca-0-6", [0, 6], {}, "no component 6; there are 6"),
        ("pca-0-6", [0, -1], {}, "no component -1"),
        ("pca-0-6", [1, 1], {}, "two or three different ones"),
        ("pca-0-6", [], {}, "two or three different ones"),
        ("pca-0-6", [0, 1, 2, 3], {}, "two or three different ones"),
        ("pca-0-6", [0, "1"], {}, "a value of type list[int] is needed"),
        ("pca-0-6", [0, 1], {"k": 0}, "k is 0; 1 to 100"),
        ("pca-0-6", [0, 1], {"k": 10**6}, "1 to 100"),
        ("pca-0-7", [0, 1], {}, "no job 'pca-0-7'"),
        ("given:1", [0, 1], {}, "no picture 'given:1'; given:0 to given:0"),
        ("given:-1", [0, 1], {}, "no picture 'given:-1'"),
        ("given:", [0, 1], {}, "no picture 'given:'"),
        ("given:0", [0, 2], {}, "this picture has 2"),
        ("open", [0, 1], {}, "no job 'open'"),
    ],
)
def test_what_cannot_be_measured_is_refused(page, picture, components, fields, said):
    answer = page.measure(picture, components, **fields)
    assert answer.status == (404 if said.startswith("no job") else 400)
    assert said in answer.message["error"]


def test_what_was_not_measured_is_not_there(page):
    assert page.ask("/api/fidelity/fidelity-1").status == 404
    assert page.ask("/api/fidelity/pca-0-6").status == 404


def test_measuring_another_picture_ends_the_last_one(page):
    go = threading.Event()
    page.explorer.session._measuring.submit(go.wait, 20)  # so that what comes next has to wait
    first, second = (page.measure("pca-0-6", shown).message["job"] for shown in ([0, 1], [0, 2]))
    assert (page.job(first).state, page.job(second).state) == ("cancelled", "waiting")
    go.set()
    assert page.finished(second).state == "done"
    assert fidelity(page, "pca-0-6", [0, 1])


def asked_by(page, name, shown):
    """The job that measures for one of several pages."""
    body = b"".join(packet.encode({"picture": "pca-0-6", "components": shown}, {}))
    return page.ask("/api/embeddings/0/fidelity", body, X_Vectarium_Page=name).message["job"]


def test_two_pages_do_not_end_each_others_measuring(page):
    go = threading.Event()
    page.explorer.session._measuring.submit(go.wait, 20)
    first, second = asked_by(page, "one", [0, 1]), asked_by(page, "two", [0, 2])
    assert [page.job(each).state for each in (first, second)] == ["waiting", "waiting"]
    assert asked_by(page, "two", [0, 1]) == first
    assert page.job(second).state == "cancelled"
    page.ask(f"/api/jobs/{first}", method="DELETE", X_Vectarium_Page="one")
    assert page.job(first).state == "waiting"
    page.ask(f"/api/jobs/{first}", method="DELETE", X_Vectarium_Page="two")
    assert page.job(first).state == "cancelled"
    go.set()
