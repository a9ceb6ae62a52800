"""Every step by its own neighbours, every point tied to itself along time."""

from __future__ import annotations

import runpy
from pathlib import Path

import numpy as np
import pytest

import vectarium as vt
from vectarium import _native
from vectarium.errors import CancelledError
from vectarium.project import Further, begin_timeline, finish_timeline, joint, measure
from vectarium.project.courses import unit_of

LEARNING = Path(__file__).parents[2] / "bench" / "digits_learning.py"


@pytest.fixture(scope="module")
def digits() -> list[np.ndarray]:
    """200 digits in 16 dimensions at 12 moments of a network that learns to read them."""
    return list(runpy.run_path(str(LEARNING))["learning"](200, 16, list(np.geomspace(1, 20, 12) - 1)))


@pytest.fixture(scope="module")
def made(digits: list[np.ndarray]) -> vt.Timeline:
    return vt.timeline(digits)


def test_more_neighbours_are_kept_and_motion_is_truer_than_among_landmarks_alone(
    digits: list[np.ndarray], made: vt.Timeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(joint, "MOST_ROWS", 0)
    among = vt.timeline(digits)
    assert made.fidelity.neighbor_preservation.mean() > among.fidelity.neighbor_preservation.mean()
    assert made.fidelity.overall_displacement > max(among.fidelity.overall_displacement, 0.9)
    assert "own neighbours" in made.sentence
    assert "own neighbours" not in among.sentence


def test_identical_snapshots_have_the_same_places_wherever_they_stand(digits: list[np.ndarray]) -> None:
    twice = [*digits[:5], digits[4], digits[4], *digits[5:]]
    found = vt.timeline(twice)
    np.testing.assert_array_equal(found.coordinates[5], found.coordinates[4])
    np.testing.assert_array_equal(found.coordinates[6], found.coordinates[4])
    assert found.fidelity.frozen == 0


def test_a_step_that_comes_later_and_is_the_last_one_again_stays_where_that_is(
    digits: list[np.ndarray], made: vt.Timeline
) -> None:
    more = made.extended([digits[-1]])
    np.testing.assert_allclose(more.coordinates[-1], made.coordinates[-1], atol=1e-3)
    descent = begin_timeline(digits)
    descent.advance()
    placed = Further(descent).place(digits[-1])
    np.testing.assert_allclose(placed.coordinates, descent.coordinates.reshape(12, 200, 2)[-1], atol=1e-3)


def test_steps_that_come_later_keep_neighbours_and_move_truly(digits: list[np.ndarray]) -> None:
    descent = begin_timeline(digits[:8])
    descent.advance()
    further, places = Further(descent), list(descent.coordinates.reshape(8, 200, 2))
    places += [further.place(each).coordinates for each in digits[8:]]
    found = measure(digits, np.stack(places))
    alone = measure(digits[-1:], vt.TSNE().fit_transform(digits[-1])[None]).neighbor_preservation[0]
    assert found.neighbor_preservation[-1] >= 0.85 * alone
    assert found.overall_displacement >= 0.75


def test_the_same_on_any_number_of_threads(digits: list[np.ndarray]) -> None:
    one, two, four = (vt.timeline(digits[:4], n_jobs=jobs).coordinates for jobs in (1, 2, 4))
    np.testing.assert_array_equal(one, two)
    np.testing.assert_array_equal(one, four)


def test_points_that_come_later_or_go_have_no_place_where_they_are_not(digits: list[np.ndarray]) -> None:
    given = [each.copy() for each in digits]
    given[0][:50], given[3][120:] = np.nan, np.inf
    found = vt.timeline(given).coordinates
    assert np.isnan(found[0][:50]).all()
    assert np.isnan(found[3][120:]).all()
    assert np.isfinite(found[1:3]).all()


def test_steps_of_none_one_or_two_points(digits: list[np.ndarray]) -> None:
    given = [np.full_like(each, np.nan) for each in digits[:4]]
    for step, count in enumerate((1, 2, 0, 2)):
        given[step][:count] = digits[step][:count]
    found = vt.timeline(given).coordinates
    assert np.isfinite(found).all(axis=2).sum(axis=1).tolist() == [1, 2, 0, 2]


def test_in_three_dimensions(digits: list[np.ndarray]) -> None:
    assert vt.timeline(digits[:4], n_components=3).fidelity.overall_displacement > 0.75


def test_stopped_in_the_middle_it_goes_on_to_the_same_places(digits: list[np.ndarray]) -> None:
    whole = begin_timeline(digits[:4])
    whole.advance()
    stopped = begin_timeline(digits[:4])

    def stop(iteration: int, coordinates: np.ndarray) -> None:
        assert np.isfinite(coordinates).all()
        if iteration > stopped.max_iter - 30:
            raise CancelledError

    with pytest.raises(CancelledError):
        stopped.advance(stop, seconds=0)
    assert not stopped.done
    stopped.advance()
    np.testing.assert_array_equal(stopped.coordinates, whole.coordinates)
    assert stopped.done
    assert finish_timeline(stopped).fidelity.frozen == pytest.approx(0, abs=1e-3)


def test_the_room_that_a_layout_takes_grows_with_the_points_and_shrinks_with_what_holds_them() -> None:
    assert unit_of(1000, 30, 1000, 30) == 1
    assert unit_of(4000, 30, 1000, 30) == 2
    assert unit_of(4000, 120, 1000, 30) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"sizes": np.array([3, 3], np.int64)},
        {"rows": np.array([[0, 1], [3, 2]], np.int32)},
        {"lags": np.array([0], np.int32)},
        {"lengths": np.zeros((1, 3), np.float32)},
        {"indices": np.array([1, 0, 2, 0], np.int32)},
        {"indptr": np.array([0, 9, 2, 3, 4], np.int64)},
        {"start": np.zeros((3, 2), np.float32)},
    ],
)
def test_what_does_not_fit_is_refused_before_it_is_read(change: dict[str, np.ndarray]) -> None:
    given = {
        "sizes": np.array([2, 2], np.int64),
        "indptr": np.array([0, 1, 2, 3, 4], np.int64),
        "indices": np.array([1, 0, 1, 0], np.int32),
        "weights": np.full(4, 0.5, np.float32),
        "rows": np.array([[0, 1], [2, 3]], np.int32),
        "lags": np.array([1], np.int32),
        "lengths": np.zeros((1, 4), np.float32),
        "start": np.eye(4, 2, dtype=np.float32),
    }
    pace = {"strength": 1, "softness": 0.1, "learning_rate": 1, "momentum": 0.8, "longest": 0.5, "threads": 1}
    _native.Courses(**given, **pace).advance(3)
    with pytest.raises(ValueError, match=r"fit|follow|No such|fewer"):
        _native.Courses(**{**given, **change}, **pace)
