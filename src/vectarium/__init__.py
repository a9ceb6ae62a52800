"""Vectarium: a planetarium for vectors.

>>> import numpy as np
>>> import vectarium as vt
>>> vt.collection(np.eye(4), columns={"word": ["a", "b", "c", "d"]}, name="words")
Collection 'words', 1 embedding
  words          4 × 4     float64  word
"""

from vectarium.data import Collection, Column, Columns, Embedding, Note, collection
from vectarium.errors import VectariumError

__all__ = ["Collection", "Column", "Columns", "Embedding", "Note", "VectariumError", "collection"]

__version__ = "0.1.0"
