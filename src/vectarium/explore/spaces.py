"""In which space neighbours are found, in words."""

from __future__ import annotations

from vectarium.data import Embedding
from vectarium.explore.messages.kinds import Metric
from vectarium.explore.preparations import Prepared


def space(embedding: Embedding, metric: Metric, prepared: Prepared | None) -> str:
    """The metric, what is done to the vectors before, their dimensions, and among how many points."""
    n, d = embedding.shape
    if prepared is None:
        vectors = f"of the vectors as they are, in all {d:,} dimensions"
    elif prepared.name == "reduced":
        vectors = f"among the first {prepared.reduced_to:,} principal components of {d:,} dimensions"
    else:
        how = "centred on their mean" if prepared.name == "centred" else prepared.said
        vectors = f"of the vectors {how}, in all {d:,} dimensions"
    return f"{metric} distance {vectors}, among all {n:,} points"
