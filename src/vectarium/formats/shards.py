"""A model in several files: ``model.safetensors.index.json`` and ``pytorch_model.bin.index.json`` name them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from vectarium.data import Collection, Note
from vectarium.errors import FormatError
from vectarium.formats.reader import Progress, Reader
from vectarium.formats.safetensors import tensors_of_safetensors
from vectarium.formats.tables import collection_of_tensors
from vectarium.formats.tensor import Tensor
from vectarium.formats.torch_file import tensors_of_torch
from vectarium.formats.within import locate

LARGEST = 32 << 20
ENDING = ".index.json"


def read_shards(path: Path, progress: Progress, wanted: str | None = None) -> Collection:
    """Open the embedding tables of a model whose tensors lie in several files.

    Raises
    ------
    FormatError
        If the index is damaged, or no file of it can be read.
    """
    tensors: list[Tensor] = []
    notes: list[Note] = []
    for name, count in _files(path).items():
        try:
            file = locate(name, path.parent, path.resolve().parent, f"A part with {count:,} tensors")
            tensors += _tensors(file)
        except FormatError as error:
            notes.append(Note(error.message, error.path or path))
    return collection_of_tensors(path, tensors, progress, wanted=wanted, notes=notes)


def _tensors(file: Path) -> list[Tensor]:
    return TENSORS.get(file.suffix.lower(), tensors_of_safetensors)(file)


def _files(path: Path) -> dict[str, int]:
    """The files that an index names, with the number of their tensors."""
    if path.stat().st_size > LARGEST:
        raise FormatError(f"An index of {path.stat().st_size:,} bytes is not believed; at most {LARGEST:,}.", path)
    try:
        value: object = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise FormatError(f"The index is not JSON: {error}.", path) from None
    parts = cast("dict[str, Any]", value).get("weight_map") if isinstance(value, dict) else None
    if not isinstance(parts, dict):
        raise FormatError('The index needs {"weight_map": {tensor: file}}.', path)
    found: dict[str, int] = {}
    for name in cast("dict[str, Any]", parts).values():
        if isinstance(name, str):
            found[name] = found.get(name, 0) + 1
    return found


def sharded_files(folder: Path) -> set[Path]:
    """The files of a folder that an index in it names, so that they are not opened once more by themselves."""
    found: set[Path] = set()
    for index in sorted(folder.glob(f"*{ENDING}")):
        try:
            found |= {folder / name for name in _files(index)}
        except (FormatError, OSError):
            continue
    return found


def _recognises(path: Path, start: bytes) -> bool:
    return path.name.lower().endswith(ENDING) and b'"weight_map"' in start


SHARDS = Reader(
    "sharded model",
    (".json",),
    _recognises,
    read_shards,
    "a model in several files, by its index.json",
    read_shards,
)
TENSORS: dict[str, Callable[[Path], list[Tensor]]] = {
    ".safetensors": tensors_of_safetensors,
    ".bin": tensors_of_torch,
    ".pt": tensors_of_torch,
}
