"""A column as what draws points together: the targets of a supervised projection."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Column


def targets(column: Column) -> NDArray[Any]:
    """Targets ``(n,)`` as the estimators read them.

    Texts, categories and truth values become objects, None where missing, and are told apart only;
    numbers and times become float64, NaN where missing, and are more alike the nearer they are.
    """
    if column.kind in ("text", "category", "boolean"):
        return column.texts()
    values = column.values
    if column.kind == "time":
        values = values.astype("datetime64[ms]").astype(np.int64)
    return np.where(column.missing, np.nan, values.astype(np.float64))
