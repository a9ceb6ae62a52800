"""Which step each picture shows."""

from itertools import pairwise

import pytest

from vectarium.errors import ParameterError
from vectarium.share.film.pace import STILL, moments, usual_seconds


def test_the_first_picture_shows_the_first_step_and_the_last_one_the_last():
    played = moments(201, 14, 30)
    assert (played[0].index, played[0].share) == (0, 0)
    assert (played[-1].index, played[-1].share) == (200, 0)


def test_as_many_pictures_are_made_as_the_seconds_hold():
    assert len(moments(10, 2.5, 24)) == 60
    assert len(moments(10, 0.1, 25)) == 2


def test_points_move_evenly_and_never_back():
    places = [each.index + each.share for each in moments(5, 4, 30)]
    steps = [b - a for a, b in pairwise(places) if a > 0 and b < 4]
    assert min(steps) == pytest.approx(max(steps), abs=1e-9)
    assert min(steps) > 0


def test_one_snapshot_is_shown_for_a_moment():
    assert usual_seconds(1) == STILL
    assert {(each.index, each.share) for each in moments(1, STILL, 10)} == {(0, 0)}


def test_a_film_of_no_picture_is_refused():
    with pytest.raises(ParameterError, match="0 pictures"):
        moments(3, 0.01, 10)
