"""Arrow IPC, written by pyarrow and polars and read without them."""

import datetime as dt
import json

import numpy as np
import pytest

from vectarium.errors import FormatError
from vectarium.formats import open_path
from vectarium.formats.lz4 import unpack_lz4

pa = pytest.importorskip("pyarrow")
feather = pytest.importorskip("pyarrow.feather")

N = 300
VECTORS = np.random.default_rng(0).standard_normal((N, 16)).astype(np.float32)
WORDS = [None if i == 3 else f"wörd {i} {'x' * (i % 20)}" for i in range(N)]
COLUMNS = {
    "word": WORDS,
    "kind": pa.array([["a", "b", None][i % 3] for i in range(N)]).dictionary_encode(),
    "count": pa.array([None if i == 5 else i for i in range(N)]),
    "flag": [i % 2 == 0 for i in range(N)],
    "day": [dt.date(2020, 1, 1 + i % 28) for i in range(N)],
    "time": [np.datetime64(f"2020-01-01T{i % 24:02}", "us") for i in range(N)],
    "large": pa.array(["ab"] * N, pa.large_string()),
    "byte": pa.array(np.arange(N) % 256, pa.uint8()),
}


def table(**more):
    return pa.table({**COLUMNS, **more})


def check(embedding):
    np.testing.assert_array_equal(embedding.vectors, VECTORS)
    plain = table()
    for name in ("word", "kind", "count", "flag", "time", "large", "byte"):
        assert list(embedding.columns[name]) == plain[name].to_pylist(), name


@pytest.mark.parametrize("compression", ["uncompressed", "lz4"])
@pytest.mark.parametrize("rows", [N, 70])
@pytest.mark.parametrize(
    "vectors",
    [
        pa.array(list(VECTORS)),
        pa.array(list(VECTORS), pa.large_list(pa.float32())),
        pa.FixedSizeListArray.from_arrays(pa.array(VECTORS.ravel()), 16),
    ],
)
def test_feather_is_read_as_pyarrow_reads_it(tmp_path, compression, rows, vectors):
    feather.write_feather(table(v=vectors), tmp_path / "a.feather", compression=compression, chunksize=rows)
    check(open_path(tmp_path / "a.feather")[0])


def test_a_stream_is_read(tmp_path):
    whole = table(v=list(VECTORS))
    with pa.ipc.new_stream(tmp_path / "a.arrow", whole.schema) as out:
        out.write_table(whole, 70)
    check(open_path(tmp_path / "a.arrow")[0])


@pytest.mark.parametrize("compression", ["uncompressed", "lz4"])
def test_what_polars_writes_is_read(tmp_path, compression):
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame({"word": WORDS, "v": VECTORS.tolist()})
    frame.write_ipc(tmp_path / "a.arrow", compression=compression)
    embedding = open_path(tmp_path / "a.arrow")[0]
    np.testing.assert_array_equal(embedding.vectors, VECTORS)
    assert list(embedding.columns["word"]) == WORDS


def test_vectors_that_are_missing_are_nan(tmp_path):
    some = [None if i == 7 else row for i, row in enumerate(VECTORS)]
    feather.write_feather(table(v=pa.array(some)), tmp_path / "a.feather")
    vectors = open_path(tmp_path / "a.feather")[0].vectors
    assert np.isnan(vectors[7]).all()
    np.testing.assert_array_equal(vectors[8:], VECTORS[8:])


def test_what_cannot_be_shown_is_told(tmp_path):
    more = {"pairs": pa.array([{"a": 1}] * N), "ragged": pa.array([[1] * (i % 3) for i in range(N)])}
    feather.write_feather(table(v=list(VECTORS), **more), tmp_path / "a.feather")
    embedding = open_path(tmp_path / "a.feather")[0]
    assert "Left out" in embedding.notes[0].message
    assert "pairs, ragged" in embedding.notes[0].message


def test_zstandard_is_unpacked(tmp_path):
    feather.write_feather(table(v=list(VECTORS)), tmp_path / "a.feather", compression="zstd")
    np.testing.assert_array_equal(open_path(tmp_path / "a.feather")[0].vectors, VECTORS)


def test_a_saved_dataset_in_parts_is_one_embedding_with_its_labels(tmp_path):
    labels = {"info": {"features": {"label": {"names": ["no", "yes"], "_type": "ClassLabel"}}}}
    whole = pa.table({"label": [i % 2 for i in range(N)], "v": list(VECTORS)})
    whole = whole.replace_schema_metadata({"huggingface": json.dumps(labels)})
    names = [f"data-{part:05}-of-00003.arrow" for part in range(3)]
    for part, name in enumerate(names):
        with pa.ipc.new_stream(tmp_path / name, whole.schema) as out:
            out.write_table(whole.slice(100 * part, 100))
    (tmp_path / "state.json").write_text(json.dumps({"_data_files": [{"filename": name} for name in names]}))
    for path in (tmp_path, tmp_path / "state.json"):
        collection = open_path(path)
        assert len(collection) == 1
        np.testing.assert_array_equal(collection[0].vectors, VECTORS)
        assert list(collection[0].columns["label"])[:3] == ["no", "yes", "no"]


@pytest.mark.parametrize("named", ["../secret.arrow", "/etc/passwd", 3])
def test_a_saved_dataset_reads_nothing_outside_of_its_folder(tmp_path, named):
    (tmp_path / "state.json").write_text(json.dumps({"_data_files": [{"filename": named}]}))
    with pytest.raises(FormatError, match=r"is missing|leads out|no files of data"):
        open_path(tmp_path / "state.json")


@pytest.mark.parametrize("size", [0, 1, 100, 70_000, 300_000])
def test_lz4_is_unpacked_as_pyarrow_unpacks_it(size):
    data = (b"abcabcabd" * size)[: size // 2] + np.random.default_rng(0).bytes(size - size // 2)
    packed = pa.compress(data, "lz4", asbytes=True)
    assert unpack_lz4(packed, size) == data


def test_a_frame_that_unpacks_to_too_much_is_cut_off():
    packed = pa.compress(b"\0" * 10_000_000, "lz4", asbytes=True)
    with pytest.raises(ValueError, match="leads out"):
        unpack_lz4(packed, 1000)
