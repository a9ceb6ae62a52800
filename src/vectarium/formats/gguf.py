"""GGUF, the files of llama.cpp: token embeddings, with the tokens that stand in the same file.

A header of keys and values, a list of tensors, then their numbers: plain, or in blocks of a few bits
a number, which are unpacked when they are read.
https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

from __future__ import annotations

import math
import struct
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Collection, Note
from vectarium.data.memory import check_memory
from vectarium.data.note import note_from_error
from vectarium.errors import FormatError, TruncatedFileError
from vectarium.formats.gguf_blocks import BLOCKS, unpacked
from vectarium.formats.mapped import map_bytes
from vectarium.formats.reader import Progress
from vectarium.formats.stored_numbers import StoredNumbers, short_shape
from vectarium.formats.tables import collection_of_tensors
from vectarium.formats.tensor import Tensor, stored_tensor
from vectarium.formats.vocabulary import MOST_WORDS, Vocabulary

MAGIC = b"GGUF"
PLAIN = {
    0: "float32", 1: "float16", 24: "int8", 25: "int16", 26: "int32", 27: "int64", 28: "float64", 30: "bfloat16"
}  # fmt: skip
FORMS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d"}
STRING, ARRAY = 8, 9
ALIGNMENT, TOKENS = "general.alignment", "tokenizer.ggml.tokens"
MOST_DIMENSIONS, LONGEST_NAME, MOST_TENSORS, DEEPEST = 8, 1 << 16, 1 << 20, 4
AT_ONCE = 1 << 16


class GgufBytes:
    """The bytes of a file, read one value after another."""

    def __init__(self, data: Any, path: Path) -> None:
        self.data = data
        self.path = path
        self.position = 0
        self.wide = True  # version 1 counted in 32 bits

    def take(self, size: int) -> bytes:
        """The next bytes."""
        if size > len(self.data) - self.position:
            raise TruncatedFileError(
                f"The file promises {size:,} bytes at byte {self.position:,}, and ends before. Download or copy it again.",
                self.path,
            )
        self.position += size
        return self.data[self.position - size : self.position]

    def number(self, form: str) -> Any:
        """The next number, in a form of :mod:`struct`."""
        return struct.unpack(form, self.take(struct.calcsize(form)))[0]

    def count(self) -> int:
        """The next size."""
        return int(self.number("<Q" if self.wide else "<I"))

    def text(self) -> bytes:
        """The next text."""
        return self.take(self.count())

    def value(self, kind: int, *, keep: bool, depth: int = 0) -> Any:
        """The next value of a kind; of arrays only texts that are to be kept."""
        if kind in FORMS:
            return self.number(FORMS[kind])
        if kind == STRING:
            return self.text()
        if kind != ARRAY or depth > DEEPEST:
            raise FormatError(f"A value of kind {kind} is not known; the file is damaged.", self.path)
        inner, size = self.number("<I"), self.count()
        if inner in FORMS:
            self.take(size * struct.calcsize(FORMS[inner]))
            return None
        kept: list[Any] = []
        for _ in range(size):
            each = self.value(inner, keep=keep, depth=depth + 1)
            if keep and len(kept) < MOST_WORDS:
                kept.append(each)
        return kept


def read_gguf(path: Path, progress: Progress, wanted: str | None = None) -> Collection:
    """Open the token embeddings of a GGUF file, or the tensor that is wanted.

    Raises
    ------
    FormatError
        If it is damaged.
    """
    progress(0.0, f"looking into {path.name}")
    notes: list[Note] = []
    with map_bytes(path) as data:
        reading = GgufBytes(data, path)
        tensors, tokens = _contents(reading, notes)
    words = [token.decode("utf-8", "replace") if isinstance(token, bytes) else None for token in tokens]
    known = [Vocabulary(words, "the tokenizer in the file", path)] if words else []
    return collection_of_tensors(path, tensors, progress, wanted=wanted, vocabularies=known, notes=notes)


def _contents(reading: GgufBytes, notes: list[Note]) -> tuple[list[Tensor], list[Any]]:
    """All tensors, and the tokens."""
    magic, version = reading.take(4), reading.number("<I")
    if magic != MAGIC or not 1 <= version <= 3:
        raise FormatError(
            f"This is no GGUF file of version 1 to 3: it starts with {magic!r}, {version:,}.", reading.path
        )
    reading.wide = version > 1
    count, keys = reading.count(), reading.count()
    if count > MOST_TENSORS:
        raise FormatError(f"{count:,} tensors are not believed; at most {MOST_TENSORS:,}.", reading.path)
    alignment, tokens = 32, list[Any]()
    for _ in range(keys):
        name, kind = reading.text(), reading.number("<I")
        value = reading.value(kind, keep=name == TOKENS.encode())
        if name == TOKENS.encode() and isinstance(value, list):
            tokens = value
        elif name == ALIGNMENT.encode() and type(value) is int and 0 < value <= 1 << 20:
            alignment = value
    described = [_described(reading) for _ in range(count)]
    start = -(-reading.position // alignment) * alignment
    tensors: list[Tensor] = []
    for name, shape, kind, offset in described:
        try:
            tensor = _tensor(name, shape, kind, start + offset, reading)
        except FormatError as error:
            notes.append(note_from_error(error))
            continue
        tensors.append(tensor)
    return tensors, tokens


def _described(reading: GgufBytes) -> tuple[str, tuple[int, ...], int, int]:
    name = reading.text()
    rank = reading.number("<I")
    if rank > MOST_DIMENSIONS or len(name) > LONGEST_NAME:
        raise FormatError(f"A tensor of {rank:,} dimensions is not believed; the file is damaged.", reading.path)
    shape = tuple(reading.count() for _ in range(rank))[::-1]  # the file counts the innermost first
    return name.decode("utf-8", "replace"), shape, reading.number("<I"), reading.number("<Q")


def _tensor(name: str, shape: tuple[int, ...], kind: int, offset: int, reading: GgufBytes) -> Tensor:
    path, what = reading.path, f"The tensor {name[:200]!r}"
    if kind in PLAIN:
        stored = StoredNumbers(path, offset, PLAIN[kind], shape, what)
        stored.prove(len(reading.data))
        return stored_tensor(name, stored)
    if kind not in BLOCKS:

        def refuse(_progress: Progress) -> NDArray[Any]:
            raise FormatError(
                f"{what} is packed in ggml's type {kind}, which is not unpacked here. Take a file of the same model in "
                "f16, Q8_0, Q6_K or Q4_K.",
                path,
            )

        return Tensor(name, shape, f"ggml type {kind}", refuse, path)
    block = BLOCKS[kind]
    numbers = math.prod(shape)
    size = numbers // block.numbers * block.size
    if not shape or shape[-1] % block.numbers:
        raise FormatError(f"{what}, {short_shape(shape)}, does not fit into blocks of {block.numbers}.", path)
    packed = StoredNumbers(path, offset, "uint8", (numbers // block.numbers, block.size), what)
    packed.prove(len(reading.data))

    def read(progress: Progress) -> NDArray[Any]:
        check_memory(4 * numbers, what, path)
        raw = packed.read(progress)
        out = np.empty((len(raw), block.numbers), np.float32)
        for first in range(0, len(raw), AT_ONCE):
            progress(first / len(raw), f"unpacking {name}")
            out[first : first + AT_ONCE] = unpacked(np.ascontiguousarray(raw[first : first + AT_ONCE]), kind)
        return out.reshape(shape)

    told = f"packed as {block.name}, {8 * size / max(numbers, 1):.2g} bits a number, unpacked to float32"
    return Tensor(name, shape, block.name, read, path, told)
