"""A joint timeline of a network that learns to read digits keeps its promises."""

from __future__ import annotations

import runpy
from pathlib import Path

import numpy as np
import pytest

import vectarium as vt
from vectarium.project import measure

LEARNING = Path(__file__).parents[2] / "bench" / "digits_learning.py"


@pytest.fixture(scope="module")
def digits() -> list[np.ndarray]:
    """500 digits in 32 dimensions at 13 moments, and two exact copies of the last."""
    return runpy.run_path(str(LEARNING))["pilot"]()


@pytest.fixture(scope="module")
def made(digits: list[np.ndarray]) -> vt.Timeline:
    """Its joint t-SNE."""
    return vt.timeline(digits, method="tsne")


def test_nothing_moves_between_identical_snapshots(made: vt.Timeline) -> None:
    assert made.fidelity.frozen is not None
    assert made.fidelity.frozen <= 0.05


def test_motion_in_the_picture_is_true(made: vt.Timeline) -> None:
    assert made.fidelity.overall_displacement >= 0.75


def test_nearly_as_many_neighbours_are_kept_as_by_each_step_alone(made: vt.Timeline, digits: list[np.ndarray]) -> None:
    steps = [0, 2, 6, 12]
    alone = [measure([digits[s]], vt.TSNE().fit_transform(digits[s])[None]).neighbor_preservation[0] for s in steps]
    assert made.fidelity.neighbor_preservation[steps].mean() >= 0.9 * np.mean(alone)
