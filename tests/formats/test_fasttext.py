"""fastText's own models."""

import struct

import numpy as np
import pytest

from vectarium.errors import FormatError, TruncatedFileError, UnknownFormatError
from vectarium.formats import open_path
from vectarium.formats.subwords import SEED, ngram_rows

MAGIC, BUCKETS, D = 793712314, 50, 4
WORDS = ["</s>", "the", "né", "a"]


def model(words=WORDS, *, labels=(), kind=2, version=12, lengths=(3, 6), pruned=-1, quantised=False, shape=None):
    """The bytes of a model as fastText writes them, and its input matrix."""
    n = len(words)
    rows = np.random.default_rng(0).standard_normal((n + BUCKETS, D)).astype("<f4")
    arguments = (D, 5, 5, 1, 5, 1, 2, kind, BUCKETS, *lengths, 100)
    data = struct.pack("<2i12id", MAGIC, version, *arguments, 1e-4)
    data += struct.pack("<3i2q", n + len(labels), n, len(labels), 1000, pruned)
    for place, word in enumerate([*words, *labels]):
        data += word.encode() + b"\0" + struct.pack("<qb", 10 - place, place >= n)
    data += struct.pack("<?2q", quantised, *(shape or rows.shape)) + rows.tobytes()
    output = np.arange(max(1, len(labels)) * D, dtype="<f4")
    return data + struct.pack("<?2q", False, len(output) // D, D) + output.tobytes(), rows


def hashed(text):
    """FNV-1a over signed bytes, one after another."""
    value = int(SEED)
    for byte in text.encode():
        value = ((value ^ (byte | (0xFFFFFF00 if byte > 127 else 0))) * 16777619) & 0xFFFFFFFF
    return value


def ngrams(word, shortest, longest):
    marked = f"<{word}>"
    found = [
        marked[i : i + n] for i in range(len(marked)) for n in range(shortest, longest + 1) if i + n <= len(marked)
    ]
    return [each for each in found if each not in {"<", ">"}] if word != "</s>" else []


def opened(folder, data, name="a.bin"):
    (folder / name).write_bytes(data)
    return open_path(folder / name)


@pytest.mark.parametrize("lengths", [(1, 4), (2, 2), (3, 6), (5, 20)])
@pytest.mark.parametrize("word", ["the", "né", "a", "日本語", "</s>", ""])
def test_ngrams_fall_into_the_buckets_of_fasttext(word, lengths):
    _, rows = ngram_rows([word.encode()], BUCKETS, lengths)
    assert sorted(rows) == sorted(hashed(each) % BUCKETS for each in ngrams(word, *lengths))


def test_each_vector_is_the_mean_of_the_word_and_its_ngrams(tmp_path):
    data, rows = model()
    embedding = opened(tmp_path, data)["a"]
    for place, word in enumerate(WORDS):
        parts = [rows[place], *(rows[len(WORDS) + hashed(each) % BUCKETS] for each in ngrams(word, 3, 6))]
        np.testing.assert_allclose(embedding.vectors[place], np.mean(parts, axis=0), rtol=1e-5)
    assert list(embedding.columns["word"]) == WORDS
    assert list(embedding.columns["count"]) == [10, 9, 8, 7]


def test_a_model_without_ngrams_gives_the_rows_of_its_words(tmp_path):
    data, rows = model(lengths=(0, 0))
    np.testing.assert_array_equal(opened(tmp_path, data)["a"].vectors, rows[: len(WORDS)])


def test_labels_are_an_embedding_of_their_own(tmp_path):
    data, _ = model(labels=("__label__x", "__label__y"), kind=3)
    labels = opened(tmp_path, data)["labels"]
    assert list(labels.columns["word"]) == ["__label__x", "__label__y"]
    np.testing.assert_array_equal(labels.vectors, np.arange(2 * D).reshape(2, D))


@pytest.mark.parametrize("options", [{"quantised": True}, {"pruned": 1}])
def test_a_quantised_model_is_refused_with_the_reason(tmp_path, options):
    with pytest.raises(UnknownFormatError, match=r"quantised \(\.ftz\)"):
        opened(tmp_path, model(**options)[0], "a.ftz")


@pytest.mark.parametrize("shape", [(1 << 40, 4), (-1, 4), (54, 1 << 40), (1 << 62, 1 << 62), (0, 1 << 62)])
def test_a_matrix_that_promises_too_much_is_refused(tmp_path, shape):
    with pytest.raises(TruncatedFileError, match="promises"):
        opened(tmp_path, model(shape=shape)[0])


def test_a_model_cut_anywhere_is_refused(tmp_path):
    data, _ = model()
    for cut in range(8, len(data) - 40, 13):
        with pytest.raises(FormatError):
            opened(tmp_path, data[:cut])


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("cp852_fasttext.bin", (171, 2)),
        ("crime-and-punishment.bin", (291, 5)),
        ("lee_fasttext_new.bin", (1763, 10)),
        ("non_ascii_fasttext.bin", (171, 2)),
    ],
)
def test_real_models_open(shared_data, name, shape):
    assert open_path(shared_data / "vectors" / "gensim" / name)[0].shape == shape


def test_a_real_model_has_the_vectors_that_fasttext_wrote_beside_it(shared_data):
    folder = shared_data / "vectors" / "gensim"
    ours, theirs = (open_path(folder / f"crime-and-punishment.{each}")[0] for each in ("bin", "vec"))
    assert list(ours.columns["word"]) == list(theirs.columns["word"])
    np.testing.assert_allclose(ours.vectors, theirs.vectors, atol=1e-5)
