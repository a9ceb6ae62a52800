"""Seeds for the readers of arrays and tables: NumPy, word2vec, Parquet, Arrow, Zarr, exports, and runs of our own."""

import io
import json
import re
import struct
import tempfile
from functools import cache
from pathlib import Path

import duckdb
import numpy as np
from damaged_models import ROWS, TOKENS, saved
from packed_tables import BLOSC, TABLE
from packed_tables import ZSTD as FRAME
from seed import Files, Seed, archive, opens
from zarr_stores import GZIP, ZLIB, array, group, put

from vectarium.data import Boundary, Column, Columns, RunWriter
from vectarium.data.parquet_columns import _read as read_columns
from vectarium.data.run import Run
from vectarium.errors import UnknownFormatError, VectariumError
from vectarium.formats.duck_table import SCANS, DuckTable, collection_of
from vectarium.formats.embedding_atlas import _unpack as unpack_table
from vectarium.formats.model_readers import is_atlas
from vectarium.formats.reader import silent
from vectarium.formats.run import run_summary
from vectarium.formats.summary import summary_of

WORDS = [f"word {i}" for i in range(8)]


def npy() -> list[Seed]:
    images = np.zeros((3, 2, 2, 3), "u1")
    arrays = [ROWS, np.asfortranarray(ROWS.astype(">f8")), images, ROWS > 3, ROWS.astype("f2"), ROWS.astype("i8")]
    arrays.append(np.zeros(4, [("v", "<f4", (3,)), ("word", "U2"), ("kind", "S2"), ("n", ">i4")]))
    return [Seed(npy_parts(each), npy_file) for each in arrays]


def npy_parts(array) -> Files:
    """The header and the numbers of an ``.npy`` file."""
    start, _, data = saved(array).partition(b"\n")
    return {"header": start[10:] + b"\n", "data": data}


def npy_file(parts: Files) -> Files:
    return {"a.npy": b"\x93NUMPY\1\0" + struct.pack("<H", len(parts["header"]) & 0xFFFF) + b"".join(parts.values())}


def npz() -> list[Seed]:
    parts = {"x.npy": saved(ROWS), "n.npy": saved(np.arange(8)), "umap.npy": saved(ROWS[:, :2]), "w.npy": saved(TOKENS)}
    parts["s.npy"] = saved(np.array(TOKENS, "S2"))
    return [Seed(parts, archive("a.npz")), Seed(parts, archive("a.npz", deflated=True))]


def raw_bytes() -> list[Seed]:
    said = {"tensorName": "x", "tensorPath": "a.bytes", "tensorShape": [8, 3]}
    parts = {"a.bytes": ROWS.tobytes(), "config.json": json.dumps({"embeddings": [said]}).encode()}
    return [Seed(parts, opened="a.bytes")]


def word_binary() -> list[Seed]:
    lines = b"".join(b"w%d " % i + row.tobytes() + b"\n" for i, row in enumerate(ROWS))
    return [Seed({"a.bin": b"8 3\n" + lines}), Seed({"b.bin": b"8 3\n" + lines.replace(b"\n", b"")})]


def parquet() -> list[Seed]:
    return [Seed({"a.parquet": each}, read=reads_parquet) for each in parquet_files()]


@cache
def connected():
    """One connection for all: to make one takes ten times as long as to read, and it must not remember a file."""
    return duckdb.connect(config={"enable_external_file_cache": False, "threads": 1})


def reads_parquet(path: Path) -> None:
    summary_of(collection_of(DuckTable(connected().cursor(), SCANS["parquet"], path, exact=True)))


def parquet_files() -> list[bytes]:
    """As DuckDB writes them, packed in several ways."""
    found: list[bytes] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.parquet"
        for packed in ("uncompressed", "snappy", "zstd"):
            rows = "SELECT [i, 1]::FLOAT[] AS v, 'w' || i AS w, i AS n FROM range(9) t(i)"
            duckdb.connect().execute(f"COPY ({rows}) TO '{path}' (FORMAT parquet, COMPRESSION {packed})")
            found.append(path.read_bytes())
    return found


def embedding_atlas() -> list[Seed]:
    """Only its packing: the table in it is Parquet, which has a target of its own."""
    parts = {"data/dataset.parquet": parquet_files()[0], "index.html": b"<p>"}
    return [Seed(parts, archive("a.zip", deflated=packed), read=unpacks) for packed in (False, True)]


def unpacks(path: Path) -> None:
    if not is_atlas(path, b"PK\x03\x04"):
        raise UnknownFormatError("none", path)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        unpack_table(path, Path(folder) / "dataset.parquet", silent)


def arrow_table(compression: str | None, *columns: str, stream: bool = False) -> bytes:
    """A table in several batches, as pyarrow writes it."""
    import pyarrow as pa

    values = {"v": list(ROWS), "word": WORDS, "n": [1, None] * 4, "kind": pa.array(["a", "b"] * 4).dictionary_encode()}
    values["view"] = pa.array([f"word of many letters {i}" for i in range(8)], pa.string_view())
    values["flag"], values["day"] = [True, False] * 4, pa.array([1] * 8, pa.date32())
    values["inside"] = pa.array([{"a": 1}] * 8)
    table = pa.table({name: values[name] for name in columns or values})
    out = io.BytesIO()
    writer = (pa.ipc.new_stream if stream else pa.ipc.new_file)(
        out, table.schema, options=pa.ipc.IpcWriteOptions(compression=compression)
    )
    with writer:
        writer.write_table(table, max_chunksize=5)
    return out.getvalue()


def arrow() -> list[Seed]:
    return [Seed({"a.feather": arrow_table(None)}), Seed({"a.arrows": arrow_table(None, stream=True)})]


def arrow_lz4() -> list[Seed]:
    return [Seed({"a.feather": arrow_table("lz4")})]


def arrow_zstd() -> list[Seed]:
    return [Seed({"a.feather": arrow_table("zstd", "v")}), Seed({"a.arrows": arrow_table("zstd", "v", stream=True)})]


def saved_dataset() -> list[Seed]:
    state = json.dumps({"_data_files": [{"filename": "a.arrow"}], "_fingerprint": "x"}).encode()
    return [Seed({"state.json": state, "a.arrow": arrow_table(None, "v", "word", stream=True)})]


def wandb_table() -> list[Seed]:
    rows = [[f"w{i}", list(map(float, row)), i or None] for i, row in enumerate(ROWS)]
    kind = {"params": {"serialization_path": {"path": "a.npz", "key": "b"}}}
    told = {
        "_type": "table",
        "columns": ["w", "v", "n"],
        "data": rows,
        "column_types": {"params": {"type_map": {"v": kind}}},
    }
    return [Seed({"a.table.json": json.dumps(told).encode()})]


def run() -> list[Seed]:
    """Our own runs, the lengths of damaged files put right."""

    def fill(writer: RunWriter) -> None:
        writer.add_embedding("words", n=8, d=3, thumbnails=np.zeros((8, 4, 4), "u1"))
        writer.log(1, loss=0.7)
        for step in (0, 10):
            writer.write(step, {"words": ROWS}, loss=0.5, metrics={"accuracy": 0.5})

    return [Seed(recorded(fill), fitting, "", read=reads_run)]


def run_probe() -> list[Seed]:
    """What a run has beyond vectors: examples, predictions, a boundary, columns of a step."""

    def fill(writer: RunWriter) -> None:
        writer.add_probe({"x": ROWS, "ids": np.arange(8)}, classes=["a", "b"])
        writer.add_embedding("words", n=8, d=2)
        odds = np.full((8, 2), 0.5, np.float32)
        grid = Boundary(np.full((3, 3, 2), 0.5, np.float16), (-1.0, -1.0), (1.0, 1.0), ("a", "b"))
        columns = {"words": Columns([Column("kind", "category", np.zeros(8, np.int32), ("a", "b"))], 8)}
        writer.write(1, {"words": ROWS[:, :2]}, predictions=odds, boundaries={"words": grid}, columns=columns)

    return [Seed(recorded(fill), fitting, "", read=reads_probe)]


def reads_probe(path: Path) -> None:
    found = Run(path)
    for each in found.snapshots:
        each.predictions()
        each.boundary("words")
        each.columns("words")
    assert found.probe is None or isinstance(found.probe.inputs, dict)


def run_columns() -> list[Seed]:
    """The columns of a run alone."""

    def fill(writer: RunWriter) -> None:
        writer.add_embedding("words", n=8, d=3, columns={"word": TOKENS, "n": list(range(8))})

    files = {name: data for name, data in recorded(fill).items() if name.startswith("columns")}
    return [Seed(files, read=reads_columns, allowed=(VectariumError, duckdb.Error))]


def reads_columns(path: Path) -> None:
    read_columns(connected().cursor(), path, [("word", "text", None), ("n", "integer", None)], 8)


def recorded(fill) -> Files:
    """The files of a run."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "a.run"
        with RunWriter(root, name="a") as writer:
            fill(writer)
        files = tree(root)
        return files | {name: same_ever(data) for name, data in files.items() if name.endswith((".json", ".jsonl"))}


def same_ever(data: bytes) -> bytes:
    """Without what differs from run to run: its name of chance, and the time."""
    data = re.sub(rb"\"[0-9a-f]{32}\"", b'"%032d"' % 1, data)
    data = re.sub(rb'"time": \d+\.\d+', b'"time": 1.5', data)
    return re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?", b"2026-01-01T00:00:00", data)


def tree(root: Path) -> Files:
    """The files of a folder."""
    return {str(each.relative_to(root)): each.read_bytes() for each in sorted(root.rglob("*")) if each.is_file()}


def fitting(parts: Files) -> Files:
    """The lengths of damaged files in what describes them, so that they are not refused for that."""
    files = dict(parts)
    for name, data in parts.items():
        for described in [each for each in parts if each.endswith(("snapshot.json", "run.json"))]:
            pattern = rb'("(?:file|name)": "%b"[^}]*?"(?:size|bytes)": )\d+' % re.escape(Path(name).name.encode())
            files[described] = re.sub(pattern, rb"\g<1>%d" % len(data), files[described])
    return files


def reads_run(path: Path) -> None:
    run_summary(path, checksums=False)
    found = Run(path)
    assert isinstance(found.curve, dict)
    for each in found.snapshots[0].embeddings if found.snapshots else ():
        found.at(each, found.steps[0])


def zarr_store(fill, version: int) -> Seed:
    with tempfile.TemporaryDirectory() as folder:
        fill(Path(folder), version)
        return Seed(tree(Path(folder)), opened="")


def named(seed: Seed, name: str) -> Seed:
    """The store in a folder whose name says what it is."""
    return Seed({f"{name}/{path}": data for path, data in seed.parts.items()}, opened=name)


def plain_store(folder, version) -> None:
    group(folder, version=version)
    array(folder, "vectors", ROWS, (5, 2), version, pack=ZLIB if version == 2 else GZIP)
    array(folder, "words", WORDS, version=version)


def cells_store(folder, version) -> None:
    group(folder, "", {"encoding-type": "anndata"}, version)
    group(folder, "obsm", {}, version)
    array(folder, "obsm/X_pca", ROWS.astype("<f8") @ np.eye(3, 5), version=version)
    group(folder, "obs", {"_index": "names", "column-order": ["kind"]}, version)
    array(folder, "obs/names", WORDS, version=version)
    group(folder, "obs/kind", {"encoding-type": "categorical"}, version)
    array(folder, "obs/kind/codes", np.arange(8, dtype="i1") % 2, version=version)
    array(folder, "obs/kind/categories", ["a", "b"], version=version)
    if version == 3:
        return
    group(folder, "X", {"encoding-type": "csr_matrix", "shape": [8, 8]}, version)
    for name, values in (("data", np.ones(8)), ("indices", np.arange(8)), ("indptr", np.arange(9))):
        array(folder, f"X/{name}", values, version=version)


def shards_store(folder, version) -> None:
    settings = {"chunk_shape": [4, 3], "codecs": [{"name": "bytes"}], "index_codecs": [{"name": "bytes"}]}
    group(folder, version=3)
    array(folder, "vectors", ROWS, version=3, codecs=[{"name": "sharding_indexed", "configuration": settings}])
    index = np.array([[0, 48], [48, 48]], "<u8").tobytes()
    put(folder, "vectors/c/0/0", ROWS.tobytes() + index)


def packed_store(folder, version) -> None:
    group(folder, version=version)
    for name in ("lz4", "bits", "zlib"):
        array(folder, name, TABLE, version=version, pack=({"id": "blosc"}, lambda _, name=name: BLOSC[name]))


def zstd_store(folder, version) -> None:
    group(folder, version=version)
    array(folder, "zstd", TABLE, version=version, pack=({"id": "zstd"}, lambda _: FRAME))


def zarr_2() -> list[Seed]:
    return [named(zarr_store(plain_store, 2), "a.zarr")]


def zarr_3() -> list[Seed]:
    return [named(zarr_store(plain_store, 3), "a.zarr"), named(zarr_store(shards_store, 3), "b.zarr")]


def zarr_cells() -> list[Seed]:
    return [named(zarr_store(cells_store, 2), "a.zarr"), named(zarr_store(cells_store, 3), "b.zarr")]


def zarr_packed() -> list[Seed]:
    return [named(zarr_store(packed_store, 2), "a.zarr"), named(zarr_store(zstd_store, 2), "b.zarr")]


def zarr_archive() -> list[Seed]:
    return [
        Seed(zarr_store(plain_store, 2).parts, archive("a.zip")),
        Seed(zarr_store(plain_store, 3).parts, archive("b.zip")),
    ]


def delimited() -> list[Seed]:
    rows = b'w,x_0,x_1,x_2,x_3\n"a, b",1,2,3,4\nb,5,6,7,8\n"c\nd",1,2,3,4\n'
    return [
        Seed({"a.csv": rows}),
        Seed({"a.tsv": b"1\t2\t3\n4\t5\t6\n7\t8\t9\n"}),
        Seed({"b.tsv": b"a\t1\t2\nb\t3\t4\n"}),
    ]


def word_text() -> list[Seed]:
    return [Seed({"a.vec": b"3 3\na 1 2 3\nb 4 5 6\nc d 7 8 9\n"}), Seed({"a.txt": b"the 0.1 -2e3 3\nof 4 5 6\n" * 3})]


def json_lines() -> list[Seed]:
    return [Seed({"a.jsonl": b"".join(b'{"w": "a%d", "v": [1.5, %d, 3]}\n' % (i, i) for i in range(9))})]


def projector() -> list[Seed]:
    """A folder with a config, vectors, metadata, a sprite and bookmarks."""
    entry = {"tensorName": "x", "tensorPath": "t.tsv", "tensorShape": [2, 2], "metadataPath": "m.tsv"}
    entry |= {"bookmarksPath": "b.txt", "sprite": {"imagePath": "s.png", "singleImageDim": [4, 4]}}
    state = {"label": "a", "projections": [{"pca-0": 1.0, "pca-1": 2}] * 2, "selectedProjection": "pca"}
    parts = {
        "config.json": json.dumps({"embeddings": [entry]}).encode(),
        "t.tsv": b"1\t2\n3\t4\n",
        "m.tsv": b"a\tb\nx\t1\ny\t2\n",
        "b.txt": json.dumps([state]).encode(),
        "s.png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x08\0\0\0\x04\x08\0\0\0\0",
    }
    text = b'embeddings { tensor_name: "x\\n" tensor_path: "t.tsv" sprite { single_image_dim: [2, 2] } } # a'
    return [
        Seed(parts, opened="", read=opens),
        Seed({"projector_config.pbtxt": text, "t.tsv": parts["t.tsv"]}, opened="", read=opens),
    ]
