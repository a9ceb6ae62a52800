from __future__ import annotations

import numpy as np
import pytest

from vectarium.data import Column
from vectarium.explore.targets import targets

GONE = np.array([False, True, False])


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (Column("a", "text", np.array(["x", None, "y"], dtype=object)), ["x", None, "y"]),
        (Column("a", "category", np.array([1, -1, 0], np.int32), ("x", "y")), ["y", None, "x"]),
        (Column("a", "boolean", np.array([True, True, False]), mask=GONE), ["true", None, "false"]),
        (Column("a", "integer", np.array([3, 0, 3]), mask=GONE), ["3", None, "3"]),
    ],
)
def test_what_names_things_is_told_apart_only(column, expected):
    assert targets(column).tolist() == expected


def test_what_measures_stays_a_number():
    counts = np.arange(200)
    np.testing.assert_array_equal(targets(Column("a", "integer", counts)), counts.astype(float))
    np.testing.assert_array_equal(targets(Column("a", "number", np.array([0.5, np.nan]))), [0.5, np.nan])
    times = np.array(["1970-01-01T00:00:01", "NaT"], "datetime64[us]")
    np.testing.assert_array_equal(targets(Column("a", "time", times)), [1000.0, np.nan])
