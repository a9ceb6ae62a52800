"""What the batches of a probe gave, joined; the same for every framework."""

from __future__ import annotations

from collections.abc import Sequence
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
        Which example of the probe, and which position in it, each point is of; no position: a whole example.
    positions
        How many positions the output had; None: none.
    masked
        Whether a mask said which of them are there.
    """

    vectors: NDArray[Any]
    example: NDArray[np.int64]
    position: NDArray[np.int64] | None
    positions: int | None
    masked: bool


def joined(
    layer: str, kind: str, pooling: Pooling, parts: Sequence[Part], *, call: int = 1, calls: int = 1
) -> Activation:
    """What all batches gave of one layer.

    Parameters
    ----------
    layer, kind
        Its name and its class.
    pooling
        How positions became one vector.
    parts
        One a batch, in order.
    call, calls
        Which call was heard of how many in one run of the model.

    Raises
    ------
    ShapeError
        If batches have vectors of different lengths.
    """
    positions = None if parts[0].position is None else np.concatenate([cast("Any", part.position) for part in parts])
    widths = {part.vectors.shape[1] for part in parts}
    if len(widths) > 1:
        raise ShapeError(
            f"The vectors of {layer!r} have {' and '.join(map(str, sorted(widths)))} dimensions in different batches. Choose "
            "the pooling 'mean', or give a probe whose examples are equally long."
        )
    told = "" if parts[0].positions is None else said(pooling, parts[0].positions, masked=parts[0].masked)
    which = f"call {call} of {calls} in one run of the model" if calls > 1 else ""
    space = "; ".join(each for each in (f"{layer} ({kind})", told, which) if each)
    vectors, example = (np.concatenate([getattr(part, name) for part in parts]) for name in ("vectors", "example"))
    return Activation(vectors, example, positions, space)


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
