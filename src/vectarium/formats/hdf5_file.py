"""HDF5 files: Keras' weights and whole models (``.h5``, ``.weights.h5``), and any other with matrices in it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np

from vectarium.data import Collection, Columns, Embedding, Note
from vectarium.data.inference import column_from_array
from vectarium.data.note import note_from_error
from vectarium.errors import FormatError, ShapeError
from vectarium.formats.hdf5 import Hdf5Object, root_of
from vectarium.formats.hdf5_bytes import map_hdf5
from vectarium.formats.hdf5_types import BFLOAT16
from vectarium.formats.reader import Progress, silent
from vectarium.formats.tables import collection_of_tensors
from vectarium.formats.tensor import Tensor

MOST_COLUMNS = 64
OUTPUT = re.compile(r":\d+$")


def read_hdf5(path: Path, progress: Progress, wanted: str | None = None) -> Collection:
    """Open the embedding tables of Keras' weights, or the matrices of any HDF5 file.

    Raises
    ------
    FormatError
        If it is damaged, or holds no matrix.
    """
    progress(0.0, f"looking into {path.name}")
    root = root_of(map_hdf5(path))
    notes: list[Note] = []
    tensors = tensors_of_hdf5(root, notes)
    collection = collection_of_tensors(path, tensors, progress, wanted=wanted, notes=notes)
    if _is_keras(root):
        return collection
    embeddings = [_with_columns(each, root) for each in collection]
    return Collection(collection.name, embeddings, collection.notes)


def _is_keras(root: Hdf5Object) -> bool:
    return bool(root.texts("layer_names") or root.text("keras_version") or {"layers", "vars"} & set(root.links))


def tensors_of_hdf5(
    root: Hdf5Object, notes: list[Note], embedding_layers: frozenset[str] = frozenset()
) -> list[Tensor]:
    """All datasets of numbers; what there is to say is appended to the notes.

    Parameters
    ----------
    root
        The file's root group.
    notes
        Datasets that are damaged are told here.
    embedding_layers
        The names of Keras layers that are known to be tables; those that the file itself tells are added.
    """
    layers = embedding_layers | embedding_layers_of(root.text("model_config"))
    tensors: list[Tensor] = []
    for each in root.walk():
        try:
            tensor = _tensor(each, root, layers)
        except FormatError as error:
            notes.append(note_from_error(error))
            continue
        tensors += [tensor] if tensor else []
    return tensors


def _tensor(found: Hdf5Object, root: Hdf5Object, layers: frozenset[str]) -> Tensor | None:
    dataset = found.dataset
    if dataset.kind.dtype == np.dtype("V2") and found.text("dtype") == BFLOAT16:  # as Keras 3 writes it
        dataset.kind = replace(dataset.kind, form=BFLOAT16, dtype=np.dtype("<u2"))
    if not dataset.is_numeric or dataset.is_empty:
        return None
    name = plain_name(found.name, root)
    stored = dataset.stored()
    is_table = _is_table(name, found.name, layers)
    if is_table and "/vars/" in found.name:
        name = name.removesuffix("/0")  # the table is all that the layer has
    if stored is not None:
        made = Tensor(name, stored.shape, stored.kind, stored.read, stored.path, stored.remark)
    else:
        how = f"stored as {BFLOAT16}, widened to float32" if dataset.kind.form == BFLOAT16 else ""
        made = Tensor(name, dataset.shape, dataset.type_name, dataset.read, root.file.path, how)
    return replace(made, is_table=is_table)


def _is_table(name: str, path: str, layers: frozenset[str]) -> bool:
    """Whether a layer is called like a known one, or, in Keras 3's way, for its class."""
    if path.startswith(("optimizer", "_optimizer")):
        return False
    of_class = re.search(r"(^|/)embedding(_\d+)?/vars/0$", path) is not None
    return of_class or not layers.isdisjoint(name.split("/"))


def plain_name(name: str, root: Hdf5Object) -> str:
    """The name of a dataset as a person would say it: without what Keras puts around every one.

    ``model_weights/words/words/embeddings:0`` is ``words/embeddings``, and ``layers/embedding/vars/0``
    of a layer with the name ``words`` is ``words/0``.
    """
    parts = OUTPUT.sub("", name).split("/")
    if parts[0] == "model_weights":
        parts = parts[1:]
    if len(parts) > 2 and parts[-2] == "vars":
        group = root.child("/".join(name.split("/")[:-1]))
        layer = group.text("name") if group is not None else ""
        folders = [part for part in parts[:-2] if part not in {"layers", "_layer_checkpoint_dependencies"}]
        parts = [*folders[:-1], layer or (folders[-1] if folders else "model"), parts[-1]]
    return "/".join(part for index, part in enumerate(parts) if index == 0 or part != parts[index - 1])


def embedding_layers_of(config: str) -> frozenset[str]:
    """The names of the embedding layers in a model's configuration, which is JSON."""
    if not config or len(config) > 64 << 20:
        return frozenset()
    try:
        value: object = json.loads(config)
    except (ValueError, RecursionError):
        return frozenset()
    return frozenset(_embedding_names(value))


def _embedding_names(value: object) -> Iterator[str]:
    level: list[Any] = [value]
    while level:
        here = level.pop()
        if isinstance(here, dict):
            fields = cast("dict[str, Any]", here)
            inner = fields.get("config")
            name = cast("dict[str, Any]", inner).get("name") if isinstance(inner, dict) else None
            if isinstance(name, str) and "embedding" in str(fields.get("class_name")).lower():
                yield name
            level += list(fields.values())
        elif isinstance(here, list):
            level += cast("list[Any]", here)


def _with_columns(embedding: Embedding, root: Hdf5Object) -> Embedding:
    """The embedding with the lists beside it that have a value for each of its rows."""
    group = root.child(embedding.name.rpartition("/")[0]) if "/" in embedding.name else root
    if group is None or len(embedding.columns):
        return embedding
    columns: list[Any] = []
    for name, each in group.children():
        if len(columns) >= MOST_COLUMNS or not each.is_dataset:
            continue
        try:
            if each.dataset.shape == (len(embedding),):
                columns.append(column_from_array(name, each.dataset.read(silent)))
        except (FormatError, ShapeError, ValueError, TypeError):
            continue
    return replace(embedding, columns=Columns(columns, len(embedding))) if columns else embedding
