"""A packet: one JSON message with typed arrays behind it, as ``spec/messages.md`` describes.

JSON cannot hold a million numbers without a cost that a person feels; a typed array is read by the
browser as it lies.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, is_dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.errors import FormatError, TruncatedFileError

MAGIC = b"VPK1"
DTYPES = ("uint8", "int32", "uint32", "float32", "float64")
CHUNK_BYTES = 1 << 20
LARGEST_HEAD = 1 << 26


def encode(message: Any, arrays: Mapping[str, NDArray[Any]] | None = None) -> list[bytes | memoryview]:
    """The pieces of a packet, in order; joined they are its bytes. Arrays are not copied.

    Parameters
    ----------
    message
        A message of ``messages/``, or a plain dictionary.
    arrays
        Arrays by name, each of a dtype of ``DTYPES``.
    """
    described: list[dict[str, Any]] = []
    pieces: list[bytes | memoryview] = []
    offset = 0
    for name, array in (arrays or {}).items():
        if array.dtype.name not in DTYPES:
            raise FormatError(f"Array {name!r} has dtype {array.dtype}; a packet holds {', '.join(DTYPES)}.")
        described.append({"name": name, "dtype": array.dtype.name, "shape": list(array.shape), "offset": offset})
        if array.nbytes:
            little = array.dtype.newbyteorder("<")
            pieces.append(np.ascontiguousarray(array, dtype=little).data.cast("B"))
        pieces.append(bytes(padding(array.nbytes)))
        offset += array.nbytes + padding(array.nbytes)
    return [head(message, described), *pieces]


def head(message: Any, described: list[dict[str, Any]]) -> bytes:
    """The start of a packet: the letters, the length, and the JSON that describes the rest."""
    body = asdict(message) if is_dataclass(message) and not isinstance(message, type) else message
    text = json.dumps({"message": body, "arrays": described}, separators=(",", ":"), allow_nan=False).encode()
    text += b" " * padding(8 + len(text))
    return MAGIC + len(text).to_bytes(4, "little") + text


def padding(size: int) -> int:
    """How many bytes bring a size to a multiple of eight."""
    return -size % 8


def chunks(pieces: list[bytes | memoryview]) -> Iterator[bytes | memoryview]:
    """The packet in pieces of at most a mebibyte, so that no answer blocks the others."""
    for piece in pieces:
        for start in range(0, len(piece), CHUNK_BYTES):
            yield piece[start : start + CHUNK_BYTES]


def decode(packet: bytes | bytearray | memoryview) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """The message and the arrays of a packet; the arrays are views into it.

    Raises
    ------
    FormatError
        If it is not a packet.
    TruncatedFileError
        If it promises more than it holds.
    """
    view = memoryview(packet)
    if len(view) < 8 or bytes(view[:4]) != MAGIC:
        raise FormatError("This is not a packet: it does not start with VPK1.")
    length = int.from_bytes(view[4:8], "little")
    if length > LARGEST_HEAD or 8 + length > len(view):
        raise TruncatedFileError(f"The packet's head is said to be {length:,} bytes long; {len(view) - 8:,} follow.")
    try:
        head = json.loads(bytes(view[8 : 8 + length]))
        return dict(head["message"]), {each["name"]: _array(view[8 + length :], each) for each in head["arrays"]}
    except (KeyError, TypeError, AttributeError, UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise FormatError(f"The packet's head cannot be read: {error}.") from error


def _array(body: memoryview, described: dict[str, Any]) -> NDArray[Any]:
    dtype, shape, offset = described["dtype"], described["shape"], described["offset"]
    whole = [*shape, offset]
    sound = all(isinstance(size, int) and 0 <= size < 1 << 48 for size in whole)
    if dtype not in DTYPES or not sound or offset % 8:
        raise FormatError(f"The packet describes an array of dtype {dtype!r} and shape {shape!r} at {offset!r}.")
    count = math.prod(shape)
    if offset + count * np.dtype(dtype).itemsize > len(body):
        raise TruncatedFileError(f"The packet promises an array of {count:,} {dtype} and ends before it does.")
    return np.frombuffer(body, dtype=dtype, count=count, offset=offset).reshape(shape)
