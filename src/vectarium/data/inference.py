"""From values as they come to a typed column.

Two entrances: :func:`column_from_array` for arrays and lists that already have types, and
:func:`column_from_texts` for text out of a file, where a type is only a guess. The guess is careful:
a type is taken only when every value has it *and* would be written back the same, so ``007`` and
``1e5x`` stay text.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data.column import Column
from vectarium.errors import FormatError, ShapeError

# A text column becomes a category when its values repeat: at least twice each on average, and few
# enough of them that a legend makes sense.
MOST_CATEGORIES = 4096
LEAST_REPEATS = 2

MISSING_TEXTS = frozenset({"", "na", "n/a", "nan", "null", "none"})
# ASCII: \d would take the digits of every script.
INTEGER = re.compile(r"-?(0|[1-9]\d{0,17})", re.ASCII)
LONG_INTEGER = re.compile(r"[+-]?\d{19,}", re.ASCII)  # an identifier: as a number it would lose its last digits
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|[+-]?inf(inity)?", re.IGNORECASE | re.ASCII)
LEADING_ZERO = re.compile(r"[+-]?0\d")
BOOLEANS = {"true": True, "false": False}
TIME = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?)?", re.ASCII)

# From 1970; beyond it NumPy would wrap microseconds around.
FARTHEST_SECONDS = 9_200_000_000_000


def column_from_array(name: str, values: Any) -> Column:
    """Make a column from any one-dimensional array, list or tensor.

    Parameters
    ----------
    name
        What the column is called.
    values
        Anything that NumPy can turn into an array of shape ``(n,)``. ``None`` is missing.

    Raises
    ------
    ShapeError
        If the values are not one a point.
    FormatError
        If they are texts of what are no characters, as in a damaged file.

    Examples
    --------
    >>> column_from_array("count", [3, None, 5])
    Column('count', integer, n=3, missing=1)
    """
    array = as_array(values)
    if array.ndim != 1:
        raise ShapeError(
            f"Column {name!r} has shape {array.shape}; one value a point is needed, shape (n,). "
            "Give each of its dimensions a column of its own."
        )
    if array.dtype.kind == "b":
        return Column(name, "boolean", array)
    if array.dtype.kind in "iu":
        return Column(name, "integer", array.astype(np.int64))
    if array.dtype.kind == "f":
        return Column(name, "number", array.astype(np.float64))
    if array.dtype.kind == "M":
        seconds = np.abs(array[~np.isnat(array)].astype("datetime64[s]").astype(np.int64))
        if seconds.max(initial=0) > FARTHEST_SECONDS:
            return column_from_array(name, array.astype(str).astype(object))
        return Column(name, "time", array.astype("datetime64[us]"))
    if array.dtype.kind == "U":
        _prove_characters(name, array)
    return _column_from_objects(name, array.astype(object))


def _prove_characters(name: str, array: NDArray[np.str_]) -> None:
    """Raise FormatError where a text out of a file holds what is no character: Python would fail on it."""
    if array.dtype.itemsize == 0:
        return
    codes = np.ascontiguousarray(array).view(np.dtype("u4").newbyteorder(array.dtype.byteorder))
    largest = int(codes.max(initial=0))
    if largest > sys.maxunicode:
        raise FormatError(f"Column {name!r} holds the character {largest:#x}, which there is not; it is damaged.")


def as_array(values: Any) -> NDArray[Any]:
    """An array of whatever came, with masked values as None and mixed types kept apart."""
    if isinstance(values, np.ma.MaskedArray):
        objects = np.array(values.data, dtype=object)
        objects[np.ma.getmaskarray(values)] = None
        return objects
    if isinstance(values, np.ndarray):
        return values
    if hasattr(values, "detach"):  # a PyTorch tensor, perhaps on another device
        values = values.detach().cpu()
    if isinstance(values, (list, tuple)):
        array = np.empty(len(values), dtype=object)
        array[:] = values
        return array
    return np.asarray(values)


def _column_from_objects(name: str, array: NDArray[np.object_]) -> Column:
    missing = np.array([_is_missing(value) for value in array], dtype=bool)
    present = {type(value) for value in array[~missing]}
    if present and present <= {bool, np.bool_}:
        return Column(name, "boolean", np.where(missing, False, array).astype(bool), mask=_mask(missing))
    if present and all(issubclass(each, (int, np.integer)) for each in present):
        return Column(name, "integer", np.where(missing, 0, array).astype(np.int64), mask=_mask(missing))
    if present and all(issubclass(each, (int, float, np.number)) for each in present):
        return Column(name, "number", np.where(missing, np.nan, array).astype(np.float64))
    if present and all(hasattr(value, "isoformat") or isinstance(value, np.datetime64) for value in array[~missing]):
        return Column(name, "time", np.where(missing, np.datetime64("NaT"), array).astype("datetime64[us]"))
    texts = np.empty(len(array), dtype=object)
    texts[:] = [None if gone else str(value) for value, gone in zip(array, missing, strict=True)]
    return text_or_category(name, texts)


def column_from_texts(name: str, texts: Sequence[str | None]) -> Column:
    """Guess the type of a column that was read as text.

    Parameters
    ----------
    name
        What the column is called.
    texts
        One text a point, as it stood in the file; None and an empty one are missing, and the usual words for
        nothing are in a column that is not text.

    Examples
    --------
    >>> column_from_texts("code", ["007", "008"]).kind
    'text'
    >>> column_from_texts("count", ["7", "", "8"])
    Column('count', integer, n=3, missing=1)
    """
    array = np.empty(len(texts), dtype=object)
    array[:] = texts
    missing = np.array([text is None or text.strip().lower() in MISSING_TEXTS for text in texts], dtype=bool)
    present = [text.strip() for text in array[~missing]]
    if present and all(INTEGER.fullmatch(text) for text in present):
        return Column(name, "integer", _filled(missing, [int(t) for t in present], 0, np.int64), mask=_mask(missing))
    if present and all(_is_number(text) for text in present):
        return Column(name, "number", _filled(missing, [float(text) for text in present], np.nan, np.float64))
    if present and all(text.lower() in BOOLEANS for text in present):
        flags = [BOOLEANS[text.lower()] for text in present]
        return Column(name, "boolean", _filled(missing, flags, False, np.bool_), mask=_mask(missing))
    if present and all(TIME.fullmatch(text) for text in present):
        try:
            times = np.array(present, dtype="datetime64[us]")
        except ValueError:  # the 31st of February
            return _words(name, array)
        return Column(name, "time", _filled(missing, times, np.datetime64("NaT"), "datetime64[us]"))
    return _words(name, array)


def _words(name: str, texts: NDArray[np.object_]) -> Column:
    """A column that is text: there "null" may be a word, but nothing is nothing."""
    present = texts.copy()
    present[texts == ""] = None
    return text_or_category(name, present)


def _is_number(text: str) -> bool:
    return bool(NUMBER.fullmatch(text)) and not LEADING_ZERO.match(text) and not LONG_INTEGER.fullmatch(text)


def text_or_category(name: str, texts: NDArray[np.object_]) -> Column:
    """A category column where few values repeat often, else a text column."""
    codes_of: dict[str, int] = {}
    limit = min(MOST_CATEGORIES, len(texts) // LEAST_REPEATS)
    for text in texts:
        if text is not None and text not in codes_of:
            if len(codes_of) >= limit:
                return Column(name, "text", texts)
            codes_of[text] = len(codes_of)
    if not codes_of:
        return Column(name, "text", texts)
    categories = tuple(sorted(codes_of))
    order = {text: code for code, text in enumerate(categories)}
    codes = np.fromiter((-1 if text is None else order[text] for text in texts), np.int32, len(texts))
    return Column(name, "category", codes, categories)


def _filled(missing: NDArray[np.bool_], present: Any, filler: Any, dtype: Any) -> NDArray[Any]:
    out = np.full(len(missing), filler, dtype=dtype)
    out[~missing] = present
    return out


def _mask(missing: NDArray[np.bool_]) -> NDArray[np.bool_] | None:
    return missing if missing.any() else None


def _is_missing(value: object) -> bool:
    if value is None or type(value).__name__ in {"NAType", "NaTType"}:  # pandas' own, without importing pandas
        return True
    if isinstance(value, np.datetime64):
        return bool(np.isnat(value))
    return isinstance(value, (float, np.floating)) and bool(np.isnan(value))
