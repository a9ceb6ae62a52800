"""The estimators keep scikit-learn's protocol, by scikit-learn's own checks."""

from __future__ import annotations

import pickle
import warnings
from typing import Any
from unittest import SkipTest

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import estimator_checks_generator

import vectarium as vt
from vectarium.errors import NotFittedError, ParameterError, ShapeError

QUICK = [
    vt.PCA(2),
    vt.TSNE(perplexity=5, max_iter=40, early_exaggeration_iter=20),
    vt.UMAP(n_neighbors=5, n_epochs=20),
    vt.Preparation("reduced", n_components=2),
    vt.Directions(),
]
IDS = [type(each).__name__ for each in QUICK]
TRANSFORMERS = [each for each in QUICK if hasattr(each, "transform")]

ONE_COMPONENT = "the check sets n_components to 1; pictures have 2 or 3 dimensions, and it is refused"
PICTURES = dict.fromkeys(
    [
        "check_dont_overwrite_parameters",
        "check_fit2d_1feature",
        "check_fit2d_1sample",
        "check_fit2d_predict1d",
        "check_methods_sample_order_invariance",
        "check_methods_subset_invariance",
    ],
    ONE_COMPONENT,
)
PLACELESS = {"check_estimators_nan_inf": "transform gives points that hold NaN no place, instead of refusing all"}
EXCLUDED = {
    "PCA": PLACELESS,
    "TSNE": PICTURES,
    "UMAP": PICTURES,
    "Preparation": PLACELESS,
    "Directions": PLACELESS,
}


def cloud(n: int = 60, d: int = 4) -> np.ndarray:
    return np.random.default_rng(0).standard_normal((n, d))


def frame(x: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(x, columns=[f"c{i}" for i in range(x.shape[1])])


def checks() -> list[Any]:
    """Each of scikit-learn's checks with each estimator; those that are excluded have to fail."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that they do not inherit from its BaseEstimator
        return [
            pytest.param(
                estimator,
                check,
                id=f"{type(estimator).__name__}-{_name(check)}",
                marks=_excluded(type(estimator).__name__, check),
            )
            for each in QUICK
            for estimator, check in estimator_checks_generator(each)
            if _name(check) != "check_array_api_input"  # only NumPy's arrays are taken
        ]


def _name(check: Any) -> str:
    return getattr(check, "func", check).__name__


def _excluded(name: str, check: Any) -> list[Any]:
    reason = EXCLUDED[name].get(_name(check))
    return [pytest.mark.xfail(reason=reason)] if reason else []


@pytest.mark.filterwarnings("ignore::UserWarning")  # few points lower the perplexity, with a warning
@pytest.mark.parametrize(("estimator", "check"), checks())
def test_scikit_learn_is_content(estimator, check):
    try:
        check(estimator)
    except SkipTest as reason:
        pytest.skip(str(reason))


@pytest.mark.parametrize("estimator", QUICK, ids=IDS)
def test_a_clone_has_the_parameters_and_nothing_learned(estimator):
    fitted = clone(estimator).fit(cloud())
    copy = clone(fitted)
    assert copy.get_params() == estimator.get_params()
    assert not hasattr(copy, "n_features_in_")


@pytest.mark.parametrize("estimator", QUICK, ids=IDS)
def test_it_stands_in_a_pipeline(estimator):
    pipeline = make_pipeline(StandardScaler(), clone(estimator))
    y = pipeline.fit_transform(cloud())
    expected = clone(estimator).fit_transform(StandardScaler().fit_transform(cloud()))
    np.testing.assert_array_equal(y, expected)


@pytest.mark.parametrize("estimator", QUICK, ids=IDS)
def test_coordinates_have_names(estimator):
    names = clone(estimator).fit(cloud()).get_feature_names_out()
    name = type(estimator).__name__.lower()
    assert names.tolist() == [f"{name}0", f"{name}1"]


@pytest.mark.parametrize("estimator", QUICK, ids=IDS)
def test_names_of_columns_are_kept_in_mind(estimator):
    fitted = clone(estimator).fit(frame(cloud()))
    assert fitted.feature_names_in_.tolist() == ["c0", "c1", "c2", "c3"]
    assert not hasattr(fitted.fit(cloud()), "feature_names_in_")


@pytest.mark.parametrize("estimator", TRANSFORMERS, ids=lambda each: type(each).__name__)
def test_other_features_are_refused_by_name(estimator):
    fitted = clone(estimator).fit(frame(cloud()))
    with pytest.raises(ParameterError, match=r"unseen at fit time:\n- d\n.*now missing:\n- c3"):
        fitted.transform(frame(cloud()).rename(columns={"c3": "d"}))
    with pytest.raises(ParameterError, match="same order"):
        fitted.transform(frame(cloud())[["c1", "c0", "c2", "c3"]])
    with pytest.raises(ShapeError, match=r"X has 3 features, but .* is expecting 4"):
        fitted.transform(cloud()[:, :3])


@pytest.mark.parametrize("estimator", QUICK, ids=IDS)
def test_before_fit_it_says_so(estimator):
    with pytest.raises(NotFittedError, match="Call fit or fit_transform first"):
        clone(estimator).get_feature_names_out()


@pytest.mark.parametrize("estimator", QUICK, ids=IDS)
def test_it_survives_pickling(estimator):
    fitted = clone(estimator).fit(cloud())
    again = pickle.loads(pickle.dumps(fitted))
    np.testing.assert_array_equal(again.get_feature_names_out(), fitted.get_feature_names_out())
    assert again.n_features_in_ == 4


def test_an_unknown_parameter_is_named_with_those_there_are():
    with pytest.raises(ParameterError, match="PCA has no parameter 'components'; it has n_components, random_state"):
        vt.PCA().set_params(components=3)


@pytest.mark.parametrize("x", [np.ones(4), np.ones((0, 3)), np.ones((3, 0)), np.ones((2, 2), complex)])
@pytest.mark.parametrize("estimator", QUICK, ids=IDS)
def test_what_is_no_matrix_of_numbers_is_refused(estimator, x):
    with pytest.raises(ShapeError):
        clone(estimator).fit(x)


@pytest.mark.parametrize("estimator", QUICK, ids=IDS)
def test_sparse_input_is_refused_with_a_way_out(estimator):
    from scipy.sparse import csr_array

    with pytest.raises(ShapeError, match="toarray"):
        clone(estimator).fit(csr_array(np.eye(5)))
