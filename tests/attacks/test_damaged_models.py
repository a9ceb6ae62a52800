"""Models with any bytes changed: a collection or an error of ours, never a crash, a hang or all of the memory.

``VECTARIUM_FUZZ_INPUTS`` says how many inputs each reader is tried with; ``make soak`` takes 200,000.
"""

import contextlib
import io
import json
import os
import pickle
import resource
import struct
import tempfile
import warnings
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from zarr_stores import ZLIB, array, group

from vectarium.errors import VectariumError
from vectarium.formats import open_path
from vectarium.formats.summary import summary_of

INPUTS = int(os.environ.get("VECTARIUM_FUZZ_INPUTS", "60"))
MOST_MEMORY = 1 << 30
ROWS = np.arange(24, dtype="<f4").reshape(8, 3)


def text(value):
    return b"X" + struct.pack("<I", len(value)) + value.encode()


STORAGE = b"(" + text("storage") + b"ctorch\nFloatStorage\n" + text("0") + text("cpu") + b"K\x18tQ"
TENSOR = b"ctorch._utils\n_rebuild_tensor_v2\n(" + STORAGE + b"K\x00(K\x08K\x03t(K\x03K\x01t\x89)tR"
STATE_DICT = b"\x80\x02}q\x00" + text("embed.weight") + TENSOR + b"q\x01s" + text("epoch") + b"K\x07s."


def packed(**members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/"), data)
    return out.getvalue()


def safetensors():
    entry = {"dtype": "F32", "shape": [8, 3], "data_offsets": [0, 96]}
    header = json.dumps({"embed": entry, "b": {"dtype": "BF16", "shape": [2], "data_offsets": [96, 100]}}).encode()
    return struct.pack("<Q", len(header)) + header + ROWS.tobytes() + b"\0" * 4


def old_checkpoint():
    parts = [pickle.dumps(each, 2) for each in (0x1950A86A20F9469CFC6C, 1001, {"little_endian": True})]
    return b"".join(parts) + STATE_DICT + pickle.dumps(["0"], 2) + struct.pack("<q", 24) + ROWS.tobytes()


def hdf5(fill):
    h5py = pytest.importorskip("h5py")
    out = io.BytesIO()
    with h5py.File(out, "w") as file:
        fill(file)
    return out.getvalue()


def weights(file):
    file["layers/embedding/vars/0"] = ROWS
    file["layers/embedding/vars"].attrs["name"] = "words"
    file.create_dataset("layers/dense/vars/0", data=ROWS, chunks=(3, 2), compression="gzip", shuffle=True)
    file.attrs["model_config"] = '{"class_name": "Embedding", "config": {"name": "words"}}'


def cells(file):
    file["obsm/X_pca"], file["obsm/X_umap"] = np.eye(8), ROWS[:, :2]
    file["obs/kind/codes"], file["obs/kind/categories"] = np.arange(8, dtype="i1") % 2, ["a", "b"]
    file["obs/names"] = [f"cell {i}" for i in range(8)]
    file["obs"].attrs["_index"], file["obs"].attrs["column-order"] = "names", ["kind"]
    file["X/data"], file["X/indices"], file["X/indptr"] = np.ones(8), np.arange(8), np.arange(9)
    file["X"].attrs["encoding-type"], file["X"].attrs["shape"] = "csr_matrix", (8, 8)


def records(file):
    file["obs"] = np.zeros(8, dtype=[("index", "S8"), ("n", "<i4"), ("v", "<f4", (2,))])
    file["obsm"] = np.zeros(8, dtype=[("X_pca", "<f8", (4,))])


def fasttext():
    words = b"".join(word + b"\0" + struct.pack("<qb", 5, 0) for word in (b"</s>", "né".encode(), b"abc"))
    head = struct.pack("<2i12id3i2q", 793712314, 12, 3, 5, 5, 1, 5, 1, 2, 2, 5, 2, 3, 100, 1e-4, 3, 3, 0, 99, -1)
    return head + words + struct.pack("<?2q", False, 8, 3) + ROWS.tobytes()


def gensim():
    array = b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(K\x00tC\x01btR"
    kind = (
        b"cnumpy\ndtype\n("
        + text("f4")
        + b"\x89\x88tR(K\x03"
        + text("<")
        + b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"
    )
    state = b"(K\x01(K\x08K\x03t" + kind + b"\x89B" + struct.pack("<I", 96) + ROWS.tobytes() + b"tb"
    words = b"](" + b"".join(text(f"w{i}") for i in range(8)) + b"e"
    body = b"}(" + text("vectors") + array + state + text("index_to_key") + words + b"u"
    return b"\x80\x04cgensim.models.keyedvectors\nKeyedVectors\n)\x81" + body + b"b."


def field(number, value):
    data = value if isinstance(value, bytes) else bytes([value])
    return bytes([number << 3 | 2, len(data)]) + data if isinstance(value, bytes) else bytes([number << 3]) + data


def onnx():
    tensor = field(1, 8) + field(1, 3) + field(2, 1) + field(8, b"embed") + field(9, ROWS.tobytes())
    place = field(13, field(1, b"location") + field(2, b"a.data")) + field(13, field(1, b"offset") + field(2, b"8"))
    outside = field(1, 4) + field(1, 3) + field(2, 1) + field(8, b"embed.2") + place
    graph = field(2, b"g") + field(5, tensor)
    graph += field(5, outside)
    return field(1, 8) + bytes([7 << 3 | 2]) + struct.pack("<BB", 128 | len(graph) & 127, len(graph) >> 7) + graph


def gguf():
    def said(value):
        return struct.pack("<Q", len(value)) + value

    tokens = b"".join(said(b"t%d" % i) for i in range(8))
    keys = said(b"tokenizer.ggml.tokens") + struct.pack("<IIQ", 9, 8, 8) + tokens
    keys += said(b"general.alignment") + struct.pack("<II", 4, 32)
    tensors = said(b"token_embd.weight") + struct.pack("<IQQIQ", 2, 3, 8, 0, 0)
    tensors += said(b"q.embd") + struct.pack("<IQQIQ", 2, 32, 4, 8, 96)
    head = b"GGUF" + struct.pack("<IQQ", 3, 2, 2) + keys + tensors
    return head + b"\0" * (-len(head) % 32) + ROWS.tobytes() + bytes(range(136))


def arrow(compression):
    pa = pytest.importorskip("pyarrow")
    feather = pytest.importorskip("pyarrow.feather")
    columns = {"v": list(ROWS), "word": [f"word number {i}" for i in range(8)], "n": [1, None] * 4}
    columns["kind"] = pa.array(["a", "b"] * 4).dictionary_encode()
    columns["view"] = pa.array([f"word of many letters {i}" for i in range(8)], pa.string_view())
    out = io.BytesIO()
    feather.write_feather(pa.table(columns), out, compression=compression, chunksize=5)
    return out.getvalue()


def pickled():
    words = [f"w{i}" for i in range(8)]
    parts = {"vectors": ROWS, "words": words, "map": ROWS[:, :2], "inside": {"a": (1, 2.5), "b": {3, 4}}}
    return pickle.dumps(parts, 4)


def wandb_table():
    rows = [[f"w{i}", list(map(float, row)), i or None] for i, row in enumerate(ROWS)]
    kind = {"params": {"serialization_path": {"path": "a.npz", "key": "b"}}}
    types = {"params": {"type_map": {"v": kind}}}
    return json.dumps({"_type": "table", "columns": ["w", "v", "n"], "data": rows, "column_types": types}).encode()


def zarr_archive():
    with tempfile.TemporaryDirectory() as folder:
        group(Path(folder))
        array(Path(folder), "vectors", ROWS, (5, 3), pack=ZLIB)
        array(Path(folder), "words", [f"w{i}" for i in range(8)])
        files = [path for path in sorted(Path(folder).rglob("*")) if path.is_file()]
        return packed(**{str(path.relative_to(folder)).replace("/", "__"): path.read_bytes() for path in files})


MAKERS = {
    "a.safetensors": safetensors,
    "a.pt": lambda: packed(**{"a__data.pkl": STATE_DICT, "a__data__0": ROWS.tobytes()}),
    "b.pt": old_checkpoint,
    "a.h5": lambda: hdf5(weights),
    "a.keras": lambda: packed(**{"config.json": b"{}", "model.weights.h5": hdf5(weights)}),
    "a.h5ad": lambda: hdf5(cells),
    "b.h5ad": lambda: hdf5(records),
    "a.bin": fasttext,
    "a.kv": gensim,
    "a.onnx": onnx,
    "a.gguf": gguf,
    "a.feather": lambda: arrow("uncompressed"),
    "b.feather": lambda: arrow("lz4"),
    "c.feather": lambda: arrow("zstd"),
    "a.pkl": pickled,
    "a.table.json": wandb_table,
    "a.zip": zarr_archive,
}
LARGE = [
    b"\xff" * 8,
    b"\xff" * 4,
    b"\x7f" + b"\xff" * 3,
    b"\0" * 8,
    struct.pack("<Q", 1 << 40),
    struct.pack("<I", 1 << 31),
]
changes = st.lists(
    st.tuples(st.floats(0, 1), st.binary(max_size=4) | st.sampled_from(LARGE), st.none() | st.integers(0, 8)),
    min_size=1,
    max_size=4,
)


def damaged(data, changes):
    """The bytes with some written over (None), or with some put in and others taken out."""
    for place, added, removed in changes:
        at = int(place * len(data))
        data = data[:at] + added + data[at + (len(added) if removed is None else removed) :]
    return data


def opens_or_says_why(path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with contextlib.suppress(VectariumError):
            summary_of(open_path(path))


@pytest.mark.parametrize("name", MAKERS)
def test_the_whole_file_opens(tmp_path, name):
    (tmp_path / name).write_bytes(MAKERS[name]())
    (tmp_path / "a.data").write_bytes(b"\0" * 64)
    assert len(open_path(tmp_path / name)[0]) == (3 if name == "a.bin" else 8)


@pytest.mark.parametrize("name", MAKERS)
def test_any_damage_ends_in_a_collection_or_in_an_error_of_ours(tmp_path, name):
    whole = MAKERS[name]()
    (tmp_path / "a.data").write_bytes(b"\0" * 64)

    @settings(
        max_examples=INPUTS,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(changes=changes)
    def opens(changes):
        (tmp_path / name).write_bytes(damaged(whole, changes))
        opens_or_says_why(tmp_path / name)

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    opens()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 <= max(before, MOST_MEMORY)
