"""Tables of Weights & Biases, ``*.table.json``: the columns' names, and rows; arrays may lie beside it in an ``.npz``, images as files.

pandas writes nearly the same with ``to_json(orient="split")``, so that opens too.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Collection, FileThumbnails, Note
from vectarium.data.memory import check_memory
from vectarium.data.note import note_from_error
from vectarium.errors import FormatError
from vectarium.formats.images import SUFFIXES, cell_of
from vectarium.formats.json_depth import check_depth
from vectarium.formats.numbers import with_nonfinite_note
from vectarium.formats.reader import Progress
from vectarium.formats.records import table_of_columns
from vectarium.formats.table import embeddings_from_table
from vectarium.formats.within import locate

MEMORY_A_BYTE = 12
ENDING = ".table.json"


def read_wandb_table(path: Path, progress: Progress) -> Collection:
    """Open a table that Weights & Biases exported.

    Raises
    ------
    FormatError
        If it is no such table, or no column can be the vector.
    """
    progress(0.0, f"reading {path.name}")
    check_memory(MEMORY_A_BYTE * path.stat().st_size, "The table", path)
    check_depth(path)
    fields = _fields(path)
    names, rows = fields.get("columns"), fields.get("data")
    if not isinstance(names, list) or not isinstance(rows, list):
        raise FormatError('A table needs {"columns": [names], "data": [rows]}.', path)
    width = len(cast("list[Any]", names))
    whole = [row for row in cast("list[Any]", rows) if isinstance(row, list) and len(cast("list[Any]", row)) == width]
    bad = len(cast("list[Any]", rows)) - len(whole)
    if bad and not whole:
        raise FormatError(f"None of its {bad:,} rows has {width:,} values, one for each of its columns.", path)
    notes = [Note(f"{bad:,} rows do not have {width:,} values and were left out.", path)] if bad else []
    columns: dict[str, Any] = {}
    for index, name in enumerate(map(str, cast("list[Any]", names))):
        columns[name] = [row[index] for row in whole]
        progress((index + 1) / (width + 1), f"reading {path.name}")
    columns |= {} if bad else _arrays_beside(fields, path, len(whole), notes)
    pictures = _pictures(columns, path)
    columns = {name: values for name, values in columns.items() if name not in pictures}
    table, left = table_of_columns(columns, len(whole), path)
    stem = path.name[: -len(ENDING)] if path.name.lower().endswith(ENDING) else path.stem
    embeddings = embeddings_from_table(stem, table, path, notes=[*notes, *left])
    shown = next(iter(pictures.values()), None)
    return Collection(path.name, [with_nonfinite_note(replace(each, thumbnails=shown)) for each in embeddings])


def _pictures(columns: dict[str, Any], path: Path) -> dict[str, FileThumbnails]:
    """The columns of images, of which each is a file in the folder of the table or below."""
    found: dict[str, FileThumbnails] = {}
    for name, values in columns.items():
        cells = [
            cast("dict[str, Any]", each).get("path") if isinstance(each, dict) else None
            for each in (values if isinstance(values, list) else [])
        ]
        files = [_picture(each, path) for each in cells]
        if any(files):
            found[name] = FileThumbnails(tuple(files), cell_of(files))
    return found


def _picture(named: Any, path: Path) -> Path | None:
    if not isinstance(named, str) or Path(named).suffix.lower() not in SUFFIXES:
        return None
    try:
        return locate(named, path.parent, path.resolve().parent, "An image")
    except FormatError:
        return None


def _fields(path: Path) -> dict[str, Any]:
    try:
        value: object = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise FormatError(f"The table is not JSON: {error}.", path) from None
    if not isinstance(value, dict):
        raise FormatError('A table needs {"columns": [names], "data": [rows]}.', path)
    return cast("dict[str, Any]", value)


def _arrays_beside(fields: dict[str, Any], path: Path, n: int, notes: list[Note]) -> dict[str, NDArray[Any]]:
    """The columns whose arrays lie in an ``.npz`` that the column's type names."""
    from vectarium.formats.npz import arrays_of_npz

    found: dict[str, NDArray[Any]] = {}
    for name, place in _places(fields).items():
        try:
            file = locate(str(place["path"]), path.parent, path.resolve().parent, f"The arrays of the column {name!r}")
            array = arrays_of_npz(file)[0].get(str(place.get("key")))
        except FormatError as error:
            notes.append(note_from_error(error))
            continue
        if array is not None and array.ndim >= 2 and len(array) == n and array.dtype.kind in "fiub":
            found[name] = np.ascontiguousarray(array.reshape(n, -1))
    return found


def _places(fields: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Where the arrays of each column lie: ``column_types.params.type_map.NAME.params.serialization_path``."""
    found: dict[str, dict[str, Any]] = {}
    kinds = _under(fields, "column_types", "params", "type_map")
    for name, kind in kinds.items():
        options = _under({"": kind}, "", "params").get("allowed_types")
        for each in [kind, *(cast("list[Any]", options) if isinstance(options, list) else [])]:
            place = _under({"": each}, "", "params", "serialization_path")
            if "path" in place:
                found[name] = place
    return found


def _under(value: Any, *keys: str) -> dict[str, Any]:
    for key in keys:
        value = cast("dict[str, Any]", value).get(key) if isinstance(value, dict) else None
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}
