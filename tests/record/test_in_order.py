"""What threads tell of batches, in the order of the batches."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from vectarium.record.in_order import MOST_HELD, InOrder


@pytest.fixture
def told():
    return []


@pytest.fixture
def ordered(told):
    return InOrder(lambda step, _what: told.append(step))


def test_any_order_of_threads_comes_out_in_order_and_whole(told, ordered):
    steps = np.random.default_rng(0).permutation(MOST_HELD) + 1
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda step: ordered.add(int(step), None), steps))
    assert told == list(range(1, MOST_HELD + 1))


def test_several_steps_at_once_need_not_wait(told, ordered):
    ordered.begin(20, 4)
    for step in (28, 24, 32, 34):
        ordered.add(step, None)
    assert told == [24, 28, 32]
    ordered.flush()
    assert told[-1] == 34


def test_a_step_that_never_comes_does_not_hold_the_others_for_ever(told, ordered):
    for step in range(2, MOST_HELD + 10):
        ordered.add(step, None)
    assert told[0] == 2
    ordered.add(1, None)
    ordered.flush()
    assert told == list(range(2, MOST_HELD + 10))
