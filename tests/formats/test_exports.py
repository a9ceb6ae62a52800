"""What other tools export: Weights & Biases, pandas, Embedding Atlas, Lance."""

import json
import zipfile

import numpy as np
import pytest

import vectarium as vt
from vectarium.errors import FormatError, UnknownFormatError
from vectarium.formats import open_path

X = np.random.default_rng(0).standard_normal((8, 5)).astype("f4")
WORDS = [f"wörd {i}" for i in range(8)]
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x1c\0\0\0\x0e\x08\0\0\0\0"


def table(folder, columns, **more):
    rows = [list(row) for row in zip(*columns.values(), strict=True)]
    fields = {"_type": "table", "column_types": {}, "columns": list(columns), "data": rows}
    path = folder / "words.table.json"
    path.write_text(json.dumps(fields | more))
    return path


def test_a_table_of_wandb_has_vectors_and_columns(tmp_path):
    path = table(tmp_path, {"word": WORDS, "vector": X.tolist(), "n": [1, None, *range(6)]})
    collection = open_path(path)
    assert [each.name for each in collection] == ["words"]
    np.testing.assert_array_equal(collection[0].vectors, X)
    assert list(collection[0].columns["word"]) == WORDS
    assert list(collection[0].columns["n"])[:3] == [1, None, 0]


def test_its_images_are_thumbnails(tmp_path):
    cells = [{"_type": "image-file", "path": f"media/images/{i}.png"} for i in range(7)]
    cells.append({"_type": "image-file", "path": "../../outside.png"})
    (tmp_path / "media/images").mkdir(parents=True)
    for i in range(7):
        (tmp_path / f"media/images/{i}.png").write_bytes(PNG)
    embedding = open_path(table(tmp_path, {"vector": X.tolist(), "image": cells}))[0]
    assert [path and path.name for path in embedding.thumbnails.paths] == [f"{i}.png" for i in range(7)] + [None]
    assert embedding.thumbnails.size == (64, 32)


def test_its_arrays_lie_in_an_archive_beside_it(tmp_path):
    place = {"path": "media/serialized_data/a.npz", "key": "array"}
    kind = {"wb_type": "ndarray", "params": {"serialization_path": place}}
    (tmp_path / "media/serialized_data").mkdir(parents=True)
    np.savez_compressed(tmp_path / place["path"], array=X)
    types = {"params": {"type_map": {"array": kind}}}
    path = table(tmp_path, {"word": WORDS, "array": [None] * 8}, column_types=types)
    np.testing.assert_array_equal(open_path(path)[0].vectors, X)


def test_rows_of_another_length_are_told(tmp_path):
    path = table(tmp_path, {"word": WORDS, "vector": X.tolist()})
    fields = json.loads(path.read_text())
    fields["data"][3] = ["alone"]
    path.write_text(json.dumps(fields))
    embedding = open_path(path)[0]
    assert embedding.shape == (7, 5)
    assert "1 rows do not have 2 values" in embedding.notes[0].message


def test_what_pandas_splits_opens_too(tmp_path):
    pandas = pytest.importorskip("pandas")
    pandas.DataFrame({"word": WORDS, "vector": X.tolist()}).to_json(
        tmp_path / "a.json", orient="split", double_precision=15
    )
    np.testing.assert_array_equal(open_path(tmp_path / "a.json")[0].vectors, X)


def atlas(folder, vectors):
    data = vt.collection(vectors, {"text": WORDS, "__row_index__": range(8)}, name="a")
    vt.export(data, folder / "dataset.parquet")
    with zipfile.ZipFile(folder / "atlas.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data/metadata.json", "{}")
        archive.write(folder / "dataset.parquet", "data/dataset.parquet")
        archive.writestr("index.html", "<html>")
    return folder / "atlas.zip"


def test_an_export_of_embedding_atlas_opens_by_its_table(tmp_path):
    collection = open_path(atlas(tmp_path, X))
    np.testing.assert_array_equal(collection["atlas"].vectors, X)
    assert list(collection["atlas"].columns) == ["text"]
    assert collection["atlas"].source == tmp_path / "atlas.zip"


def test_a_projection_alone_is_what_there_is(tmp_path):
    duckdb = pytest.importorskip("duckdb")
    duckdb.sql("SELECT i AS id, i * 0.5 AS projection_x, -i AS projection_y FROM range(9) t(i)").write_parquet(
        str(tmp_path / "dataset.parquet")
    )
    with zipfile.ZipFile(tmp_path / "atlas.zip", "w") as archive:
        archive.write(tmp_path / "dataset.parquet", "data/dataset.parquet")
    embedding = open_path(tmp_path / "atlas.zip")[0]
    assert (embedding.shape, embedding.coordinates[0].name) == ((9, 2), "projection")


def test_a_damaged_export_says_where(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("data/dataset.parquet", b"PAR1" + b"\0" * 100)
    with pytest.raises(FormatError, match=r"a\.zip: Its 'data/dataset\.parquet' does not open"):
        open_path(tmp_path / "a.zip")


def test_lance_opens_where_its_package_is_and_says_which_one_else(tmp_path):
    (tmp_path / "a.lance" / "_versions").mkdir(parents=True)
    (tmp_path / "a.lance" / "data").mkdir()
    try:
        import lance
        import pyarrow as pa
    except ImportError:
        with pytest.raises(UnknownFormatError, match="pip install pylance"):
            open_path(tmp_path / "a.lance")
        return
    vectors = pa.FixedSizeListArray.from_arrays(pa.array(X.ravel()), 5)
    lance.write_dataset(pa.table({"word": WORDS, "vector": vectors}), tmp_path / "b.lance")
    embedding = open_path(tmp_path / "b.lance")["b"]
    np.testing.assert_array_equal(embedding.vectors, X)
    assert list(embedding.columns["word"]) == WORDS
