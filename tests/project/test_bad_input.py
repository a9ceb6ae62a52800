"""Whatever comes in: a clear error or a right answer; no crash, no hang, no NaN."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import vectarium as vt
from vectarium.errors import ParameterError, ShapeError, VectariumError

pytestmark = pytest.mark.filterwarnings("ignore:perplexity:UserWarning")  # fewer points lower it, with a warning

ITERATIONS = {"max_iter": 60, "early_exaggeration_iter": 20}


def cloud(n: int = 40, d: int = 5) -> np.ndarray:
    return np.random.default_rng(0).standard_normal((n, d))


def believed(x: Any) -> np.ndarray:
    found = vt.fidelity(x, cloud(len(x), 2), perplexity=5)
    assert found.kl_divergence is not None
    return np.array([found.trustworthiness, found.continuity, found.neighbor_preservation, found.kl_divergence])


def queried(x: Any) -> np.ndarray:
    return np.concatenate(vt.Index(x).query(x, 5), axis=1)


WAYS: dict[str, Callable[[Any], np.ndarray]] = {
    "PCA": lambda x: vt.PCA(2).fit_transform(x),
    "TSNE": lambda x: vt.TSNE(**ITERATIONS).fit_transform(x),
    "TSNE uniform": lambda x: vt.TSNE(affinity="uniform", **ITERATIONS).fit_transform(x),
    "TSNE in 3-D": lambda x: vt.TSNE(3, **ITERATIONS).fit_transform(x),
    "TSNE by cosine": lambda x: vt.TSNE(metric="cosine", **ITERATIONS).fit_transform(x),
    "TSNE by correlation": lambda x: vt.TSNE(metric="correlation", **ITERATIONS).fit_transform(x),
    "UMAP": lambda x: vt.UMAP(n_epochs=20).fit_transform(x),
    "UMAP in 3-D": lambda x: vt.UMAP(3, n_epochs=20, metric="cosine").fit_transform(x),
    "neighbors": lambda x: vt.neighbors(x, 5)[1],
    "neighbors by cosine": lambda x: vt.neighbors(x, 5, metric="cosine")[1],
    "neighbors, approximate": lambda x: vt.neighbors(x, 5, method="approximate")[1],
    "Index": queried,
    "fidelity": believed,
}
THERE = [name for name in WAYS if hasattr(vt, name.split()[0].rstrip(","))]
every_way = pytest.mark.parametrize("way", [WAYS[name] for name in THERE], ids=THERE)


@every_way
@pytest.mark.parametrize("n", [0, 1, 2, 3, 4])
def test_few_points_get_an_answer_or_a_clear_error(way, n):
    try:
        assert np.isfinite(way(cloud(n))).all()
    except (ShapeError, ParameterError):
        if n > 1:
            raise


@every_way
@pytest.mark.parametrize("n", [10, 40, 89, 90, 91])
def test_fewer_points_than_thrice_the_perplexity_are_enough(way, n):
    assert np.isfinite(way(cloud(n))).all()


@every_way
@pytest.mark.parametrize("value", [0.0, 1.0, 1e-30, -7.25])
def test_points_that_are_all_the_same_make_no_nan(way, value):
    assert np.isfinite(way(np.full((40, 5), value))).all()


@every_way
def test_constant_columns_make_no_nan(way):
    x = cloud()
    x[:, [0, 3]] = 3.5
    assert np.isfinite(way(x)).all()


@every_way
def test_rows_of_zeros_and_duplicates_make_no_nan(way):
    x = np.repeat(cloud(8), 5, axis=0)
    x[7:20] = 0
    assert np.isfinite(way(x)).all()


@every_way
@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_nan_and_infinity_are_refused_with_row_and_column(way, bad):
    x = cloud()
    x[7, 3] = bad
    with pytest.raises(ParameterError, match=r"row 7, column 3"):
        way(x)


@every_way
@pytest.mark.parametrize("dtype", ["float16", "float32", ">f8", "int8", "uint8", "int64", "bool"])
def test_every_type_of_number_is_taken(way, dtype):
    assert np.isfinite(way((cloud() * 10).astype(dtype))).all()


@every_way
@pytest.mark.parametrize(
    "form",
    [
        np.asfortranarray,
        lambda x: np.repeat(np.repeat(x, 2, axis=0), 3, axis=1)[::2, ::3],
        lambda x: np.ascontiguousarray(x[::-1, ::-1])[::-1, ::-1],
        lambda x: np.lib.stride_tricks.as_strided(x, x.shape, x.strides, writeable=False),
        lambda x: x.view(np.ndarray).tolist(),
    ],
    ids=["Fortran", "strided", "backwards", "read-only", "lists"],
)
def test_the_order_in_memory_changes_no_bit(way, form):
    np.testing.assert_array_equal(way(form(cloud())), way(cloud()))


@every_way
@pytest.mark.parametrize("d", [1, 2, 20_000])
def test_any_number_of_dimensions_is_taken(way, d):
    assert np.isfinite(way(cloud(60, d))).all()


@every_way
@pytest.mark.parametrize("size", [1e-300, 1e-30, 1e30])
def test_numbers_of_any_size_make_no_nan(way, size):
    assert np.isfinite(way(cloud() * size)).all()


@every_way
@pytest.mark.parametrize("size", [1e60, 1e150])
def test_numbers_beyond_float32_are_refused_where_their_size_matters(way, size):
    try:
        found = way(cloud() * size)
    except ParameterError as error:
        assert "Divide the vectors by a constant" in str(error)  # noqa: PT017 (an answer is as good)
    else:
        assert not np.isnan(found).any()


@every_way
def test_one_enormous_point_makes_no_nan(way):
    x = cloud(100)
    x[50] = 1e15
    assert np.isfinite(way(x)).all()


@every_way
@pytest.mark.parametrize("x", [np.ones(5), np.ones((5, 0)), np.ones((2, 2, 2)), np.ones((4, 2), complex), [["a", "b"]]])
def test_what_is_no_matrix_of_numbers_is_refused(way, x):
    with pytest.raises((VectariumError, TypeError, ValueError), match=r"needed|numbers|could not convert"):
        way(x)


@pytest.mark.parametrize("k", [39, 40, 1000, 10**9])
def test_k_beyond_the_others_means_all_of_them(k):
    assert vt.neighbors(cloud(), k)[0].shape == (40, 39)
    assert vt.fidelity(cloud(), cloud(40, 2), k).k == 39


@pytest.mark.parametrize("perplexity", [13, 30, 1e5])
def test_too_much_perplexity_is_lowered_and_said(perplexity):
    with pytest.warns(UserWarning, match="perplexity"):
        assert np.isfinite(vt.TSNE(perplexity=perplexity, **ITERATIONS).fit_transform(cloud(38))).all()


ABSURD: dict[str, dict[str, list[Any]]] = {
    "PCA": {"n_components": [0, -1, 1.5, "2", None, math.nan]},
    "TSNE": {
        "n_components": [0, 1, 4, -2, 2.0, "2", None],
        "perplexity": [0, -5, math.nan, math.inf, "30", None],
        "affinity": ["gaussian", None],
        "n_neighbors": [0, -1, 1.5],
        "early_exaggeration": [0, -1, math.nan, math.inf],
        "early_exaggeration_iter": [-1, 1.5],
        "max_iter": [-1, 2.5, None],
        "learning_rate": [0, -1, math.nan, "fast", None],
        "init": ["spiral", np.zeros((40, 3)), np.full((40, 2), math.nan), None],
        "metric": ["manhattan", None],
        "reduce_to": [0, -3, 1.5],
        "target_weight": [-1, 2, math.nan],
        "random_state": [-1, 1.5, "0"],
        "n_jobs": [0, -2, 1.5],
    },
    "UMAP": {
        "n_components": [0, -2, 1.5, "2", None],
        "n_neighbors": [0, -1, 1.5, None],
        "min_dist": [-0.1, math.nan, math.inf, "0.1"],
        "spread": [0, -1, math.nan],
        "n_epochs": [-1, 1.5],
        "learning_rate": [0, -1, math.nan],
        "negative_sample_rate": [-1, 1.5],
        "init": ["spiral", np.zeros((40, 3)), np.full((40, 2), math.nan)],
        "metric": ["manhattan", None],
        "reduce_to": [0, -3, 1.5],
        "target_weight": [-1, 2, math.nan],
        "random_state": [-1, 1.5, "0"],
        "n_jobs": [0, -2, 1.5],
    },
}
CASES = [
    (estimator, name, value)
    for estimator, parameters in ABSURD.items()
    if hasattr(vt, estimator)
    for name, values in parameters.items()
    for value in values
]


@pytest.mark.parametrize(("estimator", "name", "value"), CASES, ids=lambda part: str(part)[:20].replace("\n", " "))
def test_absurd_parameters_are_refused_by_name(estimator, name, value):
    with pytest.raises((ParameterError, ShapeError), match=name):
        getattr(vt, estimator)(**{name: value}).fit(cloud())


@pytest.mark.parametrize(
    ("name", "value"),
    [("k", 0), ("k", -1), ("k", 2.5), ("metric", "l1"), ("method", "magic"), ("n_jobs", 0), ("random_state", -1)],
)
def test_absurd_parameters_of_neighbors_are_refused_by_name(name, value):
    with pytest.raises(ParameterError, match=name):
        vt.neighbors(cloud(), **{name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("k", 0),
        ("k", None),
        ("metric", "l1"),
        ("n_samples", 0),
        ("perplexity", 0),
        ("perplexity", math.nan),
        ("n_jobs", 0),
        ("random_state", -1),
    ],
)
def test_absurd_parameters_of_fidelity_are_refused_by_name(name, value):
    with pytest.raises(ParameterError, match=name):
        vt.fidelity(cloud(), cloud(40, 2), **{name: value})
