"""Files that belong to another one in their folder, so that they are not opened once more by themselves.

Parts that an index names (a model in several files, a saved dataset), and the arrays that gensim writes
beside its pickle.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

from vectarium.errors import FormatError

INDEX_ENDING, DATASET_FILE = ".index.json", "state.json"
LARGEST = 32 << 20
GENSIM_SUFFIXES = (".kv", ".model", ".wordvectors", ".w2v", ".d2v", ".fasttext")


def belonging(files: Iterable[Path]) -> set[Path]:
    """Those of some files that belong to another one of them, or to an index beside them."""
    listed = set(files)
    found: set[Path] = set()
    for folder in {path.parent for path in listed}:
        indices = [(path, parts_of_model) for path in sorted(folder.glob(f"*{INDEX_ENDING}"))]
        for index, parts in [*indices, (folder / DATASET_FILE, parts_of_dataset)]:
            try:
                found |= {folder / name for name in parts(index)} if index.is_file() else set()
            except (FormatError, OSError):
                continue
    owners = [each for each in listed if each.suffix in GENSIM_SUFFIXES]
    arrays = [path for path in listed if path.suffix == ".npy"]
    return found | {path for path in arrays if any(path.name.startswith(f"{each.name}.") for each in owners)}


def parts_of_model(path: Path) -> dict[str, int]:
    """The files that a model's index names, with the number of their tensors.

    Raises
    ------
    FormatError
        If it is no index.
    """
    fields = _read(path)
    parts = fields.get("weight_map")
    if not isinstance(parts, dict):
        raise FormatError('The index needs {"weight_map": {tensor: file}}.', path)
    found: dict[str, int] = {}
    for name in cast("dict[str, Any]", parts).values():
        if isinstance(name, str):
            found[name] = found.get(name, 0) + 1
    return found


def parts_of_dataset(path: Path) -> list[str]:
    """The files of data of a dataset that Hugging Face's library saved, in order.

    Raises
    ------
    FormatError
        If it names none.
    """
    parts = _read(path).get("_data_files")
    listed = cast("list[Any]", parts) if isinstance(parts, list) else []
    names = [cast("dict[str, Any]", each).get("filename") if isinstance(each, dict) else None for each in listed]
    if not names or not all(isinstance(name, str) for name in names):
        raise FormatError("This saved dataset has no files of data.", path)
    return cast("list[str]", names)


def _read(path: Path) -> dict[str, Any]:
    if path.stat().st_size > LARGEST:
        raise FormatError(f"An index of {path.stat().st_size:,} bytes is not believed; at most {LARGEST:,}.", path)
    try:
        value: object = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise FormatError(f"The index is not JSON: {error}.", path) from None
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}
