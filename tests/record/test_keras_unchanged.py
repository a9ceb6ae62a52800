"""With and without a recorder the same seed gives the same losses and weights, to the last bit."""

import random

import keras
import numpy as np
import pytest
from keras import layers

import vectarium as vt
from vectarium.keras import Recorder

# Keras itself asks PyTorch for arrays in a way that NumPy 2 is about to change.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

X = np.arange(240).reshape(40, 6) * 7 % 11
Y = (X[:, 0] > 5).astype("float32")
PROBE = vt.Probe(X[:7], labels=Y[:7].astype(int), batch_size=3)


def everything():
    """A model with all that a careless recorder would change."""
    return keras.Sequential(
        [
            layers.Embedding(11, 6, mask_zero=True, name="embed"),
            layers.Dropout(0.3),
            layers.Bidirectional(layers.LSTM(4, dropout=0.2, recurrent_dropout=0.2), name="bidirectional"),
            layers.BatchNormalization(name="norm"),
            layers.BatchNormalization(name="frozen", trainable=False),
            layers.GaussianNoise(0.1),
            layers.Dense(5, activity_regularizer="l2"),
            layers.Dense(1, activation="sigmoid"),
        ]
    )


def trained(path, recording, **options):
    keras.utils.set_random_seed(5)
    model = everything()
    if keras.backend.backend() == "tensorflow":  # builds it with the first batch, where nothing could be asked before
        model.build((None, 6))
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    activations = ["bidirectional", "norm", "bidirectional/forward_layer"]
    recorder = Recorder(path, ["embed"], activations, PROBE, **options)
    callbacks = [recorder] if recording else []
    history = model.fit(
        X, Y, epochs=3, batch_size=8, shuffle=True, validation_split=0.2, verbose=0, callbacks=callbacks
    )
    assert len(recorder.steps) >= 3 * recording
    weights = [keras.ops.convert_to_numpy(each).tobytes() for each in model.variables]
    optimizer = [keras.ops.convert_to_numpy(each).tobytes() for each in model.optimizer.variables]
    after = random.random(), np.random.rand(), keras.ops.convert_to_numpy(keras.random.normal((2,))).tolist()  # noqa: NPY002
    return history.history, weights, optimizer, after


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    return trained(tmp_path_factory.mktemp("runs") / "none", recording=False)


@pytest.mark.parametrize("every", ["epoch", 3, "log"])
def test_dropout_batchnorm_noise_and_shuffling_go_on_as_without(tmp_path, alone, every):
    assert trained(tmp_path / "run", recording=True, every=every) == alone


def test_predict_in_a_callback_would_change_the_training(tmp_path, alone):
    if keras.backend.backend() != "torch":
        pytest.skip("only PyTorch's random state is drawn from")
    keras.utils.set_random_seed(5)
    model = everything()
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    careless = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: model.predict(X[:7], verbose=0))
    history = model.fit(
        X, Y, epochs=3, batch_size=8, shuffle=True, validation_split=0.2, verbose=0, callbacks=[careless]
    )
    assert history.history != alone[0]


def test_a_stateful_layer_keeps_its_state_and_its_batches(tmp_path):
    inputs = keras.Input(batch_shape=(4, 3, 2))
    lstm = layers.LSTM(5, stateful=True, name="lstm")
    model = keras.Model(inputs, layers.Dense(1)(lstm(inputs)))
    model(np.ones((4, 3, 2), "float32"))
    before = [keras.ops.convert_to_numpy(each).copy() for each in lstm.states]
    found = vt.capture(model, np.ones((6, 3, 2)), ["lstm"])
    assert found["lstm"].vectors.shape == (6, 5)
    assert all(np.array_equal(a, keras.ops.convert_to_numpy(b)) for a, b in zip(before, lstm.states, strict=True))
    assert before[0].any()


def test_seed_generators_and_losses_are_left_alone(tmp_path):
    class Noisy(layers.Layer):
        def __init__(self):
            super().__init__()
            self.seeds = keras.random.SeedGenerator(1)

        def call(self, x):
            self.add_loss(keras.ops.sum(x))
            return x + keras.random.normal(keras.ops.shape(x), seed=self.seeds)

    inputs = keras.Input((2,))
    model = keras.Model(inputs, Noisy()(inputs))
    noisy = model.layers[1]
    state = keras.ops.convert_to_numpy(noisy.seeds.state).copy()
    losses = len(model.losses)
    vt.capture(model, np.ones((3, 2)), [noisy.name])
    assert np.array_equal(keras.ops.convert_to_numpy(noisy.seeds.state), state)
    assert len(model.losses) == losses


def test_the_wrapped_calls_are_gone_after_each_snapshot_and_after_an_error(tmp_path):
    model = everything()
    model.build((None, 6))
    vt.capture(model, X[:3], ["norm"])
    with pytest.raises(ZeroDivisionError):
        vt.capture(model, X[:3], ["norm"], forward=lambda model, batch: (model(batch), 1 / 0))
    assert not any("call" in vars(layer) for layer in model.layers)


def test_a_module_of_pytorch_inside_keeps_its_flags_and_statistics():
    if keras.backend.backend() != "torch":
        pytest.skip("only on PyTorch's backend")
    import torch

    norm = torch.nn.BatchNorm1d(2)
    wrapped = layers.TorchModuleWrapper(norm, name="norm")
    model = keras.Sequential([keras.Input((2,)), wrapped])
    norm.eval()
    before = norm.running_mean.clone()
    vt.capture(model, np.ones((3, 2)), ["norm"])
    assert not norm.training
    assert torch.equal(norm.running_mean, before)
