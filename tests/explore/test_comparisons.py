"""Two embeddings compared over HTTP: two collections, two runs, two layers, two steps."""

from __future__ import annotations

import threading

import numpy as np
import pytest

import vectarium as vt
from vectarium.data import Collection, Run, RunWriter
from vectarium.errors import CancelledError
from vectarium.explore.opening import joined

N, D = 60, 4


def words(count: int = N, seed: int = 0, name: str = "words", first: int = 0):
    rng = np.random.default_rng(0)
    x = rng.standard_normal((N + 20, D)) * [4, 3, 2, 1]
    turn, _ = np.linalg.qr(np.random.default_rng(seed).standard_normal((D, D)))
    order = np.random.default_rng(seed).permutation(np.arange(first, first + count))
    noise = 0.3 * np.random.default_rng(seed + 1).standard_normal((count, D))
    named = {"word": [f"w{i}" for i in order]}
    return vt.collection((x[order] + noise) @ turn, columns=named, name=name)


@pytest.fixture
def two(explore):
    return explore(joined("two", [words(), words(seed=3, first=20)]))


def compared(page, other: int = 1, embedding: int = 0, step: int | None = None, **fields):
    path = f"/api/embeddings/{embedding}/compare" + ("" if step is None else f"?step={step}")
    answer = page.send(path, {"other": other, **fields})
    assert answer.status == 200, answer.message
    return page.finished(answer.message["job"])


def result(page, **request):
    job = compared(page, **request)
    assert job.state == "done", job.message()
    answer = page.ask(f"/api/comparisons/{job.name}")
    return job.name, answer.message, answer.arrays


def places(page, job: str, picture: str, components=(0, 1), **fields):
    request = {"picture": picture, "components": list(components), **fields}
    return page.ask(f"/api/comparisons/{job}/places", request)


def pca(page, embedding: int = 0) -> str:
    job = page.project(embedding=embedding).message["job"]
    page.finished(job)
    return job


def test_the_numbers_are_those_of_python(two):
    _, message, arrays = result(two, k=7)
    expected = vt.compare(words(), words(seed=3, first=20), k=7)
    np.testing.assert_array_equal(arrays["rows"], expected.rows[0])
    np.testing.assert_array_equal(arrays["other_rows"], expected.rows[1])
    np.testing.assert_array_equal(arrays["kept"], expected.kept)
    assert (message["cka"], message["cka_chance"]) == (expected.cka.value, expected.cka.chance)
    assert (message["overlap"], message["chance"], message["shared"]) == (expected.overlap, expected.chance, 40)
    assert "40 points matched by 'word', 20 only in the first" in message["matched"]
    assert (message["ids"], message["columns"]) == ("word", ["word"])


def test_the_other_picture_is_laid_upon_the_first(two):
    job, _, arrays = result(two)
    picture = pca(two)
    answer = places(two, job, picture)
    placed = answer.arrays["places"].reshape(-1, 2)
    assert placed.shape == (N, 2)
    assert answer.message["agreement"] > 0.95
    assert answer.message["sentence"].startswith("Its principal components, turned, mirrored and scaled")
    shown = two.ask(f"/api/projections/{picture}?components=0,1").arrays
    here = np.stack([shown["component_0"], shown["component_1"]], axis=1)[arrays["rows"]]
    far = np.linalg.norm(placed[arrays["other_rows"]] - here, axis=1)
    assert np.median(far) < 0.2 * here.std()


@pytest.mark.parametrize("components", [(0,), (2, 0), (0, 1, 2)])
def test_it_follows_the_components_that_are_seen(two, components):
    job, _, _ = result(two)
    assert len(places(two, job, pca(two), components).arrays["places"]) == N * len(components)


def test_a_picture_of_its_own_is_laid_upon_the_first(two):
    job, _, _ = result(two)
    answer = places(two, job, pca(two), other_picture=pca(two, 1))
    assert answer.message["sentence"].startswith("Its own picture")
    assert answer.message["agreement"] > 0.95
    assert places(two, job, pca(two), other_picture=pca(two)).status == 400
    assert places(two, job, "given:7").status == 400


def test_a_picture_of_some_points_leaves_the_others_to_be_turned_along(two):
    job, _, _ = result(two)
    some = two.project(rows=np.arange(30)).message["job"]
    two.finished(some)
    assert np.isfinite(places(two, job, some).arrays["places"]).all()


def test_the_same_is_joined_and_another_cancels_it(two):
    first = compared(two)
    assert compared(two) is first
    assert compared(two, k=3).name != first.name


def test_points_are_matched_as_is_asked_for(two):
    assert result(two, ids="row")[1]["matched"] == "60 points matched row by row"
    job = compared(two, ids="colour")
    assert job.state == "failed"
    assert "no column 'colour'" in job.message().error


def test_what_cannot_be_compared_says_why(two, explore):
    for wrong in ({"other": 0}, {"other": 7}, {"other": 1, "k": 0}, {"other": 1, "other_step": 3}):
        assert two.send("/api/embeddings/0/compare", wrong).status == 400
    other = explore(Collection("apart", [words()[0], vt.collection(np.eye(3), name="plain")[0]]))
    assert "no column says which are the same" in compared(other).message().error
    one = explore(Collection("single", [vt.collection(np.eye(1), name=name)[0] for name in "ab"]))
    assert "share 1 point; at least 3 are needed" in compared(one).message().error


@pytest.fixture
def run(tmp_path):
    rng = np.random.default_rng(0)
    with RunWriter(tmp_path / "run") as made:
        made.add_embedding("embed", n=N, d=D, columns={"word": [f"w{i}" for i in range(N)]})
        made.add_embedding("dense", n=N, d=2, columns={"word": [f"w{i}" for i in range(N)]})
        x = rng.standard_normal((N, D)).astype(np.float32)
        for step in (0, 5, 10):
            x += 0.2 * rng.standard_normal(x.shape).astype(np.float32)
            made.write(step, {"embed": x, "dense": x[:, :2]})
    return made.path


def test_two_steps_are_compared_in_the_frame_of_the_timeline(run, explore):
    page = explore(Run(run).collection())
    job, message, _ = result(page, other=0, step=10, other_step=0)
    assert (message["step"], message["other_step"], message["shared"]) == (10, 0, N)
    timeline = page.send("/api/embeddings/0/timelines", {}).message["job"]
    page.finished(timeline)
    answer = places(page, job, f"{timeline}@10")
    assert answer.message["agreement"] > 0.9
    assert page.send("/api/embeddings/0/compare", {"other": 0}).status == 400
    assert page.send("/api/embeddings/0/compare?step=10", {"other": 0, "other_step": 10}).status == 400
    assert page.send("/api/embeddings/0/compare", {"other": 0, "other_step": 7}).status == 404


def test_two_layers_are_compared_at_a_step(run, explore):
    page = explore(Run(run).collection())
    _, message, arrays = result(page, step=5, other_step=5)
    assert (message["other"], len(arrays["kept"])) == (1, N)
    assert 0.3 < message["overlap"] < 1


def test_points_without_a_place_are_left_out(explore):
    a, b = np.random.default_rng(0).standard_normal((2, 30, 3))
    a[4, 0] = np.nan
    page = explore(Collection("two", [vt.collection(x, name=name)[0] for name, x in (("a", a), ("b", b))]))
    _, message, arrays = result(page)
    assert message["shared"] == 29
    assert 4 not in arrays["rows"]


def test_the_places_are_there_before_the_neighbours_are(two, monkeypatch):
    picture, going, go = pca(two), threading.Event(), threading.Event()
    neighborhoods = two.explorer.session.comparisons._neighborhoods
    find = neighborhoods.find

    def slowly(*arguments, **named):
        going.set()
        assert go.wait(20)
        return find(*arguments, **named)

    monkeypatch.setattr(neighborhoods, "find", slowly)
    job = two.send("/api/embeddings/0/compare", {"other": 1}).message["job"]
    assert going.wait(20)
    begun = two.ask(f"/api/comparisons/{job}")
    assert (begun.message["complete"], begun.message["overlap"], begun.message["shared"]) == (False, None, 40)
    assert np.isnan(begun.arrays["kept"]).all()
    early = places(two, job, picture)
    go.set()
    two.finished(job)
    assert two.ask(f"/api/comparisons/{job}").message["complete"]
    np.testing.assert_array_equal(places(two, job, picture).arrays["places"], early.arrays["places"])


def test_a_comparison_that_is_cancelled_keeps_its_places(two, monkeypatch):
    picture = pca(two)

    def cancelled(*_arguments, **_named):
        raise CancelledError

    monkeypatch.setattr(two.explorer.session.comparisons._neighborhoods, "find", cancelled)
    job = compared(two)
    assert job.state == "cancelled"
    assert not two.ask(f"/api/comparisons/{job.name}").message["complete"]
    assert places(two, job.name, picture).status == 200
