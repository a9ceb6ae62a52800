"""Spearman's rank correlation."""

from __future__ import annotations

import numpy as np

from vectarium.project.rank_correlation import mean_ranks, rank_correlation


def test_equal_values_share_their_mean_rank() -> None:
    assert mean_ranks(np.array([3.0, 1.0, 3.0, 2.0])).tolist() == [2.5, 0.0, 2.5, 1.0]


def test_the_same_order_is_one_and_the_opposite_minus_one() -> None:
    x = np.array([0.1, 5.0, 2.0, 9.0])
    assert rank_correlation(x, np.exp(x)) == 1
    assert rank_correlation(x, -x) == -1


def test_what_has_no_order_has_no_correlation() -> None:
    assert np.isnan(rank_correlation(np.ones(4), np.arange(4)))
    assert np.isnan(rank_correlation(np.zeros(0), np.zeros(0)))
