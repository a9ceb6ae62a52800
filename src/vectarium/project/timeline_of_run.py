"""The timeline of a recorded layer: ``vt.timeline(run, layer)``."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from typing import Any

from numpy.typing import NDArray

from vectarium.data import Run
from vectarium.errors import ParameterError
from vectarium.project.timeline import Timeline
from vectarium.project.timeline import timeline as timeline_of_vectors


def timeline(
    run: Run | str | PathLike[str] | Sequence[NDArray[Any]], layer: str | None = None, **parameters: Any
) -> Timeline:
    """Lay out all snapshots of a layer in one common frame, so that motion means learning.

    Parameters
    ----------
    run
        A run, its folder, or one array ``(n, d)`` a snapshot.
    layer
        The name of a recorded embedding; None where the run has one only.
    **parameters
        ``method="tsne"``, ``"umap"`` or ``"pca"``, ``n_components``, ``align``, ``landmarks``, ``before``,
        ``random_state``, ``n_jobs``, ``progress``, ``callback``, and those of `TSNE` or `UMAP`; see
        ``vectarium.project.timeline.timeline``.

    Raises
    ------
    EmbeddingNotFoundError
        If nothing is recorded under that name.
    ParameterError
        If no snapshot holds the layer, or a parameter is outside of what is allowed.
    ShapeError
        If snapshots differ in shape.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.random.default_rng(0).standard_normal((20, 5))
    >>> timeline([x, 2 * x], method="pca")
    Timeline(pca: 2 steps × 20 points × 2)
    """
    if isinstance(run, (str, PathLike)):
        run = Run(run)
    if not isinstance(run, Run):
        if layer is not None:
            raise ParameterError(f"layer is {layer!r}, but arrays were given, not a run. Leave it out.")
        return timeline_of_vectors(run, **parameters)
    name = _layer(run, layer)
    snapshots = [each for each in run.snapshots if name in each.embeddings]
    if not snapshots:
        raise ParameterError(f"No complete snapshot of {run.name!r} holds {name!r}, so there is nothing to lay out.")
    vectors = [each.vectors(name) for each in snapshots]
    return timeline_of_vectors(vectors, steps=[each.step for each in snapshots], **parameters)


def _layer(run: Run, layer: str | None) -> str:
    if layer is not None:
        return run.embedding(layer).name
    names = [each.name for each in run.embeddings]
    if len(names) != 1:
        raise ParameterError(
            f"The run {run.name!r} records {', '.join(map(repr, names))}. Say which: layer={names[:1]}."
        )
    return names[0]
