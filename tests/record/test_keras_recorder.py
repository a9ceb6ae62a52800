"""The callback: when it records, what it stores, and what it says."""

import keras
import numpy as np
import pytest
from keras import layers

import vectarium as vt
from vectarium.errors import LayerNotCalledError, LayerNotFoundError, ParameterError, RecordingError, RecordingWarning
from vectarium.keras import Recorder

# Keras itself asks PyTorch for arrays in a way that NumPy 2 is about to change.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

X = np.arange(120).reshape(20, 6) * 7 % 11
Y = (X[:, 0] > 5).astype("float32")
PROBE = vt.Probe(X[:7], labels=Y[:7].astype(int), classes=["low", "high"])


@pytest.fixture
def model():
    keras.utils.set_random_seed(1)
    made = keras.Sequential(
        [
            keras.Input((6,)),
            layers.Embedding(11, 4, name="embed"),
            layers.Flatten(name="flat"),
            layers.Dense(1, activation="sigmoid", name="head"),
        ]
    )
    made.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return made


def fit(model, recorder, epochs=2, **options):
    return model.fit(X, Y, epochs=epochs, batch_size=5, verbose=0, callbacks=[recorder], **options)


def test_each_epoch_has_its_step_loss_metrics_and_learning_rate(tmp_path, model):
    recorder = Recorder(tmp_path / "run", {"embed": list("abcdefghijk")}, ["flat"], PROBE)
    history = fit(model, recorder, validation_split=0.25).history
    run = vt.Run(tmp_path / "run")
    last = run.snapshot()
    assert run.steps == recorder.steps == (3, 6)
    assert (last.epoch, last.loss) == (1, history["loss"][-1])
    assert last.metrics["val_accuracy"] == history["val_accuracy"][-1]
    assert last.learning_rate == pytest.approx(0.001)
    assert run.curve["loss"].steps.tolist() == [1, 2, 3, 4, 5, 6]
    assert run.curve["loss"].values[[2, 5]] == pytest.approx(history["loss"])
    assert run.curve["val_loss"].steps.tolist() == [3, 6]


def test_tables_activations_and_predictions_are_what_the_model_says(tmp_path, model):
    fit(model, Recorder(tmp_path / "run", {"embed": list("abcdefghijk")}, ["flat"], PROBE))
    last = vt.Run(tmp_path / "run").snapshot()
    said = keras.ops.convert_to_numpy(model(X[:7], training=False))[:, 0]
    flat = keras.ops.convert_to_numpy(model.layers[1](model.layers[0](X[:7])))
    assert np.array_equal(last.vectors("embed"), keras.ops.convert_to_numpy(model.layers[0].embeddings))
    assert np.array_equal(last.vectors("flat"), flat)
    assert np.allclose(last.predictions()[:, 1], said)
    assert list(last.columns("flat")["prediction"]) == [("low", "high")[int(each > 0.5)] for each in said]


def test_a_head_tells_where_the_prediction_changes(tmp_path):
    keras.utils.set_random_seed(2)
    inputs = keras.Input((6,))
    squeezed = layers.Dense(2, name="squeeze")(layers.Flatten()(layers.Embedding(11, 2, name="embed")(inputs)))
    model = keras.Model(inputs, layers.Dense(3, activation="softmax", name="out")(layers.ReLU(name="act")(squeezed)))
    model.compile("adam", "sparse_categorical_crossentropy")
    head = {"embed": "out", "squeeze": ["act", "out"]}
    probe = vt.Probe(X[:7], labels=Y[:7].astype(int))
    fit(model, Recorder(tmp_path / "run", ["embed"], ["squeeze"], probe, head=head, grid=5), epochs=1)
    last = vt.Run(tmp_path / "run").snapshot()
    found = last.boundary("squeeze")
    corner = keras.ops.convert_to_numpy(model.layers[-1](model.layers[-2](np.array([found.high], np.float32))))
    np.testing.assert_allclose(found.probabilities[-1, -1], corner[0], atol=1e-3)
    assert last.boundary("embed").probabilities.shape == (5, 5, 3)
    assert len(last.columns("embed")["prediction"]) == 11


@pytest.mark.parametrize(
    ("every", "steps"), [("epoch", (4, 8)), (3, (0, 3, 6, 8)), ("log", (0, 1, 2, 3, 4, 5, 6, 8)), ([0, 5], (0, 5, 8))]
)
def test_the_schedule_decides_and_the_end_is_recorded(tmp_path, model, every, steps):
    recorder = Recorder(tmp_path / "run", every=every)
    fit(model, recorder)
    assert recorder.steps == steps


def test_with_several_steps_at_once_none_that_is_due_is_missed(tmp_path, model):
    recorder = Recorder(tmp_path / "run", every=3)
    recorder.set_model(model)
    recorder.on_train_begin()
    recorder.on_epoch_begin(0)
    for last in (1, 3, 5, 7):  # as with steps_per_execution=2, which PyTorch's backend does not have
        recorder.on_train_batch_end(last, {"loss": 1.0})
    recorder.on_train_end()
    assert recorder.steps == (0, 4, 6, 8)


def test_by_hand_only_what_is_asked_for_is_recorded(tmp_path, model):
    recorder = Recorder(tmp_path / "run", every=None)
    middle = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: batch == 2 and recorder.snapshot(loss=logs["loss"])
    )
    model.fit(X, Y, batch_size=5, verbose=0, callbacks=[recorder, middle])
    assert recorder.steps == (3,)
    recorder.snapshot(epoch=9)
    recorder.close()
    assert vt.Run(tmp_path / "run").steps == (3, 4)


def test_a_second_fit_goes_on_with_the_run(tmp_path, model):
    recorder = Recorder(tmp_path / "run")
    fit(model, recorder)
    fit(model, recorder, epochs=1)
    assert recorder.steps == (4, 8, 12)


def test_a_loaded_model_resumes_where_it_was_saved(tmp_path, model):
    fit(model, Recorder(tmp_path / "run"))
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    with pytest.raises(RecordingError, match="exists='resume'"):
        fit(again, Recorder(tmp_path / "run"))
    fit(again, Recorder(tmp_path / "run", exists="resume"), epochs=3, initial_epoch=2)
    assert vt.Run(tmp_path / "run").steps == (4, 8, 12)


def test_an_unknown_layer_is_an_error_with_the_nearest_names_before_the_training(tmp_path, model):
    before = keras.ops.convert_to_numpy(model.layers[0].embeddings).copy()
    with pytest.raises(LayerNotFoundError, match=r"'embedd'.*'embed'"):
        fit(model, Recorder(tmp_path / "run", ["embedd"]))
    assert np.array_equal(before, keras.ops.convert_to_numpy(model.layers[0].embeddings))
    assert not (tmp_path / "run").exists()


def test_a_layer_without_a_table_says_what_to_record(tmp_path, model):
    with pytest.raises(ParameterError, match=r"no embedding table.*activations=\['head'\].*'head/kernel'.*embed"):
        fit(model, Recorder(tmp_path / "run", ["head"]))


def test_activations_without_a_probe_are_refused(tmp_path, model):
    with pytest.raises(ParameterError, match="need a probe"):
        fit(model, Recorder(tmp_path / "run", activations=["flat"]))


def test_a_layer_that_is_not_called_says_why(tmp_path):
    class Idle(keras.Model):
        def __init__(self):
            super().__init__()
            self.used, self.idle = layers.Dense(1), layers.Dense(2)

        def build(self, shape):
            self.used.build(shape)

        def call(self, x):
            return self.used(x)

    model = Idle()
    model(X[:1])
    model.compile("sgd", "mse")
    with pytest.raises(LayerNotCalledError, match=r"'idle', a Dense, was not called.*nothing has called it.*'used'"):
        model.fit(X, Y, verbose=0, callbacks=[Recorder(tmp_path / "run", activations=["idle"], probe=X[:3])])


def test_a_call_that_never_comes_says_how_many_there_are(tmp_path, model):
    with pytest.raises(LayerNotCalledError, match=r"'flat' is called 1 times.*call 2"):
        vt.capture(model, X[:3], ["flat#2"])


def test_a_lost_folder_stops_the_recording_and_not_the_training(tmp_path, model):
    recorder = Recorder(tmp_path / "run")

    def lose(epoch, logs):
        if epoch == 0:
            (tmp_path / "run").rename(tmp_path / "gone")

    with pytest.warns(RecordingWarning, match="the training goes on"):
        history = model.fit(
            X,
            Y,
            epochs=3,
            verbose=0,
            callbacks=[recorder, keras.callbacks.LambdaCallback(on_epoch_end=lose)],
        )
    assert len(history.history["loss"]) == 3


def test_a_model_that_fails_on_the_probe_later_costs_a_step_only(tmp_path, model):
    calls = []

    def forward(model, batch):
        calls.append(batch)
        return 1 / 0 if len(calls) == 3 else model(batch, training=False)

    recorder = Recorder(tmp_path / "run", ["embed"], ["flat"], PROBE, forward=forward)
    with pytest.warns(RecordingWarning, match="Step 8 was not recorded: ZeroDivisionError"):
        fit(model, recorder, epochs=3)
    assert recorder.steps == (4, 12)


def test_a_custom_loop_records_by_hand(tmp_path, model):
    with Recorder(tmp_path / "run", every=None) as recorder:
        recorder.set_model(model)
        for step in (0, 10):
            recorder.snapshot(step, loss=0.5)
    assert vt.Run(tmp_path / "run").snapshot(10).loss == 0.5
    with pytest.raises(ParameterError, match="No model is known yet"):
        Recorder(tmp_path / "other").snapshot()
