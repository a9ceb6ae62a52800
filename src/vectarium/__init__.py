"""Vectarium: a planetarium for vectors.

>>> import numpy as np
>>> import vectarium as vt
>>> vt.collection(np.eye(4), columns={"word": ["a", "b", "c", "d"]}, name="words")
Collection 'words', 1 embedding
  words          4 × 4     float64  word

Public names only; those that need more than NumPy are imported when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from vectarium.data import Collection, Column, Columns, Embedding, Note, Run, collection
from vectarium.errors import VectariumError

if TYPE_CHECKING:
    from vectarium.explore.show import show
    from vectarium.formats import open_path as open  # noqa: A004 - vt.open is the name that people look for
    from vectarium.project import (
        PCA,
        TSNE,
        UMAP,
        Comparison,
        Directions,
        Index,
        Preparation,
        Timeline,
        arithmetic,
        compare,
        fidelity,
        neighbors,
        timeline,
    )
    from vectarium.record import Probe, Table, capture, layers, top_rows
    from vectarium.share import export

__all__ = [
    "PCA",
    "TSNE",
    "UMAP",
    "Collection",
    "Column",
    "Columns",
    "Comparison",
    "Directions",
    "Embedding",
    "Index",
    "Note",
    "Preparation",
    "Probe",
    "Run",
    "Table",
    "Timeline",
    "VectariumError",
    "arithmetic",
    "capture",
    "collection",
    "compare",
    "export",
    "fidelity",
    "layers",
    "neighbors",
    "open",
    "show",
    "timeline",
    "top_rows",
]

__version__ = "0.1.0"

_LATER = {
    "PCA": ("vectarium.project", "PCA"),
    "Preparation": ("vectarium.project", "Preparation"),
    "Directions": ("vectarium.project", "Directions"),
    "arithmetic": ("vectarium.project", "arithmetic"),
    "Probe": ("vectarium.record", "Probe"),
    "TSNE": ("vectarium.project", "TSNE"),
    "UMAP": ("vectarium.project", "UMAP"),
    "Table": ("vectarium.record", "Table"),
    "capture": ("vectarium.record", "capture"),
    "Comparison": ("vectarium.project", "Comparison"),
    "compare": ("vectarium.project", "compare"),
    "export": ("vectarium.share", "export"),
    "fidelity": ("vectarium.project", "fidelity"),
    "layers": ("vectarium.record", "layers"),
    "Index": ("vectarium.project", "Index"),
    "neighbors": ("vectarium.project", "neighbors"),
    "open": ("vectarium.formats", "open_path"),
    "show": ("vectarium.explore.show", "show"),
    "timeline": ("vectarium.project.timeline_of_run", "timeline"),
    "Timeline": ("vectarium.project", "Timeline"),
    "top_rows": ("vectarium.record", "top_rows"),
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for, and keep it."""
    if name not in _LATER:
        raise AttributeError(f"module 'vectarium' has no attribute {name!r}; its public names are {', '.join(__all__)}")
    module, attribute = _LATER[name]
    value = getattr(import_module(module), attribute)
    if name == "show":  # the page may make films
        import_module("vectarium.cli.filming").enable_films()
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
