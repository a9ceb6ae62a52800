"""Writes TensorFlow's checkpoints by hand, whole or wrong on purpose, so that tests need no TensorFlow.

Kept apart from the readers: nothing here is taken from them but the checksum, which tests prove by itself.
"""

import struct

import numpy as np

from vectarium.formats.crc32c import masked_crc32c

FLOAT, DOUBLE, INT32, UINT8, INT16, INT8, STRING, INT64, BOOL = 1, 2, 3, 4, 5, 6, 7, 9, 10
BFLOAT16, UINT16, HALF, UINT32, UINT64, E5M2, E4M3 = 14, 17, 19, 22, 23, 24, 25
CODES = {
    "f4": FLOAT, "f8": DOUBLE, "i4": INT32, "u1": UINT8, "i2": INT16, "i1": INT8, "i8": INT64, "b1": BOOL,
    "u2": UINT16, "f2": HALF, "u4": UINT32, "u8": UINT64,
}  # fmt: skip
MAGIC = bytes.fromhex("57fb808b247547db")


def varint(value):
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def field(number, value):
    """A field of a message: an int, or the bytes of a text or a message."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value % (1 << 64))
    return varint(number << 3 | 2) + varint(len(value)) + value


def fixed32(number, value):
    return varint(number << 3 | 5) + struct.pack("<I", value)


def shape_message(shape):
    return b"".join(field(2, field(1, size)) for size in shape)


def entry(dtype, shape, offset, size, crc, *, shard=0, slices=()):
    parts = [field(1, dtype), field(2, shape_message(shape)), field(3, shard), field(4, offset), field(5, size)]
    return b"".join(parts) + fixed32(6, crc) + b"".join(field(7, each) for each in slices)


def slice_message(extents):
    return b"".join(field(1, field(1, start) + (b"" if size < 0 else field(2, size))) for start, size in extents)


def block(entries, shared=True):
    """The entries of a block, each key with what it shares with the one before."""
    out, last = b"", b""
    for key, value in entries:
        same = 0
        while shared and same < min(len(key), len(last)) and key[same] == last[same]:
            same += 1
        out += varint(same) + varint(len(key) - same) + varint(len(value)) + key[same:] + value
        last = key
    return out + struct.pack("<II", 0, 1)


def snappy_literals(data):
    """Compressed without compressing: pieces of at most sixty bytes, and one copy of what came before."""
    pieces = [data[start : start + 60] for start in range(0, len(data), 60)]
    return varint(len(data)) + b"".join(bytes([len(each) - 1 << 2]) + each for each in pieces)


def table(blocks, compress=None, spoil=bytes):
    """A table of sorted keys; each block is a list of entries, spoiled before its checksum is taken."""
    out = b""

    def add(data):
        nonlocal out
        kind = b"\0"
        if compress:
            data, kind = compress(data), b"\1"
        data = spoil(data)
        handle = varint(len(out)) + varint(len(data))
        out += data + kind + struct.pack("<I", masked_crc32c([data + kind]))
        return handle

    index = [(each[-1][0] if each else b"", add(block(each))) for each in blocks]
    meta = add(block([]))
    footer = meta + add(block(index))
    return out + footer.ljust(40, b"\0") + MAGIC


class Bundle:
    """A checkpoint in the making."""

    def __init__(self, shards=1, endianness=0):
        self.header = field(1, shards) + field(2, endianness) + field(3, field(1, 1))
        self.data = [b""] * shards
        self.entries = {}

    def add(self, name, array, dtype=None, *, shard=0, crc=None, pad=0):
        """A tensor; ``dtype`` names TensorFlow's type where NumPy has none."""
        array = np.asarray(array)
        raw = array.tobytes()
        self.data[shard] += b"\xee" * pad
        offset = len(self.data[shard])
        self.data[shard] += raw
        code = dtype or CODES[array.dtype.str[1:]]
        crc = masked_crc32c([raw]) if crc is None else crc
        self.entries[name.encode()] = entry(code, array.shape, offset, len(raw), crc, shard=shard)
        return self

    def add_part(self, key, array, shard):
        self.add("part", array, shard=shard)
        self.entries[key] = self.entries.pop(b"part")

    def add_text(self, name, text):
        lengths = varint(len(text))
        raw = lengths + struct.pack("<I", masked_crc32c([struct.pack("<I", len(text))])) + text
        offset = len(self.data[0])
        self.data[0] += raw
        self.entries[name.encode()] = entry(STRING, (), offset, len(raw), 0)

    def save(self, prefix, compress=None, in_a_block=3, spoil=bytes):
        """Write the files; the name of the index comes back."""
        every = sorted({b"": self.header, **self.entries}.items())
        blocks = [every[start : start + in_a_block] for start in range(0, len(every), in_a_block)]
        index = prefix.with_name(prefix.name + ".index")
        index.write_bytes(table(blocks, compress, spoil))
        for shard, data in enumerate(self.data):
            prefix.with_name(f"{prefix.name}.data-{shard:05}-of-{len(self.data):05}").write_bytes(data)
        return index


def object_graph(variables, slots=()):
    """The graph of variables, key → name; ``slots`` are keys of what an optimizer keeps."""
    nodes = [
        field(2, field(1, b"VARIABLE_VALUE") + field(2, name.encode()) + field(3, key.encode()))
        for key, name in variables.items()
    ]
    places = {key: place + 1 for place, key in enumerate(variables)}
    root = b"".join(field(1, field(1, place) + field(2, b"v")) for place in places.values())
    root += b"".join(field(3, field(1, 1) + field(2, b"m") + field(3, places[key])) for key in slots)
    return b"".join(field(1, node) for node in [root, *nodes])
