from __future__ import annotations

import numpy as np
import pytest

import vectarium as vt
from vectarium.errors import ParameterError
from vectarium.project import directed


def cloud(n: int = 200, d: int = 6) -> np.ndarray:
    return np.random.default_rng(2).standard_normal((n, d)) * np.arange(1, d + 1) + 3


def axis(x, low, high):
    difference = x[high].mean(axis=0) - x[low].mean(axis=0)
    return difference / np.linalg.norm(difference)


def test_an_axis_leads_from_one_centroid_to_the_other():
    x, low, high = cloud(), [0, 1, 2], [5, 9]
    found = vt.Directions([(low, high)]).fit(x)
    np.testing.assert_allclose(found.components_[0], axis(x, low, high))
    np.testing.assert_allclose(
        found.transform(x)[:, 0], (x - x.mean(axis=0)) @ axis(x, low, high), rtol=1e-4, atol=1e-5
    )


def test_its_share_is_the_variance_along_it():
    x = cloud()
    found = vt.Directions([([0], [1]), ([2], [3])]).fit(x)
    along = (x @ found.components_.T).var(axis=0) / x.var(axis=0).sum()
    np.testing.assert_allclose(found.explained_variance_ratio_, along, rtol=1e-5)


def test_a_group_is_rows_a_row_a_mask_or_all():
    x = cloud()
    mask = np.arange(len(x)) < 10
    found = vt.Directions([(mask, None), (4, np.array([5]))]).fit(x)
    np.testing.assert_allclose(found.components_[0], axis(x, np.arange(10), np.arange(200)))
    np.testing.assert_allclose(found.components_[1], axis(x, [4], [5]))


def test_an_axis_that_is_not_given_is_the_widest_across_the_others():
    x = cloud()
    found = vt.Directions([([0, 1], [2, 3]), None]).fit(x)
    given, free = found.components_
    assert abs(given @ free) < 1e-12
    left = x - np.outer(x @ given, given)
    values, vectors = np.linalg.eigh(np.cov(left.T))
    assert abs(vectors[:, -1] @ free) > 1 - 1e-9
    np.testing.assert_allclose(found.explained_variance_ratio_[1], values[-1] / np.cov(x.T).trace(), rtol=1e-6)


def test_axes_that_are_all_free_are_principal_components():
    x = cloud()
    found, pca = vt.Directions([None, None]).fit_transform(x), vt.PCA(2).fit_transform(x)
    np.testing.assert_allclose(np.abs(found), np.abs(pca), atol=1e-4)


def test_some_points_are_placed_along_axes_between_others():
    x, rows = cloud(), np.arange(50, 90)
    found = directed(x, [(np.array([0]), np.array([1])), (None, np.array([2]))], rows=rows)
    part = x[rows]
    np.testing.assert_allclose(found.scores[0], (part - part.mean(axis=0)) @ axis(x, [0], [1]), rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(found.components[1], axis(x, rows, [2]))


def test_points_with_nan_take_no_part():
    x = cloud()
    x[1, 0] = np.nan
    found = directed(x, [(np.array([0, 1]), np.array([2]))])
    np.testing.assert_allclose(found.components[0], axis(x, [0], [2]))
    assert np.isnan(found.scores[0, 1])
    assert found.used == 199


def test_vectors_of_one_dimension_have_no_second_axis():
    found = vt.Directions([([0], [1]), None]).fit(np.arange(5.0)[:, None])
    np.testing.assert_allclose(found.explained_variance_ratio_, [1, 0])


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        ([([], [1])], "low end of axis 1"),
        ([([0], [1]), ([3], [3])], "Both ends of axis 2"),
        ([([0], [999])], "there are 0 to 199"),
        ([3], "a pair is needed"),
        ([], "no axes"),
        ([([True], [1])], "one value for each of 200 rows"),
    ],
)
def test_what_leads_nowhere_is_named(ends, said):
    with pytest.raises(ParameterError, match=said):
        vt.Directions(ends).fit(cloud())
