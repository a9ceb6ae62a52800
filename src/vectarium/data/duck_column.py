"""From a column as DuckDB hands it over to a typed column."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from vectarium.data.column import Column
from vectarium.data.inference import text_or_category

INTEGERS = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"}
SINGLE = {"TINYINT", "SMALLINT", "UTINYINT", "USMALLINT", "FLOAT", "FLOAT16"}
WIDE = {"UBIGINT", "HUGEINT", "UHUGEINT", "DOUBLE"}
NUMBER = re.compile(r"(DECIMAL\(.*\)|" + "|".join(sorted(INTEGERS | SINGLE | WIDE, key=len, reverse=True)) + ")")


def cast_of(kind: str) -> str:
    """What stands behind a column of a kind in a query, so that :func:`column_of` knows what comes."""
    if kind in INTEGERS or kind in {"BOOLEAN", "VARCHAR", "DATE"}:
        return ""
    if NUMBER.fullmatch(kind):
        return "::DOUBLE"
    return "::TIMESTAMP" if kind.startswith("TIMESTAMP") else "::VARCHAR"


def column_of(name: str, kind: str, values: Any) -> Column:
    """The column of DuckDB's values.

    Parameters
    ----------
    name
        What it is called.
    kind
        DuckDB's name of its type, before the cast.
    values
        Array ``(n,)``, masked where values are missing.
    """
    missing = np.ma.getmaskarray(values)
    data = np.ma.getdata(values)
    mask = missing if missing.any() else None
    if kind in INTEGERS:
        return Column(name, "integer", np.where(missing, 0, data).astype(np.int64), mask=mask)
    if kind == "BOOLEAN":
        return Column(name, "boolean", np.where(missing, False, data).astype(bool), mask=mask)
    if NUMBER.fullmatch(kind):
        return Column(name, "number", np.where(missing, np.nan, data).astype(np.float64))
    if kind == "DATE" or kind.startswith("TIMESTAMP"):
        times = data.astype("datetime64[us]")
        times[missing] = np.datetime64("NaT")
        return Column(name, "time", times)
    texts = data.astype(object)
    texts[missing] = None
    return text_or_category(name, texts)
