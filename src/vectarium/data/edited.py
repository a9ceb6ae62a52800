"""Changing some values of a column: what a person tags, and what undoing it gives back.

Columns are never changed in place: whoever reads one while it is edited reads the old one to its end.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data.column import Column, Kind
from vectarium.data.inference import BOOLEANS, INTEGER, NUMBER, TIME
from vectarium.errors import ParameterError

Rows = NDArray[np.intp]

LONGEST_VALUE = 10_000
LARGEST_INTEGER = (1 << 63) - 1
HOLDS: dict[Kind, str] = {
    "integer": "whole numbers, such as 42",
    "number": "numbers, such as 0.5",
    "boolean": "true and false",
    "time": "times, such as 2020-01-31 or 2020-01-31 18:00",
}


def empty_column(name: str, n: int) -> Column:
    """A column of categories without any value yet."""
    return Column(name, "category", np.full(n, -1, np.int32))


def with_value(column: Column, rows: Rows, text: str) -> Column:
    """The column with one value at some points.

    Parameters
    ----------
    column
        The column.
    rows
        The points.
    text
        The value as a person writes it; empty: the points have none then.

    Raises
    ------
    ParameterError
        If the column holds other things than that.
    """
    if len(text) > LONGEST_VALUE:
        raise ParameterError(f"The value is {len(text):,} characters long; at most {LONGEST_VALUE:,} are kept.")
    return with_values(column, rows, repeated(column, text, len(rows)))


def with_values(column: Column, rows: Rows, other: Column) -> Column:
    """The column with the values of another one of its kind, of length ``len(rows)``, at some points."""
    values = column.values.copy()
    if column.kind == "category":
        categories = list(column.categories)
        codes = {text: code for code, text in enumerate(categories)}
        for text in other.categories:
            codes.setdefault(text, len(codes))
        lookup = np.array([*(codes[text] for text in other.categories), -1], np.int32)
        values[rows] = lookup[other.values]
        return _used_only(Column(column.name, "category", values, tuple(codes)), len(categories))
    values[rows] = other.values
    if column.mask is None and other.mask is None:
        return Column(column.name, column.kind, values)
    mask = column.missing.copy()
    mask[rows] = other.missing
    return Column(column.name, column.kind, values, (), mask if mask.any() else None)


def same_values(a: Column, b: Column) -> NDArray[np.bool_]:
    """Boolean array ``(n,)``: where two columns of one kind and length hold the same, nothing and nothing too."""
    if a.kind == "category":
        places = {text: code for code, text in enumerate(a.categories)}
        lookup = np.array([*(places.get(text, -2) for text in b.categories), -1], np.int64)
        return np.asarray(a.values == lookup[b.values])
    same = np.asarray(a.values == b.values, bool)
    return (same & ~a.missing & ~b.missing) | (a.missing & b.missing)


def compact(column: Column) -> Column:
    """The same values in less memory: one that stands for all, or codes of one or two bytes."""
    values = column.values
    if len(values) and column.kind != "text" and column.mask is None and bool((values == values[0]).all()):
        return Column(column.name, column.kind, np.broadcast_to(values[:1].copy(), values.shape), column.categories)
    if column.kind == "text" and len(values) and all(value is values[0] for value in values):
        return Column(column.name, "text", np.broadcast_to(values[:1].copy(), values.shape))
    if column.kind == "category":
        small = np.min_scalar_type(-max(1, len(column.categories)))
        return Column(column.name, "category", values.astype(small), column.categories)
    return column


def _used_only(column: Column, kept: int) -> Column:
    """The column without categories, behind the first ones, that no point has."""
    used = np.zeros(len(column.categories) + 1, bool)
    used[column.values] = True
    used[:kept] = True
    used[-1] = False
    if used[:-1].all():
        return column
    lookup = np.cumsum(used) - 1
    lookup[-1] = -1
    categories = tuple(text for text, is_used in zip(column.categories, used, strict=False) if is_used)
    return Column(column.name, column.kind, lookup.astype(np.int32)[column.values], categories)


def repeated(column: Column, text: str, count: int) -> Column:
    """A column of one value, ``count`` times."""
    name, kind = column.name, column.kind
    plain = text.encode("utf-8", "replace").decode()
    if kind == "category":
        return Column(name, kind, np.full(count, 0 if text else -1, np.int32), (plain,) if text else ())
    if kind == "text":
        texts = np.full(count, None, object)
        texts[:] = plain or None
        return Column(name, kind, texts)
    if not text.strip():
        return _nothing(name, kind, count)
    value = _parsed(column, text.strip())
    return Column(name, kind, np.full(count, value, column.values.dtype))


def _nothing(name: str, kind: Kind, count: int) -> Column:
    if kind == "number":
        return Column(name, kind, np.full(count, np.nan))
    if kind == "time":
        return Column(name, kind, np.full(count, np.datetime64("NaT"), "datetime64[us]"))
    dtype = np.int64 if kind == "integer" else np.bool_
    return Column(name, kind, np.zeros(count, dtype), (), np.ones(count, bool))


def _parsed(column: Column, text: str) -> Any:
    kind = column.kind
    if kind == "integer" and INTEGER.fullmatch(text) and abs(int(text)) <= LARGEST_INTEGER:
        return int(text)
    if kind == "number" and NUMBER.fullmatch(text):
        return float(text)
    if kind == "boolean" and text.lower() in BOOLEANS:
        return BOOLEANS[text.lower()]
    if kind == "time" and TIME.fullmatch(text):
        try:
            return np.datetime64(datetime.fromisoformat(text), "us")
        except ValueError:  # the 31st of February
            pass
    shown = text if len(text) <= 40 else text[:40] + "…"
    raise ParameterError(
        f"{column.name!r} holds {HOLDS[kind]}, and {shown!r} is none of them. Write one, or name another column."
    )
