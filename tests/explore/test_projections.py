from __future__ import annotations

import numpy as np
import pytest

from vectarium.data import Embedding
from vectarium.errors import ParameterError
from vectarium.explore.jobs import JobNotFoundError, Jobs
from vectarium.explore.messages.projection import ProjectRequest
from vectarium.explore.points import Points
from vectarium.explore.projections import Projections
from vectarium.explore.workers import Workers


def scores_by_numpy(vectors, k):
    centred = vectors - vectors.mean(axis=0)
    u, s, _ = np.linalg.svd(centred, full_matrices=False)
    return (u * s)[:, :k].T, s**2 / (s**2).sum()


def test_the_first_picture_is_made_before_anybody_asks(page):
    page.job("pca-0-5").wait(10)
    assert page.project().message["state"] == "done"


def test_components_are_those_of_numpy(explore):
    vectors = np.random.default_rng(1).normal(size=(300, 6)) * [6, 5, 4, 3, 2, 1]
    page = explore(vectors)
    page.job("pca-0-6").wait(10)
    answer = page.ask("/api/projections/pca-0-6?components=0,2")
    scores, ratio = scores_by_numpy(vectors, 6)
    assert sorted(answer.arrays) == ["component_0", "component_2"]
    np.testing.assert_allclose(np.abs(answer.arrays["component_2"]), np.abs(scores[2]), rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(answer.message["variance_ratio"], ratio, rtol=1e-5)
    assert (
        answer.message["sentence"]
        == "6 principal components of all 300 points in 6 dimensions, 100.0% of the variance."
    )


def test_a_point_with_nan_has_no_place_and_is_counted(page):
    page.job("pca-0-5").wait(10)
    answer = page.ask("/api/projections/pca-0-5")
    assert np.flatnonzero(np.isnan(answer.arrays["component_0"])).tolist() == [6]
    assert answer.message["unplaced"] == 1
    assert "1 with NaN or infinity have no place" in answer.message["sentence"]


def test_a_subset_is_projected_on_its_own_and_says_so(page, words):
    rows = [5, 0, 3, 8]
    job = page.project(2, rows).message["job"]
    page.job(job).wait(10)
    answer = page.ask(f"/api/projections/{job}?components=0,1")
    scores, _ = scores_by_numpy(words[0].vectors[rows].astype(float), 2)
    assert answer.arrays["rows"].tolist() == rows
    np.testing.assert_allclose(np.abs(answer.arrays["component_0"]), np.abs(scores[0]), rtol=1e-4)
    assert "4 of 11 points" in answer.message["sentence"]


def test_the_same_request_joins_the_same_job(page):
    jobs = {page.project(10, [1, 2, 3]).message["job"] for _ in range(3)}
    assert len(jobs) == 1
    assert page.project(10, [1, 2, 4]).message["job"] not in jobs


@pytest.mark.parametrize(
    ("n_components", "rows", "said"),
    [
        (0, None, "n_components is 0"),
        (51, None, "1 to 50 are allowed"),
        (2, [], "1 to 11 rows are needed"),
        (2, [11], "names row 11; there are 11"),
        (2, [1, 1], "names a row twice"),
    ],
)
def test_a_projection_that_makes_no_sense_is_refused(page, n_components, rows, said):
    answer = page.project(n_components, rows)
    assert answer.status == 400
    assert said in answer.message["error"]


@pytest.mark.parametrize("body", [b"", b"VPK1", b"VPK1\xff\xff\xff\xff{}", b"{}"])
def test_a_body_that_is_no_packet_is_refused(page, body):
    assert page.ask("/api/embeddings/0/projections", body).status == 400


def test_the_projection_unused_for_longest_makes_room():
    projections = Projections(Jobs(Workers(1, "test")), budget=3 * 4 * 20)
    points = Points(0, Embedding("x", np.random.default_rng(0).normal(size=(20, 9))))
    first, _, last = (projections.start(points, ProjectRequest(n_components=1 + i)) for i in range(3))
    last.wait(10)
    assert projections[last.name].scores.shape == (3, 20)
    with pytest.raises(JobNotFoundError, match="no job 'pca-0-1'"):
        projections[first.name]


def test_one_point_and_one_dimension_have_projections(explore):
    for vectors in (np.ones((1, 4)), np.arange(5.0)[:, None], np.ones((6, 3))):
        page = explore(vectors)
        job = page.project().message["job"]
        page.job(job).wait(10)
        assert page.job(job).state == "done"


def test_components_have_to_be_there():
    projections = Projections(Jobs(Workers(1, "test")))
    job = projections.start(Points(0, Embedding("x", np.eye(4))), ProjectRequest(n_components=2))
    job.wait(10)
    with pytest.raises(ParameterError, match="no component 2; there are 2"):
        projections[job.name].arrays([2])
