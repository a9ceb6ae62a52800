"""When snapshots are due."""

import pytest

from vectarium.errors import ParameterError
from vectarium.record.schedules import AtSteps, EveryEpoch, EverySteps, LogSpaced, Schedule, schedule


def steps(every, until=40):
    return [step for step in range(until) if schedule(every).at_step(step)]


def test_every_k_steps_begins_with_the_first():
    assert steps(15) == [0, 15, 30]


def test_log_spaced_is_dense_at_first_and_ten_a_power_of_ten():
    assert steps("log")[:8] == [0, 1, 2, 3, 4, 5, 6, 8]
    assert len([step for step in range(1000, 10_000) if LogSpaced().at_step(step)]) == 10
    assert LogSpaced(1).at_step(10_000)


def test_steps_may_be_listed():
    assert steps([3, 1, 30]) == [1, 3, 30]


def test_by_hand_nothing_is_due():
    assert steps(None) == []
    assert not schedule(None).at_epoch(0)


def test_every_epoch_is_due_at_its_end_and_at_no_step():
    assert steps("epoch") == []
    assert [epoch for epoch in range(6) if EveryEpoch(2).at_epoch(epoch)] == [1, 3, 5]


def test_a_schedule_of_ones_own_is_taken():
    class Odd(Schedule):
        def at_step(self, step):
            return step % 2 == 1

    assert steps(Odd(), 6) == [1, 3, 5]


def test_short_forms_are_schedules():
    assert schedule(7) == EverySteps(7)
    assert schedule({1, 2}) == AtSteps(frozenset({1, 2}))


@pytest.mark.parametrize("every", [0, -1, True, "weekly", [1.5], 2.5])
def test_what_is_no_schedule_is_refused(every):
    with pytest.raises(ParameterError, match="every is"):
        schedule(every)
