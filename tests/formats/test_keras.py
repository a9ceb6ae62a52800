"""Keras' files, written by Keras and read without it."""

import json
import zipfile

import numpy as np
import pytest

from vectarium.errors import FormatError
from vectarium.formats import open_path

keras = pytest.importorskip("keras")

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(0)
    layers = [
        keras.layers.Input((5,)),
        keras.layers.Embedding(300, 8, name="words"),
        keras.layers.GlobalAveragePooling1D(),
        keras.layers.Dense(400, name="wide"),
        keras.layers.Dense(1),
    ]
    made = keras.Sequential(layers)
    made.compile("adam", "mse")
    made.fit(np.zeros((4, 5)), np.zeros(4), verbose=0)
    return made


def table(model):
    return np.asarray(model.get_layer("words").get_weights()[0])


@pytest.mark.parametrize("name", ["a.keras", "a.weights.h5", "a.h5"])
def test_the_table_of_words_opens_and_nothing_else(tmp_path, model, name):
    save = model.save_weights if "weights" in name else model.save
    save(tmp_path / name)
    opened = open_path(tmp_path / name)
    assert [each.name.split("/")[0] for each in opened] == ["words"]
    np.testing.assert_array_equal(opened[0].vectors, table(model))
    assert opened[0].vectors.flags.owndata == (name == "a.keras")  # nothing is aligned in a zip archive
    assert "'wide/" in opened.notes[0].message


def test_another_weight_opens_by_its_name(tmp_path, model):
    model.save(tmp_path / "a.keras")
    opened = open_path(f"{tmp_path / 'a.keras'}::wide/0")
    np.testing.assert_array_equal(opened[0].vectors, np.asarray(model.get_layer("wide").get_weights()[0]))


def test_a_compressed_archive_opens(tmp_path, model):
    model.save(tmp_path / "a.keras")
    packed = zipfile.ZipFile(tmp_path / "b.keras", "w", zipfile.ZIP_DEFLATED)
    with zipfile.ZipFile(tmp_path / "a.keras") as old, packed as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    np.testing.assert_array_equal(open_path(tmp_path / "b.keras")[0].vectors, table(model))


def test_bfloat16_is_widened(tmp_path):
    made = keras.Sequential([keras.layers.Input((5,)), keras.layers.Embedding(30, 8, name="words", dtype="bfloat16")])
    made.save(tmp_path / "a.keras")
    opened = open_path(tmp_path / "a.keras")[0]
    expected = keras.ops.convert_to_numpy(keras.ops.cast(made.layers[0].embeddings.value, "float32"))
    np.testing.assert_array_equal(opened.vectors, expected)


@pytest.mark.parametrize("rows", [300, 301, 302])
def test_the_words_of_a_text_layer_in_the_archive_are_attached(tmp_path, model, rows):
    model.save(tmp_path / "a.keras")
    words = [f"w{i}" for i in range(600 - rows)]
    with zipfile.ZipFile(tmp_path / "a.keras", "a") as archive:
        archive.writestr("assets/layers/text_vectorization/vocabulary.txt", "\n".join(words))
    column = list(open_path(tmp_path / "a.keras")[0].columns["word"])
    assert column == [*["", "[UNK]"][302 - rows :], *words][-300:] or rows == 300


def test_the_word_index_beside_a_model_is_attached(tmp_path, model):
    model.save(tmp_path / "a.keras")
    (tmp_path / "word_index.json").write_text(json.dumps({f"w{i}": i for i in range(1, 300)}))
    column = open_path(tmp_path / "a.keras")[0].columns["word"]
    assert [column[0], column[1], column[299]] == [None, "w1", "w299"]


def test_a_tokenizer_of_keras_beside_a_model_gives_the_most_frequent_words(tmp_path, model):
    model.save(tmp_path / "a.keras")
    index = json.dumps({f"w{i}": i for i in range(1, 5000)})
    (tmp_path / "tokenizer.json").write_text(json.dumps({"class_name": "Tokenizer", "config": {"word_index": index}}))
    column = open_path(tmp_path / "a.keras")[0].columns["word"]
    assert [column[0], column[1], column[299]] == [None, "w1", "w299"]


def test_an_archive_of_something_else_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.keras", "w") as archive:
        archive.writestr("config.json", "{}")
    with pytest.raises(FormatError, match=r"no 'model\.weights\.h5' in it"):
        open_path(tmp_path / "a.keras")


def test_a_real_archive_opens(shared_data):
    path = shared_data / "projector" / "tf2_natalie_headlines" / "best_model.keras"
    assert [(each.name, each.shape) for each in open_path(path)] == [("embedding", (10001, 16))]
