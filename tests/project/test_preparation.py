from __future__ import annotations

import numpy as np
import pytest
from sklearn.preprocessing import StandardScaler, normalize

import vectarium as vt
from vectarium.errors import ParameterError
from vectarium.project import neighbors, principal_components, query_neighbors
from vectarium.project.preparation import PREPARATIONS, PreparedVectors


def cloud(n: int = 300, d: int = 8, dtype: str = "float32") -> np.ndarray:
    return (np.random.default_rng(1).standard_normal((n, d)) * np.arange(1, d + 1) + 5).astype(dtype)


def by_numpy(x, method, k=3):
    x = x.astype(np.float64)
    centred = x - x.mean(axis=0)
    if method == "reduced":
        return vt.PCA(k).fit_transform(x)
    return {
        "raw": x,
        "centred": centred,
        "unit": normalize(x),
        "spherized": normalize(centred),
        "standardized": StandardScaler().fit_transform(x),
    }[method]


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "uint8", "int64"])
@pytest.mark.parametrize("method", PREPARATIONS)
def test_vectors_are_prepared_as_numpy_would(method, dtype):
    x = np.abs(cloud(dtype="float64")).astype(dtype)
    found = vt.Preparation(method, n_components=3).fit_transform(x)
    np.testing.assert_allclose(found, by_numpy(x, method), rtol=2e-4, atol=2e-4)


@pytest.mark.parametrize("method", PREPARATIONS)
def test_a_view_reads_what_the_copy_holds(method):
    x = cloud()
    preparation = vt.Preparation(method, n_components=3).fit(x)
    view, copy = preparation.view(x), preparation.transform(x)
    assert (view.shape, view.dtype, len(view)) == (copy.shape, copy.dtype, len(copy))
    for rows in (slice(10, 40), np.array([5, 1, 5]), 7):
        np.testing.assert_allclose(view[rows], copy[rows], rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("shape", [(400, 6), (12, 40)])
def test_principal_components_of_a_view_are_those_of_the_copy(shape):
    preparation = vt.Preparation("spherized").fit(cloud(*shape))
    a = principal_components(preparation.view(cloud(*shape)), n_components=3)
    b = principal_components(preparation.transform(cloud(*shape)), n_components=3)
    np.testing.assert_allclose(a.scores, b.scores, atol=1e-4)


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
@pytest.mark.parametrize("method", PREPARATIONS)
def test_neighbours_in_a_view_are_those_in_the_copy(method, metric):
    preparation = vt.Preparation(method, n_components=3).fit(cloud())
    rows, _ = query_neighbors(preparation.view(cloud()), 17, 10, metric)
    expected, _ = neighbors(preparation.transform(cloud()), 10, metric=metric)
    np.testing.assert_array_equal(rows, expected[17])


@pytest.mark.parametrize("metric", ["cosine", "euclidean", "correlation"])
@pytest.mark.parametrize("method", PREPARATIONS)
def test_a_preparation_that_keeps_distances_keeps_neighbours(method, metric):
    preparation = vt.Preparation(method, n_components=3).fit(cloud())
    raw, _ = neighbors(cloud(), 8, metric=metric)
    prepared, _ = neighbors(preparation.transform(cloud()), 8, metric=metric)
    same = (raw == prepared).mean()
    assert same > 0.99 if preparation.keeps_distances(metric) else same < 0.99


def test_vectors_with_nan_take_no_part_and_stay_so():
    x = cloud()
    x[3, 2] = np.nan
    preparation = vt.Preparation("spherized").fit_finite(x)
    np.testing.assert_allclose(preparation.mean_, np.delete(x, 3, axis=0).astype(float).mean(axis=0), rtol=1e-5)
    assert np.isnan(preparation.transform(x)[3]).any()
    with pytest.raises(ParameterError, match="row 3, column 2"):
        vt.Preparation().fit(x)


def test_constant_dimensions_and_zero_vectors_do_no_harm():
    x = np.zeros((4, 2), np.float32)
    for method in PREPARATIONS:
        assert np.isfinite(vt.Preparation(method).fit_transform(x)).all()


def test_extreme_numbers_have_a_direction():
    x = np.array([[3e30, 4e30], [3e-30, 4e-30], [0, 0]], np.float32)
    np.testing.assert_allclose(vt.Preparation("unit").fit_transform(x), [[0.6, 0.8], [0.6, 0.8], [0, 0]], rtol=1e-5)


def test_a_file_is_read_in_blocks_and_never_whole(tmp_path):
    np.save(tmp_path / "x.npy", cloud(50_000, 32))
    stored = np.load(tmp_path / "x.npy", mmap_mode="r")
    view = vt.Preparation("spherized").fit(stored).view(stored)
    assert isinstance(view, PreparedVectors)
    np.testing.assert_allclose(np.linalg.norm(view[49_000:49_100], axis=1), 1, rtol=1e-5)


def test_what_is_not_known_is_named():
    with pytest.raises(ParameterError, match="method is 'whitened'; it can be 'raw'"):
        vt.Preparation("whitened").fit(cloud())
