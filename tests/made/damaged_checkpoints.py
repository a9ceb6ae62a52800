"""Seeds for TensorFlow's checkpoints and SavedModels, for pictures, and for what unpacks."""

import struct
from contextlib import suppress
from pathlib import Path

import numpy as np
from checkpoints import FLOAT, MAGIC, Bundle, block, entry, field, object_graph, slice_message, snappy_literals, varint
from damaged_models import ROWS
from packed_tables import BLOSC, ZSTD
from saved_models import program
from seed import Files, Seed, opens

from vectarium.data.png import png_blocks, png_size
from vectarium.errors import VectariumError
from vectarium.explore import packet
from vectarium.formats.blosc import unpack_blosc
from vectarium.formats.crc32c import masked_crc32c
from vectarium.formats.lz4 import unpack_lz4, unpack_lz4_block
from vectarium.formats.lzf import unpack_lzf
from vectarium.formats.object_graph import parse_object_graph
from vectarium.formats.snappy import decompress
from vectarium.formats.sprite import picture_size
from vectarium.formats.tensor_bundle import TensorBundle
from vectarium.formats.tensor_slice import Slice, slice_key
from vectarium.formats.zstd import unpack_zstd

KEY = "layer/embeddings/.ATTRIBUTES/VARIABLE_VALUE"
REPEATED = b"abcabcabcd" * 10


def bundle() -> Bundle:
    made = Bundle(shards=2).add(KEY, ROWS).add("Variable", ROWS.astype("f8"), shard=1).add("x/bias", ROWS[0])
    halves = (((0, 4), (0, -1)), ((4, 4), (0, -1)))
    made.entries[b"emb"] = entry(FLOAT, (8, 3), 0, 0, 0) + b"".join(field(7, slice_message(each)) for each in halves)
    for each in halves:
        made.add_part(slice_key("emb", Slice(each)), ROWS[:4], 0)
    made.add("half", ROWS.astype("f2")).add_text("_CHECKPOINTABLE_OBJECT_GRAPH", object_graph({KEY: "words"}))
    return made


def data_files(made: Bundle) -> Files:
    return {f"a.data-{shard:05}-of-00002": data for shard, data in enumerate(made.data)}


def sealed(blocks: Files, keys: list[bytes], kind: int) -> bytes:
    """A table of blocks, each with its checksum; the one that lists them is made unless it was damaged."""
    out, handles = b"", []

    def add(data: bytes) -> bytes:
        nonlocal out
        handle = varint(len(out)) + varint(len(data))
        tail = bytes([kind])
        out += data + tail + struct.pack("<I", masked_crc32c([data + tail]))
        return handle

    for name, data in blocks.items():
        if name not in {"meta", "index"}:
            handles.append(add(data))
    listed = block(list(zip(keys, handles, strict=True)))
    meta = add(blocks["meta"])
    index = blocks["index"] or (snappy_literals(listed) if kind else listed)
    footer = (meta + add(index)).ljust(40, b"\0") + MAGIC
    return out + footer


def checkpoint_blocks() -> list[Seed]:
    """The blocks of the index with their checksums made right again, packed and not."""
    made = bundle()
    every = sorted({b"": made.header, **made.entries}.items())
    parted = [every[start : start + 3] for start in range(0, len(every), 3)]
    keys = [each[-1][0] for each in parted]
    plain = {str(place): block(each) for place, each in enumerate(parted)} | {"meta": block([])}
    plain["index"] = b""
    packed = {name: data and snappy_literals(data) for name, data in plain.items()}

    def packing(kind: int):
        return lambda parts: {"a.index": sealed(parts, keys, kind)}

    beside = data_files(made)
    return [Seed(plain, packing(0), beside=beside), Seed(packed, packing(1), beside=beside)]


def checkpoint_entries() -> list[Seed]:
    """What the index says of each tensor, and the data, all else made right again."""
    made = bundle()
    entries = {key.hex(): value for key, value in made.entries.items()} | {"": made.header}

    def pack(parts: Files) -> Files:
        every = sorted((bytes.fromhex(name), data) for name, data in parts.items() if not name.startswith("a.data"))
        blocks = {str(place): block([each]) for place, each in enumerate(every)} | {"meta": block([]), "index": b""}
        index = sealed(blocks, [key for key, _ in every], 0)
        return {"a.index": index} | {name: data for name, data in parts.items() if name.startswith("a.data")}

    return [Seed(entries | data_files(made), pack), Seed(entries | data_files(made), pack, read=every_tensor)]


def every_tensor(index: Path) -> None:
    """Read all tensors; an error in one must not keep from the next."""
    found = TensorBundle(index)
    for stored in found.tensors.values():
        with suppress(VectariumError):
            found.array(stored)


def checkpoint_steps() -> list[Seed]:
    """Several checkpoints, which are the steps of one training, and the file that names the last."""
    made = Bundle().add(KEY, ROWS)
    seed = {b"": made.header, **made.entries}
    index = sealed({"0": block(sorted(seed.items())), "meta": block([]), "index": b""}, [KEY.encode()], 0)
    parts = {f"a-{step}.index": index for step in (1, 2)} | {
        f"a-{step}.data-00000-of-00001": made.data[0] for step in (1, 2)
    }
    parts["checkpoint"] = b'model_checkpoint_path: "a-2"\nall_model_checkpoint_paths: "a-1"\n'
    return [Seed(parts, opened="", read=opens)]


def object_graphs() -> list[Seed]:
    whole = object_graph({KEY: "words", "b": "c"}, [KEY])
    return [Seed({"graph": whole}, read=lambda path: parse_object_graph(memoryview(path.read_bytes()), path))]


def saved_model() -> list[Seed]:
    made = Bundle().add("words/.ATTRIBUTES/VARIABLE_VALUE", ROWS)
    seed = {b"": made.header, **made.entries}
    index = sealed({"0": block(sorted(seed.items())), "meta": block([]), "index": b""}, [max(seed)], 0)
    variables = {"m/variables/variables.index": index, "m/variables/variables.data-00000-of-00001": made.data[0]}
    return [Seed({"m/saved_model.pb": program([f"w{i}" for i in range(8)])} | variables, opened="m")]


def pictures() -> list[Seed]:
    png = b"".join(png_blocks(np.zeros((4, 4, 4), np.uint8)))
    jpeg = b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0\xff\xdb\0\x04\0\0\xff\xc0\0\x0b\x08\0\x10\0\x10\1\1\x11\0"
    webp = b"RIFF\x20\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x0f\0\0\x0f\0\0"
    found = [png, jpeg, webp, b"GIF89a\x10\0\x10\0\0\0\0"]
    return [Seed({"a.png": each}, read=picture_size) for each in found] + [Seed({"a.png": png}, read=png_size)]


def unpacking(data: bytes, unpack) -> Seed:
    """What unpacks bytes; it raises ValueError where they are damaged."""
    return Seed({"packed": data}, read=lambda path: unpack(path.read_bytes()), allowed=(VectariumError, ValueError))


def snappy() -> list[Seed]:
    copies = bytes.fromhex("11 04  4e 08 00  13 04 00 00 00")  # by offsets of one, two and four bytes
    whole = bytes([4 + 8 + 20 + 5 + 16, 0x0C]) + b"abcd" + copies + b"\xf0\x0f" + b"x" * 16
    return [unpacking(whole, lambda data: decompress(data, Path("a")))]


def lz4() -> list[Seed]:
    packed = bytes([0x9F]) + b"abcabcabc" + b"\x03\0\x40" + b"\x50abcde"
    frame = struct.pack("<I", 0x184D2204) + b"\x60\x40\0" + struct.pack("<I", len(packed)) + packed + bytes(4)
    most = len(unpacked_lz4(packed))
    return [
        unpacking(frame, lambda data: unpack_lz4(data, most)),
        unpacking(packed, lambda data: unpack_lz4_block(data, most)),
    ]


def unpacked_lz4(packed: bytes) -> bytes:
    """However long that is."""
    for size in range(400):
        try:
            return unpack_lz4_block(packed, size)
        except ValueError:
            continue
    raise AssertionError


def lzf() -> list[Seed]:
    return [unpacking(bytes([2, 97, 98, 99, 0x20, 2, 0xE0, 9, 5]), lambda data: unpack_lzf(data, 100))]


def zstd() -> list[Seed]:
    return [unpacking(ZSTD, lambda data: unpack_zstd(data, 6144))]


def blosc() -> list[Seed]:
    return [unpacking(each, lambda data: unpack_blosc(data, 6144)) for name, each in BLOSC.items() if name != "zstd"]


def packets() -> list[Seed]:
    """What the page sends to the server: numbers behind a description."""
    whole = b"".join(bytes(each) for each in packet.encode({"a": [1, "b"]}, {"x": ROWS, "n": np.arange(5, dtype="i4")}))
    read = lambda path: packet.decode(path.read_bytes())  # noqa: E731
    return [Seed({"packet": whole}, read=read, allowed=(VectariumError, ValueError))]
