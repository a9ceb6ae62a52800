"""AnnData: what is written reads back the same, here and by the package itself."""

import numpy as np
import pytest

import vectarium as vt
from vectarium.data import Column, Columns, Coordinates, Embedding
from vectarium.errors import ParameterError
from vectarium.formats import open_path
from vectarium.share import export

pytest.importorskip("h5py")

RNG = np.random.default_rng(0)
WORDS = ["plain", "two words", "tab\there", 'a "quote"', "ümlaut 日本 🌍", "007", "", "a/b"]


def embedding(**more):
    n = len(WORDS)
    columns = [
        Column("word", "text", np.array(WORDS, object)),
        Column("gap", "text", np.array([None, *WORDS[1:]], object)),
        Column("count", "integer", np.arange(n), mask=np.arange(n) == 2),
        Column("whole", "integer", np.arange(n)),
        Column("share", "number", np.where(np.arange(n) == 1, np.nan, RNG.standard_normal(n))),
        Column("a/class", "category", np.arange(n) % 3 - 1, ("a b", "c")),
        Column("seen", "boolean", np.arange(n) % 2 == 0, mask=np.arange(n) == 3),
        Column("sure", "boolean", np.arange(n) % 2 == 0),
        Column("when", "time", np.datetime64("2020-01-01", "us") + np.arange(n) * np.timedelta64(1, "D")),
    ]
    return Embedding("words", RNG.standard_normal((n, 5)).astype("f4"), Columns(columns), **more)


def test_vectors_columns_and_pictures_read_back_the_same(tmp_path):
    given = embedding(coordinates=(Coordinates("umap", RNG.standard_normal((8, 2)).astype("f4")),))
    notes = export(given, tmp_path / "a.h5ad")
    found = open_path(tmp_path / "a.h5ad")["words"]
    np.testing.assert_array_equal(found.vectors, given.vectors)
    np.testing.assert_array_equal(found.coordinates[0].values, given.coordinates[0].values)
    assert found.coordinates[0].name == "umap"
    for name, column in given.columns.items():
        if name != "when":
            np.testing.assert_array_equal(list(found.columns[name.replace("/", "_")]), list(column), name)
    assert "AnnData knows no times; written as text: when" in " ".join(note.message for note in notes)


def test_the_package_itself_reads_it(tmp_path):
    anndata = pytest.importorskip("anndata")
    given = embedding(coordinates=(Coordinates("umap", RNG.standard_normal((8, 2)).astype("f4")),))
    other = Embedding("other", RNG.standard_normal((8, 40)))
    export(vt.Collection("both", [given, other]), tmp_path / "a.h5ad")
    cells = anndata.read_h5ad(tmp_path / "a.h5ad")
    np.testing.assert_array_equal(cells.obsm["words"], given.vectors)
    np.testing.assert_array_equal(cells.obsm["other"], other.vectors)
    np.testing.assert_array_equal(cells.obsm["X_umap"], given.coordinates[0].values)
    assert list(cells.obs_names) == WORDS
    assert list(cells.obs["a_class"].astype(object).where(cells.obs["a_class"].notna(), None)) == list(
        given.columns["a/class"]
    )
    assert cells.obs["count"].isna().tolist() == given.columns["count"].missing.tolist()
    assert cells.obs["share"].to_numpy()[2] == given.columns["share"][2]
    cells.write_h5ad(tmp_path / "b.h5ad")
    np.testing.assert_array_equal(open_path(tmp_path / "b.h5ad")["words"].vectors, given.vectors)


def test_points_without_names_are_numbered_and_the_numbers_are_no_column(tmp_path):
    export(vt.collection(np.eye(3, 4), name="e"), tmp_path / "a.h5ad")
    assert list(open_path(tmp_path / "a.h5ad")["e"].columns) == []


def test_embeddings_of_different_points_are_not_written_together(tmp_path):
    both = vt.Collection("both", [embedding(), Embedding("other", np.eye(5))])
    with pytest.raises(ParameterError, match=r"'words' has 8, 'other' has 5.*--embedding 'words'"):
        export(both, tmp_path / "a.h5ad")
    assert list(tmp_path.iterdir()) == []
