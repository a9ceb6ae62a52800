"""Tables as they take effect, and activations pooled with the masks that Keras passes on."""

import keras
import numpy as np
import pytest
from keras import layers, ops

import vectarium as vt

# Keras itself asks PyTorch for arrays in a way that NumPy 2 is about to change.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

X = np.array([[3, 1, 2, 0, 0, 0], [4, 0, 0, 0, 0, 0], [1, 2, 3, 4, 5, 6]])


def host(tensor):
    return ops.convert_to_numpy(tensor)


def reader(**options):
    embed = layers.Embedding(11, 8, name="embed", **options)
    lstm = layers.LSTM(5, return_sequences=True, name="lstm")
    return keras.Sequential([keras.Input((6,), dtype="int32"), embed, lstm, layers.GlobalAveragePooling1D()])


def table(model, **options):
    return vt.capture(model, embeddings=["embed"], **options)["embed"]


def test_mask_zero_marks_the_padding_row_and_leaves_padding_out():
    model = reader(mask_zero=True)
    states, there = host(model.layers[1](model.layers[0](X))), X != 0
    expected = (states * there[..., None]).sum(1) / there.sum(1)[:, None]
    found = vt.capture(model, X, ["lstm"])["lstm"]
    assert np.allclose(found.vectors, expected, atol=1e-6)
    assert "padding left out" in str(found.notes)
    assert np.abs(found.vectors - states.mean(1)).max() > 0.001
    assert list(table(model).columns["mark"])[:2] == ["padding", None]


def test_a_point_a_token_knows_its_sentence_and_position():
    found = vt.capture(reader(mask_zero=True), X, ["lstm"], pooling="tokens")["lstm"]
    assert found.vectors.shape == (10, 5)
    assert found.columns["sentence"].values.tolist() == [0, 0, 0, 1, 2, 2, 2, 2, 2, 2]
    assert found.columns["position"].values.tolist() == [0, 1, 2, 0, 0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize(("pooling", "position"), [("last", [2, 0, 5]), ("first", [0, 0, 0])])
def test_the_last_word_is_the_last_that_is_there(pooling, position):
    model = reader(mask_zero=True)
    states = host(model.layers[1](model.layers[0](X)))
    found = vt.capture(model, X, ["lstm"], pooling=pooling)["lstm"].vectors
    assert np.array_equal(found, states[np.arange(3), position])


def test_without_a_mask_of_keras_the_probes_own_is_taken():
    model = reader()
    states, there = host(model.layers[1](model.layers[0](X))), X != 0
    found = vt.capture(model, vt.Probe(X, padding=0), ["lstm"], pooling="max")["lstm"].vectors
    assert np.allclose(found, np.where(there[..., None], states, -np.inf).max(1))


def test_lora_is_part_of_the_table():
    model = reader()
    embed = model.layers[0]
    embed.enable_lora(2)
    embed.lora_embeddings_b.assign(np.ones(embed.lora_embeddings_b.shape))
    found = table(model).vectors
    assert np.allclose(found, host(embed(np.arange(11))), atol=1e-6)
    assert not np.allclose(found, host(embed.get_weights()[0]))


@pytest.mark.parametrize("mode", ["int8", "int4"])
def test_a_quantised_table_is_read_in_real_numbers_and_its_layer_is_heard(mode):
    model = reader()
    before = table(model).vectors
    model.layers[0].quantize(mode)
    after = table(model).vectors
    assert np.abs(after - before).max() < 0.01
    assert np.unique(after).size > 11
    assert np.array_equal(after[[3]], table_rows(model, [3]))
    assert np.allclose(vt.capture(model, X, ["embed"], pooling="first")["embed"].vectors, after[X[:, 0]])


def table_rows(model, rows):
    return vt.capture(model, embeddings={"embed": vt.Table(rows=rows)})["embed"].vectors


def test_chosen_rows_are_read_alone():
    model = reader()
    assert np.array_equal(table_rows(model, [4, 2]), host(model.layers[0].embeddings)[[4, 2]])


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16", "bfloat16"])
def test_half_precision_is_widened_to_float32(policy, tmp_path):
    keras.config.set_dtype_policy(policy)
    try:
        model = keras.Sequential(
            [keras.Input((6,)), layers.Embedding(11, 8, name="embed"), layers.Dense(5, name="dense")]
        )
    finally:
        keras.config.set_dtype_policy("float32")
    found = vt.capture(model, X, ["dense"], embeddings=["embed"])
    for name in ("embed", "dense"):
        assert found[name].vectors.dtype == np.float32
        assert np.isfinite(found[name].vectors).all()


def test_any_weight_with_rows_can_be_a_table():
    model = keras.Sequential([keras.Input((3,)), layers.Dense(4, name="dense")])
    found = vt.capture(model, embeddings=["dense/kernel"])["dense/kernel"]
    assert np.array_equal(found.vectors, host(model.layers[0].kernel))


def test_a_shared_table_is_stored_once_with_its_other_names(tmp_path):
    class Tied(keras.Model):
        def __init__(self):
            super().__init__()
            self.words = layers.Embedding(11, 4)
            self.again = self.words

        def call(self, x):
            return self.words(x) + self.again(x)

    model = Tied()
    model(X)
    assert len(vt.capture(model)) == 1
    assert len(vt.capture(model, embeddings=["words", "again"])) == 1


def test_the_lookup_is_rows_of_the_table_by_id():
    ids = np.array([[0, 0, 1, 2, 3, 4], [0, 1, 2, 5, 3, 4]])
    model = reader()
    found = vt.capture(model, ids, ["embed"], pooling="flatten")["embed"].vectors.reshape(2, 6, 8)
    assert np.array_equal(found, table(model).vectors[ids])


def test_the_lookup_of_a_table_says_whether_padding_is_passed_over():
    for mask_zero in (True, False):
        embed = vt.Table(["<pad>", *"abcdefghij"])
        model = reader(mask_zero=mask_zero)
        found = vt.capture(model, X, embeddings={"embed": embed})["embed"].lookup
        assert (found.length, found.padding, found.padding_side, found.mask) == (6, 0, "post", mask_zero)


def test_a_vectorization_layer_tells_its_words_and_length():
    pytest.importorskip("tensorflow")
    vectorize = layers.TextVectorization(output_sequence_length=6)
    vectorize.adapt(["this is a text", "this is not a text"])
    found = vt.capture(reader(), embeddings={"embed": vectorize})["embed"]
    assert list(found.columns["token"])[:2] == [None, "[UNK]"]
    assert (found.lookup.length, found.lookup.padding, found.lookup.unknown) == (6, 0, 1)
