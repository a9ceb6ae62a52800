"""GGUF, the files of llama.cpp."""

import struct

import numpy as np
import pytest

from vectarium.errors import FormatError
from vectarium.formats import open_path
from vectarium.formats.gguf_blocks import BLOCKS, unpacked

TABLE = np.random.default_rng(0).standard_normal((96, 32)).astype(np.float32)


def text(value):
    return struct.pack("<Q", len(value)) + value.encode()


def gguf(tensors, tokens=(), *, version=3, keys=b"", count=0):
    """The bytes of a file; tensors by name: type, shape and bytes."""
    meta, described, body = keys, b"", b""
    if tokens:
        count += 1
        meta += text("tokenizer.ggml.tokens") + struct.pack("<IIQ", 9, 8, len(tokens)) + b"".join(map(text, tokens))
    for name, (kind, shape, data) in tensors.items():
        sizes = struct.pack(f"<I{len(shape)}Q", len(shape), *shape[::-1])
        described += text(name) + sizes + struct.pack("<IQ", kind, len(body))
        body += data + b"\0" * (-len(data) % 32)
    head = b"GGUF" + struct.pack("<IQQ", version, len(tensors), count) + meta + described
    return head + b"\0" * (-len(head) % 32) + body


def opened(folder, data):
    (folder / "a.gguf").write_bytes(data)
    return open_path(folder / "a.gguf")


def q8_0(values):
    """Packed as llama.cpp does: a float16 step for each 32 numbers, then their codes."""
    blocks = values.reshape(-1, 32)
    steps = (np.abs(blocks).max(axis=1) / 127).astype("<f2")
    codes = np.round(blocks / steps[:, None].astype(np.float32)).astype(np.int8)
    packed = np.concatenate([steps[:, None].view(np.uint8).reshape(-1, 2), codes.view(np.uint8)], axis=1)
    return packed.tobytes(), (steps[:, None].astype(np.float32) * codes).reshape(values.shape)


@pytest.mark.parametrize(("kind", "dtype"), [(0, "<f4"), (1, "<f2"), (28, "<f8")])
def test_token_embeddings_are_mapped_and_have_their_tokens(tmp_path, kind, dtype):
    parts = {"blk.0.attn_q.weight": (0, (32, 32), TABLE[:32].tobytes())}
    parts["token_embd.weight"] = (kind, TABLE.shape, TABLE.astype(dtype).tobytes())
    collection = opened(tmp_path, gguf(parts, [f"t{i}" for i in range(96)]))
    assert [each.name for each in collection] == ["token_embd.weight"]
    np.testing.assert_array_equal(collection[0].vectors, TABLE.astype(dtype))
    assert not collection[0].vectors.flags.owndata
    assert list(collection[0].columns["word"])[95] == "t95"


def test_packed_numbers_are_unpacked_and_told(tmp_path):
    data, expected = q8_0(TABLE)
    embedding = opened(tmp_path, gguf({"token_embd.weight": (8, TABLE.shape, data)}))[0]
    np.testing.assert_array_equal(embedding.vectors, expected)
    assert "packed as Q8_0, 8.5 bits a number, unpacked to float32" in embedding.notes[0].message


@pytest.mark.parametrize("kind", BLOCKS)
def test_blocks_are_unpacked_as_llama_cpp_does(kind):
    quants = pytest.importorskip("gguf.quants")
    constants = pytest.importorskip("gguf.constants")
    raw = np.random.default_rng(0).integers(0, 256, (200, BLOCKS[kind].size), dtype=np.uint8)
    with np.errstate(all="ignore"):
        expected = quants.dequantize(raw.copy(), constants.GGMLQuantizationType(kind)).reshape(200, -1)
    np.testing.assert_array_equal(unpacked(raw, kind), expected)


def test_a_way_of_packing_that_is_not_known_says_what_to_take(tmp_path):
    with pytest.raises(FormatError, match=r"ggml's type 10, which is not unpacked here. Take a file .* in f16"):
        opened(tmp_path, gguf({"token_embd.weight": (10, (96, 256), b"\0" * 96 * 84)}))


@pytest.mark.parametrize("shape", [(1 << 40, 32), (1 << 62, 1 << 62), (97, 32)])
def test_a_tensor_that_promises_too_much_is_refused(tmp_path, shape):
    with pytest.raises(FormatError, match=r"needs|no array has"):
        opened(tmp_path, gguf({"token_embd.weight": (0, shape, TABLE.tobytes())}))


@pytest.mark.parametrize(
    "keys",
    [
        text("a") + struct.pack("<IIQ", 9, 8, 1 << 60),
        text("a") + struct.pack("<IIQ", 9, 0, 1 << 60),
        text("a") + struct.pack("<IIQ", 9, 9, 1) * 2000,
        text("a") + struct.pack("<IQ", 8, 1 << 63),
        text("a") + struct.pack("<I", 99),
        struct.pack("<Q", 1 << 63),
    ],
)
def test_keys_that_promise_too_much_are_refused(tmp_path, keys):
    with pytest.raises(FormatError, match=r"promises|not known"):
        opened(tmp_path, gguf({}, keys=keys, count=1))


@pytest.mark.parametrize("version", [0, 4, 1 << 31])
def test_another_version_is_refused(tmp_path, version):
    with pytest.raises(FormatError, match="no GGUF file of version 1 to 3"):
        opened(tmp_path, gguf({}, version=version))
