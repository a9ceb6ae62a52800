"""What there is to say about vectors that hold NaN or infinity."""

from __future__ import annotations

import numpy as np

from vectarium.data.embedding import Embedding
from vectarium.data.note import Note


def nonfinite_note(embedding: Embedding) -> Note | None:
    """A note on how many vectors hold NaN or infinity, and where the first is; None if none does."""
    finite = embedding.finite
    if finite is None:
        return None
    row = int(np.argmin(finite))
    place = int(np.argmin(np.isfinite(embedding.vectors[row])))
    count = len(finite) - int(finite.sum())
    return Note(
        f"{count:,} of {len(finite):,} vectors of {embedding.name!r} hold NaN or infinity; the first is row {row:,}, "
        f"dimension {place:,}: {embedding.vectors[row, place]}. They are kept, and cannot be placed in a projection.",
        embedding.source,
    )
