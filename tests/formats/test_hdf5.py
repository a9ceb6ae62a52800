"""HDF5, written by h5py and read without it."""

import numpy as np
import pytest
from packed_tables import LZ4, TABLE, ZSTD

from vectarium.errors import FormatError
from vectarium.formats import open_path
from vectarium.formats.hdf5 import root_of
from vectarium.formats.hdf5_bytes import map_hdf5
from vectarium.formats.reader import silent

h5py = pytest.importorskip("h5py")

NUMBERS = np.random.default_rng(0).standard_normal((60, 7)).astype(np.float32)


def read(path, name="x"):
    return root_of(map_hdf5(path)).child(name).dataset.read(silent)


def written(folder, fill, **options):
    with h5py.File(folder / "a.h5", "w", **options) as file:
        fill(file)
    return folder / "a.h5"


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"chunks": (7, 3)},
        {"chunks": (7, 3), "compression": "gzip"},
        {"chunks": (7, 3), "compression": "gzip", "shuffle": True, "fletcher32": True},
        {"chunks": (16, 7), "compression": "lzf"},
        {"chunks": (1, 1)},
        {"chunks": True, "maxshape": (None, 7)},
    ],
)
@pytest.mark.parametrize("dtype", ["<f4", ">f4", "<f8", "<f2", "<i8", ">i2", "u1"])
def test_numbers_are_read_as_h5py_reads_them(tmp_path, options, dtype):
    values = (NUMBERS * 30).astype(dtype)
    path = written(tmp_path, lambda file: file.create_dataset("x", data=values, **options))
    np.testing.assert_array_equal(read(path), values)


@pytest.mark.parametrize("libver", ["earliest", "v108", "v110", "latest"])
@pytest.mark.parametrize("chunks", [None, (60, 7)])
def test_newer_kinds_of_files_are_read(tmp_path, libver, chunks):
    path = written(tmp_path, lambda file: file.create_dataset("g/x", data=NUMBERS, chunks=chunks), libver=libver)
    np.testing.assert_array_equal(read(path, "g/x"), NUMBERS)


def test_what_is_listed_in_a_newer_way_says_how_to_make_it_older(tmp_path):
    path = written(tmp_path, lambda file: file.create_dataset("x", data=NUMBERS, chunks=(7, 3)), libver="latest")
    with pytest.raises(FormatError, match="h5repack"):
        read(path)


@pytest.mark.parametrize(
    "values",
    [
        np.array(["a", "", "ünï", "a" * 5000], dtype=object),
        np.array([b"a", b"", b"abc"]),
        np.array([True, False, True]),
        np.float64(3.5),
        np.zeros((0, 4)),
    ],
)
def test_texts_and_others_are_read_as_h5py_reads_them(tmp_path, values):
    def fill(file):
        file["x"] = values
        file["x"].attrs["a"] = values if values.dtype != object else values.astype(h5py.string_dtype())

    path = written(tmp_path, fill)
    expected = values.astype("U").astype(object) if values.dtype.kind == "S" else values
    np.testing.assert_array_equal(read(path), expected)
    np.testing.assert_array_equal(root_of(map_hdf5(path)).child("x").attributes["a"], expected)


def test_two_thousand_datasets_are_all_found(tmp_path):
    path = written(tmp_path, lambda file: [file.create_dataset(f"g{i % 7}/x{i}", data=[i]) for i in range(2000)])
    found = {each.name: each.dataset.read(silent)[0] for each in root_of(map_hdf5(path)).walk()}
    assert found == {f"g{i % 7}/x{i}": i for i in range(2000)}


def test_an_array_in_one_piece_is_mapped(tmp_path):
    path = written(tmp_path, lambda file: file.create_dataset("x", data=NUMBERS))
    assert not open_path(path)["x"].vectors.flags.owndata


def test_lists_beside_a_matrix_become_its_columns(tmp_path):
    def fill(file):
        file["vectors"], file["words"], file["count"] = NUMBERS, [f"w{i}" for i in range(60)], np.arange(60)
        file["other"] = np.arange(9)

    embedding = open_path(written(tmp_path, fill))["vectors"]
    assert sorted(embedding.columns) == ["count", "words"]
    assert embedding.columns["words"][7] == "w7"


def test_a_file_behind_a_block_of_its_user_opens(tmp_path):
    path = written(tmp_path, lambda file: file.create_dataset("x", data=NUMBERS), userblock_size=512)
    np.testing.assert_array_equal(open_path(path)["x"].vectors, NUMBERS)


@pytest.mark.parametrize("name", ["imdb_model.h5"])
def test_a_real_model_opens(shared_data, name):
    opened = open_path(shared_data / "models" / name)
    with h5py.File(shared_data / "models" / name) as file:
        expected = file["model_weights/embedding_1/embedding_1/embeddings:0"][()]
    assert [each.name for each in opened] == ["embedding_1/embeddings"]
    np.testing.assert_array_equal(opened[0].vectors, expected)


@pytest.mark.parametrize(("code", "packed"), [(32001, LZ4), (32015, ZSTD)])
def test_chunks_packed_by_blosc_and_zstandard_are_unpacked(tmp_path, code, packed):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        kind = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        kind.set_chunk(TABLE.shape)
        kind.set_filter(code, h5py.h5z.FLAG_OPTIONAL, (1,))
        space = h5py.h5s.create_simple(TABLE.shape)
        made = h5py.h5d.create(file.id, b"table", h5py.h5t.IEEE_F32LE, space, kind)
        made.write_direct_chunk((0, 0), packed)
    np.testing.assert_array_equal(open_path(tmp_path / "a.h5")["table"].vectors, TABLE)
