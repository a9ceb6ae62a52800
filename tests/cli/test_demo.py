from __future__ import annotations

from vectarium.cli.demo import LEARNING, NAMES


def test_the_names_are_those_of_the_demo_room():
    from vectarium import demo

    assert (*demo.NAMES, LEARNING) == NAMES
