"""The metadata of a Zarr array, of version 2 (``.zarray``) or 3 (``zarr.json``), as what reads its chunks."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any, cast

import numpy as np

from vectarium.errors import FormatError, UnsafeFileError
from vectarium.formats.zarr_array import ZarrArray
from vectarium.formats.zarr_chunk import Shard, ZarrChunk
from vectarium.formats.zarr_codecs import Unpack, unpacker
from vectarium.formats.zarr_store import Store

PLAIN_TYPE = re.compile(r"[<>|](f[248]|[iu][1248]|b1|[SU]\d{1,4}|M8\[(ns|us|ms|s|m|h|D)\])")
NAMED_TYPE = re.compile(r"float(16|32|64)|u?int(8|16|32|64)")
TEXT_CODECS = frozenset({"vlen-utf8", "variable_length_utf8"})
TEXT_TYPES = frozenset({"string", "variable_length_utf8", "str"})
MOST_DIMENSIONS = 32
MOST_NUMBERS = 1 << 50
Fields = dict[str, Any]


def parse_array(store: Store, key: str, fields: Fields) -> ZarrArray:
    """The array of some metadata.

    Parameters
    ----------
    store, key
        Where it lies.
    fields
        Its JSON.

    Raises
    ------
    FormatError
        If it is damaged, or says what is not known.
    UnsafeFileError
        If its values are pickled objects.
    """
    try:
        return _version_2(store, key, fields) if fields.get("zarr_format") == 2 else _version_3(store, key, fields)
    except FormatError as error:
        raise type(error)(f"The array {key or 'itself'!r}: {error.message}", store.path) from None
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        told = f"The metadata of the array {key or 'itself'!r} is damaged ({type(error).__name__}: {error!s:.100})."
        raise FormatError(told, store.path) from None


def _version_2(store: Store, key: str, fields: Fields) -> ZarrArray:
    shape, chunks = _sizes(fields["shape"]), _sizes(fields["chunks"])
    _check_sizes(shape, chunks)
    filters = cast("list[Fields]", fields.get("filters") or [])
    compressor = cast("Fields | None", fields.get("compressor"))
    named = [str(each["id"]) for each in filters]
    dtype, kind = _type_of_version_2(fields["dtype"], named, store.path)
    undone = [each for each in reversed(filters) if each["id"] not in TEXT_CODECS]
    steps = [unpacker(str(each["id"]), each) for each in [*([compressor] if compressor else []), *undone]]
    order = tuple(reversed(range(len(shape)))) if fields.get("order") == "F" and len(shape) > 1 else None
    fill = _fill(fields.get("fill_value"), dtype, kind)
    separator = "/" if fields.get("dimension_separator") == "/" else "."
    return ZarrArray(store, key, shape, chunks, ZarrChunk(dtype, kind, steps, order), fill, "", separator)


def _type_of_version_2(told: Any, filters: list[str], path: Path) -> tuple[np.dtype[Any], str]:
    if told == "|O":
        if not TEXT_CODECS & set(filters):
            raise UnsafeFileError(f"its values are Python objects ({', '.join(filters) or 'pickled'}).", path)
        return np.dtype(object), "text"
    if not isinstance(told, str) or not PLAIN_TYPE.fullmatch(told):
        raise FormatError(f"its type {told!s:.60} is not read; numbers, texts and times are.")
    return np.dtype(told), ""


def _version_3(store: Store, key: str, fields: Fields) -> ZarrArray:
    shape = _sizes(fields["shape"])
    grid = fields["chunk_grid"]
    if grid["name"] != "regular":
        raise FormatError(f"its chunks lie in a grid of the kind {grid['name']!s:.60}; regular ones are read.")
    chunks = _sizes(grid["configuration"]["chunk_shape"])
    _check_sizes(shape, chunks)
    dtype, kind = _type_of_version_3(fields["data_type"])
    form = _chunk_of_codecs(fields["codecs"], dtype, kind, chunks)
    naming, settings = _named(fields.get("chunk_key_encoding") or "default")
    old = naming == "v2"
    separator = str(settings.get("separator", "." if old else "/"))
    if separator not in {".", "/"}:
        raise ValueError("a separator of another kind")
    fill = _fill(fields.get("fill_value"), form.dtype, kind)
    return ZarrArray(store, key, shape, chunks, form, fill, "" if old else "c", separator)


def _type_of_version_3(told: Any) -> tuple[np.dtype[Any], str]:
    name, settings = _named(told)
    if name in TEXT_TYPES:
        return np.dtype(object), "text"
    if name == "bfloat16":
        return np.dtype(np.float32), "bfloat16"
    if name == "bool":
        return np.dtype(bool), ""
    if name == "fixed_length_utf32":
        return np.dtype(f"<U{int(settings['length_bytes']) // 4}"), ""
    if name in {"null_terminated_bytes", "fixed_length_ascii"}:
        return np.dtype(f"S{int(settings.get('length_bytes', 0)) or int(settings['length_bits']) // 8}"), ""
    if name == "numpy.datetime64" and settings.get("unit") in {"ns", "us", "ms", "s", "m", "h", "D"}:
        return np.dtype(f"<M8[{settings['unit']}]"), ""
    if isinstance(name, str) and NAMED_TYPE.fullmatch(name):
        return np.dtype(name).newbyteorder("<"), ""
    raise FormatError(f"its type {name!s:.60} is not read; numbers, texts and times are.")


def _named(told: Any) -> tuple[Any, Fields]:
    """A name with its configuration, or a name alone."""
    if not isinstance(told, dict):
        return told, {}
    fields = cast("Fields", told)
    return fields["name"], fields.get("configuration") or {}


def _chunk_of_codecs(codecs: Any, dtype: np.dtype[Any], kind: str, chunks: tuple[int, ...]) -> ZarrChunk:
    """How a chunk becomes values: the codecs, which are listed as they were applied, undone from the last on."""
    steps: list[Unpack] = []
    order: tuple[int, ...] | None = None
    shard: Shard | None = None
    for codec in reversed(cast("list[Any]", codecs)):
        name, settings = _named(codec)
        if name == "transpose":
            axes = _sizes(settings["order"])
            if sorted(axes) != list(range(len(chunks))) or order is not None:
                raise ValueError("an order that is none")
            order = axes
        elif name in {"bytes", "endian"}:
            dtype = dtype.newbyteorder(">") if settings.get("endian") == "big" else dtype
        elif name == "sharding_indexed":
            shard = _shard(settings, dtype, kind, chunks)
        elif name not in TEXT_CODECS:
            steps.append(unpacker(str(name), settings))
    if shard is not None and order is not None:
        raise FormatError("its shards are transposed, which is not read.")
    return ZarrChunk(dtype, kind, steps, order, shard)


def _shard(settings: Fields, dtype: np.dtype[Any], kind: str, outer: tuple[int, ...]) -> Shard:
    chunks = _sizes(settings["chunk_shape"])
    _check_sizes(outer, chunks)
    if any(size % step for size, step in zip(outer, chunks, strict=True)):
        raise ValueError("inner chunks that do not fill their shard")
    form = _chunk_of_codecs(settings["codecs"], dtype, kind, chunks)
    if form.shard is not None:
        raise FormatError("its shards hold shards, which is not read.")
    named = [each["name"] for each in settings.get("index_codecs", [{"name": "bytes"}])]
    if set(named) - {"bytes", "crc32c"}:
        raise FormatError("the list of its shards is packed, which is not read.")
    return Shard(chunks, form, settings.get("index_location", "end") == "end", "crc32c" in named)


def _sizes(values: Any) -> tuple[int, ...]:
    found = tuple(cast("list[Any]", values))
    if len(found) > MOST_DIMENSIONS or not all(type(each) is int and each >= 0 for each in found):
        raise ValueError("sizes that are none")
    return cast("tuple[int, ...]", found)


def _check_sizes(shape: tuple[int, ...], chunks: tuple[int, ...]) -> None:
    if len(shape) != len(chunks) or 0 in chunks:
        raise ValueError("chunks of another number of dimensions")
    if max(math.prod(max(size, 1) for size in each) for each in (shape, chunks)) > MOST_NUMBERS:
        raise ValueError("a shape that no array has")


def _fill(told: Any, dtype: np.dtype[Any], kind: str) -> Any:
    """What stands where there is no chunk; nothing where it cannot be told."""
    if kind == "text":
        return told if isinstance(told, str) else ""
    if dtype.kind in "SU":
        return told if isinstance(told, str) and dtype.kind == "U" else np.zeros((), dtype)[()]
    if isinstance(told, (bool, int, float)):
        try:
            with np.errstate(all="ignore"):  # infinity as an integer, what is too large for 16 bits
                return np.array(told).astype(dtype)[()]
        except (ValueError, OverflowError):
            return dtype.type(0)
    if isinstance(told, str) and dtype.kind == "f":
        return dtype.type({"NaN": np.nan, "Infinity": np.inf, "-Infinity": -np.inf}.get(told, 0))
    if dtype.kind == "M":
        return np.datetime64("NaT")
    return dtype.type(0)
