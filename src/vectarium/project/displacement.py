"""How far each point moved between two steps of a training, in the original space.

What a step turned as a whole is no motion of any point, and is taken out as a timeline does it: by
`AlignedSnapshots` of the two steps.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.project.aligned import AlignedSnapshots
from vectarium.project.progress import Progress, silent

# So many numbers are read at a time.
BLOCK = 1 << 22


def displacement(
    before: NDArray[Any],
    after: NDArray[Any],
    *,
    steps: tuple[int, int] = (0, 1),
    align: str = "procrustes",
    progress: Progress | None = None,
) -> NDArray[np.float32]:
    """The Euclidean distance that each point moved from one step to another, in all dimensions.

    Parameters
    ----------
    before, after
        Arrays ``(n, d)``; may be memory-mapped, and are read block by block.
    steps
        What the two are called, for messages.
    align
        ``"procrustes"``: the turn of the whole space that brings the first nearest to the second is taken
        out. ``"none"``: it counts as motion.
    progress
        Called with the share done and a text; may raise CancelledError.

    Returns
    -------
    numpy.ndarray
        float32 array ``(n,)``, NaN for points that have no place at one of the two.

    Raises
    ------
    ShapeError
        If the two differ in shape.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([[1.0, 0], [0, 1], [-1, 0], [0, -1]])
    >>> displacement(x, x[:, ::-1]).round(6)
    array([0., 0., 0., 0.], dtype=float32)
    """
    report = progress or silent
    report(0, "Taking out the turn of the space")
    pair = AlignedSnapshots([before, after], steps=steps, align=align)
    moved = np.full(pair.n, np.nan, np.float32)
    for start in range(0, pair.n, size := max(1, BLOCK // max(pair.d, 1))):
        report(start / pair.n, "Measuring how far the points moved")
        rows = np.arange(start, min(start + size, pair.n))
        with np.errstate(all="ignore"):
            moved[rows] = np.linalg.norm(pair.read(1, rows) - pair.read(0, rows), axis=1)
    moved[~np.isfinite(moved)] = np.nan
    return moved
