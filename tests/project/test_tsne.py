from __future__ import annotations

import inspect

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_digits

from vectarium.errors import CancelledError, NotFittedError, ParameterError, ShapeError
from vectarium.project import TSNE, neighbors
from vectarium.project.affinity import affinities


@pytest.fixture(scope="module")
def digits():
    return load_digits(return_X_y=True)


@pytest.fixture(scope="module")
def fitted(digits):
    return TSNE().fit(digits[0])


def cloud(n: int, d: int = 5, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((n, d))


def nearest_share(layout: np.ndarray, labels: np.ndarray) -> float:
    """How many points have the label of the point next to them."""
    apart = np.square(layout[:, None] - layout[None]).sum(axis=2)
    np.fill_diagonal(apart, np.inf)
    return float((labels[apart.argmin(axis=1)] == labels).mean())


def exact_forces(y: np.ndarray) -> tuple[np.ndarray, float, np.ndarray]:
    """The repulsion on every point, the normaliser, and w for all pairs."""
    apart = y[:, None] - y[None]
    w = 1 / (1 + np.square(apart).sum(axis=2))
    return np.einsum("ij,ijk->ik", w * w, apart), w.sum() - len(y), w


def exact_descent(p: np.ndarray, start: np.ndarray, schedule: list[tuple[int, float]]) -> float:
    """The divergence that plain NumPy comes to, all pairs every iteration, as van der Maaten wrote it down."""
    y, n = start.astype(float), len(p)
    for iterations, exaggeration in schedule:
        velocity, gains, rate = np.zeros_like(y), np.ones_like(y), max(n / exaggeration, 50)
        for _ in range(iterations):
            repulsion, z, w = exact_forces(y)
            pull = exaggeration * p * w
            slope = 4 * (pull.sum(axis=1)[:, None] * y - pull @ y - repulsion / z)
            gains = np.maximum(np.where(slope * velocity < 0, gains + 0.2, gains * 0.8), 0.01)
            velocity = 0.8 * velocity - rate * gains * slope
            y += velocity
    _, z, w = exact_forces(y)
    return float(np.sum(p[p > 0] * np.log(p[p > 0] / (w[p > 0] / z))))


def test_digits_separate(digits, fitted):
    assert nearest_share(fitted.embedding_, digits[1]) > 0.97
    assert fitted.embedding_.dtype == np.float32
    assert (fitted.n_iter_, fitted.n_features_in_) == (500, 64)
    assert fitted.neighbors_sentence_ == "64 dimensions; exact"


def test_it_comes_as_far_as_exact_descent(digits):
    x, came, expected = digits[0][:250], 0.0, 0.0
    graph = affinities(*neighbors(x, 40), perplexity=20)
    p = np.zeros((250, 250))
    p[np.repeat(np.arange(250), np.diff(graph.indptr)), graph.indices] = graph.weights
    for seed in range(3):
        start = cloud(250, 2, seed) * 1e-4
        came += TSNE(perplexity=20, init=start).fit(x).kl_divergence_
        expected += exact_descent(p, start, [(100, 12), (400, 1)])
    assert came < 1.02 * expected


@pytest.mark.parametrize(("n_components", "way"), [(2, "mesh"), (2, ""), (3, "")])
def test_repulsion_agrees_with_all_pairs_at_every_stage(digits, n_components, way):
    x, off = digits[0][: 1797 if way == "mesh" else 600], {}

    def compare(iteration: int, coordinates: np.ndarray) -> None:
        if iteration in {1, 3, 10, 20, 30, 40, 60, 99, 101, 120, 200, 299}:
            forces, normaliser = descent._native.repulsion(way)
            expected, z, _ = exact_forces(coordinates.astype(float))
            off[iteration] = max(np.linalg.norm(forces - expected) / np.linalg.norm(expected), abs(normaliser / z - 1))

    descent = TSNE(n_components, max_iter=300).begin(x)
    descent.advance(compare, seconds=0)
    assert len(off) == 12
    assert max(off.values()) < 0.02, off


@pytest.mark.parametrize("size", [1e-12, 1e-4, 1e-2, 0.3, 2, 20])
def test_pairs_and_mesh_agree_at_every_size(size):
    descent = TSNE(init=cloud(300, 2) * size, max_iter=0, perplexity=5).begin(cloud(300))
    (by_mesh, z), (by_pairs, other) = (descent._native.repulsion(way) for way in ("mesh", "pairs"))
    unit = np.abs(by_pairs).max()  # squares of 1e-12 leave float32's range
    # Far fewer points than a layout of this size has: where neighbours are farther apart, the mesh is coarser.
    assert np.linalg.norm((by_mesh - by_pairs) / unit) < 0.04 * np.linalg.norm(by_pairs / unit)
    assert z == pytest.approx(other, rel=5e-3)


def test_the_number_of_threads_does_not_change_a_bit(digits):
    x, _ = digits
    one, two, four = (TSNE(max_iter=150, n_jobs=jobs).fit_transform(x) for jobs in (1, 2, 4))
    np.testing.assert_array_equal(one, two)
    np.testing.assert_array_equal(one, four)


def test_the_same_holds_for_the_mesh():
    x = cloud(6000)
    one, three = (TSNE(max_iter=120, n_jobs=jobs, affinity="uniform").fit_transform(x) for jobs in (1, 3))
    np.testing.assert_array_equal(one, three)


def test_a_stopped_descent_goes_on_as_if_it_had_not_been(digits):
    def stop(iteration: int, coordinates: np.ndarray) -> None:
        if iteration == 40:
            raise CancelledError

    descent = TSNE(max_iter=120).begin(digits[0])
    with pytest.raises(CancelledError):
        descent.advance(stop, seconds=0)
    assert (descent.iteration, descent.done, descent.divergence) == (40, False, None)
    descent.advance()
    assert descent.done
    assert descent.divergence > 0
    np.testing.assert_array_equal(descent.coordinates, TSNE(max_iter=120).fit_transform(digits[0]))


def test_watching_and_putting_in_order_change_nothing(digits):
    seen: list[int] = []
    model = TSNE(max_iter=110, callback=lambda iteration, _: seen.append(iteration))
    np.testing.assert_array_equal(model.fit_transform(digits[0]), TSNE(max_iter=110).fit_transform(digits[0]))
    assert seen == sorted(set(seen))


@pytest.mark.parametrize("stage", ["principal", "neighbours", "Weighing"])
def test_every_stage_can_be_stopped(stage):
    def stop(share: float, text: str) -> None:
        if stage in text:
            raise CancelledError(text)

    begin = inspect.unwrap(TSNE.begin)  # as it reports itself, not only what was last said when 50 ms were over
    with pytest.raises(CancelledError, match=stage):
        begin(TSNE(perplexity=10), cloud(3000, 150), progress=stop)


def test_turning_moving_and_scaling_the_input_changes_little(digits):
    x = digits[0][:800]
    turn, _ = np.linalg.qr(cloud(64, 64))
    plain, other = TSNE().fit(x), TSNE().fit(3 * x @ turn + 100)
    assert other.kl_divergence_ == pytest.approx(plain.kl_divergence_, rel=0.05)


def test_the_order_of_the_input_changes_little(digits):
    x, order = digits[0][:800], np.random.default_rng(0).permutation(800)
    plain, other = TSNE().fit(x), TSNE().fit(x[order])
    assert other.kl_divergence_ == pytest.approx(plain.kl_divergence_, rel=0.05)
    assert nearest_share(other.embedding_, digits[1][:800][order]) > 0.95


def test_new_points_come_near_their_twins_and_move_nobody(digits, fitted):
    before = fitted.embedding_.copy()
    placed = fitted.transform(digits[0][::3])
    apart = np.linalg.norm(placed - before[::3], axis=1)
    assert np.median(apart) < 0.01 * before.std()
    np.testing.assert_array_equal(fitted.embedding_, before)
    np.testing.assert_array_equal(fitted.transform(digits[0][3:4]), placed[1:2])


def test_unseen_points_come_among_their_kind(digits):
    x, labels = digits
    model = TSNE().fit(x[::2])
    near = np.square(model.transform(x[1::2])[:, None] - model.embedding_[None]).sum(axis=2).argmin(axis=1)
    assert (labels[::2][near] == labels[1::2]).mean() > 0.95


def test_vectors_of_many_dimensions_are_reduced_for_the_search():
    model = TSNE(perplexity=10, max_iter=60).fit(cloud(300, 150))
    assert model.neighbors_sentence_.startswith("100 principal components of 150 dimensions")
    assert model.transform(cloud(4, 150)).shape == (4, 2)


@pytest.mark.parametrize("metric", ["cosine", "correlation", "inner_product"])
def test_other_metrics_separate_digits_too(digits, metric):
    share = nearest_share(TSNE(metric=metric).fit_transform(digits[0]), digits[1])
    assert share > (0.8 if metric == "inner_product" else 0.97)


def test_cosines_are_kept_when_dimensions_are_reduced(digits):
    x, labels = digits
    model = TSNE(metric="cosine", reduce_to=30).fit(x)
    assert nearest_share(model.embedding_, labels) > 0.97
    assert "30 principal components" in model.neighbors_sentence_


def test_uniform_neighbours_and_three_dimensions(digits):
    model = TSNE(3, affinity="uniform", n_neighbors=10).fit(digits[0])
    assert model.embedding_.shape == (1797, 3)
    assert nearest_share(model.embedding_, digits[1]) > 0.97


def test_given_neighbours_are_used(digits):
    model = TSNE(max_iter=50)
    found = neighbors(digits[0], model.neighbors_wanted(1797))
    given, own = model.begin(digits[0], neighbors=found), model.begin(digits[0])
    given.advance()
    own.advance()
    np.testing.assert_array_equal(given.coordinates, own.coordinates)
    with pytest.raises(ShapeError, match="neighbors_wanted"):
        model.begin(digits[0], neighbors=neighbors(digits[0], 10))


def test_targets_draw_their_kind_together(digits):
    x, labels = digits
    plain, heeded = (TSNE(target_weight=weight).fit_transform(x, labels) for weight in (0.0, 0.8))
    assert nearest_share(heeded, labels) > nearest_share(plain, labels)
    np.testing.assert_array_equal(TSNE(max_iter=9).fit_transform(x), TSNE(max_iter=9).fit_transform(x, labels))


@pytest.mark.parametrize("n", [1, 2, 3, 4, 10])
@pytest.mark.parametrize("n_components", [2, 3])
@pytest.mark.filterwarnings("ignore:perplexity")
def test_a_few_points_have_a_place(n, n_components):
    layout = TSNE(n_components).fit_transform(cloud(n))
    assert layout.shape == (n, n_components)
    assert np.isfinite(layout).all()
    assert len(np.unique(layout, axis=0)) == n


def test_too_much_perplexity_is_lowered_aloud():
    with pytest.warns(UserWarning, match=r"perplexity 30 is too much for 31 points; 10 is used"):
        TSNE().fit(cloud(31))


@pytest.mark.parametrize(
    "x",
    [
        np.ones((200, 5)),
        np.repeat(np.eye(2), 100, axis=0),
        np.repeat(cloud(10), 60, axis=0),
        cloud(200, 1),
        cloud(200) * 1e30,
        cloud(200) * 1e-30,
        cloud(200).astype(np.float16),
        np.asfortranarray(cloud(400))[::2, ::2],
        np.arange(400).reshape(200, 2) % 7,
    ],
    ids=["identical", "two places", "copies", "d = 1", "large", "small", "half", "strided", "integers"],
)
def test_odd_vectors_have_a_place(x):
    assert np.isfinite(TSNE(perplexity=20).fit_transform(x)).all()


@pytest.mark.parametrize(
    "parameters",
    [
        {"learning_rate": 1e9},
        {"early_exaggeration": 1000},
        {"n_neighbors": 10**6, "affinity": "uniform"},
        {"max_iter": 0},
    ],
    ids=str,
)
def test_strange_parameters_give_no_nan(parameters):
    assert np.isfinite(TSNE(**{"perplexity": 20, **parameters}).fit_transform(cloud(200))).all()


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({"n_components": 4}, "n_components is 4; an integer from 2 to 3"),
        ({"perplexity": 0.5}, "perplexity is 0.5; a number from 1"),
        ({"perplexity": float("nan")}, "perplexity is nan"),
        ({"affinity": "soft"}, "affinity is 'soft'; it can be 'perplexity', 'uniform'"),
        ({"n_neighbors": 0}, "n_neighbors is 0"),
        ({"learning_rate": -1}, "learning_rate is -1"),
        ({"learning_rate": "fast"}, "learning_rate is 'fast'"),
        ({"max_iter": -1}, "max_iter is -1"),
        ({"max_iter": 2.5}, "max_iter is 2.5"),
        ({"init": "spectral"}, "init is 'spectral'"),
        ({"init": np.full((20, 2), 1e9)}, "init holds NaN or numbers beyond"),
        ({"metric": "manhattan"}, "metric is 'manhattan'"),
        ({"reduce_to": 0}, "reduce_to is 0"),
        ({"target_weight": 2}, "target_weight is 2"),
        ({"random_state": None}, "random_state is None"),
        ({"n_jobs": 0}, "n_jobs is 0"),
    ],
    ids=str,
)
def test_wrong_parameters_are_named(parameters, says):
    with pytest.raises(ParameterError, match=says):
        TSNE(**{"perplexity": 5, **parameters}).fit(cloud(20))


def test_wrong_vectors_are_refused():
    x = cloud(20)
    x[7, 3] = np.nan
    with pytest.raises(ParameterError, match="row 7, column 3"):
        TSNE().fit(x)
    with pytest.raises(ShapeError, match="at least one"):
        TSNE().fit(np.zeros((0, 3)))
    with pytest.raises(ShapeError, match="init has shape"):
        TSNE(perplexity=5, init=np.zeros((3, 2))).fit(cloud(20))
    with pytest.raises(NotFittedError, match="Call fit"):
        TSNE().transform(x)
    with pytest.raises(ShapeError, match="X has 4 features"):
        TSNE(perplexity=5, max_iter=5).fit(cloud(20)).transform(cloud(20, 4))


def test_it_is_cloned_as_scikit_learn_does():
    assert clone(TSNE(perplexity=7, init="random")).get_params()["perplexity"] == 7
