"""The columns of a DataFrame, whichever library made it.

pandas, polars, PyArrow and DuckDB name the same few things alike, and a table of columns is all that is asked of them
here; so they are asked by name, and no library between is installed for it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data.inference import as_array

NUMERIC = "biuf"


def frame_arrays(frame: Any) -> dict[str, NDArray[Any]] | None:
    """The columns of a DataFrame by name; None where it is none.

    Parameters
    ----------
    frame
        A DataFrame or Series of pandas or polars (a LazyFrame is computed), a Table of PyArrow, a relation of DuckDB,
        or what has their methods.

    Returns
    -------
    dict of str to ndarray (n,)
        Native arrays where nothing is missing and the values are numbers; else objects, with None where a value is
        missing.
    """
    if hasattr(frame, "fetchnumpy"):  # DuckDB
        return {str(name): as_array(values) for name, values in frame.fetchnumpy().items()}
    if hasattr(frame, "collect") and hasattr(frame, "collect_schema"):  # polars, not yet computed
        frame = frame.collect()
    if hasattr(frame, "to_frame"):  # a Series, or an Index
        frame = frame.to_frame()
    names = getattr(frame, "column_names", None) or getattr(frame, "columns", None)
    if names is None or not hasattr(frame, "__getitem__"):
        return None
    return {str(name): _series_array(frame[name]) for name in names}


def _series_array(series: Any) -> NDArray[Any]:
    if hasattr(series, "isna"):  # pandas
        return _pandas_array(series)
    listed = getattr(series, "to_pylist", None) or series.to_list  # PyArrow, or polars
    missing = series.null_count() if callable(series.null_count) else series.null_count
    if not missing:
        values = np.asarray(series.to_numpy())
        if values.dtype.kind in NUMERIC:
            return values
    return as_array(listed())


def _pandas_array(series: Any) -> NDArray[Any]:
    missing = np.asarray(series.isna())
    if not missing.any():
        values = np.asarray(series.to_numpy())
        if values.dtype.kind in NUMERIC:
            return values
    values = as_array(series.to_list())
    values[missing] = None
    return values
