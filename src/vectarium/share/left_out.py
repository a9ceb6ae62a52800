"""What a format does not hold, told to whoever writes it."""

from __future__ import annotations

from vectarium.data import Embedding, Note


def left_out(
    embedding: Embedding, *, columns: bool = False, thumbnails: bool = True, coordinates: bool = True
) -> list[Note]:
    """A remark on the parts of an embedding that are not written.

    Parameters
    ----------
    embedding
        The embedding.
    columns, thumbnails, coordinates
        Whether the format lacks them.
    """
    parts = ["columns"] if columns and len(embedding.columns) else []
    parts += ["thumbnails"] if thumbnails and embedding.thumbnails is not None else []
    parts += ["coordinates"] if coordinates and embedding.coordinates else []
    parts += ["other steps"] if embedding.recorded is not None and len(embedding.recorded.steps) > 1 else []
    if not parts:
        return []
    return [
        Note(
            f"Not written, as the format does not hold them: {', '.join(parts)} of {embedding.name!r}.",
            None,
            None,
            "remark",
        )
    ]
