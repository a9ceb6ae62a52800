"""Arrays with names, as an archive, a group or a dictionary holds them: which are vectors, which say something of them.

Arrays of two dimensions and images are embeddings; arrays of one dimension that are as long become
their columns; narrow ones with the name of a picture (``umap``, ``tsne`` …) become coordinates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Columns, Coordinates, Embedding, Note
from vectarium.data.inference import column_from_array
from vectarium.data.note import note_from_error
from vectarium.errors import FormatError, ShapeError, UnsafeFileError
from vectarium.formats.arrays import decoded, embedding_from_array, is_images
from vectarium.formats.layout import PICTURE


def embeddings_of_arrays(path: Path, arrays: dict[str, NDArray[Any]]) -> tuple[list[Embedding], list[Note]]:
    """Tell vectors, columns and coordinates apart.

    Parameters
    ----------
    path
        The file.
    arrays
        What it holds, by name.

    Returns
    -------
    embeddings, notes
        The embeddings, and what was left out.
    """
    notes: list[Note] = []
    wide = {name: array for name, array in arrays.items() if array.ndim >= 2 and not _is_column(array)}
    pictures = {name for name, array in wide.items() if _is_picture(name, array, wide)}
    if not wide:  # nothing but lists of numbers: each is vectors of one dimension
        wide = {name: array for name, array in arrays.items() if array.dtype.kind in "fiub" and array.ndim == 1}
    embeddings: list[Embedding] = []
    for name, array in wide.items():
        if name in pictures:
            continue
        try:
            embedding = embedding_from_array(name, array, path)
        except FormatError as error:
            notes.append(note_from_error(error))
            continue
        coordinates = tuple(
            Coordinates(each, np.ascontiguousarray(wide[each], np.float32), f"From the file's {each!r}.")
            for each in pictures
            if len(wide[each]) == len(array)
        )
        columns = _columns(arrays, wide, len(array), notes, path)
        embeddings.append(replace(embedding, columns=columns, coordinates=coordinates))
    notes += _left_over(path, arrays, wide, {len(each) for each in embeddings})
    return embeddings, notes


def nothing_to_explore(what: str, path: Path, notes: Sequence[Note]) -> FormatError:
    """The error for arrays of which none is vectors."""
    why = " ".join(note.message for note in notes) or "It holds no array."
    unsafe = any("Python objects" in note.message for note in notes)
    return (UnsafeFileError if unsafe else FormatError)(f"Nothing in this {what} can be explored. {why}", path)


def _is_column(array: NDArray[Any]) -> bool:
    return array.ndim == 2 and array.shape[1] == 1 and array.dtype.kind != "f"


def _is_picture(name: str, array: NDArray[Any], wide: dict[str, NDArray[Any]]) -> bool:
    """Whether an array is coordinates of wider vectors that are there too."""
    narrow = array.ndim == 2 and array.shape[1] in (2, 3) and array.dtype.kind in "fiu"
    others = (each for key, each in wide.items() if key != name and len(each) == len(array))
    plain = name.lower().replace("-", "_").strip("_")
    return narrow and bool(PICTURE.fullmatch(plain)) and any(is_images(each) or each.shape[1] > 3 for each in others)


def _columns(
    arrays: dict[str, NDArray[Any]], wide: dict[str, NDArray[Any]], n: int, notes: list[Note], path: Path
) -> Columns:
    flat = {name: array[:, 0] if _is_column(array) else array for name, array in arrays.items() if name not in wide}
    fitting = {name: array for name, array in flat.items() if array.ndim == 1 and len(array) == n}
    columns: list[Any] = []
    for name, array in fitting.items():
        try:
            values = decoded(array, name, path) if array.dtype.kind == "S" else array
            columns.append(column_from_array(name, values))
        except (ShapeError, ValueError, TypeError) as error:
            notes.append(Note(f"{name!r} cannot be a column: {error}", path))
    return Columns(columns, n=n)


def _left_over(
    path: Path, arrays: dict[str, NDArray[Any]], wide: dict[str, NDArray[Any]], lengths: set[int]
) -> list[Note]:
    """Remarks on the arrays that fit to no embedding."""
    left = [
        f"{name!r} {array.shape}"
        for name, array in arrays.items()
        if name not in wide and (array.ndim == 0 or len(array) not in lengths)
    ]
    told = f"Left out, as they are neither vectors nor as long as any: {', '.join(left[:10])}."
    return [Note(told, path, None, "remark")] if left and lengths else []
