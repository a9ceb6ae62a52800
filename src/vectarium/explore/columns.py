"""A column as the arrays of a packet, as :class:`~vectarium.explore.messages.ColumnMessage` says."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Column, Columns
from vectarium.errors import ShapeError
from vectarium.explore.messages.collection import ColumnMessage

Arrays = dict[str, NDArray[Any]]

# Texts are encoded so many at a time: their separate bytes never lie in memory all at once.
TEXTS_PER_BLOCK = 1 << 16
LARGEST_OFFSET = (1 << 32) - 1


def column_packet(column: Column) -> tuple[ColumnMessage, Arrays]:
    """The head and the arrays of a column's packet."""
    missing = int(column.missing.sum())
    message = ColumnMessage(column.name, column.kind, len(column), missing, list(column.categories))
    if column.kind == "text":
        arrays = text_arrays(column.values)
        return message, {**arrays, "missing": column.missing.view(np.uint8)} if missing else arrays
    if column.kind == "category":
        return message, {"codes": column.values}
    return message, {"values": numbers(column)}


def column_at(column: Column, columns: Columns) -> Column:
    """The column of that name and kind among others of the same points; all of it missing where there is none."""
    found = columns.get(column.name)
    return found if found is not None and found.kind == column.kind else missing_column(column)


def missing_column(column: Column) -> Column:
    """A column of the same name and kind without a value."""
    n = len(column)
    if column.kind == "category":
        return Column(column.name, column.kind, np.full(n, -1, np.int32), column.categories)
    if column.kind == "text":
        return Column(column.name, column.kind, np.full(n, None, object))
    if column.kind in ("number", "time"):
        return Column(column.name, column.kind, np.full_like(column.values, "NaT" if column.kind == "time" else np.nan))
    return Column(column.name, column.kind, np.zeros_like(column.values), (), np.ones(n, bool))


def text_arrays(texts: NDArray[np.object_]) -> Arrays:
    """Texts in UTF-8: ``offsets`` uint32 (n+1) and ``bytes`` uint8. None is empty."""
    lengths = np.zeros(len(texts) + 1, np.int64)
    blocks: list[bytes] = []
    for start in range(0, len(texts), TEXTS_PER_BLOCK):
        encoded = [b"" if text is None else text.encode("utf-8", "replace") for text in texts[start:][:TEXTS_PER_BLOCK]]
        lengths[start + 1 : start + 1 + len(encoded)] = np.fromiter(map(len, encoded), np.int64, len(encoded))
        blocks.append(b"".join(encoded))
    offsets = np.cumsum(lengths, out=lengths)
    if offsets[-1] > LARGEST_OFFSET:
        raise ShapeError(f"The column's texts have {offsets[-1]:,} bytes together; a browser takes up to 4 GiB.")
    return {"offsets": offsets.astype(np.uint32), "bytes": np.frombuffer(b"".join(blocks), np.uint8)}


def numbers(column: Column) -> NDArray[np.float64]:
    """Values as float64 ``(n,)``, NaN where missing; times in milliseconds since 1970."""
    if column.kind == "number":
        return column.values
    if column.kind == "time":
        values = column.values.astype("datetime64[us]").astype(np.int64) / 1000
    else:
        values = column.values.astype(np.float64)
    values[column.missing] = np.nan
    return values
