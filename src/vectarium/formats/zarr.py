"""Zarr: groups of arrays in a folder or a zip archive, of version 2 or 3, read without the package.

AnnData in Zarr opens as its ``.h5ad`` does. Of other hierarchies the arrays that lie beside each other are taken as
those of an ``.npz`` are: matrices are embeddings, lists as long as they are columns; of deeper ones those that look
like tables of embeddings.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Collection, Note
from vectarium.data.note import note_from_error
from vectarium.errors import FormatError
from vectarium.formats.anndata import collection_of_anndata
from vectarium.formats.arrays import collection_from_array
from vectarium.formats.named_arrays import embeddings_of_arrays, nothing_to_explore
from vectarium.formats.reader import Progress, part
from vectarium.formats.tables import collection_of_tensors
from vectarium.formats.tensor import Tensor
from vectarium.formats.zarr_array import ZarrArray
from vectarium.formats.zarr_metadata import parse_array
from vectarium.formats.zarr_store import ARRAY, ATTRIBUTES, GROUP, NODE, Store, read_json, store_of

DEEPEST, MOST_NODES, MOST_DIRECT = 12, 20_000, 64


class ZarrNode:
    """A group or an array; what an AnnData's reader asks of either.

    Parameters
    ----------
    store, key
        Where it lies.
    """

    def __init__(self, store: Store, key: str = "") -> None:
        self.store = store
        self.key = key
        self.name = key
        self._fields = self._metadata(NODE) or self._metadata(ARRAY) or {}

    def _metadata(self, name: str) -> dict[str, Any] | None:
        return read_json(self.store, f"{self.key}/{name}" if self.key else name)

    @property
    def is_dataset(self) -> bool:
        """Whether it is an array."""
        return "shape" in self._fields

    @cached_property
    def attributes(self) -> dict[str, Any]:
        """Its attributes, lists as arrays."""
        found = self._fields.get("attributes") if self._fields.get("zarr_format") == 3 else self._metadata(ATTRIBUTES)
        return cast("dict[str, Any]", found) if isinstance(found, dict) else {}

    def texts(self, name: str) -> list[str]:
        """An attribute as a list of texts; empty where it is none."""
        value = self.attributes.get(name)
        return [each for each in cast("list[Any]", value) if isinstance(each, str)] if isinstance(value, list) else []

    @cached_property
    def links(self) -> list[str]:
        """The names of what a group holds."""
        if self.is_dataset:
            return []
        return [name for name in self.store.names(self.key) if self._holds(name)]

    def _holds(self, name: str) -> bool:
        below = f"{self.key}/{name}" if self.key else name
        return any(self.store.size(f"{below}/{mark}") is not None for mark in (NODE, ARRAY, GROUP))

    def child(self, name: str) -> ZarrNode | None:
        """What lies under a path of names; None where nothing does."""
        here = self
        for each in name.split("/"):
            if each not in here.links:
                return None
            here = ZarrNode(here.store, f"{here.key}/{each}" if here.key else each)
        return here

    def children(self) -> Iterator[tuple[str, ZarrNode]]:
        """What a group holds; what is damaged is left out."""
        for name in self.links:
            try:
                node = self.child(name)
            except FormatError:
                continue
            if node is not None:
                yield name, node

    @cached_property
    def dataset(self) -> ZarrArray:
        """The array.

        Raises
        ------
        FormatError
            If its metadata is damaged.
        """
        return parse_array(self.store, self.key, self._fields)

    def walk(self) -> Iterator[ZarrNode]:
        """It and all that lies below, a level after the other."""
        level, count = [self], 0
        for _ in range(DEEPEST):
            yield from level
            level = [node for each in level for _, node in each.children()]
            count += len(level)
            if count > MOST_NODES:
                raise FormatError(f"It holds more than {MOST_NODES:,} arrays and groups.", self.store.path)


def read_zarr(path: Path, progress: Progress, wanted: str | None = None) -> Collection:
    """Open a Zarr hierarchy.

    Parameters
    ----------
    path
        A folder, or a zip archive.
    progress
        Told for each chunk.
    wanted
        The name of the only array to open: of an AnnData as its own, else its path.

    Raises
    ------
    FormatError
        If it is damaged, or holds no vectors.
    EmbeddingNotFoundError
        If there is no array of the wanted name.
    """
    progress(0.0, f"looking into {path.name}")
    root = ZarrNode(store_of(path))
    name = path.name.removesuffix(".zip").removesuffix(".zarr")
    if root.is_dataset:
        return collection_from_array(name, root.dataset.read(progress), path, [])
    if _is_anndata(root):
        return collection_of_anndata(root, path, progress, wanted)
    nodes = list(root.walk())
    cells = [] if wanted is not None else [node for node in nodes if _is_anndata(node)]
    if cells:
        return collection_of_anndata(cells[0], path, progress)
    notes: list[Note] = []
    direct = [node for node in nodes if node.is_dataset and "/" not in node.key]
    if wanted is None and len(direct) <= MOST_DIRECT and any(_is_matrix(node, notes) for node in direct):
        return _beside_each_other(direct, path, notes, progress)
    tensors = [_tensor(node) for node in nodes if node.is_dataset and _is_numeric(node, notes)]
    return collection_of_tensors(path, tensors, progress, wanted=wanted, notes=notes)


def _is_anndata(node: ZarrNode) -> bool:
    return node.attributes.get("encoding-type") == "anndata" or {"obs", "var"} <= set(node.links)


def _is_matrix(node: ZarrNode, notes: list[Note]) -> bool:
    return _is_numeric(node, notes) and len(node.dataset.shape) >= 2


def _is_numeric(node: ZarrNode, notes: list[Note]) -> bool:
    try:
        return node.dataset.is_numeric
    except FormatError as error:
        note = note_from_error(error)
        notes += [note] if note not in notes else []
        return False


def _beside_each_other(nodes: list[ZarrNode], path: Path, notes: list[Note], progress: Progress) -> Collection:
    arrays: dict[str, NDArray[Any]] = {}
    told = list(notes)
    for index, node in enumerate(nodes):
        try:
            arrays[node.key] = node.dataset.read(part(progress, index, len(nodes)))
        except FormatError as error:
            note = note_from_error(error)
            told += [note] if note not in told else []
    embeddings, more = embeddings_of_arrays(path, arrays)
    if not embeddings:
        raise nothing_to_explore("Zarr group", path, [*told, *more])
    return Collection(path.name, embeddings, [*told, *more])


def _tensor(node: ZarrNode) -> Tensor:
    array = node.dataset

    def read(progress: Progress) -> NDArray[Any]:
        return np.asarray(array.read(progress))

    return Tensor(node.key, array.shape, array.type_name, read, node.store.path)
