"""Whatever a model is built like, its layers are found and give what the model itself computes."""

import keras
import numpy as np
import pytest
from keras import layers, ops

import vectarium as vt
from vectarium.errors import LayerNotCalledError, LayerNotFoundError, ParameterError, ShapeError

# Keras itself asks PyTorch for arrays in a way that NumPy 2 is about to change.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

X = np.arange(30).reshape(5, 6) * 7 % 11
REAL = np.random.default_rng(0).normal(size=(5, 3)).astype("float32")


def found(model, name, probe=X, **options):
    return vt.capture(model, probe, [name], **options)[name].vectors


def host(tensor):
    return ops.convert_to_numpy(tensor)


def encoder():
    inputs = keras.Input((6,), dtype="int32")
    embedded = layers.Embedding(11, 4, name="embed")(inputs)
    return keras.Model(inputs, layers.LSTM(3, name="lstm")(embedded), name="encoder")


def test_a_sub_model_and_listening_give_the_same_bits():
    inputs = keras.Input((6,), dtype="int32")
    hidden = layers.Bidirectional(layers.LSTM(3), name="both")(layers.Embedding(11, 4)(inputs))
    model = keras.Model(inputs, layers.Dense(1)(hidden))
    up_to = keras.Model(model.inputs, model.get_layer("both").output)
    assert np.array_equal(found(model, "both"), host(up_to([X])))


def test_a_layer_of_a_nested_model_is_found_by_its_path_and_by_its_name_alone():
    inputs = keras.Input((6,), dtype="int32")
    inner = encoder()
    model = keras.Model(inputs, layers.Dense(2)(inner(inputs)))
    expected = host(inner(X))
    for name in ("encoder/lstm", "encoder.lstm", "lstm", "encoder"):
        assert np.array_equal(found(model, name), expected)


def test_each_call_of_a_shared_layer_is_told_apart():
    left, right = keras.Input((6,), name="left"), keras.Input((6,), name="right")
    shared = encoder()
    model = keras.Model([left, right], layers.Concatenate()([shared(left), shared(right)]))
    other = X[::-1].copy()
    assert np.array_equal(found(model, "encoder", (X, other)), host(shared(X)))
    assert np.array_equal(found(model, "lstm#2", (X, other)), host(shared(other)))
    assert np.array_equal(found(model, "lstm", {"left": other, "right": X}), host(shared(other)))
    assert "called 2 times" in repr(vt.layers(model, (X, other)))


class Block(layers.Layer):
    def __init__(self):
        super().__init__()
        self.dense = layers.Dense(3)

    def call(self, x):
        return ops.relu(self.dense(x))


class Subclassed(keras.Model):
    def __init__(self):
        super().__init__()
        self.blocks = [Block(), Block()]
        self.heads = {"class": layers.Dense(2)}

    def call(self, x, training=False):
        for block in self.blocks:
            x = block(x)
        return {"aside": x, "scores": self.heads["class"](x)}


def test_layers_of_a_subclassed_model_are_called_by_its_attributes():
    model = Subclassed()
    model(REAL)
    names = vt.layers(model, REAL).activations
    assert names == ["blocks/0", "blocks/0/dense", "blocks/1", "blocks/1/dense", "heads/class"]
    assert np.array_equal(found(model, "blocks/0", REAL), host(model.blocks[0](REAL)))
    with pytest.raises(ParameterError, match=r"Several layers are called 'dense': 'blocks/0/dense', 'blocks/1/dense'"):
        vt.capture(model, REAL, ["dense"])


def test_predictions_are_taken_from_where_they_are():
    model = Subclassed()
    model(REAL)
    probe = vt.Probe(REAL, labels=[0, 1, 0, 1, 1])
    said = host(model(REAL)["scores"]).argmax(1)
    for where in ("heads/class", lambda output: output["scores"]):
        columns = vt.capture(model, probe, ["blocks/1"], predictions=where)["blocks/1"].columns
        assert columns["prediction"].values.tolist() == said.tolist()


def test_an_output_of_several_is_chosen_by_its_name():
    inputs = keras.Input((3,))
    parts = {"size": layers.Dense(4, name="size"), "kind": layers.Dense(2, name="kind")}
    model = keras.Model(inputs, {name: part(inputs) for name, part in parts.items()})
    probe = vt.Probe(REAL, labels=[0, 1, 0, 1, 1])
    columns = vt.capture(model, probe, ["size"], predictions="kind")["size"].columns
    assert columns["prediction"].values.tolist() == host(parts["kind"](REAL)).argmax(1).tolist()


def test_pictures_count_their_pixels_as_positions():
    model = keras.Sequential([keras.Input((4, 4, 1)), layers.Conv2D(3, 3, name="conv"), layers.Flatten()])
    images = np.random.default_rng(0).random((5, 4, 4, 1)).astype("float32")
    expected = host(model.layers[0](images))
    assert np.allclose(found(model, "conv", images), expected.mean((1, 2)), atol=1e-6)
    assert np.allclose(found(model, "conv", images, pooling="flatten"), expected.reshape(5, -1))


def test_a_model_without_weights_says_how_to_get_them():
    model = keras.Sequential([layers.Dense(2)])
    with pytest.raises(ParameterError, match=r"has no weights yet.*model\(x\)"):
        vt.capture(model, REAL, ["dense"])


def test_a_model_without_an_input_layer_is_recorded_after_it_was_called():
    model = keras.Sequential([layers.Dense(2, name="first"), layers.Dense(1)])
    model(REAL)
    assert np.array_equal(found(model, "first", REAL), host(model.layers[0](REAL)))


def test_an_output_that_is_the_same_for_any_number_of_examples_is_refused():
    class Prototypes(layers.Layer):
        def call(self, x):
            return ops.ones((7, 2)) * ops.mean(x)

    inputs = keras.Input((3,))
    model = keras.Model(inputs, Prototypes(name="prototypes")(inputs))
    with pytest.raises(ShapeError, match=r"does not depend on the number of examples.*\(7, 2\)"):
        vt.capture(model, REAL, ["prototypes"])


def test_a_saved_model_is_captured_by_its_path(tmp_path):
    model = encoder()
    model.save(tmp_path / "model.keras")
    assert np.array_equal(found(tmp_path / "model.keras", "lstm"), host(model(X)))
    assert vt.layers(str(tmp_path / "model.keras")).tables == ["embed"]
    assert vt.capture(tmp_path / "model.keras")["embed"].vectors.shape == (11, 4)
    with pytest.raises(ParameterError, match=r"There is no file .*model\.pt"):
        vt.layers(tmp_path / "model.pt")
    with pytest.raises(ParameterError, match="There is no file"):
        vt.layers(tmp_path / "other.keras")


def test_code_in_a_saved_model_is_not_run(tmp_path):
    model = keras.Sequential([keras.Input((3,)), layers.Lambda(lambda x: x * 2)])
    model.save(tmp_path / "model.keras")
    with pytest.raises(Exception, match="unsafe"):
        vt.layers(tmp_path / "model.keras")


def test_attention_and_its_parts_are_heard():
    inputs = keras.Input((6,), dtype="int32")
    embedded = layers.Embedding(11, 4, name="embed")(inputs)
    attended = layers.MultiHeadAttention(2, 3, name="attention")(embedded, embedded)
    model = keras.Model(inputs, layers.GlobalAveragePooling1D()(attended))
    assert "attention/query" in " ".join(vt.layers(model, X).activations)
    assert found(model, "attention").shape == (5, 4)


def test_no_table_at_all_is_an_error_that_lists_what_there_is():
    model = keras.Sequential([keras.Input((3,)), layers.Dense(2, name="first")])
    assert vt.layers(model).tables == []
    with pytest.raises(LayerNotFoundError, match="'first'"):
        vt.capture(model, embeddings=["embed"])


def test_the_cell_of_a_recurrent_layer_is_heard_or_refused_with_what_to_do():
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((5, 3)), layers.RNN(layers.LSTMCell(4), name="rnn")])
    x = np.ones((2, 5, 3), np.float32)
    if keras.backend.backend() == "jax":
        assert "rnn/cell" not in vt.layers(model, x).activations
        with pytest.raises(LayerNotCalledError, match="inside of a loop that JAX compiles"):
            vt.capture(model, x, ["rnn/cell"])
    else:
        assert vt.capture(model, x, ["rnn/cell"])["rnn/cell"].shape == (2, 4)
