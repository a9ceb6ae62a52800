"""safetensors: a length, a JSON header, and the tensors' bytes one after another; proven first, then mapped.

https://github.com/huggingface/safetensors#format
"""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeGuard, cast

from vectarium.data import Collection
from vectarium.errors import FormatError, TruncatedFileError
from vectarium.formats.reader import Progress
from vectarium.formats.stored_numbers import StoredNumbers
from vectarium.formats.tables import collection_of_tensors
from vectarium.formats.tensor import Tensor, stored_tensor

LARGEST_HEADER = 32 << 20
KINDS = {
    "F64": "float64",
    "F32": "float32",
    "F16": "float16",
    "BF16": "bfloat16",
    "F8_E4M3": "float8_e4m3fn",
    "F8_E5M2": "float8_e5m2",
    "I64": "int64",
    "I32": "int32",
    "I16": "int16",
    "I8": "int8",
    "U64": "uint64",
    "U32": "uint32",
    "U16": "uint16",
    "U8": "uint8",
    "BOOL": "bool",
}


def read_safetensors(path: Path, progress: Progress, wanted: str | None = None) -> Collection:
    """Open the embedding tables of a ``.safetensors`` file, or the tensor that is wanted.

    Raises
    ------
    TruncatedFileError
        If it ends before its header or its tensors do.
    FormatError
        If the header is damaged, or tensors overlap.
    """
    return collection_of_tensors(path, tensors_of_safetensors(path), progress, wanted=wanted)


def tensors_of_safetensors(path: Path) -> list[Tensor]:
    """All tensors of a file, sizes and places proven."""
    size = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(8)
        length = int.from_bytes(start, "little")
        if len(start) < 8 or length > size - 8:
            raise TruncatedFileError(
                f"The header promises {length:,} bytes; {max(0, size - 8):,} follow. The file was cut short or is no "
                "safetensors file; download or write it again.",
                path,
            )
        if length > LARGEST_HEADER:
            raise FormatError(f"A header of {length:,} bytes is not believed; at most {LARGEST_HEADER:,}.", path)
        header = _parsed(file.read(length), path)
    header.pop("__metadata__", None)
    stored = {name: _stored(name, header[name], 8 + length, path) for name in header}
    _prove(list(stored.values()), size)
    return [stored_tensor(name, each) for name, each in stored.items()]


def _parsed(text: bytes, path: Path) -> dict[str, Any]:
    try:
        value: object = json.loads(text.decode("utf-8"), object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise FormatError(f"The header is not JSON that can be read: {error}.", path) from None
    if not isinstance(value, dict):
        raise FormatError("The header is no JSON object.", path)
    return cast("dict[str, Any]", value)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name is there twice")
    return found


def _stored(name: str, value: object, start: int, path: Path) -> StoredNumbers:
    fields = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
    kind, shape, offsets = fields.get("dtype"), fields.get("shape"), fields.get("data_offsets")
    what = f"The tensor {name[:200]!r}"
    if not _are_sizes(shape) or not _are_sizes(offsets) or len(offsets) != 2:
        raise FormatError(f"{what} has a damaged entry in the header: shape and data_offsets have to be sizes.", path)
    if not isinstance(kind, str) or kind not in KINDS:
        # Its bytes are counted all the same, so that its neighbours can be proven.
        return StoredNumbers(path, start + offsets[0], "uint8", (max(0, offsets[1] - offsets[0]),), what)
    stored = StoredNumbers(path, start + offsets[0], KINDS[kind], tuple(shape), what)
    if stored.size != offsets[1] - offsets[0]:
        raise FormatError(
            f"{what}, {kind} of shape {tuple(shape)!s:.200}, needs {stored.size:,} bytes, but its place has "
            f"{offsets[1] - offsets[0]:,}.",
            path,
        )
    return stored


def _are_sizes(value: Any) -> TypeGuard[list[int]]:
    return isinstance(value, list) and all(
        type(each) is int and 0 <= each < 1 << 63 for each in cast("list[object]", value)
    )


def _prove(stored: list[StoredNumbers], size: int) -> None:
    """Raise an error where a tensor leads out of the file, or two share bytes."""
    for each in stored:
        each.prove(size)
    placed = sorted((each for each in stored if each.size), key=lambda each: each.offset)
    for before, after in pairwise(placed):
        if before.offset + before.size > after.offset:
            raise FormatError(f"{before.what} and {after.what[4:]} overlap, which no honest file does.", after.path)
