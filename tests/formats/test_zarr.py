"""Zarr stores of both versions, as folders and archives; AnnData in them."""

import json
import zipfile

import numpy as np
import pytest
from packed_tables import LZ4, TABLE, ZSTD
from zarr_stores import GZIP, ZLIB, array, group, put

from vectarium.errors import EmbeddingNotFoundError, FormatError, UnsafeFileError
from vectarium.formats import open_path

X = np.random.default_rng(0).standard_normal((50, 12)).astype("f4")
WORDS = [f"wörd {i}" for i in range(50)]


def store(folder, version, pack=None, **fields):
    group(folder, version=version)
    array(folder, "vectors", X, (20, 5), version, pack=pack, **fields)
    array(folder, "words", WORDS, version=version)
    array(folder, "umap", X[:, :2].copy(), version=version)
    array(folder, "count", np.arange(50), (50,), version)
    return folder


@pytest.mark.parametrize(("version", "pack"), [(2, None), (2, ZLIB), (3, None), (3, GZIP)])
def test_arrays_beside_each_other_are_vectors_columns_and_pictures(tmp_path, version, pack):
    collection = open_path(store(tmp_path / "a.zarr", version, pack))
    assert [each.name for each in collection] == ["vectors"]
    np.testing.assert_array_equal(collection[0].vectors, X)
    assert list(collection[0].columns["words"]) == WORDS
    assert list(collection[0].columns["count"]) == list(range(50))
    np.testing.assert_array_equal(collection[0].coordinates[0].values, X[:, :2])


@pytest.mark.parametrize("version", [2, 3])
@pytest.mark.parametrize("inside", ["", "a.zarr/"])
def test_an_archive_opens_as_its_folder_does(tmp_path, version, inside):
    folder = store(tmp_path / "a.zarr", version)
    with zipfile.ZipFile(tmp_path / "a.zarr.zip", "w") as archive:
        for path in folder.rglob("*"):
            if path.is_file():
                archive.write(path, f"{inside}{path.relative_to(folder)}")
    collection = open_path(tmp_path / "a.zarr.zip")
    np.testing.assert_array_equal(collection["vectors"].vectors, X)
    assert list(collection["vectors"].columns["words"]) == WORDS


def test_an_array_alone_in_one_chunk_is_mapped(tmp_path):
    array(tmp_path / "a.zarr", "", X)
    vectors = open_path(tmp_path / "a.zarr")[0].vectors
    np.testing.assert_array_equal(vectors, X)
    assert isinstance(vectors.base, np.memmap) or isinstance(vectors, np.memmap) or not vectors.flags.owndata


def test_chunks_that_are_not_there_hold_the_fill_value(tmp_path):
    folder = store(tmp_path / "a.zarr", 2, fill_value=7.5)
    (folder / "vectors" / "0.0").unlink()
    found = open_path(folder)["vectors"].vectors
    assert (found[:20, :5] == 7.5).all()
    np.testing.assert_array_equal(found[20:], X[20:])


def test_fortrans_order_and_big_endian_numbers_are_put_right(tmp_path):
    put(tmp_path, ".zarray", {**json.loads(META), "order": "F", "dtype": ">f8"})
    put(tmp_path, "0.0", np.asfortranarray(X.astype(">f8")).tobytes("F"))
    np.testing.assert_array_equal(open_path(tmp_path)[0].vectors, X)


META = json.dumps(
    {"zarr_format": 2, "shape": [50, 12], "chunks": [50, 12], "dtype": "<f4", "compressor": None, "fill_value": 0}
)


def shard(block, *, at_end=True):
    """Two chunks of an array, the second first, and where they lie."""
    halves = [block[:25].tobytes(), block[25:].tobytes()]
    start = 0 if at_end else 32
    index = np.array([[start + len(halves[1]), len(halves[0])], [start, len(halves[1])]], "<u8").tobytes()
    return halves[1] + halves[0] + index if at_end else index + halves[1] + halves[0]


@pytest.mark.parametrize("at_end", [True, False])
def test_a_shard_is_taken_apart(tmp_path, at_end):
    inner = {"chunk_shape": [25, 12], "codecs": ["bytes"], "index_codecs": [{"name": "bytes"}]}
    inner["index_location"] = "end" if at_end else "start"
    array(tmp_path, "", X, version=3, codecs=[{"name": "sharding_indexed", "configuration": inner}])
    put(tmp_path, "c/0/0", shard(X, at_end=at_end))
    np.testing.assert_array_equal(open_path(tmp_path)[0].vectors, X)


def test_one_of_many_arrays_opens_by_its_path(tmp_path):
    group(tmp_path / "m.zarr")
    group(tmp_path / "m.zarr", "params")
    array(tmp_path / "m.zarr", "params/embedding", X)
    array(tmp_path / "m.zarr", "params/dense", X[:6].copy())
    assert [each.name for each in open_path(tmp_path / "m.zarr")] == ["params/embedding"]
    assert open_path(f"{tmp_path / 'm.zarr'}::dense")[0].shape == (6, 12)
    with pytest.raises(EmbeddingNotFoundError, match="params/dense"):
        open_path(f"{tmp_path / 'm.zarr'}::nothing")


def test_a_store_in_a_folder_opens_as_one_thing(tmp_path):
    store(tmp_path / "a.zarr", 2)
    store(tmp_path / "b.zarr", 3)
    assert [each.name for each in open_path(tmp_path)] == ["a.zarr/vectors", "b.zarr/vectors"]


def anndata(folder, version):
    group(folder, "", {"encoding-type": "anndata"}, version)
    group(folder, "obsm", {}, version)
    array(folder, "obsm/X_pca", X, (30, 12), version)
    array(folder, "obsm/X_umap", X[:, :2].copy(), version=version)
    group(folder, "obs", {"_index": "names", "column-order": ["kind", "seen"]}, version)
    array(folder, "obs/names", WORDS, version=version)
    group(folder, "obs/kind", {"encoding-type": "categorical"}, version)
    array(folder, "obs/kind/codes", np.arange(50, dtype="i1") % 3 - 1, version=version)
    array(folder, "obs/kind/categories", ["B", "T"], version=version)
    group(folder, "obs/seen", {"encoding-type": "nullable-boolean"}, version)
    array(folder, "obs/seen/values", np.ones(50, bool), version=version)
    array(folder, "obs/seen/mask", np.arange(50) == 2, version=version)
    return folder


@pytest.mark.parametrize("version", [2, 3])
def test_cells_open_as_they_do_from_h5ad(tmp_path, version):
    embedding = open_path(anndata(tmp_path / "a.zarr", version))["X_pca"]
    np.testing.assert_array_equal(embedding.vectors, X)
    assert list(embedding.columns["names"])[7] == "wörd 7"
    assert list(embedding.columns["kind"])[:4] == [None, "B", "T", None]
    assert list(embedding.columns["seen"])[:4] == [True, True, None, True]
    assert embedding.coordinates[0].name == "umap"


def test_pickled_objects_are_refused(tmp_path):
    put(tmp_path, ".zarray", {**json.loads(META), "dtype": "|O", "filters": [{"id": "pickle", "protocol": 5}]})
    with pytest.raises(UnsafeFileError, match="Python objects"):
        open_path(tmp_path)


@pytest.mark.parametrize(
    ("codec", "named"), [({"id": "blosc"}, "is damaged"), ({"id": "zfpy"}, "'zfpy', which is not read")]
)
def test_what_is_packed_otherwise_is_told(tmp_path, codec, named):
    put(tmp_path, ".zarray", {**json.loads(META), "compressor": codec})
    put(tmp_path, "0.0", b"\2\1\1\4" + bytes(4) + bytes(4) + (32).to_bytes(4, "little") + bytes(16))
    with pytest.raises(FormatError, match=named):
        open_path(tmp_path)


@pytest.mark.parametrize(("codec", "chunk"), [("blosc", LZ4), ("zstd", ZSTD)])
def test_what_zarr_packs_by_default_needs_no_package(tmp_path, codec, chunk):
    array(tmp_path, "", TABLE, pack=({"id": codec}, lambda _: chunk))
    np.testing.assert_array_equal(open_path(tmp_path)[0].vectors, TABLE)


def test_what_zarr_itself_writes_is_read(tmp_path):
    zarr = pytest.importorskip("zarr")
    for version in (2, 3):
        folder = tmp_path / f"{version}.zarr"
        made = zarr.open_group(folder, mode="w", zarr_format=version)
        more = {"shards": (20, 12)} if version == 3 else {}
        made.create_array("vectors", data=X, chunks=(10, 4), **more)
        np.testing.assert_array_equal(open_path(folder)["vectors"].vectors, X)
