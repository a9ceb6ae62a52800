"""Data that ships with the package, so that there is something to explore before one has data of one's own.

Two archives lie beside this file, made by ``tools/make_demo.py``, and recorded runs, made by ``tools/make_learning.py``
(see :mod:`vectarium.demo.learning`); ``LICENSES.md`` says where they come from and under which licence they may be passed on.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Collection, Column, Columns, Coordinates, Embedding, Note, PixelThumbnails
from vectarium.errors import ParameterError

__all__ = ["HINTS", "NAMES", "load"]

FOLDER = Path(__file__).parent
NAMES = ("words", "digits")
HINTS = {
    "words": 'Among the words, search for "monday", click it, and walk along its neighbours.',
    "digits": "Press t for the images, then click a digit that lies among others and look at its neighbours.",
    "learning": "Each is shown as it was at its last step. Choose another step, and see what was known of words then.",
}
WORDS_SOURCE = (
    "Word vectors from Universal Dependencies English EWT (CC BY-SA 4.0): positive pointwise mutual information "
    "over a window of 4 words, 50 dimensions by truncated SVD, scaled to length 1."
)
DIGITS_SOURCE = "Handwritten digits from the UCI Machine Learning Repository (Alpaydin & Kaynak 1998, CC BY 4.0)."


def load(name: str | None = None) -> Collection:
    """One of the demos, or all of them in one collection.

    Parameters
    ----------
    name
        ``"words"``: 4,387 English words, 50 dimensions. ``"digits"``: 1,797 images of 8 × 8 pixels.
        None: both.

    Raises
    ------
    ParameterError
        If there is no demo of that name.

    Examples
    --------
    >>> load("digits")["digits"].shape
    (1797, 64)
    """
    if name is None:
        return Collection("Vectarium demo", [_words(), _digits()])
    if name not in NAMES:
        raise ParameterError(
            f"There is no demo {name!r}. Choose one of {', '.join(map(repr, NAMES))}, or give no name."
        )
    return Collection(name, [_words() if name == "words" else _digits()])


def _words() -> Embedding:
    with np.load(FOLDER / "words.npz", allow_pickle=False) as arrays:
        columns = [
            Column("word", "text", np.array(_lines(arrays["words"]), dtype=object)),
            Column("part of speech", "category", arrays["part_codes"].astype(np.int32), tuple(_lines(arrays["parts"]))),
            Column("count", "integer", arrays["counts"].astype(np.int64)),
            Column("share of that part", "number", arrays["shares"].astype(np.float64).round(3)),
        ]
        note = Note(WORDS_SOURCE, severity="remark")
        return Embedding("words", arrays["vectors"], Columns(columns), None, (_picture(arrays),), (note,))


def _digits() -> Embedding:
    with np.load(FOLDER / "digits.npz", allow_pickle=False) as arrays:
        vectors = arrays["vectors"]
        digit = Column("digit", "category", arrays["digits"].astype(np.int32), tuple("0123456789"))
        # Inks run from 0 to 16; drawn light on dark they fill the 256 levels of a screen.
        images = PixelThumbnails((vectors.reshape(-1, 8, 8) * np.float32(255 / 16)).astype(np.uint8))
        note = Note(DIGITS_SOURCE, severity="remark")
        return Embedding("digits", vectors, Columns([digit]), images, (_picture(arrays),), (note,))


def _picture(arrays: Any) -> Coordinates:
    return Coordinates("t-SNE", arrays["tsne"], _lines(arrays["tsne_sentence"])[0])


def _lines(utf8: NDArray[np.uint8]) -> list[str]:
    return utf8.tobytes().decode("utf-8").split("\n")
