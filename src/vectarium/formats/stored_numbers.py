"""Numbers that lie plainly in a file: mapped where NumPy knows their type, widened where it does not.

Types of 8 and 16 bits that only accelerators know (bfloat16, float8) become float32 when they are
read, block by block, so that only the result is ever held whole.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data.memory import check_memory
from vectarium.errors import FormatError, TruncatedFileError
from vectarium.formats.reader import Progress

PLAIN = frozenset(
    {"float64", "float32", "float16", "int64", "int32", "int16", "int8", "uint64", "uint32", "uint16", "uint8", "bool"}
)
BLOCK = 4 << 20
MOST_DIMENSIONS = 32
MOST_NUMBERS = 1 << 58


@dataclass(frozen=True)
class StoredNumbers:
    """An array that lies in a file, row by row, without compression.

    Parameters
    ----------
    path, offset
        Where its first byte is.
    kind
        The type of its numbers: one of NumPy's, or ``bfloat16``, ``float8_e4m3fn``, ``float8_e5m2``.
    shape
        Its shape.
    big_endian
        Whether the highest byte of each number comes first.
    what
        How errors call it: ``"The tensor 'wte.weight'"``.
    """

    path: Path
    offset: int
    kind: str
    shape: tuple[int, ...]
    what: str
    big_endian: bool = False

    @property
    def size(self) -> int:
        """How many bytes it takes in the file."""
        return math.prod(self.shape) * width_of(self.kind)

    def prove(self, end: int) -> None:
        """Raise an error unless its bytes lie before ``end``, which is at most the size of the file."""
        spread = math.prod(max(size, 1) for size in self.shape)  # NumPy counts a dimension of none as one
        if len(self.shape) > MOST_DIMENSIONS or min(self.shape, default=0) < 0 or spread >= MOST_NUMBERS:
            raise FormatError(f"{self.what} has the shape {short_shape(self.shape)}, which no array has.", self.path)
        if self.offset < 0 or self.size > end - self.offset:
            raise TruncatedFileError(
                f"{self.what}, {self.kind} of shape {short_shape(self.shape)}, needs {self.size:,} bytes from byte "
                f"{self.offset:,} on; there are {max(0, end - self.offset):,}. The file was cut short or is damaged; "
                "write or copy it again.",
                self.path,
            )

    def read(self, progress: Progress) -> NDArray[Any]:
        """The array: mapped, or read and widened where its type is none of NumPy's.

        Raises
        ------
        FormatError
            If its bytes are not all there, or it does not fit into memory.
        """
        self.prove(self.path.stat().st_size)
        dtype = np.dtype(self.kind if self.kind in PLAIN else RAW[width_of(self.kind)])
        dtype = dtype.newbyteorder(">" if self.big_endian else "<")
        if self.size == 0:
            return np.empty(self.shape, np.float32 if self.kind not in PLAIN else dtype.newbyteorder("="))
        raw = np.memmap(self.path, dtype, "r", self.offset, self.shape).view(np.ndarray)
        if self.kind in PLAIN:
            return raw if raw.flags.aligned else self._copied(raw)
        check_memory(4 * math.prod(self.shape), self.what, self.path)
        return widened(raw, self.kind, progress, self.what)

    def _copied(self, raw: NDArray[Any]) -> NDArray[Any]:
        check_memory(self.size, self.what, self.path)
        return raw.copy()

    @property
    def remark(self) -> str:
        """What there is to say about its type; empty where the numbers are used as they lie."""
        return "" if self.kind in PLAIN else f"stored as {self.kind}, widened to float32"


def width_of(kind: str) -> int:
    """How many bytes a number of a kind takes."""
    return np.dtype(kind).itemsize if kind in PLAIN else (2 if kind == "bfloat16" else 1)


def short_shape(shape: tuple[int, ...]) -> str:
    """A shape for a message, however long it or its numbers are."""
    shown = " × ".join(f"{size:,}" if abs(size) < 1 << 63 else "…" for size in shape[:8])
    return f"{shown or 'of one number'}{' × …' if len(shape) > 8 else ''}"


def widened(raw: NDArray[Any], kind: str, progress: Progress, what: str = "") -> NDArray[np.float32]:
    """Numbers of a type that NumPy does not know, as float32.

    Parameters
    ----------
    raw
        Their bits: uint16 or uint8, of any shape.
    kind
        ``bfloat16``, ``float8_e4m3fn`` or ``float8_e5m2``.
    progress, what
        Told block by block of what is read.
    """
    out = np.empty(raw.shape, np.float32)
    flat, source, decode = out.reshape(-1), raw.reshape(-1), DECODERS[kind]
    for start in range(0, len(flat), BLOCK):
        progress(start / len(flat), f"reading {what}")
        flat[start : start + BLOCK] = decode(source[start : start + BLOCK])
    return out


def _bfloat16(bits: NDArray[Any]) -> NDArray[np.float32]:
    return (bits.astype(np.uint32) << np.uint32(16)).view(np.float32)


def _float8_e5m2(bits: NDArray[Any]) -> NDArray[np.float32]:
    return (bits.astype(np.uint16) << np.uint16(8)).view(np.float16).astype(np.float32)


def _float8_e4m3fn(bits: NDArray[Any]) -> NDArray[np.float32]:
    return E4M3FN[bits]


def _table_of_e4m3fn() -> NDArray[np.float32]:
    """All 256 values: sign, four bits of exponent with bias 7, three of mantissa; no infinity, one NaN a sign."""
    codes = np.arange(256)
    exponent, mantissa = (codes >> 3) & 15, codes & 7
    values = np.where(exponent == 0, mantissa * 2.0**-9, (8 + mantissa) * 2.0 ** (exponent - 10.0))
    values = np.where(codes & 127 == 127, np.nan, values)
    return np.where(codes & 128, -values, values).astype(np.float32)


E4M3FN = _table_of_e4m3fn()
RAW = {1: np.uint8, 2: np.uint16}
DECODERS: dict[str, Callable[[NDArray[Any]], NDArray[np.float32]]] = {
    "bfloat16": _bfloat16,
    "float8_e4m3fn": _float8_e4m3fn,
    "float8_e5m2": _float8_e5m2,
}
