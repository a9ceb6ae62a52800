"""The header of an ``.npy`` file: parsed and proven before anything is allocated.

NumPy's own reader trusts the shape and would unpickle objects. Here the shape has to fit into the
bytes that are really there, and only plain numbers, text and records of them pass.
The format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
"""

from __future__ import annotations

import ast
import math
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from vectarium.errors import FormatError, TruncatedFileError, UnsafeFileError

MAGIC = b"\x93NUMPY"
TYPE = re.compile(r"[<>|=]?([?O]|[biufcmMSUVO]\d{1,9}(\[\d{0,9}[a-zA-Zμ]{1,7}\])?)")
LONGEST_HEADER = 1 << 16
MOST_DIMENSIONS = 32


@dataclass(frozen=True)
class NpyHeader:
    """What the start of an ``.npy`` file says.

    Parameters
    ----------
    dtype, shape, fortran_order
        As in the file.
    offset
        Where the numbers start, in bytes from the start of the header.
    """

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    fortran_order: bool
    offset: int

    @property
    def size(self) -> int:
        """How many bytes the numbers need."""
        return math.prod(self.shape) * self.dtype.itemsize


def read_header(file: BinaryIO, path: Path, what: str = "The file") -> NpyHeader:
    """Read and check the header at the position where the file stands.

    Parameters
    ----------
    file
        Open for reading bytes; left standing at the first number.
    path
        Named in errors.
    what
        How a message calls it: ``"The file"``, ``"Its member 'a.npy'"``.

    Raises
    ------
    FormatError
        If it is not an ``.npy`` header.
    UnsafeFileError
        If it holds Python objects, which only pickle could read.
    """
    start = file.read(8)
    if not start.startswith(MAGIC):
        raise FormatError(f"{what} is not in NumPy's .npy format: it starts with {start[:6]!r}, not {MAGIC!r}.", path)
    major = start[6] if len(start) == 8 else 0
    if major not in (1, 2, 3):
        raise FormatError(f"{what} is of .npy version {major}; 1, 2 and 3 are known.", path)
    width = 2 if major == 1 else 4
    length = int.from_bytes(file.read(width), "little")
    text = file.read(min(length, LONGEST_HEADER + 1))
    if length > LONGEST_HEADER or len(text) < length:
        raise TruncatedFileError(f"{what} promises a header of {length:,} bytes, and ends before it does.", path)
    dtype, shape, fortran_order = _checked(_literal(text, "utf-8" if major == 3 else "latin-1"), path, what)
    return NpyHeader(dtype, shape, fortran_order, 8 + width + length)


def _literal(text: bytes, encoding: str) -> object:
    try:
        return ast.literal_eval(text.decode(encoding).strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return None


def _checked(fields: object, path: Path, what: str) -> tuple[np.dtype[Any], tuple[int, ...], bool]:
    known = cast("dict[str, Any]", fields) if isinstance(fields, dict) else {}
    shape: Any = known.get("shape")
    if set(known) != {"descr", "fortran_order", "shape"} or not isinstance(shape, tuple):
        raise FormatError(f"{what} has a damaged .npy header: descr, fortran_order and shape are not all there.", path)
    sizes = cast("tuple[Any, ...]", shape)
    if not all(type(size) is int and size >= 0 for size in sizes) or len(sizes) > MOST_DIMENSIONS:
        raise FormatError(f"{what} has a damaged .npy header: its shape is {shape!r}.", path)
    try:
        dtype = np.lib.format.descr_to_dtype(known["descr"]) if _is_described(known["descr"]) else None
    except (TypeError, ValueError, KeyError, SyntaxError):
        dtype = None
    if dtype is None:
        raise FormatError(f"{what} has a damaged .npy header: its dtype is {known['descr']!r}.", path)
    if dtype.hasobject:
        raise UnsafeFileError(
            f"{what} holds Python objects (dtype object), and reading them would run code that somebody put into "
            "the file. Save plain numbers: numpy.save(path, numpy.asarray(array, dtype='float32')).",
            path,
        )
    if 0 in sizes and math.prod(max(size, 1) for size in sizes) * max(dtype.itemsize, 1) > sys.maxsize:
        raise FormatError(f"{what} has a damaged .npy header: its shape is {shape!r}.", path)
    return dtype, sizes, bool(known["fortran_order"])


def _is_described(descr: Any) -> bool:
    """Whether NumPy itself would describe a type so: it takes more, some of it with a warning."""
    if isinstance(descr, str):
        return TYPE.fullmatch(descr) is not None
    if isinstance(descr, tuple):  # a type, and the shape of what each value is an array of
        parts = cast("tuple[Any, ...]", descr)
        return len(parts) == 2 and _is_described(parts[0]) and _is_shape(parts[1])
    fields = cast("list[Any]", descr) if isinstance(descr, list) else []
    return bool(fields) and all(
        isinstance(field, tuple)
        and len(cast("tuple[Any, ...]", field)) in {2, 3}
        and _is_described(field[1])
        and all(map(_is_shape, field[2:]))
        for field in fields
    )


def _is_shape(value: Any) -> bool:
    return isinstance(value, tuple) and all(type(size) is int for size in cast("tuple[Any, ...]", value))


def prove_size(header: NpyHeader, available: int, path: Path, what: str = "The file") -> None:
    """Raise TruncatedFileError unless the promised numbers are really there."""
    if header.dtype.itemsize == 0:
        raise FormatError(f"{what} holds values of no bytes (dtype {header.dtype}).", path)
    if header.size > available:
        raise TruncatedFileError(
            f"{what} promises {header.dtype} numbers of shape {header.shape}, {header.size:,} bytes, "
            f"but holds {available:,}. It was cut short or is damaged; write or copy it again.",
            path,
        )


def map_array(path: Path, header: NpyHeader, offset: int) -> NDArray[Any]:
    """Map the numbers that stand at a place in a file; the size has to be proven before."""
    if header.size == 0:
        return np.empty(header.shape, header.dtype)
    order = "F" if header.fortran_order else "C"
    # A plain ndarray over the map: the subclass would leak into everything computed from it.
    return np.memmap(path, header.dtype, "r", offset, header.shape, order).view(np.ndarray)
