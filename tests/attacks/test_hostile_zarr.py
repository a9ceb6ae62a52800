"""Zarr stores and exports that try to take all memory, lead out of their folder, or never end."""

import json
import zipfile
import zlib

import numpy as np
import pytest
from packed_tables import BLOSC, TABLE
from seed import zipped
from zarr_stores import ZLIB, array, group, put

from vectarium.errors import FormatError
from vectarium.formats import open_path
from vectarium.formats.blosc import unpack_blosc
from vectarium.formats.lz4 import unpack_lz4_block

X = np.arange(24, dtype="f4").reshape(8, 3)


def metadata(folder, **fields):
    """An array of version 2 with some of its metadata changed."""
    array(folder, "", X)
    told = json.loads((folder / ".zarray").read_text()) | fields
    put(folder, ".zarray", told)


@pytest.mark.parametrize(
    "fields",
    [
        {"shape": [1 << 40, 3], "chunks": [1 << 40, 3]},
        {"shape": [1 << 30, 3], "chunks": [1 << 20, 3]},
        {"shape": [1 << 40, 3], "chunks": [1, 3]},
        {"shape": [8, 1 << 62], "chunks": [8, 1 << 62]},
        {"chunks": [1 << 33, 3], "compressor": {"id": "zlib"}},
        {"shape": [-8, 3]},
        {"shape": [8.5, 3]},
        {"chunks": [0, 3]},
        {"chunks": [8]},
        {"shape": "many"},
        {"dtype": "<f4096"},
        {"dtype": [["a", "<f4"]]},
        {"dtype": "|V1000000000"},
        {"compressor": "zlib"},
        {"compressor": {"id": ["zlib"]}},
    ],
)
def test_sizes_and_types_that_lie_are_refused_before_anything_is_allocated(tmp_path, fields):
    metadata(tmp_path, **fields)
    with pytest.raises(FormatError, match=r"promises|damaged|chunks|not read|can be explored"):
        open_path(tmp_path)


def test_a_chunk_that_unpacks_to_a_gigabyte_stops_at_its_size(tmp_path):
    metadata(tmp_path, compressor=ZLIB[0])
    put(tmp_path, "0.0", zlib.compress(bytes(1 << 26)))
    with pytest.raises(FormatError, match="a chunk of more than 96 bytes"):
        open_path(tmp_path)


def test_links_that_lead_out_are_not_followed(tmp_path):
    store, outside = tmp_path / "a.zarr", tmp_path / "outside"
    group(store)
    array(store, "vectors", X)
    array(outside, "secret", X + 100)
    (store / "other").symlink_to(outside / "secret")
    (store / "vectors" / "0.0").unlink()
    (store / "vectors" / "0.0").symlink_to(outside / "secret" / "0.0")
    collection = open_path(store)
    assert [each.name for each in collection] == ["vectors"]
    assert not collection[0].vectors.any()


def test_links_in_a_circle_end(tmp_path):
    group(tmp_path)
    array(tmp_path, "vectors", X)
    (tmp_path / "loop").symlink_to(tmp_path)
    assert len(open_path(tmp_path)) == 1


def test_names_that_climb_out_of_an_archive_read_nothing_else(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zarr.zip", "w") as archive:
        archive.writestr(".zgroup", '{"zarr_format": 2}')
        archive.writestr("../../secret/.zarray", json.dumps({"zarr_format": 2, "shape": [2, 2]}))
        archive.writestr("/etc/.zarray", "{}")
    with pytest.raises(FormatError, match=r"no tensor|No vectors"):
        open_path(tmp_path / "a.zarr.zip")


def test_an_archive_whose_chunk_is_a_bomb_is_refused(tmp_path):
    array(tmp_path / "a", "", X)
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(tmp_path / "a" / ".zarray", ".zarray")
        archive.writestr("0.0", bytes(1 << 26))
    with pytest.raises(FormatError, match="damaged"):
        open_path(tmp_path / "a.zip")


def test_a_chunk_that_promises_more_bytes_than_the_archive_has_is_refused(tmp_path):
    array(tmp_path / "a", "", X)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(tmp_path / "a" / ".zarray", ".zarray")
        archive.write(tmp_path / "a" / "0.0", "0.0")
    raw = bytearray((tmp_path / "a.zip").read_bytes())
    at = raw.rfind(b"PK\1\2")
    raw[at + 20 : at + 28] = (0xF0000000).to_bytes(4, "little") * 2
    (tmp_path / "a.zip").write_bytes(raw)
    with pytest.raises(FormatError, match="more than there are"):
        open_path(tmp_path / "a.zip")


def test_metadata_nested_without_end_is_refused(tmp_path):
    put(tmp_path, ".zarray", b'{"shape": ' + b"[" * 100_000)
    with pytest.raises(FormatError, match="not JSON"):
        open_path(tmp_path)


@pytest.mark.parametrize("index", [[0, 1 << 60], [1 << 63, 12], [10, 10]])
def test_a_shard_that_leads_out_of_itself_is_refused(tmp_path, index):
    inner = {"chunk_shape": [8, 3], "codecs": ["bytes"], "index_codecs": ["bytes"]}
    inner["index_codecs"] = [{"name": "bytes"}]
    array(tmp_path, "", X, version=3, codecs=[{"name": "sharding_indexed", "configuration": inner}])
    put(tmp_path, "c/0/0", X.tobytes() + np.array(index, "<u8").tobytes())
    with pytest.raises(FormatError, match="damaged"):
        open_path(tmp_path)


@pytest.mark.parametrize("data", [b"", b"\1\0\0\0", b"\x08\0\0\0" + b"\xff" * 32, b"\xff" * 36])
def test_texts_that_lie_about_their_number_and_length_are_told(tmp_path, data):
    group(tmp_path)
    array(tmp_path, "vectors", X)
    array(tmp_path, "words", ["a"] * 8)
    put(tmp_path, "words/0", data)
    collection = open_path(tmp_path)
    assert not collection["vectors"].columns
    assert "'words' is damaged" in collection.notes[0].message


def test_a_table_unpacked_from_an_export_is_no_bomb(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data/dataset.parquet", bytes(100))
    raw = (tmp_path / "a.zip").read_bytes()
    at = raw.rfind(b"PK\1\2")
    (tmp_path / "a.zip").write_bytes(raw[: at + 24] + (1 << 31).to_bytes(4, "little") + raw[at + 28 :])
    with pytest.raises(FormatError, match="too large to unpack"):
        open_path(tmp_path / "a.zip")


@pytest.mark.parametrize("shape", [[[8], 8], ["a", 8], [-8, -8], [1e400, 8], 5, "ab"])
def test_a_sparse_matrix_of_a_shape_that_is_none_leaves_the_others(tmp_path, shape):
    group(tmp_path, "", {"encoding-type": "anndata"})
    group(tmp_path, "obsm")
    array(tmp_path, "obsm/X_pca", X)
    group(tmp_path, "X", {"encoding-type": "csr_matrix", "shape": shape})
    assert [each.name for each in open_path(tmp_path)] == ["X_pca"]


@pytest.mark.parametrize(("dtype", "fill"), [("<i4", 1e300), ("<f2", 1e300), ("|u1", -1e400), ("<i8", 1 << 80)])
def test_a_filling_that_its_type_cannot_hold_is_no_warning(tmp_path, dtype, fill):
    metadata(tmp_path, dtype=dtype, fill_value=fill)
    (tmp_path / "0.0").unlink()
    assert open_path(tmp_path)[0].shape == (8, 3)


def test_a_sparse_matrix_of_numbers_too_large_is_no_warning(tmp_path):
    group(tmp_path, "", {"encoding-type": "anndata"})
    group(tmp_path, "X", {"encoding-type": "csr_matrix", "shape": [8, 8]})
    for name, values in (("data", np.full(8, 1e300)), ("indices", np.arange(8)), ("indptr", np.arange(9))):
        array(tmp_path, f"X/{name}", values)
    assert np.isinf(open_path(tmp_path)[0].vectors.diagonal()).all()


def test_a_sparse_matrix_of_infinities_of_both_signs_in_one_place_is_no_warning(tmp_path):
    group(tmp_path, "", {"encoding-type": "anndata"})
    group(tmp_path, "X", {"encoding-type": "csr_matrix", "shape": [1, 8]})
    both = np.array([np.inf, -np.inf])
    for name, values in (("data", both), ("indices", np.zeros(2, "<i4")), ("indptr", np.array([0, 2]))):
        array(tmp_path, f"X/{name}", values)
    assert np.isnan(open_path(tmp_path)[0].vectors[0, 0])


@pytest.mark.parametrize("part", ["obsm", "obs"])
def test_an_array_in_the_place_of_a_group_leaves_the_others(tmp_path, part):
    group(tmp_path, "", {"encoding-type": "anndata"})
    array(tmp_path, part, X)
    array(tmp_path, "X", X)
    assert [each.name for each in open_path(tmp_path)] == ["X"]


@pytest.mark.parametrize("data", [b"\xf0", b"\x10a\x01", b"\x1fa\x01\0\xff"])
def test_blocks_of_lz4_that_were_cut_short_are_refused(data):
    with pytest.raises(ValueError, match="cut short"):
        unpack_lz4_block(data, 100)


def test_deflated_blocks_of_blosc_that_are_damaged_are_refused():
    broken = bytearray(BLOSC["zlib"])
    broken[40] ^= 255
    with pytest.raises(ValueError, match=r"deflated data that is damaged|leads out|promised"):
        unpack_blosc(bytes(broken), TABLE.nbytes)


def test_an_export_whose_member_is_called_in_no_utf_8_is_refused(tmp_path):
    raw = bytearray(zipped({"data/dataset.parquet": bytes(100)}))
    raw[6:8], raw[30:32] = (0x800).to_bytes(2, "little"), b"\xc2 "
    (tmp_path / "a.zip").write_bytes(raw)
    with pytest.raises(FormatError, match="cannot be unpacked"):
        open_path(tmp_path / "a.zip")
