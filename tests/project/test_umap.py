from __future__ import annotations

import contextlib

import numpy as np
import pytest
from sklearn.datasets import load_digits

from vectarium import _native
from vectarium.errors import CancelledError, ParameterError, ShapeError
from vectarium.project import UMAP, neighbors
from vectarium.project.fuzzy import fuzzy_graph


@pytest.fixture(scope="module")
def digits():
    x, labels = load_digits(return_X_y=True)
    return x[:900], labels[:900]


def cloud(n: int, d: int = 4) -> np.ndarray:
    return np.random.default_rng(0).standard_normal((n, d))


def nearest_share(layout: np.ndarray, labels: np.ndarray) -> float:
    """How many points have the label of the point next to them."""
    apart = np.square(layout[:, None] - layout[None]).sum(axis=2)
    np.fill_diagonal(apart, np.inf)
    return float((labels[apart.argmin(axis=1)] == labels).mean())


@pytest.mark.parametrize("n_components", [2, 3])
def test_digits_separate(digits, n_components):
    x, labels = digits
    assert nearest_share(UMAP(n_components).fit_transform(x), labels) > 0.95


@pytest.mark.parametrize("init", ["spectral", "pca", "random"])
def test_the_number_of_threads_does_not_change_a_bit(digits, init):
    one, two, four = (UMAP(init=init, n_epochs=30, n_jobs=jobs).fit_transform(digits[0]) for jobs in (1, 2, 4))
    assert one.tobytes() == two.tobytes() == four.tobytes()


def test_another_seed_gives_another_picture(digits):
    one, two = (UMAP(n_epochs=10, random_state=seed).fit_transform(digits[0]) for seed in (0, 1))
    assert not np.array_equal(one, two)


def test_a_stopped_descent_goes_on_as_if_it_had_not_been(digits):
    def stop(iteration: int, coordinates: np.ndarray) -> None:
        if iteration == 40:
            raise CancelledError

    descent = UMAP(n_epochs=80).begin(digits[0])
    with pytest.raises(CancelledError):
        descent.advance(stop, seconds=0)
    assert descent.iteration == 40
    descent.advance()
    assert descent.done
    np.testing.assert_array_equal(descent.coordinates, UMAP(n_epochs=80).fit_transform(digits[0]))


def test_whoever_watches_sees_every_epoch_and_changes_nothing(digits):
    seen = []
    watched = UMAP(n_epochs=20, callback=lambda iteration, _: seen.append(iteration))
    y = watched.fit_transform(digits[0])
    np.testing.assert_array_equal(y, UMAP(n_epochs=20).fit_transform(digits[0]))
    assert seen[-1] == 20
    descent, each = UMAP(n_epochs=20).begin(digits[0]), []
    descent.advance(lambda iteration, _: each.append(iteration), seconds=0)
    # Looked at now and then, it may be where it was before.
    assert list(dict.fromkeys(each)) == list(range(1, 21))


def test_every_stage_before_the_descent_can_be_stopped(digits):
    told: list[tuple[float, str]] = []
    UMAP(n_epochs=0).begin(digits[0], progress=lambda share, text: told.append((share, text)))
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    for wanted in {text for _, text in told}:
        heard: list[str] = []

        def stop(share: float, now: str, heard: list[str] = heard, wanted: str = wanted) -> None:
            heard.append(now)
            if now == wanted:
                raise CancelledError

        # A stage that is over within moments may go without a word this time.
        with contextlib.suppress(CancelledError):
            UMAP(n_epochs=0).begin(digits[0], progress=stop)
            assert wanted not in heard
        assert heard[-1] == wanted or wanted not in heard


def test_given_neighbours_give_the_same_picture(digits):
    x, _ = digits
    umap = UMAP(n_epochs=20)
    found = neighbors(x, umap.neighbors_wanted(len(x)))
    descent = umap.begin(x, neighbors=found)
    descent.advance()
    np.testing.assert_array_equal(descent.coordinates, umap.fit_transform(x))
    assert descent.sentence == found.sentence


@pytest.mark.parametrize("instruction_set", _native.instruction_sets())
def test_every_instruction_set_separates_digits(digits, instruction_set):
    x, labels = digits
    graph = fuzzy_graph(*neighbors(x, 14))
    start = x[:, [20, 43]].astype(np.float32) + cloud(len(x), 2).astype(np.float32)
    descent = _native.Umap(*graph, start, None, 1.577, 0.895, 200, 1.0, 5, 0, instruction_set)
    while descent.epoch < 200:
        descent.advance(1.0, 2)
    assert nearest_share(descent.coordinates(), labels) > 0.95


def test_the_same_points_turned_or_moved_separate_as_well(digits):
    x, labels = digits
    turn, _ = np.linalg.qr(cloud(64, 64))
    assert nearest_share(UMAP().fit_transform(x @ turn + 100), labels) > 0.95
    order = np.random.default_rng(1).permutation(len(x))
    assert nearest_share(UMAP().fit_transform(x[order]), labels[order]) > 0.95


def test_new_points_find_their_kind(digits):
    x, labels = digits
    fitted = UMAP().fit(x[:700])
    before = fitted.embedding_.copy()
    y = fitted.transform(x[700:])
    apart = np.square(y[:, None] - fitted.embedding_[None]).sum(axis=2)
    assert (labels[:700][apart.argmin(axis=1)] == labels[700:]).mean() > 0.9
    np.testing.assert_array_equal(fitted.embedding_, before)


def test_supervision_pulls_classes_apart(digits):
    x, labels = digits
    known = labels.copy()
    known[::5] = -1
    alone, told = (UMAP(target_weight=weight).fit_transform(x, known) for weight in (0, 0.8))
    assert nearest_share(told, labels) > nearest_share(alone, labels)
    np.testing.assert_array_equal(alone, UMAP().fit_transform(x))


@pytest.mark.parametrize("count", [2, 5, 40])
def test_groups_that_nothing_links_stay_apart(count):
    centres = 100 * cloud(count, 10)
    labels = np.repeat(np.arange(count), 40)
    y = UMAP(n_epochs=100).fit_transform(centres[labels] + cloud(40 * count, 10))
    assert nearest_share(y, labels) == 1


@pytest.mark.parametrize("n", [1, 2, 3, 4, 10, 15, 17, 33])
@pytest.mark.parametrize("n_components", [2, 3])
def test_few_points_are_laid_out(n, n_components):
    y = UMAP(n_components).fit_transform(cloud(n))
    assert y.shape == (n, n_components)
    assert np.isfinite(y).all()
    assert np.abs(y).max() < 1000


@pytest.mark.parametrize("init", ["spectral", "pca", "random"])
@pytest.mark.parametrize(
    "x",
    [
        np.ones((50, 3)),
        np.zeros((5, 4)),
        np.repeat(cloud(3), 30, axis=0),
        np.hstack([cloud(60), np.ones((60, 2))]),
        np.arange(70.0)[:, None],
        cloud(20, 20_000),
        cloud(60) * 1e30,
        cloud(60) * 1e-30,
        np.vstack([cloud(50), 1e9 * np.ones((1, 4))]),
    ],
    ids=["same", "zeros", "copies", "constant columns", "one dimension", "many", "large", "tiny", "outlier"],
)
def test_odd_vectors_are_laid_out(x, init):
    y = UMAP(init=init, n_epochs=60).fit_transform(x)
    assert np.isfinite(y).all()
    assert np.ptp(y, axis=0).min() > 0


@pytest.mark.parametrize(
    "convert", [np.float16, np.int32, np.uint8, np.asfortranarray, lambda x: np.repeat(x, 2, 0)[::2]]
)
def test_every_kind_of_array_gives_the_same_picture(digits, convert):
    x = digits[0][:300]
    np.testing.assert_array_equal(UMAP(n_epochs=5).fit_transform(convert(x)), UMAP(n_epochs=5).fit_transform(x))


@pytest.mark.parametrize("metric", ["cosine", "correlation", "inner_product"])
def test_other_metrics_separate_digits(digits, metric):
    fitted = UMAP(metric=metric, n_epochs=100).fit(digits[0])
    if metric != "inner_product":
        assert nearest_share(fitted.embedding_, digits[1]) > 0.9
    assert np.isfinite(fitted.transform(digits[0][:20] + 0.5)).all()


@pytest.mark.parametrize(
    "parameters",
    [
        {"min_dist": 0.0},
        {"min_dist": 1.0},
        {"min_dist": 1e3, "spread": 1e3},
        {"spread": 1e-3, "min_dist": 0},
        {"learning_rate": 1e6},
        {"negative_sample_rate": 100},
        {"n_neighbors": 10_000},
        {"n_neighbors": 2},
        {"n_epochs": 1},
    ],
)
def test_absurd_parameters_still_give_numbers(parameters):
    y = UMAP(**{"n_epochs": 30, **parameters}).fit_transform(cloud(80))
    assert np.isfinite(y).all()


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"n_components": 4}, "n_components is 4"),
        ({"n_neighbors": 1}, "n_neighbors is 1"),
        ({"min_dist": -1}, "min_dist is -1"),
        ({"min_dist": 2.0}, "at most spread = 1.0"),
        ({"spread": 0}, "spread is 0"),
        ({"n_epochs": -1}, "n_epochs is -1"),
        ({"learning_rate": 0}, "learning_rate is 0"),
        ({"negative_sample_rate": 0}, "negative_sample_rate is 0"),
        ({"init": "spectrum"}, "it can be 'spectral', 'pca', 'random'"),
        ({"metric": "jaccard"}, "metric is 'jaccard'"),
        ({"n_jobs": 0}, "n_jobs is 0"),
        ({"random_state": None}, "random_state is None"),
        ({"target_weight": 2}, "target_weight is 2"),
    ],
)
def test_a_parameter_outside_of_what_is_allowed_is_named(parameters, message):
    with pytest.raises(ParameterError, match=message):
        UMAP(**parameters).fit(cloud(30))


def test_nan_is_refused_with_its_row_and_column():
    x = cloud(30)
    x[7, 2] = np.nan
    with pytest.raises(ParameterError, match="row 7, column 2: nan"):
        UMAP().fit(x)
    with pytest.raises(ShapeError, match="0 sample"):
        UMAP().fit(np.empty((0, 3)))
    with pytest.raises(ShapeError, match=r"init has shape \(3, 2\)"):
        UMAP(init=np.zeros((3, 2))).fit(cloud(30))
    with pytest.raises(ShapeError, match="see neighbors_wanted"):
        UMAP().begin(cloud(30), neighbors=neighbors(cloud(30), 3))


def test_a_given_start_is_taken_as_it_is():
    start = cloud(30, 2).astype(np.float32)
    np.testing.assert_array_equal(UMAP(init=start, n_epochs=0).fit_transform(cloud(30)), start)
    assert np.isfinite(UMAP(init=np.zeros((30, 2)), n_epochs=50).fit_transform(cloud(30))).all()
    assert np.isfinite(UMAP(init=start * 1e5, n_epochs=50).fit_transform(cloud(30))).all()
