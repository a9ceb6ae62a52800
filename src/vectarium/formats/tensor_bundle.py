"""TensorFlow's TensorBundle, the files of a checkpoint, read without TensorFlow.

``NAME.index`` is a table of sorted keys: the empty key holds how many data files there are and their
byte order, each other key is a tensor with its type, shape, place and checksum. ``NAME.data-00000-of-00001``
and so on hold nothing but the numbers. Only the tensor that is asked for is touched; it is mapped into
memory where it lies whole, in this machine's byte order and in a type that NumPy knows.
The format: tensorflow/core/util/tensor_bundle/tensor_bundle.h and core/protobuf/tensor_bundle.proto.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data.memory import check_memory
from vectarium.errors import FormatError, TruncatedFileError
from vectarium.formats.crc32c import masked_crc32c
from vectarium.formats.protobuf_wire import fields_of, message_of, signed_of, varint
from vectarium.formats.reader import Progress, silent
from vectarium.formats.sorted_table import read_sorted_table
from vectarium.formats.stored_numbers import PLAIN, StoredNumbers, short_shape, width_of
from vectarium.formats.tensor_slice import Slice, parse_slice, slice_key
from vectarium.formats.within import is_within

BLOCK = 4 << 20
MOST_DATA_FILES = 100_000
MOST_DIMENSIONS = 32
OBJECT_GRAPH = "_CHECKPOINTABLE_OBJECT_GRAPH"
LARGEST_GRAPH = 16 << 20
BIG_ENDIAN = 1
# tensorflow/core/framework/types.proto; quantised integers are integers, and booleans bytes.
KINDS = {
    1: "float32", 2: "float64", 3: "int32", 4: "uint8", 5: "int16", 6: "int8", 9: "int64", 10: "uint8", 11: "int8",
    12: "uint8", 13: "int32", 14: "bfloat16", 15: "int16", 16: "uint16", 17: "uint16", 19: "float16", 22: "uint32",
    23: "uint64", 24: "float8_e5m2", 25: "float8_e4m3fn",
}  # fmt: skip
TEXT = 7
OTHER_KINDS = {TEXT: "text", 8: "complex64", 18: "complex128", 20: "resource", 21: "variant", 29: "int4", 30: "uint4"}


@dataclass(frozen=True)
class StoredTensor:
    """One tensor of a checkpoint, as its index describes it.

    Parameters
    ----------
    name
        Its key.
    code
        TensorFlow's number of its type.
    shape
        As stored.
    shard, offset, size
        In which data file its bytes are, where, and how many.
    checksum
        Masked CRC-32C of the bytes.
    slices
        The parts it was saved in, where it was saved in parts.
    """

    name: str
    code: int
    shape: tuple[int, ...]
    shard: int = 0
    offset: int = 0
    size: int = 0
    checksum: int = 0
    slices: tuple[Slice, ...] = ()

    @property
    def kind(self) -> str:
        """Its type in words."""
        return KINDS.get(self.code) or OTHER_KINDS.get(self.code) or f"type {self.code}"

    @property
    def is_numeric(self) -> bool:
        """Whether it holds real numbers that can be read."""
        return self.code in KINDS

    @property
    def remark(self) -> str:
        """What happens to it when it is read; empty where it is used as it lies."""
        told = [] if self.kind in PLAIN else [f"stored as {self.kind}, widened to float32"]
        told += [f"saved in {len(self.slices):,} parts, joined in memory"] if self.slices else []
        return "; ".join(told)


class TensorBundle:
    """A checkpoint.

    Parameters
    ----------
    index
        Its ``.index`` file.
    root
        What was opened; no data file outside of it is read. None: the folder of the index.

    Raises
    ------
    FormatError
        If the index is damaged or is none.
    """

    def __init__(self, index: Path, root: Path | None = None) -> None:
        self.index = index
        self.root = index.parent if root is None else root
        self.tensors: dict[str, StoredTensor] = {}
        self._parts: dict[bytes, StoredTensor] = {}
        header: tuple[int, int] | None = None
        for key, value in read_sorted_table(index):
            if key == b"":
                header = _header(value, index)
            elif key.startswith(b"\0"):
                self._parts[key] = _entry("", value, index)
            else:
                name = key.decode("utf-8", "replace")
                self.tensors[name] = _entry(name, value, index)
        if header is None:
            raise FormatError("This table does not begin as the index of a checkpoint does.", index)
        self.data_files, endianness = header
        self.big_endian = endianness == BIG_ENDIAN

    @property
    def prefix(self) -> str:
        """The name that TensorFlow calls the checkpoint by."""
        return self.index.name.removesuffix(".index")

    def data_file(self, shard: int) -> Path:
        """One of the files that hold numbers.

        Raises
        ------
        FormatError
            If it is missing or lies elsewhere.
        """
        name = f"{self.prefix}.data-{shard:05}-of-{self.data_files:05}"
        path = self.index.with_name(name)
        if shard >= self.data_files:
            raise FormatError(f"A tensor is said to be in data file {shard:,} of {self.data_files:,}.", self.index)
        if not path.is_file():
            raise FormatError(f"The checkpoint's data file {name!r} is missing; copy it beside its index.", self.index)
        if not is_within(path, self.root):
            raise FormatError(f"Its data file {name!r} is a link that leads out of the opened folder.", self.index)
        return path

    @cached_property
    def object_graph(self) -> memoryview:
        """The description of what the variables belong to, which TF2 stores beside them; empty where there is none."""
        stored = self.tensors.get(OBJECT_GRAPH)
        if stored is None or stored.code != TEXT or stored.shape or not 0 < stored.size <= LARGEST_GRAPH:
            return memoryview(b"")
        data = b"".join(self._blocks(stored, silent))
        length, position = varint(data, 0, self.index)
        whole = len(data) == position + 4 + length  # the length, its checksum, the text
        return memoryview(data)[position + 4 :] if whole else memoryview(b"")

    def array(self, stored: StoredTensor, progress: Progress = silent) -> NDArray[Any]:
        """The numbers of a tensor, their checksum compared: mapped where they can be.

        Raises
        ------
        FormatError
            If it is damaged or holds no numbers.
        """
        if not stored.is_numeric:
            raise FormatError(f"{stored.name!r} holds {stored.kind}; real numbers are needed.", self.index)
        return self._joined(stored, progress) if stored.slices else self._whole(stored, progress)

    def _whole(self, stored: StoredTensor, progress: Progress) -> NDArray[Any]:
        path, what = self.data_file(stored.shard), f"The tensor {stored.name!r}"
        numbers = StoredNumbers(path, stored.offset, stored.kind, stored.shape, what, self.big_endian)
        if numbers.size != stored.size:
            raise FormatError(
                f"{what} is {stored.kind} of shape {short_shape(stored.shape)}, {numbers.size:,} bytes; the index says "
                f"{stored.size:,}.",
                self.index,
            )
        numbers.prove(path.stat().st_size)
        found = masked_crc32c(self._blocks(stored, progress))
        if found != stored.checksum:
            raise FormatError(
                f"The checksum of {stored.name!r} is {found:08x}, and the index says {stored.checksum:08x}: the data "
                "file is damaged, or of another checkpoint. Copy both again.",
                path,
            )
        return numbers.read(progress)

    def _blocks(self, stored: StoredTensor, progress: Progress) -> Iterator[bytes]:
        """The bytes of a tensor, read and let go of, so that a mapped one takes no memory to be checked."""
        path = self.data_file(stored.shard)
        with path.open("rb") as file:
            file.seek(stored.offset)
            done = 0
            while done < stored.size:
                block = file.read(min(BLOCK, stored.size - done))
                if not block:
                    raise TruncatedFileError(f"{stored.name!r} ends after {done:,} of {stored.size:,} bytes.", path)
                done += len(block)
                yield block
                progress(done / stored.size, f"reading {path.name}: {stored.name}")

    def _joined(self, stored: StoredTensor, progress: Progress) -> NDArray[Any]:
        """A tensor that was saved in parts, such as a table that several machines held."""
        parts = self._proven_parts(stored)
        dtype = np.dtype(stored.kind if stored.kind in PLAIN else np.float32)
        check_memory(math.prod(stored.shape) * dtype.itemsize, f"{stored.name!r}", self.index)
        out = np.empty(stored.shape, dtype)
        for done, (extent, part) in enumerate(parts):
            out[extent.region(stored.shape)] = self._whole(part, silent)
            progress((done + 1) / len(parts), f"reading {stored.name}")
        return out

    def _proven_parts(self, stored: StoredTensor) -> list[tuple[Slice, StoredTensor]]:
        """The parts with their bytes: each inside, no byte used twice, all of the tensor covered once."""
        parts: list[tuple[Slice, StoredTensor]] = []
        for extent in stored.slices:
            part = self._parts.get(slice_key(stored.name, extent))
            shape = extent.shape_in(stored.shape)
            if part is None or shape is None or part.shape != shape or part.code != stored.code or part.slices:
                raise FormatError(f"A part of {stored.name!r} is missing, or is not as the index says.", self.index)
            if part.size != math.prod(shape) * width_of(stored.kind):
                raise FormatError(f"A part of {stored.name!r} has {part.size:,} bytes.", self.index)
            if part.offset + part.size > self.data_file(part.shard).stat().st_size:
                raise TruncatedFileError(f"A part of {stored.name!r} is cut short.", self.data_file(part.shard))
            parts.append((extent, replace(part, name=stored.name)))
        spans = sorted((part.shard, part.offset, part.offset + part.size) for _, part in parts)
        shared = any(a[0] == b[0] and b[1] < a[2] for a, b in pairwise(spans))
        covered = sum(math.prod(part.shape) for _, part in parts)
        if shared or covered != math.prod(stored.shape) or not _covers([each for each, _ in parts], stored.shape):
            raise FormatError(f"The parts of {stored.name!r} overlap, or leave gaps.", self.index)
        return parts


def _covers(slices: list[Slice], shape: tuple[int, ...]) -> bool:
    """Whether nothing is left out; parts as large as the whole together then cannot meet either."""
    reached = np.zeros(shape, bool)  # no larger than the bytes that were proven to be there
    for part in slices:
        reached[part.region(shape)] = True
    return bool(reached.all())


def _header(value: bytes, path: Path) -> tuple[int, int]:
    """Number of data files, and their byte order."""
    found = {number: signed_of(each) for number, each in fields_of(memoryview(value), path)}
    count = found.get(1, 0)
    if not 0 < count <= MOST_DATA_FILES:
        raise FormatError(f"The index says that there are {count:,} data files.", path)
    return count, found.get(2, 0)


def _entry(name: str, value: bytes, path: Path) -> StoredTensor:
    numbers: dict[int, int] = {}
    shape: tuple[int, ...] = ()
    slices: list[Slice] = []
    for number, each in fields_of(memoryview(value), path):
        if number == 2:
            shape = _shape(message_of(each), path)
        elif number == 7:
            slices.append(parse_slice(message_of(each), path))
        else:
            numbers[number] = signed_of(each)
    wrong = any(numbers.get(each, 0) < 0 for each in (3, 4, 5)) or any(size < 0 for size in shape)
    if wrong or len(shape) > MOST_DIMENSIONS:
        raise FormatError(f"The index says of {name!r} what cannot be: shape {short_shape(shape)}.", path)
    code, shard, offset, size, checksum = (numbers.get(each, 0) for each in (1, 3, 4, 5, 6))
    return StoredTensor(name, code, shape, shard, offset, size, checksum, tuple(slices))


def _shape(data: memoryview, path: Path) -> tuple[int, ...]:
    sizes: list[int] = []
    for number, value in fields_of(data, path):
        if number == 2:
            sizes.append(next((signed_of(each) for inner, each in fields_of(message_of(value), path) if inner == 1), 0))
    return tuple(sizes)
