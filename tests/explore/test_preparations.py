from __future__ import annotations

import numpy as np
import pytest

import vectarium as vt
from vectarium.data import Embedding, Run, RunWriter
from vectarium.explore.points import Points
from vectarium.explore.preparations import Preparations

NEIGHBORS = "/api/embeddings/0/neighbors"
METHODS = ["centred", "unit", "spherized", "standardized", "reduced"]
SAID = {
    "centred": "centred",
    "unit": "unit norm",
    "spherized": "spherized (centred, unit norm)",
    "standardized": "standardized columns",
    "reduced": "3 principal components first",
}


def cloud(n: int = 150, d: int = 8) -> np.ndarray:
    x = np.random.default_rng(5).standard_normal((n, d)) * np.arange(1, d + 1) + 4
    return x.astype(np.float32)


def prepared(method: str) -> np.ndarray:
    return vt.Preparation(method, n_components=3).fit_transform(cloud())


def projected(page, method, preparation, **fields):
    job = page.project(2, method=method, preparation=preparation, reduced_to=3, **fields).message["job"]
    assert page.finished(job).state == "done", page.job(job).message()
    return job, page.ask(f"/api/projections/{job}?components=0,1")


@pytest.mark.parametrize("preparation", METHODS)
def test_principal_components_are_of_the_prepared_vectors(explore, preparation):
    _, answer = projected(explore(cloud()), "pca", preparation)
    expected = vt.PCA(2).fit_transform(prepared(preparation))
    np.testing.assert_allclose(np.abs(answer.arrays["component_0"]), np.abs(expected[:, 0]), rtol=1e-3, atol=1e-3)
    assert f"in 8 dimensions, {SAID[preparation]}, " in answer.message["sentence"]


@pytest.mark.parametrize("method", ["tsne", "umap"])
def test_a_layout_of_prepared_vectors_is_that_of_the_estimator(explore, method):
    short = {"perplexity": 10.0, "max_iter": 60} if method == "tsne" else {"n_neighbors": 10, "max_iter": 30}
    page = explore(cloud())
    _, answer = projected(page, method, "standardized", **short)
    alone = vt.TSNE(perplexity=10, max_iter=60) if method == "tsne" else vt.UMAP(n_neighbors=10, n_epochs=30)
    expected = alone.fit_transform(prepared("standardized"))
    np.testing.assert_allclose(answer.arrays["component_0"], expected[:, 0], rtol=1e-4, atol=1e-4)
    assert "standardized columns" in answer.message["sentence"]
    assert "standardized columns" in answer.message["search"]
    runs = page.ask("/api/embeddings/0/projections").message["runs"]
    assert runs[-1]["request"]["preparation"] == "standardized"


def test_fidelity_compares_with_the_prepared_vectors(explore):
    page = explore(cloud())
    job, answer = projected(page, "pca", "standardized")
    measured = page.measure(job, k=10).message["job"]
    assert page.finished(measured).state == "done"
    places = np.stack([answer.arrays["component_0"], answer.arrays["component_1"]], axis=1)
    kept = vt.fidelity(prepared("standardized"), places, k=10).neighbor_preservation
    said = page.ask(f"/api/fidelity/{measured}").message
    assert said["neighbor_preservation"] == pytest.approx(kept)
    assert vt.fidelity(cloud(), places, k=10).neighbor_preservation != pytest.approx(kept)
    assert ", standardized columns: keeps" in said["sentence"]


def test_the_same_preparation_of_a_part_is_that_of_all_points(explore):
    rows = np.arange(20, 60)
    _, answer = projected(explore(cloud()), "pca", "spherized", rows=rows)
    expected = vt.PCA(2).fit_transform(prepared("spherized")[rows])
    np.testing.assert_allclose(np.abs(answer.arrays["component_0"]), np.abs(expected[:, 0]), rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
@pytest.mark.parametrize("preparation", METHODS)
def test_neighbours_are_found_in_the_space_they_name(explore, preparation, metric):
    asked = {"row": 9, "k": 10, "metric": metric, "preparation": preparation, "reduced_to": 3}
    answer = explore(cloud()).ask(NEIGHBORS, asked)
    expected, _ = vt.neighbors(prepared(preparation), 10, metric=metric)
    assert answer.arrays["rows"].tolist() == expected[9].tolist()
    assert "as they are" not in answer.message["space"]


def test_centred_neighbours_say_so_and_differ_from_raw_ones(explore):
    page = explore(cloud() + 20)
    raw = page.ask(NEIGHBORS, {"row": 9, "k": 10})
    centred = page.ask(NEIGHBORS, {"row": 9, "k": 10, "preparation": "centred"})
    assert "of the vectors as they are" in raw.message["space"]
    assert "of the vectors centred on their mean, in all 8 dimensions" in centred.message["space"]
    assert set(raw.arrays["rows"]) != set(centred.arrays["rows"])


def test_a_preparation_is_found_once_and_copies_nothing():
    embedding, kept = Embedding("x", cloud()), Preparations()
    first, again = (kept.find((0, None), embedding, "centred") for _ in range(2))
    assert first is again
    points = Points(0, embedding, prepared=first)
    assert points.for_distances("euclidean").vectors() is embedding.vectors
    assert points.source()[3:5].shape == (2, 8)
    assert kept.find((0, None), embedding, "raw") is None


def test_too_many_components_are_refused(explore):
    answer = explore(cloud()).project(2, preparation="reduced", reduced_to=5000)
    assert answer.status == 400
    assert "1 to 2,000 components" in answer.message["error"]


def test_steps_of_a_run_are_prepared_as_the_last_one(tmp_path, explore):
    with RunWriter(tmp_path / "run") as writer:
        writer.add_embedding("embed", n=150, d=8)
        writer.write(0, {"embed": cloud() * 2})
        writer.write(5, {"embed": cloud()})
    page = explore(Run(tmp_path / "run").collection())
    asked = {"method": "pca", "preparation": "standardized"}
    job = page.send("/api/embeddings/0/timelines", asked).message["job"]
    assert page.finished(job).state == "done"
    said = page.ask(f"/api/timelines/{job}").message
    assert said["preparation"] == "standardized"
    assert "in 8 dimensions, standardized columns;" in said["sentence"]
    x = np.abs(page.ask(f"/api/timelines/{job}/0?components=0").arrays["component_0"])
    preparation, pca = vt.Preparation("standardized").fit(cloud()), vt.PCA(1).fit(prepared("standardized"))
    np.testing.assert_allclose(x, np.abs(pca.transform(preparation.transform(cloud() * 2))[:, 0]), rtol=1e-3, atol=1e-3)
    joint = page.project(2, method="tsne", joint=True, perplexity=10.0, max_iter=20, preparation="standardized")
    assert page.finished(joint.message["job"]).state == "done"
    measured = page.measure(f"{joint.message['job']}@0", k=5).message["job"]
    assert page.finished(measured).state == "done"


def test_raw_and_centred_neighbours_of_real_words_differ(shared_data, explore):
    page = explore(np.load(shared_data / "vectors" / "imdb_word2vec" / "vectors.npy", mmap_mode="r"))
    shared = []
    for row in range(100, 20_000, 700):
        asked = {"row": row, "k": 10}
        tens = [set(page.ask(NEIGHBORS, asked | each).arrays["rows"]) for each in ({}, {"preparation": "centred"})]
        shared.append(len(tens[0] & tens[1]) / 10)
    assert 0.4 < np.mean(shared) < 0.7
