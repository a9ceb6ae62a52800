"""word2vec, GloVe and fastText."""

import numpy as np
import pytest

from vectarium.errors import FormatError, TruncatedFileError
from vectarium.formats import open_path


def opened(folder, data, name):
    (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())
    return open_path(folder / name)[0]


def binary(words, vectors):
    n, d = vectors.shape
    rows = b"".join(
        word.encode() + b" " + row.astype("<f4").tobytes() + b"\n" for word, row in zip(words, vectors, strict=True)
    )
    return f"{n} {d}\n".encode() + rows


def test_word2vec_text_opens(tmp_path):
    embedding = opened(tmp_path, "2 3\nthe 1 2 3 \nNew York 4 5 6\n", "a.vec")
    np.testing.assert_array_equal(embedding.vectors, [[1, 2, 3], [4, 5, 6]])
    assert list(embedding.columns["word"]) == ["the", "New York"]


def test_glove_has_no_first_line_and_numbers_are_words_too(tmp_path):
    embedding = opened(tmp_path, "the 0.1 0.2\n1 0.3 0.4\ntrue 0.5 0.6\n", "glove.txt")
    assert list(embedding.columns["word"]) == ["the", "1", "true"]
    np.testing.assert_allclose(embedding.vectors[1], [0.3, 0.4])


def test_word2vec_binary_opens(tmp_path):
    vectors = np.random.default_rng(0).standard_normal((3, 7)).astype(np.float32)
    embedding = opened(tmp_path, binary(["a", "b", "né"], vectors), "a.bin")
    np.testing.assert_array_equal(embedding.vectors, vectors)
    assert list(embedding.columns["word"]) == ["a", "b", "né"]


def test_words_that_are_not_utf8_are_told(tmp_path):
    embedding = opened(tmp_path, b"2 2\ncaf\xe9 1 2\nb 3 4\n", "a.vec")
    assert embedding.columns["word"][0] == "caf�"
    assert "1 words are not in UTF-8, the first in row 0" in embedding.notes[0].message


def test_another_number_of_words_than_promised_is_a_fault(tmp_path):
    assert "promises 5 words; the file holds 2" in opened(tmp_path, "5 2\na 1 2\nb 3 4\n", "a.vec").notes[0].message


def test_a_bad_line_is_named_and_keeps_its_word(tmp_path):
    lines = [f"w{i} 1 2" for i in range(200)]
    lines[5] = "w5 1 x"
    embedding = opened(tmp_path, "\n".join(["200 2", *lines]), "a.vec")
    assert embedding.notes[0].line == 7
    assert embedding.columns["word"][5] == "w5"
    assert np.isnan(embedding.vectors[5]).all()


@pytest.mark.parametrize("header", [b"1000000000000 300\n", b"3 2\n"])
def test_a_binary_file_that_promises_too_much_is_refused(tmp_path, header):
    with pytest.raises(TruncatedFileError, match="promises"):
        opened(tmp_path, header + b"a \x00\x01\x02\x03", "a.bin")


def test_a_binary_file_cut_in_a_word_is_refused(tmp_path):
    data = binary(["longword", "b", "c"], np.ones((3, 4), np.float32))
    with pytest.raises(TruncatedFileError, match="not whole"):
        opened(tmp_path, data[:-5], "a.bin")


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("EN.1-10.cbow1_wind5_hs0_neg10_size300_smpl1e-05.txt", (20, 300)),
        ("euclidean_vectors.bin", (2747, 10)),
        ("pang_lee_polarity_fasttext.vec", (1694, 100)),
        ("test_glove.txt", (76, 50)),
        ("word2vec_pre_kv_c", (1750, 10)),
    ],
)
def test_real_files_open(shared_data, name, shape):
    embedding = open_path(shared_data / "vectors" / "gensim" / name)[0]
    assert embedding.shape == shape
    assert embedding.finite is None


def test_plain_prose_is_no_vectors(tmp_path):
    with pytest.raises(FormatError, match="No reader knows"):
        opened(tmp_path, "Call me Ishmael.\nSome years ago\n", "a.txt")
