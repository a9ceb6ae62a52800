"""Columns out of Arrow's record batches: buffers by a field's type, as arrays of NumPy.

https://arrow.apache.org/docs/format/Columnar.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.errors import FormatError
from vectarium.formats.flatbuffer import FlatTable

INT, FLOAT, BINARY, TEXT, BOOL, DATE, TIMESTAMP, LIST, STRUCT, FIXED_BINARY, FIXED_LIST = (
    2,
    3,
    4,
    5,
    6,
    8,
    10,
    12,
    13,
    15,
    16,
)
NULL, LARGE_BINARY, LARGE_TEXT, LARGE_LIST, BINARY_VIEW, TEXT_VIEW = 1, 19, 20, 21, 23, 24
VIEW = np.dtype([("size", "<i4"), ("start", "S4"), ("buffer", "<i4"), ("offset", "<i4")])
INLINE, MOST_BUFFERS = 12, 1 << 16
NAMES = {7: "decimals", 9: "times of day", 11: "intervals", 14: "unions", 17: "maps", 18: "durations"}
FLOATS = ("<f2", "<f4", "<f8")
UNITS = ("s", "ms", "us", "ns")
DEEPEST = 8


@dataclass(frozen=True)
class ArrowField:
    """A column as the schema describes it.

    Parameters
    ----------
    name
        Its name.
    kind
        Arrow's number of its type.
    dtype
        The type of its numbers, or of its indices where it has a dictionary.
    width
        Of lists of a fixed length that, of bytes of a fixed length that.
    children
        The columns inside.
    dictionary
        The number of its dictionary, None where it has none.
    """

    name: str
    kind: int
    dtype: str = ""
    width: int = 0
    children: tuple[ArrowField, ...] = ()
    dictionary: int | None = None
    indices: str = "<i4"


@dataclass
class ArrowValues:
    """Values of a column in one batch.

    Parameters
    ----------
    values
        Array ``(n,)``, or ``(n, width)`` for lists of one length; objects where they are texts.
    valid
        Boolean array ``(n,)``, None where nothing is missing.
    """

    values: NDArray[Any]
    valid: NDArray[np.bool_] | None = None


class ArrowBatch:
    """The buffers of one batch, taken one after another as the fields need them."""

    def __init__(
        self,
        nodes: list[tuple[int, ...]],
        buffers: Iterator[bytes | memoryview],
        views: list[tuple[int, ...]],
        dictionaries: dict[int, NDArray[Any]],
    ) -> None:
        self.nodes = iter(nodes)
        self.views = iter(views)
        self.buffers = buffers
        self.dictionaries = dictionaries

    def column(self, field: ArrowField, depth: int = 0) -> ArrowValues | None:
        """The values of the next column; None where they are of a kind that cannot be shown."""
        if depth > DEEPEST:
            raise ValueError("columns nested too deep")
        n, missing = next(self.nodes)
        if n < 0:
            raise ValueError("a column of no length")
        if field.kind == NULL:
            return None
        bits = next(self.buffers)
        valid = _bits(bits, n) if missing else None
        if field.dictionary is not None:
            codes = _numbers(next(self.buffers), field.indices, n)
            return self._looked_up(codes, field.dictionary, valid)
        if field.kind in {INT, FLOAT, DATE, TIMESTAMP}:
            return ArrowValues(_numbers(next(self.buffers), field.dtype, n), valid)
        if field.kind == BOOL:
            return ArrowValues(_bits(next(self.buffers), n), valid)
        if field.kind in {TEXT, LARGE_TEXT, BINARY, LARGE_BINARY}:
            return self._texts(field, n, valid)
        if field.kind in {TEXT_VIEW, BINARY_VIEW}:
            return self._viewed_texts(field, n, valid)
        if field.kind in {LIST, LARGE_LIST}:
            ends = _numbers(next(self.buffers), "<i8" if field.kind == LARGE_LIST else "<i4", n + 1 if n else 0)
            return _lists(ends, self.column(field.children[0], depth + 1), valid)
        if field.kind == FIXED_LIST:
            return _fixed_lists(self.column(field.children[0], depth + 1), n, field.width, valid)
        self._skip(field, depth)
        return None

    def _skip(self, field: ArrowField, depth: int) -> None:
        """Move on behind a column that cannot be shown."""
        if field.kind == STRUCT:
            for child in field.children:
                self.column(child, depth + 1)
        elif field.kind == FIXED_BINARY:
            next(self.buffers)
        else:
            raise ValueError(f"columns of {NAMES.get(field.kind, f'type {field.kind}')}")

    def _texts(self, field: ArrowField, n: int, valid: NDArray[np.bool_] | None) -> ArrowValues | None:
        ends = _numbers(
            next(self.buffers), "<i8" if field.kind in {LARGE_TEXT, LARGE_BINARY} else "<i4", n + 1 if n else 0
        )
        data = bytes(next(self.buffers))
        if field.kind in {BINARY, LARGE_BINARY}:
            return None
        _check_ends(ends, len(data))
        out = np.empty(n, dtype=object)
        bounds = ends.tolist()
        out[:] = [data[bounds[row] : bounds[row + 1]].decode("utf-8", "replace") for row in range(n)]
        return ArrowValues(out, valid)

    def _viewed_texts(self, field: ArrowField, n: int, valid: NDArray[np.bool_] | None) -> ArrowValues | None:
        """Texts as short views: those of up to twelve bytes in the view itself, others in one of several buffers."""
        raw = bytes(next(self.buffers))
        (count,) = next(self.views)
        if not 0 <= count <= MOST_BUFFERS or len(raw) < n * VIEW.itemsize:
            raise ValueError("a buffer shorter than its column")
        parts = [bytes(next(self.buffers)) for _ in range(count)]
        if field.kind == BINARY_VIEW:
            return None
        out = np.empty(n, dtype=object)
        left = sum(map(len, parts)) * 4 + len(raw)
        views = np.frombuffer(raw, VIEW, n)
        for row, (size, buffer, offset) in enumerate(
            zip(views["size"].tolist(), views["buffer"].tolist(), views["offset"].tolist(), strict=True)
        ):
            if size < 0 or (valid is not None and not valid[row]):
                continue
            at = row * VIEW.itemsize + 4
            text = raw[at : at + size] if size <= INLINE else parts[buffer][offset : offset + size]
            left -= len(text)
            if len(text) != size or offset < 0 < size - INLINE or left < 0:
                raise ValueError("views that lead out of their texts")
            out[row] = text.decode("utf-8", "replace")
        return ArrowValues(out, valid)

    def _looked_up(self, codes: NDArray[Any], number: int, valid: NDArray[np.bool_] | None) -> ArrowValues | None:
        if number not in self.dictionaries:
            return None
        words = self.dictionaries[number]
        inside = codes if valid is None else codes[valid]
        if len(inside) and not 0 <= int(inside.min()) <= int(inside.max()) < len(words):
            raise ValueError("its codes lead out of its dictionary")
        safe = codes if valid is None else np.where(valid, codes, 0)
        if not len(words):
            return ArrowValues(np.full(len(codes), None, dtype=object), np.zeros(len(codes), bool))
        return ArrowValues(words[safe], valid)


def _numbers(data: Any, dtype: str, n: int) -> NDArray[Any]:
    if len(data) < n * np.dtype(dtype).itemsize:
        raise ValueError("a buffer shorter than its column")
    return np.frombuffer(data, dtype, n)


def _bits(data: Any, n: int) -> NDArray[np.bool_]:
    if 8 * len(data) < n:
        raise ValueError("a buffer shorter than its column")
    return np.unpackbits(np.frombuffer(data, np.uint8, -(-n // 8)), count=n, bitorder="little").astype(bool)


def _check_ends(ends: NDArray[Any], size: int) -> None:
    if len(ends) and (int(ends[0]) < 0 or int(ends[-1]) > size or (np.diff(ends) < 0).any()):
        raise ValueError("lengths that lead out of their values")


def _lists(ends: NDArray[Any], inner: ArrowValues | None, valid: NDArray[np.bool_] | None) -> ArrowValues | None:
    """Lists of one length as rows; those that are missing are NaN; None where lengths differ."""
    if inner is None or inner.values.ndim != 1 or inner.values.dtype.kind not in "fiub":
        return None
    _check_ends(ends, len(inner.values))
    sizes = np.diff(ends)
    there = sizes > 0 if valid is None else valid & (sizes > 0)
    widths = np.unique(sizes[there])
    if len(widths) != 1:
        return None
    width = int(widths[0])
    if there.all():
        rows = inner.values[int(ends[0]) : int(ends[-1])].reshape(-1, width)
        return ArrowValues(rows) if len(rows) == len(sizes) else None
    rows = np.full((len(sizes), width), np.nan, np.float64 if inner.values.dtype.itemsize > 4 else np.float32)
    rows[there] = inner.values[ends[:-1][there][:, None] + np.arange(width)]
    return ArrowValues(rows)


def _fixed_lists(inner: ArrowValues | None, n: int, width: int, valid: NDArray[np.bool_] | None) -> ArrowValues | None:
    if inner is None or inner.values.ndim != 1 or inner.values.dtype.kind not in "fiub" or width < 1:
        return None
    if len(inner.values) < n * width:
        raise ValueError("lists shorter than their column")
    rows = inner.values[: n * width].reshape(n, width)
    if valid is not None and not valid.all():
        rows = np.where(valid[:, None], rows, np.nan)
    return ArrowValues(rows)


def parse_field(table: FlatTable, depth: int = 0) -> ArrowField:
    """A column out of the schema.

    Raises
    ------
    FormatError
        If it is damaged.
    """
    if depth > DEEPEST:
        raise FormatError("The columns are nested too deep.", table.path)
    kind, described, encoding = table.number(2, "<B"), table.table(3), table.table(4)
    children = tuple(parse_field(child, depth + 1) for child in table.tables(5))
    if kind in {LIST, LARGE_LIST, FIXED_LIST} and len(children) != 1:
        raise FormatError("A column of lists without values; the file is damaged.", table.path)
    dtype = _dtype(kind, described)
    width = described.number(0, "<i") if described and kind in {FIXED_LIST, FIXED_BINARY} else 0
    number = encoding.number(0, "<q") if encoding else None
    indices = _dtype(INT, encoding.table(1)) if encoding and encoding.table(1) else "<i4"
    return ArrowField(table.text(0), kind, dtype, width, children, number, indices)


def _dtype(kind: int, described: FlatTable | None) -> str:
    if described is None:
        return ""
    if kind == INT:
        bits, signed = described.number(0, "<i"), described.number(1, "<B")
        if bits not in {8, 16, 32, 64}:
            raise FormatError(f"Integers of {bits} bits are not known; the file is damaged.", described.path)
        return f"<{'i' if signed else 'u'}{bits // 8}"
    if kind == FLOAT:
        return FLOATS[min(described.number(0, "<h"), 2)]
    if kind == DATE:
        return "<M8[ms]" if described.number(0, "<h", 1) else "<i4"
    return f"<M8[{UNITS[described.number(0, '<h') & 3]}]" if kind == TIMESTAMP else ""
