"""Vectors that gensim saved, read without it."""

import pickle
import sys
import types

import numpy as np
import pytest

from vectarium.errors import FormatError
from vectarium.formats import open_path

WORDS = ["the", "né", "x"]
VECTORS = np.arange(12, dtype=np.float32).reshape(3, 4)


@pytest.fixture
def keyed(monkeypatch):
    """A class with the name of gensim's, so that pickles of it are as gensim's."""
    module = types.ModuleType("gensim.models.keyedvectors")
    for name in ("KeyedVectors", "Vocab", "FastTextKeyedVectors"):
        setattr(module, name, type(name, (), {"__module__": module.__name__, "__qualname__": name}))
    for name in ("gensim", "gensim.models", module.__name__):
        monkeypatch.setitem(sys.modules, name, module)

    def make(kind="KeyedVectors", **attributes):
        made = getattr(module, kind)()
        made.__dict__.update(attributes)
        return made

    return make


def saved(folder, value, name="a.kv"):
    (folder / name).write_bytes(pickle.dumps(value, 4))
    return folder / name


def test_words_vectors_and_counts_are_read(tmp_path, keyed):
    counts = {"count": np.array([3, 2, 1])}
    opened = open_path(saved(tmp_path, keyed(vectors=VECTORS, index_to_key=WORDS, expandos=counts)))["a"]
    np.testing.assert_array_equal(opened.vectors, VECTORS)
    assert list(opened.columns["word"]) == WORDS
    assert list(opened.columns["count"]) == [3, 2, 1]


def test_a_large_array_beside_is_mapped(tmp_path, keyed):
    path = saved(tmp_path, keyed(vectors=None, index_to_key=WORDS, __numpys=["vectors"]))
    np.save(tmp_path / "a.kv.vectors.npy", VECTORS)
    assert not open_path(path)["a"].vectors.flags.owndata
    assert [each.name for each in open_path(tmp_path)] == ["a"]


def test_a_missing_array_beside_is_named(tmp_path, keyed):
    path = saved(tmp_path, keyed(vectors=None, index_to_key=WORDS, __numpys=["vectors"]))
    with pytest.raises(FormatError, match=r"'a\.kv\.vectors\.npy' is missing beside it"):
        open_path(path)


def test_an_array_beside_lies_in_the_folder_whatever_the_pickle_says(tmp_path, keyed):
    np.save(tmp_path / "secret.npy", VECTORS)
    (tmp_path / "in").mkdir()
    value = keyed(vectors=None, index_to_key=WORDS, __numpys=["vectors"])
    path = saved(tmp_path / "in", {"../../secret": keyed(**{"../secret": value})})
    with pytest.raises(FormatError, match="No vectors"):
        open_path(path)


def test_a_model_holds_vectors_as_an_attribute(tmp_path, keyed):
    model = keyed(wv=keyed(vectors=None, index_to_key=WORDS, __numpys=["vectors"]))
    np.save(tmp_path / "a.model.wv.vectors.npy", VECTORS)
    np.testing.assert_array_equal(open_path(saved(tmp_path, model, "a.model"))["words"].vectors, VECTORS)


def test_the_older_layout_has_an_object_for_each_word(tmp_path, keyed):
    vocab = {word: keyed("Vocab", count=7 - place, index=place) for place, word in enumerate(WORDS)}
    opened = open_path(saved(tmp_path, keyed(vectors=VECTORS, index2word=WORDS, vocab=vocab)))["a"]
    assert list(opened.columns["count"]) == [7, 6, 5]


def test_vectors_of_ngrams_are_put_together(tmp_path, keyed):
    grams = np.ones((50, 4), np.float32)
    parts = {"vectors_vocab": VECTORS, "vectors_ngrams": grams, "min_n": 3, "max_n": 3}
    opened = open_path(saved(tmp_path, keyed("FastTextKeyedVectors", index_to_key=WORDS, **parts)))["a"]
    np.testing.assert_allclose(opened.vectors[0], (VECTORS[0] + 3) / 4)  # <th the he>


@pytest.mark.parametrize("kind", ["Word2Vec", "FastText", "Doc2Vec"])
@pytest.mark.parametrize("limit", [10, 1 << 30])
def test_what_gensim_saves_opens_as_gensim_has_it(tmp_path, kind, limit):
    models = pytest.importorskip("gensim.models")
    sentences = [["the", "cat", "sät", f"w{i % 37}"] for i in range(300)]
    if kind == "Doc2Vec":
        sentences = [models.doc2vec.TaggedDocument(each, [f"d{i}"]) for i, each in enumerate(sentences)]
    made = getattr(models, kind)(sentences, vector_size=8, min_count=1, workers=1)
    made.save(str(tmp_path / "a.model"), sep_limit=limit)
    keyed = made.dv if kind == "Doc2Vec" else made.wv
    opened = open_path(tmp_path / "a.model")["documents" if kind == "Doc2Vec" else "words"]
    assert list(opened.columns["word"]) == list(keyed.index_to_key)
    np.testing.assert_allclose(opened.vectors, keyed.vectors, atol=1e-6)
