"""Checkpoints that TensorFlow itself wrote."""

import numpy as np
import pytest

from vectarium.formats import open_path
from vectarium.formats.tensor_bundle import TensorBundle

tf = pytest.importorskip("tensorflow")
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]

NAMES = ["float32", "float64", "float16", "bfloat16", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32"]
NAMES += ["uint64", "float8_e5m2", "float8_e4m3fn", "bool"]


def test_every_type_holds_what_tensorflow_says(tmp_path):
    rows = np.abs(np.random.default_rng(0).normal(size=(6, 4)) * 3)
    kinds = {name: getattr(tf, name, None) or getattr(tf.dtypes.experimental, name) for name in NAMES}
    variables = {f"t_{name}": tf.Variable(tf.cast(tf.constant(rows), kind)) for name, kind in kinds.items()}
    tf.train.Checkpoint(**variables).write(str(tmp_path / "a"))
    bundle = TensorBundle(tmp_path / "a.index")
    for name, variable in variables.items():
        found = bundle.array(bundle.tensors[f"{name}/.ATTRIBUTES/VARIABLE_VALUE"])
        np.testing.assert_array_equal(found.astype("f8"), tf.cast(variable, tf.float64).numpy(), err_msg=name)


def test_a_keras_model_with_its_optimizer_shows_its_table_at_every_step(tmp_path):
    keras = pytest.importorskip("keras")
    if keras.backend.backend() != "tensorflow":
        pytest.skip("Keras runs on another backend here")
    rng = np.random.default_rng(0)
    model = keras.Sequential(
        [keras.layers.Embedding(50, 8, name="words"), keras.layers.Flatten(), keras.layers.Dense(1)],
        name="sequential",  # Keras counts on from test to test
    )
    model.compile("adam", "mse")
    manager = tf.train.CheckpointManager(tf.train.Checkpoint(model=model, optimizer=model.optimizer), tmp_path, 9)
    tables = {}
    for step in (1, 2, 3):
        model.fit(rng.integers(0, 50, (32, 5)), rng.normal(size=(32, 1)), verbose=0)
        manager.save()
        tables[step] = model.layers[0].get_weights()[0]
    found = open_path(tmp_path)
    assert [(each.name, each.shape) for each in found] == [("sequential/words/embeddings", (50, 8))]
    for step, table in tables.items():
        np.testing.assert_array_equal(found[0].recorded.at(step).vectors, table)


def test_a_session_of_tf1_with_partitioned_variables_is_read(tmp_path):
    old = tf.compat.v1
    with tf.Graph().as_default(), old.Session() as session:
        word = old.get_variable("embedding/Variable", [40, 7])
        parts = [
            old.get_variable("rows", [30, 5], partitioner=old.fixed_size_partitioner(4)),
            old.get_variable("columns", [9, 8], partitioner=old.fixed_size_partitioner(3, axis=1)),
        ]
        loss = sum(tf.reduce_sum(tf.convert_to_tensor(each) ** 2) for each in [word, *parts])
        train = old.train.AdamOptimizer().minimize(loss)
        session.run(old.global_variables_initializer())
        session.run(train)
        old.train.Saver().save(session, str(tmp_path / "model.ckpt"), global_step=100)
        expected = dict(
            zip(("rows", "columns"), session.run([tf.convert_to_tensor(each) for each in parts]), strict=True)
        )
        expected["embedding/Variable"] = session.run(word)
    assert [each.name for each in open_path(tmp_path)] == ["embedding/Variable"]
    for name, values in expected.items():
        np.testing.assert_array_equal(open_path(f"{tmp_path}/model.ckpt-100::{name}")[0].vectors, values)


def test_the_real_checkpoints_hold_what_tensorflow_reads(shared_data):
    for index in (shared_data / "projector").rglob("*.index"):
        reader = tf.train.load_checkpoint(str(index)[: -len(".index")])
        for each in open_path(index):
            name = next(name for name in reader.get_variable_to_shape_map() if name.startswith(each.name))
            np.testing.assert_array_equal(each.vectors, reader.get_tensor(name))


@pytest.mark.parametrize("save", ["export", "saved_model"])
def test_a_saved_model_of_keras_has_its_words_at_their_rows(tmp_path, save):
    keras = pytest.importorskip("keras")
    if keras.backend.backend() != "tensorflow":
        pytest.skip("Keras runs on another backend here")
    text = keras.layers.TextVectorization(max_tokens=20, output_sequence_length=4)
    text.adapt(["the cat sat", "the dog ran"])
    table = keras.layers.Embedding(7, 8, name="words")
    model = keras.Sequential([keras.Input((1,), dtype="string"), text, table, keras.layers.GlobalMaxPooling1D()])
    if save == "export":
        model.export(tmp_path / "model", verbose=False)
    else:
        tf.saved_model.save(model, str(tmp_path / "model"))
    for path in (tmp_path / "model", tmp_path / "model" / "saved_model.pb", tmp_path):
        collection = open_path(path)
        assert len(collection) == 1
        np.testing.assert_array_equal(collection[0].vectors, table.get_weights()[0])
        assert list(collection[0].columns["word"]) == list(text.get_vocabulary())


class Lookup(tf.Module):
    """A table of words that lie in a file."""

    def __init__(self, words):
        super().__init__()
        self.table = tf.Variable(tf.random.normal([7, 5]), name="table")
        kinds = tf.string, tf.lookup.TextFileIndex.WHOLE_LINE, tf.int64, tf.lookup.TextFileIndex.LINE_NUMBER
        self.rows = tf.lookup.StaticHashTable(tf.lookup.TextFileInitializer(str(words), *kinds), -1)


def test_words_in_the_assets_of_a_saved_model_are_attached(tmp_path):
    (tmp_path / "words.txt").write_text("a\nb\nc\nd\ne\nf\ng\n")
    made = Lookup(tmp_path / "words.txt")
    tf.saved_model.save(made, str(tmp_path / "model"))
    embedding = open_path(tmp_path / "model")[0]
    np.testing.assert_array_equal(embedding.vectors, made.table.numpy())
    assert list(embedding.columns["word"]) == list("abcdefg")


def test_a_saved_model_of_tf1_is_read(tmp_path):
    old = tf.compat.v1
    with tf.Graph().as_default(), old.Session() as session:
        table = old.get_variable("embedding/weights", [30, 6])
        session.run(old.global_variables_initializer())
        builder = old.saved_model.Builder(str(tmp_path / "model"))
        builder.add_meta_graph_and_variables(session, ["serve"])
        builder.save()
        expected = session.run(table)
    np.testing.assert_array_equal(open_path(tmp_path / "model")["embedding/weights"].vectors, expected)
