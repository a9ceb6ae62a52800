"""Zarr stores of both versions, written without the package, by whatever packs their chunks."""

import itertools
import json
import struct
import zlib

import numpy as np


def texts(values):
    """Texts of any length as one chunk."""
    coded = [value.encode() for value in values]
    return struct.pack("<I", len(coded)) + b"".join(struct.pack("<I", len(each)) + each for each in coded)


def raw_chunks(array, chunks):
    """Each chunk's place and bytes; those that go on beyond the end are filled up with zeros."""
    grid = [-(-size // step) for size, step in zip(array.shape, chunks, strict=True)]
    for place in itertools.product(*map(range, grid)):
        block = np.zeros(chunks, array.dtype)
        part = array[tuple(slice(at * step, (at + 1) * step) for at, step in zip(place, chunks, strict=True))]
        block[tuple(map(slice, part.shape))] = part
        yield place, block.tobytes()


def put(folder, key, data):
    """Write one key."""
    path = folder / key
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else json.dumps(data).encode())


def group(folder, key="", attributes=None, version=2):
    """A group with attributes."""
    before = f"{key}/" if key else ""
    if version == 3:
        fields = {"zarr_format": 3, "node_type": "group", "attributes": attributes or {}}
        put(folder, f"{before}zarr.json", fields)
    else:
        put(folder, f"{before}.zgroup", {"zarr_format": 2})
        put(folder, f"{before}.zattrs", attributes or {})


def array(folder, key, values, chunks=None, version=2, *, pack=None, **fields):
    """An array of numbers, or of texts; ``pack`` is a codec's metadata and what packs by it."""
    before = f"{key}/" if key else ""
    codec, packed = pack or (None, bytes)
    is_text = isinstance(values, list)
    shape = [len(values)] if is_text else list(values.shape)
    chunks = tuple(chunks or shape)
    pieces = [((0,), texts(values))] if is_text else raw_chunks(values, chunks)
    if version == 3:
        kind = "string" if is_text else values.dtype.name
        inner = {"name": "vlen-utf8"} if is_text else {"name": "bytes", "configuration": {"endian": "little"}}
        told = {
            "zarr_format": 3,
            "node_type": "array",
            "shape": shape,
            "data_type": kind,
            "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": list(chunks)}},
            "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
            "fill_value": "" if is_text else 0,
            "codecs": [inner, *([codec] if codec else [])],
            "attributes": {},
        }
        put(folder, f"{before}zarr.json", told | fields)
    else:
        told = {
            "zarr_format": 2,
            "shape": shape,
            "chunks": list(chunks),
            "dtype": "|O" if is_text else values.dtype.str,
            "compressor": codec,
            "fill_value": "" if is_text else 0,
            "order": "C",
            "filters": [{"id": "vlen-utf8"}] if is_text else None,
        }
        put(folder, f"{before}.zarray", told | fields)
    for place, data in pieces:
        name = "/".join(["c", *map(str, place)]) if version == 3 else ".".join(map(str, place))
        put(folder, before + name, packed(data))


ZLIB = {"id": "zlib", "level": 1}, zlib.compress


def gzip(data):
    """As gzip packs."""
    packing = zlib.compressobj(wbits=31)
    return packing.compress(data) + packing.flush()


GZIP = {"name": "gzip", "configuration": {"level": 5}}, gzip
