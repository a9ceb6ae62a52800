from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_digits

from vectarium.errors import CancelledError
from vectarium.project import TSNE


@pytest.fixture(scope="module")
def digits():
    return load_digits(return_X_y=True)


def nearest_share(layout: np.ndarray, labels: np.ndarray) -> float:
    """How many points have the label of the point next to them."""
    apart = np.square(layout[:, None] - layout[None]).sum(axis=2)
    np.fill_diagonal(apart, np.inf)
    return float((labels[apart.argmin(axis=1)] == labels).mean())


def test_digits_separate(digits):
    x, labels = digits
    assert nearest_share(TSNE().fit_transform(x), labels) > 0.97


def test_the_number_of_threads_does_not_change_a_bit(digits):
    x, _ = digits
    one, two, four = (TSNE(max_iter=300, n_jobs=jobs).fit_transform(x) for jobs in (1, 2, 4))
    np.testing.assert_array_equal(one, two)
    np.testing.assert_array_equal(one, four)


def test_a_stopped_descent_goes_on_as_if_it_had_not_been(digits):
    x, _ = digits

    def stop(iteration: int, coordinates: np.ndarray) -> None:
        if iteration == 40:
            raise CancelledError

    descent = TSNE(max_iter=80).begin(x)
    with pytest.raises(CancelledError):
        descent.advance(stop, seconds=0)
    assert descent.iteration == 40
    descent.advance()
    np.testing.assert_array_equal(descent.coordinates, TSNE(max_iter=80).fit_transform(x))


def test_supervision_pulls_classes_apart(digits):
    x, labels = digits
    alone, told = (TSNE(max_iter=300, target_weight=weight).fit_transform(x, labels) for weight in (0, 0.8))
    assert nearest_share(told, labels) > nearest_share(alone, labels)
