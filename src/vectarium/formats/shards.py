"""A model in several files: ``model.safetensors.index.json`` and ``pytorch_model.bin.index.json`` name them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from vectarium.data import Collection, Note
from vectarium.errors import FormatError
from vectarium.formats.belonging import parts_of_model
from vectarium.formats.reader import Progress
from vectarium.formats.safetensors import tensors_of_safetensors
from vectarium.formats.tables import collection_of_tensors
from vectarium.formats.tensor import Tensor
from vectarium.formats.torch_file import tensors_of_torch
from vectarium.formats.within import locate


def read_shards(path: Path, progress: Progress, wanted: str | None = None) -> Collection:
    """Open the embedding tables of a model whose tensors lie in several files.

    Raises
    ------
    FormatError
        If the index is damaged, or no file of it can be read.
    """
    tensors: list[Tensor] = []
    notes: list[Note] = []
    for name, count in parts_of_model(path).items():
        try:
            file = locate(name, path.parent, path.resolve().parent, f"A part with {count:,} tensors")
            tensors += _tensors(file)
        except FormatError as error:
            notes.append(Note(error.message, error.path or path))
    return collection_of_tensors(path, tensors, progress, wanted=wanted, notes=notes)


def _tensors(file: Path) -> list[Tensor]:
    return TENSORS.get(file.suffix.lower(), tensors_of_safetensors)(file)


TENSORS: dict[str, Callable[[Path], list[Tensor]]] = {
    ".safetensors": tensors_of_safetensors,
    ".bin": tensors_of_torch,
    ".pt": tensors_of_torch,
}
