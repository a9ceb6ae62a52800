"""A timeline: all snapshots in one frame."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import vectarium as vt
from vectarium.errors import CancelledError, ParameterError, ShapeError
from vectarium.project import begin_timeline


@pytest.fixture(scope="module")
def snapshots() -> list[np.ndarray]:
    """Five moments of forty points that wander, the last one twice."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((40, 8)).astype(np.float32)
    moments = [x := x + 0.3 * rng.standard_normal(x.shape).astype(np.float32) for _ in range(4)]
    return [*moments, moments[-1].copy()]


def turned(x: np.ndarray) -> np.ndarray:
    """The same points in a space that was turned."""
    return x @ np.linalg.qr(np.random.default_rng(1).standard_normal((x.shape[1], x.shape[1])))[0]


def test_all_snapshots_stand_along_the_principal_components_of_the_last(snapshots: list[np.ndarray]) -> None:
    made = vt.timeline(snapshots, method="pca", align="none")
    np.testing.assert_allclose(made.coordinates[-1], vt.PCA(2).fit_transform(snapshots[-1]), atol=1e-5)
    components = vt.PCA(2).fit(snapshots[-1])
    np.testing.assert_allclose(made.coordinates[0], components.transform(snapshots[0]), atol=1e-5)


def test_identical_snapshots_do_not_move(snapshots: list[np.ndarray]) -> None:
    made = vt.timeline(snapshots, method="pca")
    assert np.abs(made.coordinates[-1] - made.coordinates[-2]).max() < 1e-5
    assert made.fidelity.frozen == pytest.approx(0, abs=1e-5)


def test_a_turn_of_the_whole_space_is_no_motion(snapshots: list[np.ndarray]) -> None:
    x = snapshots[0]
    made = vt.timeline([turned(x), x], method="pca")
    np.testing.assert_allclose(made.coordinates[0], made.coordinates[1], atol=1e-4)
    assert "100% of the squared motion" in made.sentence


def test_a_turn_of_the_whole_space_can_be_kept(snapshots: list[np.ndarray]) -> None:
    x = snapshots[0]
    made = vt.timeline([turned(x), x], method="pca", align="none")
    assert np.abs(made.coordinates[0] - made.coordinates[1]).max() > 0.5
    assert "kept as it was recorded" in made.sentence


def test_a_space_of_many_dimensions_is_turned_within_the_leading_ones() -> None:
    x = np.random.default_rng(0).standard_normal((30, 600)).astype(np.float32)
    made = vt.timeline([x[:, ::-1], x], method="pca")
    np.testing.assert_allclose(made.coordinates[0], made.coordinates[1], atol=1e-2)


def test_points_that_are_not_there_have_no_place(snapshots: list[np.ndarray]) -> None:
    x = [each.copy() for each in snapshots]
    x[1][7] = np.nan
    made = vt.timeline(x, method="pca")
    assert np.isnan(made.coordinates[1, 7]).all()
    assert np.isnan(made.coordinates).sum() == 2


def test_a_snapshot_of_nan_is_empty_and_the_others_stand(snapshots: list[np.ndarray]) -> None:
    x = [*snapshots[:2], np.full_like(snapshots[0], np.nan), *snapshots[2:], np.full_like(snapshots[0], np.nan)]
    made = vt.timeline(x, method="pca")
    assert [bool(np.isfinite(each).all()) for each in made.coordinates] == [True, True, False, True, True, True, False]
    assert np.isnan(made.fidelity.neighbor_preservation[2])


@pytest.mark.parametrize("n", [1, 2, 3])
def test_few_points_have_places(snapshots: list[np.ndarray], n: int) -> None:
    made = vt.timeline([each[:n] for each in snapshots], method="pca")
    assert np.isfinite(made.coordinates).all()


def test_one_snapshot_is_a_timeline(snapshots: list[np.ndarray]) -> None:
    made = vt.timeline(snapshots[:1], method="pca")
    assert made.coordinates.shape == (1, 40, 2)
    assert "one step" in made.sentence


def test_points_that_are_all_the_same_stand_together() -> None:
    made = vt.timeline([np.ones((5, 4))] * 3, method="pca")
    assert np.abs(made.coordinates).max() < 1e-6


def test_a_step_of_another_width_is_named(snapshots: list[np.ndarray]) -> None:
    with pytest.raises(ShapeError, match="At step 20 there are 40 × 3 numbers, at step 10 40 × 8"):
        vt.timeline([snapshots[0], snapshots[1][:, :3]], steps=[10, 20], method="pca")


def test_steps_have_to_ascend(snapshots: list[np.ndarray]) -> None:
    with pytest.raises(ParameterError, match=r"steps is \[5, 5\]; 2 ascending integers"):
        vt.timeline(snapshots[:2], steps=[5, 5], method="pca")


def test_a_timeline_needs_a_snapshot() -> None:
    with pytest.raises(ParameterError, match="There is no snapshot"):
        vt.timeline([], method="pca")


def test_a_method_that_is_not_known_is_named(snapshots: list[np.ndarray]) -> None:
    with pytest.raises(ParameterError, match="method is 'mds'; it can be 'tsne', 'umap', 'pca'"):
        vt.timeline(snapshots, method="mds")


def test_what_follows_is_placed_and_the_rest_stays(snapshots: list[np.ndarray]) -> None:
    first = vt.timeline(snapshots[:3], method="pca", steps=[0, 10, 20])
    more = first.extended(snapshots[3:], steps=[30, 40])
    assert more.steps == [0, 10, 20, 30, 40]
    np.testing.assert_array_equal(more.coordinates[:3], first.coordinates)


def test_a_descent_that_is_not_advanced_stands_at_its_start(snapshots: list[np.ndarray]) -> None:
    descent = begin_timeline(snapshots, method="pca")
    assert descent.coordinates.shape == (5 * 40, 2)
    assert descent.done


def test_a_joint_layout_can_be_watched_and_stopped(snapshots: list[np.ndarray]) -> None:
    descent = begin_timeline(snapshots, method="tsne", perplexity=5, max_iter=20, early_exaggeration_iter=5)

    def stop_at_ten(iteration: int, places: np.ndarray) -> None:
        assert places.shape == (200, 2)
        if iteration == 10:
            raise CancelledError("That is enough.")

    with pytest.raises(CancelledError, match="enough"):
        descent.advance(stop_at_ten, seconds=0)
    assert descent.iteration == 10
    assert not descent.done
    descent.advance()
    whole = begin_timeline(snapshots, method="tsne", perplexity=5, max_iter=20, early_exaggeration_iter=5)
    whole.advance()
    assert descent.done
    np.testing.assert_array_equal(descent.coordinates, whole.coordinates)


@pytest.mark.parametrize("method", ["tsne", "umap"])
def test_identical_snapshots_stand_in_the_same_place_jointly(snapshots: list[np.ndarray], method: str) -> None:
    made = vt.timeline(snapshots, method=method, align="none")
    np.testing.assert_array_equal(made.coordinates[-1], made.coordinates[-2])
    assert made.fidelity.frozen == 0


@pytest.mark.parametrize("method", ["tsne", "umap"])
def test_what_follows_a_joint_layout_is_placed_and_the_rest_stays(snapshots: list[np.ndarray], method: str) -> None:
    first = vt.timeline(snapshots[:4], method=method, steps=[0, 10, 20, 30])
    more = first.extended(snapshots[4:], steps=[40])
    np.testing.assert_array_equal(more.coordinates[:4], first.coordinates)
    np.testing.assert_allclose(more.coordinates[4], first.coordinates[3], atol=1e-3)


def test_what_follows_is_placed_also_where_landmarks_are_not_known_any_more(snapshots: list[np.ndarray]) -> None:
    first = vt.timeline(snapshots[:4], method="tsne")
    more = vt.timeline(snapshots, method="tsne", before=replace(first, layout=None))
    np.testing.assert_array_equal(more.coordinates[:4], first.coordinates)
    assert np.isfinite(more.coordinates[4]).all()


def test_another_timeline_cannot_be_gone_on_with(snapshots: list[np.ndarray]) -> None:
    first = vt.timeline(snapshots[:3], method="pca", steps=[0, 1, 2])
    with pytest.raises(ParameterError, match="before has 3 steps up to 2"):
        vt.timeline(snapshots[:3], method="pca", before=first)
    with pytest.raises(ParameterError, match="made by pca in 2 dimensions; that cannot go on by tsne in 2"):
        vt.timeline(snapshots, method="tsne", before=first)


def test_points_that_are_no_landmarks_find_their_places(snapshots: list[np.ndarray]) -> None:
    made = vt.timeline(snapshots, method="tsne", landmarks=25)
    assert "25 points" in made.sentence
    assert np.isfinite(made.coordinates).all()
    assert made.fidelity.neighbor_preservation.min() > made.fidelity.chance[0]


def test_steps_that_are_not_laid_out_find_their_places() -> None:
    rng = np.random.default_rng(0)
    x, way = rng.standard_normal((2, 40, 8))
    moments = [(x + 0.02 * step * way).astype(np.float32) for step in range(40)]
    made = vt.timeline(moments, method="tsne")
    assert "of 40 steps" in made.sentence
    assert np.isfinite(made.coordinates).all()
    assert made.fidelity.neighbor_preservation.mean() > 0.5


@pytest.mark.parametrize("method", ["tsne", "umap"])
def test_a_joint_layout_is_the_same_for_any_number_of_threads(snapshots: list[np.ndarray], method: str) -> None:
    one, two = (vt.timeline(snapshots, method=method, n_jobs=jobs).coordinates for jobs in (1, 2))
    np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize("method", ["tsne", "umap"])
def test_points_that_are_not_there_take_no_part_in_a_joint_layout(snapshots: list[np.ndarray], method: str) -> None:
    x = [each.copy() for each in snapshots]
    x[1][7], x[2][:] = np.nan, np.nan
    made = vt.timeline(x, method=method)
    assert np.isnan(made.coordinates).sum() == 2 * 41
    assert np.isnan(made.coordinates[1, 7]).all()


@pytest.mark.parametrize("method", ["tsne", "umap"])
@pytest.mark.parametrize("n", [1, 2, 3])
def test_few_points_are_laid_out_jointly(snapshots: list[np.ndarray], method: str, n: int) -> None:
    assert np.isfinite(vt.timeline([each[:n] for each in snapshots], method=method).coordinates).all()


def test_a_parameter_that_the_method_does_not_have_is_named(snapshots: list[np.ndarray]) -> None:
    with pytest.raises(ParameterError, match="by 'tsne' has no parameter 'min_dist'; it has perplexity"):
        vt.timeline(snapshots, method="tsne", min_dist=0.1)
    with pytest.raises(ParameterError, match="method 'pca' has no parameter 'perplexity'"):
        vt.timeline(snapshots, method="pca", perplexity=5)
