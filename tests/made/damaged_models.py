"""Seeds for the readers of models: safetensors, PyTorch, HDF5 and Keras, ONNX, GGUF, fastText, pickles."""

import io
import json
import pickle
import struct
import tarfile

import numpy as np
from checkpoints import field
from seed import Files, Seed, archive, together

ROWS = np.arange(24, dtype="<f4").reshape(8, 3)
TOKENS = [f"t{i}" for i in range(8)]


def text(value: str) -> bytes:
    """A text as a pickle has it."""
    return b"X" + struct.pack("<I", len(value)) + value.encode()


STORAGE = b"(" + text("storage") + b"ctorch\nFloatStorage\n" + text("0") + text("cpu") + b"K\x18tQ"
TENSOR = b"ctorch._utils\n_rebuild_tensor_v2\n(" + STORAGE + b"K\x00(K\x08K\x03t(K\x03K\x01t\x89)tR"
PARAMETER = b"ctorch._utils\n_rebuild_parameter\n(" + TENSOR + b"\x89)tR"
STATE_DICT = b"\x80\x02}q\x00" + text("embed.weight") + TENSOR + b"q\x01s" + text("epoch") + b"K\x07s."
MODEL = (
    b"\x80\x02}("
    + text("model")
    + b"}"
    + text("embed.weight")
    + PARAMETER
    + b"s"
    + text("lr")
    + b"G?\xf0"
    + b"\0" * 6
    + b"u."
)


def safetensors() -> list[Seed]:
    entries = {"embed": {"dtype": "F32", "shape": [8, 3], "data_offsets": [0, 96]}}
    entries["b"] = {"dtype": "BF16", "shape": [8, 1], "data_offsets": [96, 112]}
    entries["__metadata__"] = {"format": "pt"}

    def pack(parts: Files) -> Files:
        return {"a.safetensors": struct.pack("<Q", len(parts["header"])) + parts["header"] + parts["data"]}

    whole = {"header": json.dumps(entries).encode(), "data": ROWS.tobytes() + bytes(16)}
    return [Seed(whole, pack)]


def sharded_model() -> list[Seed]:
    whole = safetensors()[0]
    file = whole.files(whole.parts)["a.safetensors"]
    names = {"embed": "a.safetensors", "b": "b.safetensors"}
    index = json.dumps({"metadata": {"total_size": 112}, "weight_map": names}).encode()
    parts = {"model.safetensors.index.json": index, "a.safetensors": file, "b.safetensors": file}
    old = torch_pickles()[0]
    names = {"embed.weight": "b.bin"}
    more = {"pytorch_model.bin.index.json": json.dumps({"weight_map": names}).encode()}
    return [Seed(parts), Seed(more | {"b.bin": old.files(old.parts)["a.pt"]})]


def torch_archive() -> list[Seed]:
    members = {"a/data.pkl": STATE_DICT, "a/byteorder": b"little", "a/data/0": ROWS.tobytes(), "a/version": b"3\n"}
    model = {"a/data.pkl": MODEL, "a/data/0": ROWS.tobytes()}
    return [Seed(members, archive("a.pt")), Seed(model, archive("b.ckpt"))]


def torch_pickles() -> list[Seed]:
    """PyTorch's layout before archives: pickles one behind another."""
    head = [pickle.dumps(each, 2) for each in (0x1950A86A20F9469CFC6C, 1001, {"little_endian": True})]
    body = [STATE_DICT, pickle.dumps(["0"], 2), struct.pack("<q", 24), ROWS.tobytes()]
    return [Seed({str(place): each for place, each in enumerate([*head, *body])}, together("a.pt"))]


def torch_tar() -> list[Seed]:
    """PyTorch's first layout."""
    triple = b"\x80\x02(K\x05X\x03\x00\x00\x00cpuctorch\nFloatStorage\nt."
    described = b"\x80\x02(K\x07K\x05ctorch\nFloatTensor\nt."
    parts = {
        "storages": pickle.dumps(1, 2) + triple + struct.pack("<q", 24) + ROWS.tobytes() + pickle.dumps([], 2),
        "tensors": pickle.dumps(1, 2) + described + struct.pack("<i4x5q", 2, 8, 3, 3, 1, 0),
        "pickle": b"\x80\x02}X\x05\x00\x00\x00embedX\x01\x00\x00\x007Qs.",
    }

    def pack(parts: Files) -> Files:
        body = b""
        for name, data in parts.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            body += member.tobuf(tarfile.USTAR_FORMAT) + data + bytes(-len(data) % 512)
        return {"a.pt": body + bytes(1024)}

    return [Seed(parts, pack)]


def onnx() -> list[Seed]:
    place = field(13, field(1, b"location") + field(2, b"a.data")) + field(13, field(1, b"offset") + field(2, b"8"))
    parts = {
        "inside": field(1, 8) + field(1, 3) + field(2, 1) + field(8, b"embed") + field(9, ROWS.tobytes()),
        "numbers": field(1, 8) + field(1, 3) + field(2, 1) + field(8, b"embed.1") + field(4, ROWS.tobytes()),
        "outside": field(1, 4) + field(1, 3) + field(2, 1) + field(8, b"embed.2") + place + field(14, 1),
        "name": b"g",
    }

    def pack(parts: Files) -> Files:
        tensors = b"".join(field(5, parts[name]) for name in ("inside", "numbers", "outside"))
        return {"a.onnx": field(1, 8) + field(7, field(2, parts["name"]) + tensors)}

    return [Seed(parts, pack, beside={"a.data": bytes(64)})]


def gguf() -> list[Seed]:
    from vectarium.formats.gguf_blocks import BLOCKS

    kinds = {0: (1, 4), 1: (1, 2), 28: (1, 8), 30: (1, 2)} | {
        kind: (each.numbers, each.size) for kind, each in BLOCKS.items()
    }
    return [Seed({"a.gguf": gguf_file(kind, width, size)}) for kind, (width, size) in kinds.items()]


def gguf_file(kind: int, width: int, size: int) -> bytes:
    """A file with token embeddings of one type, whose blocks of ``width`` numbers have ``size`` bytes."""

    def said(value: str) -> bytes:
        return struct.pack("<Q", len(value)) + value.encode()

    columns = max(width, 4)
    keys = said("tokenizer.ggml.tokens") + struct.pack("<IIQ", 9, 8, 8) + b"".join(map(said, TOKENS))
    keys += said("general.alignment") + struct.pack("<II", 4, 32)
    tensors = said("token_embd.weight") + struct.pack("<IQQIQ", 2, columns, 8, kind, 0)
    head = b"GGUF" + struct.pack("<IQQ", 3, 1, 2) + keys + tensors
    return head + bytes(-len(head) % 32) + bytes(range(200)) * (8 * columns // width * size // 200 + 1)


def hdf5(fill, **how) -> bytes:
    """The bytes of a file that h5py writes."""
    import h5py

    out = io.BytesIO()
    with h5py.File(out, "w", **how) as file:
        fill(file)
    return out.getvalue()


def weights(file) -> None:
    """As Keras lays them out."""
    file["layers/embedding/vars/0"] = ROWS
    file["layers/embedding/vars"].attrs["name"] = "words"
    file.attrs["model_config"] = '{"class_name": "Embedding", "config": {"name": "words"}}'


def packed_weights(file) -> None:
    """Chunks through every filter, and types that are seldom."""
    file.create_dataset("embed/0", data=ROWS, chunks=(3, 2), compression="gzip", shuffle=True, fletcher32=True)
    file.create_dataset("embed/1", data=np.tile(ROWS, (4, 1)), chunks=(32, 3), compression="lzf")
    file["table"] = np.ones((8, 3), ">f8")
    file["words"] = TOKENS


def cells(file) -> None:
    """As AnnData lays them out."""
    file["obsm/X_pca"], file["obsm/X_umap"] = np.eye(8)[:, :3], ROWS[:, :2]
    file["obs/kind/codes"], file["obs/kind/categories"] = np.arange(8, dtype="i1") % 2, ["a", "b"]
    file["obs/names"] = TOKENS
    file["obs"].attrs["_index"], file["obs"].attrs["column-order"] = "names", ["kind"]
    file["X/data"], file["X/indices"], file["X/indptr"] = np.ones(8), np.arange(8), np.arange(9)
    file["X"].attrs["encoding-type"], file["X"].attrs["shape"] = "csr_matrix", (8, 8)


def records(file) -> None:
    """As older versions of AnnData did."""
    file["obs"] = np.zeros(8, dtype=[("index", "S8"), ("n", "<i4"), ("v", "<f4", (2,))])
    file["obsm"] = np.zeros(8, dtype=[("X_pca", "<f8", (4,))])


def hdf5_plain() -> list[Seed]:
    return [Seed({"a.h5": hdf5(weights)}), Seed({"a.h5": hdf5(weights, libver="latest")})]


def hdf5_packed() -> list[Seed]:
    return [Seed({"a.h5": hdf5(packed_weights)}), Seed({"a.h5": hdf5(packed_weights, libver=("v108", "v108"))})]


def anndata() -> list[Seed]:
    return [Seed({"a.h5ad": hdf5(cells)}), Seed({"b.h5ad": hdf5(records)})]


def keras_archive() -> list[Seed]:
    parts = {"config.json": b'{"config": {"layers": []}}', "model.weights.h5": hdf5(weights)}
    return [Seed(parts, archive("a.keras")), Seed(parts, archive("a.keras", deflated=True))]


def fasttext() -> list[Seed]:
    return [Seed({"a.bin": fasttext_model(0)}), Seed({"a.bin": fasttext_model(2)})]


def fasttext_model(labels: int) -> bytes:
    """A model with three words and some labels."""
    words = [b"</s>", "né".encode(), b"abc", *(b"__label__%d" % i for i in range(labels))]
    listed = b"".join(word + b"\0" + struct.pack("<qb", 5, place > 2) for place, word in enumerate(words))
    kind = 3 if labels else 2
    head = struct.pack(
        "<2i12id3i2q", 793712314, 12, 3, 5, 5, 1, 5, 1, 2, kind, 5, 2, 3, 100, 1e-4, len(words), 3, labels, 99, -1
    )
    body = struct.pack("<?2q", False, 8, 3) + ROWS.tobytes()
    return head + listed + body + struct.pack("<?2q", False, labels, 3) + bytes(12 * labels)


def gensim() -> list[Seed]:
    array = b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(K\x00tC\x01btR"
    order = text("<") + b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"
    kind = b"cnumpy\ndtype\n(" + text("f4") + b"\x89\x88tR(K\x03" + order
    state = b"(K\x01(K\x08K\x03t" + kind + b"\x89B" + struct.pack("<I", 96) + ROWS.tobytes() + b"tb"
    words = text("index_to_key") + b"](" + b"".join(map(text, TOKENS)) + b"e"
    head = b"\x80\x04cgensim.models.keyedvectors\nKeyedVectors\n)\x81}("
    inside = head + text("vectors") + array + state + words + b"ub."
    outside = head + text("vectors") + b"N" + text("__numpys") + b"](" + text("vectors") + b"e" + words + b"ub."
    return [Seed({"a.kv": inside}), Seed({"b.kv": outside, "b.kv.vectors.npy": saved(ROWS)})]


def saved(array) -> bytes:
    """The bytes of an ``.npy`` file."""
    out = io.BytesIO()
    np.save(out, array)
    return out.getvalue()


def pickles() -> list[Seed]:
    words = {"vectors": ROWS, "words": TOKENS, "map": ROWS[:, :2], "inside": {"a": (1, 2.5), "b": {3, 4}}}
    pairs = {token: row.tolist() for token, row in zip(TOKENS, ROWS, strict=True)}
    rows = [{"word": token, "v": [1.0, 2.5, 3.0], "large": 1 << 70, "flag": True, "none": None} for token in TOKENS]
    values = [words, pairs, rows, np.asfortranarray(ROWS.astype(">f8"))]
    return [Seed({"a.pkl": pickle.dumps(each, protocol)}) for each in values for protocol in (0, 2, 4, 5)]
