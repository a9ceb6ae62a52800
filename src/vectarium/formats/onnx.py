"""ONNX: the initialisers of a graph, in the file itself or in one beside it.

A model is one message of protocol buffers; its graph holds each initialiser as a message with a shape, a
type and raw bytes, which are mapped where they lie.
https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3 names the fields.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from vectarium.data import Collection, Note
from vectarium.data.note import note_from_error
from vectarium.errors import FormatError
from vectarium.formats.mapped import map_bytes
from vectarium.formats.protobuf_wire import fields_of, signed, text_of, varints
from vectarium.formats.reader import Progress
from vectarium.formats.stored_numbers import StoredNumbers, width_of
from vectarium.formats.tables import collection_of_tensors
from vectarium.formats.tensor import Tensor, stored_tensor
from vectarium.formats.within import locate

GRAPH, INITIALIZER = 7, 5  # of a model, of a graph
DIMS, TYPE, FLOATS, NAME, RAW, DOUBLES, EXTERNAL = 1, 2, 4, 8, 9, 10, 13  # of a tensor
KINDS = {
    1: "float32", 2: "uint8", 3: "int8", 4: "uint16", 5: "int16", 6: "int32", 7: "int64", 9: "bool", 10: "float16",
    11: "float64", 12: "uint32", 13: "uint64", 16: "bfloat16", 17: "float8_e4m3fn", 19: "float8_e5m2",
}  # fmt: skip
MOST_DIMENSIONS = 32


def read_onnx(path: Path, progress: Progress, wanted: str | None = None) -> Collection:
    """Open the embedding tables of an ONNX model, or the initialiser that is wanted.

    Raises
    ------
    FormatError
        If it is damaged, or no matrix is in it.
    """
    progress(0.0, f"looking into {path.name}")
    notes: list[Note] = []
    tensors: list[Tensor] = []
    data = memoryview(map_bytes(path))
    for message in _initializers(data, path):
        try:
            tensor = _tensor(message, _address(data), path)
        except FormatError as error:
            notes.append(note_from_error(error))
            continue
        tensors += [tensor] if tensor else []
    return collection_of_tensors(path, tensors, progress, wanted=wanted, notes=notes)


def _initializers(data: memoryview, path: Path) -> Iterator[memoryview]:
    for number, graph in fields_of(data, path):
        if number == GRAPH and isinstance(graph, memoryview):
            for inner, message in fields_of(graph, path):
                if inner == INITIALIZER and isinstance(message, memoryview):
                    yield message


def _address(data: memoryview) -> int:
    """Where some bytes are in memory, from which their place in the file follows."""
    return int(np.frombuffer(data, np.uint8).__array_interface__["data"][0]) if len(data) else 0


def _tensor(message: memoryview, start: int, path: Path) -> Tensor | None:
    """An initialiser; None where it holds no numbers that can be mapped."""
    shape: list[int] = []
    found: dict[int, Any] = {}
    external: dict[str, str] = {}
    for number, value in fields_of(message, path):
        if number == DIMS:
            shape += [signed(each) for each in varints(value, path)][: MOST_DIMENSIONS + 1]
        elif number == EXTERNAL and isinstance(value, memoryview):
            pair = {at: text_of(each) for at, each in fields_of(value, path)}
            external[pair.get(1, "")] = pair.get(2, "")
        elif number in {TYPE, FLOATS, NAME, RAW, DOUBLES}:
            found[number] = value
    name = text_of(found.get(NAME, memoryview(b"")))
    kind = KINDS.get(found.get(TYPE, 0))
    what = f"The initialiser {name[:200]!r}"
    if kind is None:
        return None
    if external:
        return stored_tensor(name, _external(external, kind, tuple(shape), what, path))
    raw = found.get(RAW, found.get(FLOATS if kind == "float32" else DOUBLES))
    size = math.prod(shape) * width_of(kind)
    if not isinstance(raw, memoryview) or (RAW not in found and kind not in {"float32", "float64"}):
        if len(shape) == 2:
            raise FormatError(
                f"{what}, {kind} of shape {shape!s:.100}, lies as single values, not as raw bytes. Write it again with "
                "onnx.numpy_helper.from_array.",
                path,
            )
        return None
    if len(raw) != size:
        raise FormatError(f"{what}, {kind} of shape {shape}, needs {size:,} bytes and has {len(raw):,}.", path)
    stored = StoredNumbers(path, _address(raw) - start if size else 0, kind, tuple(shape), what)
    stored.prove(path.stat().st_size)
    return stored_tensor(name, stored)


def _external(fields: dict[str, str], kind: str, shape: tuple[int, ...], what: str, path: Path) -> StoredNumbers:
    """Numbers in a file beside the model, which has to lie in its folder."""
    file = locate(fields.get("location", ""), path.parent, path.resolve().parent, what)
    offset = fields.get("offset") or "0"
    if not offset.isascii() or not offset.isdigit() or len(offset) > 18:
        raise FormatError(f"{what} lies at {offset[:50]!r} in {file.name!r}, which is no place.", path)
    stored = StoredNumbers(file, int(offset), kind, shape, what)
    stored.prove(file.stat().st_size)
    return stored
