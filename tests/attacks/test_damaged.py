"""Files with any bytes changed: each reader opens them or raises an error of ours, and never crashes, hangs or grows.

``VECTARIUM_FUZZ_INPUTS`` says how many inputs each target is tried with; ``make soak-readers`` takes 200,000.
``VECTARIUM_FUZZ_FIRST`` is the number of the first, so that another round tries others.
"""

import os

import pytest
from ordeal import Ordeal, say
from targets import TARGETS

INPUTS = int(os.environ.get("VECTARIUM_FUZZ_INPUTS", "100"))
FIRST = int(os.environ.get("VECTARIUM_FUZZ_FIRST", "0"))


@pytest.fixture(scope="module")
def ordeal():
    with Ordeal() as made:
        yield made


@pytest.mark.parametrize("target", TARGETS)
def test_no_damage_does_more_than_raise_an_error_of_ours(ordeal, target):
    outcome = ordeal.run(target, INPUTS, FIRST)
    if outcome.skipped:
        pytest.skip(outcome.skipped)
    say(outcome)
    told = "\n".join(f"python tests/made/ordeal.py {target} {number}\n{why}" for number, why in outcome.faults.items())
    assert not outcome.faults, told
