"""Pooling: the same in NumPy and PyTorch, and never over padding."""

import numpy as np
import pytest
import torch

from vectarium.errors import ParameterError
from vectarium.record.pooling import POOLINGS, check_pooling, pool

X = np.random.default_rng(0).normal(size=(4, 5, 3)).astype(np.float32)
MASK = np.array([[1, 1, 1, 0, 0], [0, 0, 1, 1, 1], [1, 1, 1, 1, 1], [0, 1, 0, 1, 0]], bool)


@pytest.mark.parametrize("pooling", POOLINGS)
def test_numpy_and_torch_pool_alike(pooling):
    ours = pool(X, MASK, pooling)
    theirs = pool(torch.from_numpy(X), torch.from_numpy(MASK), pooling)
    np.testing.assert_allclose(theirs.numpy(), ours, rtol=1e-6)


def test_the_mean_leaves_padding_out():
    np.testing.assert_allclose(pool(X, MASK, "mean")[0], X[0, :3].mean(0), rtol=1e-6)


def test_first_and_last_are_those_that_are_there():
    assert np.array_equal(pool(X, MASK, "first"), X[[0, 1, 2, 3], [0, 2, 0, 1]])
    assert np.array_equal(pool(X, MASK, "last"), X[[0, 1, 2, 3], [2, 4, 4, 3]])


def test_the_largest_value_is_looked_for_where_something_is():
    assert np.array_equal(pool(X - 10, MASK, "max")[3], (X - 10)[3, [1, 3]].max(0))


def test_flattened_padding_is_zero():
    flat = pool(X, MASK, "flatten")
    assert flat.shape == (4, 15)
    assert not flat[0, 9:].any()


def test_tokens_are_a_point_each():
    assert np.array_equal(pool(X, MASK, "tokens"), X[MASK])


@pytest.mark.parametrize("pooling", ["mean", "max", "flatten"])
def test_an_example_with_nothing_there_is_zero_not_nan(pooling):
    assert not pool(X, np.zeros_like(MASK), pooling).any()


def test_a_function_of_ones_own_is_taken():
    assert np.array_equal(pool(X, MASK, lambda x, mask: x[:, 1]), X[:, 1])


def test_what_is_no_pooling_is_refused():
    with pytest.raises(ParameterError, match="pooling is 'median'; it can be 'mean', 'last'"):
        check_pooling({"lstm": "median"})
