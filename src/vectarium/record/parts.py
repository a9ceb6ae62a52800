"""What a layer made of one batch after another, joined to one activation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from vectarium.errors import ShapeError
from vectarium.record.pooling import Pooling, said
from vectarium.record.reading import Activation


@dataclass(frozen=True, eq=False)
class Part:
    """What one batch gave.

    Parameters
    ----------
    vectors
        On the host, ``(points, d)``.
    example, position
        Which example and position each point is of, ``(points,)``; no position where points are examples.
    positions
        How many positions were pooled, None where there were none.
    masked
        Whether something said which of them are really there.
    """

    vectors: NDArray[Any]
    example: NDArray[np.int64]
    position: NDArray[np.int64] | None
    positions: int | None
    masked: bool


def joined(parts: list[Part], *, name: str, kind: str, pooling: Pooling, call: int, calls: int) -> Activation:
    """All batches as one activation.

    Parameters
    ----------
    parts
        One a batch, in order.
    name, kind
        The layer's name and class.
    pooling
        How positions became one vector.
    call, calls
        Which call of the layer it was, of how many in one run of the model.

    Raises
    ------
    ShapeError
        If vectors of different batches do not have the same length.
    """
    positions = None if parts[0].position is None else np.concatenate([cast("Any", part.position) for part in parts])
    widths = {part.vectors.shape[1] for part in parts}
    if len(widths) > 1:
        raise ShapeError(
            f"The vectors of {name!r} have {' and '.join(map(str, sorted(widths)))} dimensions in different batches. Choose "
            "the pooling 'mean', or give a probe whose examples are equally long."
        )
    told = "" if parts[0].positions is None else said(pooling, parts[0].positions, masked=parts[0].masked)
    counted = f"call {call} of {calls} in one run of the model" if calls > 1 else ""
    return Activation(
        np.concatenate([part.vectors for part in parts]),
        np.concatenate([part.example for part in parts]),
        positions,
        "; ".join(each for each in (f"{name} ({kind})", told, counted) if each),
    )


def rectangular(parts: list[NDArray[Any]]) -> NDArray[Any]:
    """Outputs of batches joined; where sequences of one batch are shorter, NaN stands behind them."""
    shapes = {part.shape[1:] for part in parts}
    if len(shapes) == 1:
        return np.concatenate(parts)
    width = max(part.shape[1] for part in parts)
    filled = list[NDArray[Any]]()
    for part in parts:
        gap = [(0, 0), (0, width - part.shape[1])] + [(0, 0)] * (part.ndim - 2)
        filled.append(np.pad(part, gap, constant_values=np.nan))
    return np.concatenate(filled)
