from __future__ import annotations

import numpy as np
import pytest
from sklearn import decomposition
from sklearn.base import clone
from sklearn.pipeline import make_pipeline

from vectarium.errors import CancelledError, NotFittedError, ParameterError, ShapeError
from vectarium.project import PCA, principal_components, rows

SHAPES = [(400, 20), (30, 200), (2, 5), (7, 3), (3000, 1200)]


def cloud(n: int, d: int, seed: int = 0) -> np.ndarray:
    """Points whose variance falls clearly from one dimension to the next, turned at random."""
    rng = np.random.default_rng(seed)
    turn, _ = np.linalg.qr(rng.standard_normal((d, min(d, 12))))
    strong = rng.standard_normal((n, min(d, 12))) * 20 * 0.7 ** np.arange(min(d, 12))
    return strong @ turn.T + 0.01 * rng.standard_normal((n, d))


def assert_same(found, x: np.ndarray, k: int, rtol: float = 1e-5) -> None:
    expected = decomposition.PCA(k, svd_solver="full").fit(np.asarray(x, np.float64))
    np.testing.assert_allclose(found.explained_variance_[:k], expected.explained_variance_, rtol=rtol)
    np.testing.assert_allclose(found.explained_variance_ratio_[:k], expected.explained_variance_ratio_, rtol=rtol)
    np.testing.assert_allclose(found.mean_, expected.mean_, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(np.abs(np.sum(found.components_[:k] * expected.components_, axis=1)), 1, atol=1e-5)


@pytest.mark.parametrize("shape", SHAPES)
def test_components_agree_with_scikit_learn(shape):
    x = cloud(*shape)
    assert_same(PCA(5).fit(x), x, min(5, shape[0] - 1, shape[1]))


@pytest.mark.parametrize("dtype", ["uint8", "int16", "int64", "float16", "float32", ">f4", "float64", "longdouble"])
def test_components_agree_for_every_type(dtype):
    x = (np.abs(cloud(300, 10)) * 2).astype(dtype)
    assert_same(PCA(4).fit(x), x, 4, rtol=1e-4)


def test_components_agree_when_blocks_are_float32(monkeypatch):
    monkeypatch.setattr("vectarium.project.principal.SMALL_SIZE", 0)
    monkeypatch.setattr(rows, "BLOCK_BYTES", 4096)
    x = cloud(5000, 30).astype(np.float32)
    assert_same(PCA(5).fit(x), x, 5, rtol=1e-4)


@pytest.mark.parametrize("offset", [0, 0.5, 2, 100])
@pytest.mark.parametrize("dtype", ["float32", "float64", "uint8"])
def test_rows_read_as_they_are_are_placed_as_shifted_ones(monkeypatch, offset, dtype):
    monkeypatch.setattr("vectarium.project.principal.SMALL_SIZE", 0)
    monkeypatch.setattr(rows, "BLOCK_BYTES", 4096)
    x = cloud(3000, 30)
    x = np.abs(x + offset * x.std()).astype(dtype)
    pca = PCA(4)
    scores = pca.fit_transform(x)
    assert_same(pca, x, 4, rtol=1e-4)
    np.testing.assert_allclose(scores, (x - pca.mean_) @ pca.components_.T, rtol=1e-3, atol=1e-4 * scores.max())
    np.testing.assert_allclose(pca.transform(x), scores, atol=1e-5 * scores.max())


def test_a_large_offset_costs_no_precision(monkeypatch):
    monkeypatch.setattr("vectarium.project.principal.SMALL_SIZE", 0)
    x = (np.random.default_rng(0).standard_normal((20_000, 8)) * np.arange(1, 9) / 4 + 1e4).astype(np.float32)
    assert_same(PCA(4).fit(x), x, 4, rtol=1e-4)


def test_many_points_of_many_dimensions_are_never_multiplied_out(monkeypatch):
    monkeypatch.setattr("vectarium.project.principal.LARGEST_SIDE", 100)
    x = cloud(600, 300)
    assert_same(PCA(5).fit(x), x, 5, rtol=1e-4)


@pytest.mark.parametrize("x", [np.asfortranarray(cloud(200, 9)), cloud(400, 18)[::2, ::-2]], ids=["Fortran", "strided"])
def test_the_order_in_memory_does_not_matter(x):
    assert_same(PCA(3).fit(x), x, 3)


def test_scores_are_the_centred_vectors_along_the_components():
    x = cloud(300, 15)
    pca = PCA(4)
    scores = pca.fit_transform(x)
    np.testing.assert_allclose(scores, (x - x.mean(axis=0)) @ pca.components_.T, rtol=1e-4, atol=1e-4)
    np.testing.assert_array_equal(pca.transform(x), scores)


def test_the_largest_loading_is_positive():
    components = PCA(6).fit(cloud(200, 12)).components_
    assert (np.take_along_axis(components, np.abs(components).argmax(axis=1)[:, None], axis=1) > 0).all()


def test_a_memory_mapped_file_is_read_in_place(tmp_path):
    x = cloud(500, 20).astype(np.float32)
    np.save(tmp_path / "x.npy", x)
    found = principal_components(np.load(tmp_path / "x.npy", mmap_mode="r"), n_components=3)
    np.testing.assert_array_equal(found.scores, principal_components(x, n_components=3).scores)


def test_scores_are_one_component_after_another():
    found = principal_components(cloud(100, 20), n_components=3)
    assert found.scores.shape == (3, 100)
    assert found.scores.dtype == np.float32
    assert found.scores.flags.c_contiguous


def test_a_subset_is_projected_on_its_own():
    x, subset = cloud(300, 10), np.array([5, 250, 17, 30, 31, 99], np.uint32)
    found = principal_components(x, n_components=3, rows=subset)
    np.testing.assert_allclose(found.scores, principal_components(x[subset], n_components=3).scores, atol=1e-5)


@pytest.mark.parametrize("known", [True, False])
def test_vectors_with_nan_take_no_part(known):
    x = cloud(300, 10)
    x[[3, 200], [1, 2]] = np.nan, np.inf
    finite = np.isfinite(x).all(axis=1)
    found = principal_components(x, n_components=3, finite=finite if known else None)
    assert found.used == 298
    assert np.isnan(found.scores[:, ~finite]).all()
    np.testing.assert_allclose(
        found.scores[:, finite], principal_components(x[finite], n_components=3).scores, atol=1e-4
    )


def test_nan_in_a_subset_stays_in_its_place():
    x = cloud(50, 4)
    x[7] = np.nan
    found = principal_components(x, n_components=2, rows=np.array([9, 7, 8, 1]))
    np.testing.assert_array_equal(np.isnan(found.scores[0]), [False, True, False, False])


def test_nothing_finite_gives_nan_and_no_variance():
    found = principal_components(np.full((4, 3), np.nan))
    assert np.isnan(found.scores).all()
    np.testing.assert_array_equal(found.explained_variance_ratio, 0)


@pytest.mark.parametrize("x", [np.ones((1, 4)), np.ones((1, 1)), np.ones((6, 3)), np.full((2, 5), 7, np.uint8)])
def test_identical_points_have_no_variance(x):
    found = principal_components(x, n_components=10)
    np.testing.assert_array_equal(found.scores, 0)
    np.testing.assert_array_equal(found.explained_variance_ratio, 0)


@pytest.mark.parametrize("shape", [(1, 4), (3, 7), (7, 3), (5, 1), (40, 50)])
def test_components_are_orthonormal_even_without_variance(shape):
    components = principal_components(cloud(*shape), n_components=99).components
    assert components.shape == (min(shape), shape[1])
    np.testing.assert_allclose(components @ components.T, np.eye(len(components)), atol=1e-8)


def test_a_constant_column_has_no_loading():
    x = cloud(100, 5)
    x[:, 2] = 1e6
    np.testing.assert_allclose(PCA(3).fit(x).components_[:, 2], 0, atol=1e-6)


@pytest.mark.parametrize("size", [1e-25, 1e18, 1e25])
def test_very_small_and_very_large_values_keep_their_shape(size, monkeypatch):
    monkeypatch.setattr("vectarium.project.principal.SMALL_SIZE", 0)
    x = cloud(300, 6)
    ratio = PCA(3).fit((x * size).astype(np.float32)).explained_variance_ratio_
    np.testing.assert_allclose(ratio, PCA(3).fit(x).explained_variance_ratio_, rtol=1e-3)


def test_values_too_large_to_square_are_refused():
    with pytest.raises(ParameterError, match="too large for their squares"):
        PCA().fit(np.array([[1e200, 0], [0, 1e200], [1, 1]]))


def test_progress_rises_to_one():
    seen: list[float] = []
    principal_components(cloud(300, 10), progress=lambda fraction, _: seen.append(fraction))
    assert seen == sorted(seen)
    assert seen[-1] == 1


def test_a_person_can_stop_it():
    def stop(fraction: float, text: str) -> None:
        raise CancelledError(text)

    with pytest.raises(CancelledError, match="principal components"):
        principal_components(cloud(300, 10), progress=stop)


def test_it_works_inside_scikit_learn():
    x = cloud(100, 10)
    assert make_pipeline(PCA(4), decomposition.PCA(2)).fit_transform(x).shape == (100, 2)
    assert clone(PCA(4, random_state=3)).get_params() == {"n_components": 4, "random_state": 3}
    assert PCA().set_params(n_components=2).n_components == 2


@pytest.mark.parametrize("k", [0, -1, 2.5, True, "2"])
def test_a_wrong_number_of_components_is_refused(k):
    with pytest.raises(ParameterError, match="positive integer"):
        PCA(k).fit(np.eye(3))


@pytest.mark.parametrize("x", [np.ones(3), np.ones((0, 3)), np.ones((3, 0)), np.ones((2, 2), complex), [["a"]]])
def test_what_is_no_matrix_of_numbers_is_refused(x):
    with pytest.raises(ShapeError, match="needed"):
        PCA().fit(x)


def test_other_mistakes_are_named():
    with pytest.raises(ParameterError, match="row 1"):
        PCA().fit([[1.0, 2.0], [np.nan, 0.0]])
    with pytest.raises(NotFittedError, match="Call fit"):
        PCA().transform(np.eye(3))
    with pytest.raises(ParameterError, match="no parameter 'k'"):
        PCA().set_params(k=3)
    with pytest.raises(ShapeError, match="X has 4 features"):
        PCA().fit(np.eye(3)).transform(np.eye(4))
    with pytest.raises(ParameterError, match="0 to 2"):
        principal_components(np.eye(3), rows=np.array([3]))
    with pytest.raises(ShapeError, match="finite has shape"):
        principal_components(np.eye(3), finite=np.ones(2, bool))
