from __future__ import annotations

import numpy as np
import pytest

import vectarium as vt
from vectarium.errors import ParameterError


def cloud(n: int = 300, d: int = 10) -> np.ndarray:
    return np.random.default_rng(3).standard_normal((n, d)) + 1


def expected(x, metric, leave_out):
    if metric == "cosine":
        unit = x / np.linalg.norm(x, axis=1, keepdims=True)
        total = unit[5] - unit[[7, 8]].mean(axis=0) + unit[9]
        distances = 1 - unit @ total / np.linalg.norm(total)
    else:
        distances = np.linalg.norm(x - (x[5] - x[[7, 8]].mean(axis=0) + x[9]), axis=1)
    if leave_out:
        distances[[5, 7, 8, 9]] = np.inf
    return np.argsort(distances)[:12], np.sort(distances)[:12]


@pytest.mark.parametrize("leave_out", [True, False])
@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
def test_what_is_nearest_to_a_sum_is_what_numpy_finds(metric, leave_out):
    rows, distances = vt.arithmetic(cloud(), [5, 9], [[7, 8]], k=12, metric=metric, leave_out=leave_out)
    by_numpy, far = expected(cloud(), metric, leave_out)
    np.testing.assert_array_equal(rows, by_numpy)
    np.testing.assert_allclose(distances, far, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize(
    ("plus", "minus", "said"),
    [([], [], "nothing to add"), ([300], [], "no row 300"), ([4], [4], "Nothing is left"), ([0], [2], "Row")],
)
def test_what_cannot_be_counted_with_is_named(plus, minus, said):
    x = cloud()
    x[2] = np.nan
    with pytest.raises(ParameterError, match=said):
        vt.arithmetic(x, plus, minus)
