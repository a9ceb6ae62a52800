"""A column as what draws points together: the targets of a supervised projection."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Column

# Integers of so few different values name things; of more, they measure.
MOST_NAMES = 100


def targets(column: Column) -> NDArray[Any]:
    """Targets ``(n,)`` as the estimators read them.

    Texts, categories, truth values and integers of at most 100 different values become objects, None
    where missing, and are told apart only; other numbers and times become float64, NaN where missing,
    and are more alike the nearer they are.
    """
    if column.kind in ("text", "category", "boolean"):
        return column.texts()
    if column.kind == "integer" and len(np.unique(column.values)) <= MOST_NAMES:
        return column.texts()
    values = column.values
    if column.kind == "time":
        values = values.astype("datetime64[ms]").astype(np.int64)
    return np.where(column.missing, np.nan, values.astype(np.float64))
