"""Runs with one snapshot, identical ones, one of NaN, points that come later, and a layer of another width."""

from __future__ import annotations

import numpy as np
import pytest

from vectarium.data import Run, RunWriter
from vectarium.errors import ShapeError

N, D = 60, 6


def vectors(step: int, missing: slice = slice(0)) -> np.ndarray:
    x = np.random.default_rng(0).standard_normal((N, D)) * (1 + step / 20)
    made = (x + 0.2 * np.random.default_rng(step).standard_normal(x.shape)).astype(np.float32)
    made[missing] = np.nan
    return made


ALL, SOME = slice(None), slice(40, None)
RUNS = {
    "one snapshot": {0: vectors(0)},
    "identical snapshots": {0: vectors(0), 10: vectors(0)},
    "a snapshot of NaN": {0: vectors(0), 10: vectors(10, ALL), 20: vectors(20)},
    "NaN at the end": {0: vectors(0), 10: vectors(10), 20: vectors(20, ALL)},
    "points that come later": {0: vectors(0, SOME), 10: vectors(10, SOME), 20: vectors(20)},
}


def written(path, snapshots):
    with RunWriter(path) as made:
        made.add_embedding("layer", n=N, d=D)
        for step, x in snapshots.items():
            made.write(step, {"layer": x})
    return Run(path).collection()


@pytest.mark.parametrize("name", RUNS)
@pytest.mark.parametrize("method", ["tsne", "pca"])
def test_whoever_has_a_vector_at_a_step_has_a_place_at_it(name, method, tmp_path, explore):
    page = explore(written(tmp_path / "run", RUNS[name]))
    if method == "pca":
        job = page.send("/api/embeddings/0/timelines", {"method": "pca"}).message["job"]
    else:
        asked = {"method": method, "joint": True, "perplexity": 5.0, "max_iter": 50}
        job = page.send("/api/embeddings/0/projections", asked).message["job"]
    assert page.finished(job).state == "done", page.finished(job).message()
    reads = {step: page.ask(f"/api/timelines/{job}/{step}?components=0,1").arrays["component_0"] for step in RUNS[name]}
    for step, x in RUNS[name].items():
        np.testing.assert_array_equal(np.isfinite(reads[step]), np.isfinite(x[:, 0]))
    if name == "identical snapshots":
        np.testing.assert_array_equal(reads[0], reads[10])


def test_a_layer_whose_width_changes_is_refused_when_it_is_recorded(tmp_path):
    with RunWriter(tmp_path / "run") as made:
        made.add_embedding("layer", n=N, d=D)
        made.write(0, {"layer": vectors(0)})
        with pytest.raises(ShapeError, match=r"'layer' has shape \(60, 4\); the run records \(60, 6\)"):
            made.write(10, {"layer": vectors(10)[:, :4]})
