"""Real files, opened and compared with an independent reading: each number, and the label of each point.

The data lies beside the project; what a library is needed for is skipped without it.
"""

import csv
import io
import zipfile

import numpy as np
import pytest

from vectarium.formats import open_path


def same(embedding, vectors, **columns):
    """The vectors to the bit, and each of the columns named."""
    np.testing.assert_array_equal(embedding.vectors, vectors)
    for name, values in columns.items():
        assert list(embedding.columns[name]) == list(values), name


def lines(path, encoding="utf-8"):
    return path.read_text(encoding).splitlines()


def table(path):
    return list(csv.reader(lines(path), delimiter="\t", quoting=csv.QUOTE_NONE))


def test_a_checkpoint_of_tf1_by_its_config(shared_data):
    tf = pytest.importorskip("tensorflow")
    folder = shared_data / "projector" / "tf1_waiyan_features"
    reader = tf.train.load_checkpoint(str(folder / "tf_data.ckpt"))
    found = open_path(folder)
    assert len(found) == 1
    same(found[0], reader.get_tensor("Variable"), label=lines(folder / "label.tsv")[:2297])


def test_a_checkpoint_of_tf2_by_its_config(shared_data):
    tf = pytest.importorskip("tensorflow")
    folder = shared_data / "projector" / "tf2_natalie_headlines"
    reader = tf.train.load_checkpoint(str(folder / "logs" / "embedding.ckpt-1"))
    found = open_path(folder)
    assert len(found) == 1
    same(found[0], reader.get_tensor("embedding/.ATTRIBUTES/VARIABLE_VALUE"), label=lines(folder / "logs/metadata.tsv"))


def test_the_same_table_in_kerass_archive_and_as_text(shared_data):
    h5py = pytest.importorskip("h5py")
    folder = shared_data / "projector" / "tf2_natalie_headlines"
    with zipfile.ZipFile(folder / "best_model.keras") as archive:
        weights = h5py.File(io.BytesIO(archive.read("model.weights.h5")))
    expected = weights["layers/embedding/vars/0"][()]
    same(open_path(folder / "best_model.keras")["embedding"], expected)
    as_text = open_path(folder / "logs" / "vectors.tsv")[0]
    same(as_text, np.loadtxt(folder / "logs/vectors.tsv", dtype="f4"), label=lines(folder / "logs/metadata.tsv"))


def test_what_pytorch_added_by_its_config(shared_data):
    folder = shared_data / "projector" / "pytorch_sbyebss_fashion"
    inner = folder / "runs/fashion_mnist_experiment_1/00000/default"
    found = open_path(folder)
    assert len(found) == 1
    same(found[0], np.loadtxt(inner / "tensors.tsv", dtype="f4"), label=lines(inner / "metadata.tsv"))
    assert (found[0].thumbnails.size, len(found[0].thumbnails)) == ((28, 28), 100)


def test_the_standalone_projectors_data_by_its_config(shared_data):
    folder = shared_data / "projector" / "tf_standalone_oss_data"
    head, *rows = [row for row in table(folder / "oss_data/iris_labels.tsv") if row]
    found = open_path(folder)
    vectors = np.fromfile(folder / "oss_data/iris_tensors.bytes", "<f4").reshape(150, 4)
    same(found["Iris"], vectors, **{head[-1]: [row[-1] for row in rows[:150]]})
    assert sum("is missing" in note.message for note in found.notes) == 4


def test_the_table_of_a_keras_model(shared_data):
    h5py = pytest.importorskip("h5py")
    with h5py.File(shared_data / "models/imdb_model.h5") as file:
        expected = file["model_weights/embedding_1/embedding_1/embeddings:0"][()]
    same(open_path(shared_data / "models")[0], expected)


TEXTS = {
    "EN.1-10.cbow1_wind5_hs0_neg10_size300_smpl1e-05.txt": {},
    "word2vec_pre_kv_c": {},
    "crime-and-punishment.vec": {},
    "lee_fasttext.vec": {},
    "pang_lee_polarity_fasttext.vec": {"unicode_errors": "replace"},
    "euclidean_vectors.bin": {"binary": True},
    "test_glove.txt": {"no_header": True},
}


@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")  # gensim leaves a file without a header open
@pytest.mark.parametrize("name", TEXTS)
def test_words_of_word2vec_and_glove(shared_data, name):
    models = pytest.importorskip("gensim.models")
    expected = models.KeyedVectors.load_word2vec_format(str(shared_data / "vectors/gensim" / name), **TEXTS[name])
    found = open_path(shared_data / "vectors" / "gensim" / name)[0]
    rows = {word: row for row, word in enumerate(found.columns["word"])}
    assert len(found) >= len(expected.index_to_key)
    for word in expected.index_to_key:
        np.testing.assert_array_equal(found.vectors[rows[word]], expected[word], word)


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("crime-and-punishment.bin", "utf-8"),
        ("lee_fasttext_new.bin", "utf-8"),
        ("non_ascii_fasttext.bin", "utf-8"),
        ("cp852_fasttext.bin", "cp852"),
    ],
)
def test_words_of_fasttext(shared_data, name, encoding):
    fasttext = pytest.importorskip("gensim.models.fasttext")
    path = shared_data / "vectors" / "gensim" / name
    expected = fasttext.load_facebook_vectors(str(path), encoding=encoding)
    found = open_path(path)[0]
    assert len(found) == len(expected.index_to_key)
    for row, word in enumerate(expected.index_to_key):
        read = word.encode(encoding).decode("utf-8", "replace")
        assert found.columns["word"][row] == read
        # fastText makes n-grams of the bytes, gensim of the text; and none of the end of a sentence, which gensim does.
        if read == word and word != "</s>":
            np.testing.assert_allclose(found.vectors[row], expected[word], atol=2e-6, err_msg=word)


@pytest.mark.parametrize("name", ["glove.txt", "w2v.txt"])
def test_words_without_a_header(shared_data, name):
    path = shared_data / "vectors/glove_sample" / name
    rows = [line.split(" ") for line in lines(path)]
    vectors = np.array([row[1:] for row in rows]).astype("f8").astype("f4")
    same(open_path(path)[0], vectors, word=[row[0] for row in rows])


def test_an_array_with_its_metadata_beside_it(shared_data):
    folder = shared_data / "vectors/imdb_word2vec"
    _, *rows = table(folder / "metadata.tsv")
    columns = {"word": [row[0] for row in rows], "count": [int(row[1]) for row in rows]}
    same(open_path(folder)[0], np.load(folder / "vectors.npy"), **columns)


def test_cells_of_anndata(shared_data):
    anndata = pytest.importorskip("anndata")
    path = shared_data / "annotated/10x_pbmc68k_reduced.h5ad"
    cells, found = anndata.read_h5ad(path), open_path(path.parent)
    for name, vectors in (("X_pca", cells.obsm["X_pca"]), ("X", cells.X)):
        same(found[name], vectors, cell=cells.obs_names)
        np.testing.assert_array_equal(found[name].coordinates[0].values, cells.obsm["X_umap"].astype("f4"))
        for column in cells.obs:
            assert list(found[name].columns[column]) == list(cells.obs[column]), column


def test_a_table_with_a_map(shared_data):
    pandas = pytest.importorskip("pandas")
    expected = pandas.read_parquet(shared_data / "tables/arxiv_ml_map.parquet")
    found = open_path(shared_data / "tables")[0]
    np.testing.assert_array_equal(found.vectors, expected[["x", "y"]].to_numpy().astype(found.dtype))
    for name in set(expected) - {"x", "y"}:
        assert list(found.columns[name]) == list(expected[name]), name


def test_images_with_their_labels(shared_data):
    archive = np.load(shared_data / "images/mnist_70k.npz")
    found = open_path(shared_data / "images")[0]
    same(found, archive["images"].reshape(70_000, 784), labels=archive["labels"].tolist())


def test_all_of_it_at_once_opens_and_says_what_does_not(shared_data):
    found = open_path(shared_data)
    names = {each.name for each in found}
    assert len(found) == 23
    assert {"projector/tf1_waiyan_features/Variable:0", "annotated/X_pca", "vectors/gensim/word2vec_pre_kv_c"} <= names
    assert any("imdb_reviews.parquet" in str(note.path) for note in found.notes)
