"""A probe from a file: arrays as they are, or the columns of a table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.errors import FormatError, ParameterError
from vectarium.record.probe import MASKS, TARGETS, Probe

# Of a CSV file's texts, "no" and "yes" are texts.
CSV = "read_csv(?, auto_type_candidates=['BIGINT', 'DOUBLE', 'VARCHAR'])"
TABLES = {".csv": CSV, ".tsv": CSV, ".parquet": "read_parquet(?)"}
KINDS = (".npy", ".npz", *TABLES)


def read_probe(
    path: Path, *, labels: str | None = None, classes: Sequence[str] | None = None, padding: int | None = None
) -> Probe:
    """Read the examples that are shown to a model.

    Parameters
    ----------
    path
        ``.npy``: one array ``(n, …)``. ``.npz``: several, by the names of the model's arguments. ``.csv``, ``.tsv``,
        ``.parquet``: a column of lists of numbers is padded to one array; otherwise all columns of numbers are the features,
        in their order. Other columns are known of the examples.
    labels
        The array or column that is right; None: one that is called ``label``, ``labels``, ``target`` or ``y``. Or a file
        with one value a example, ``.npy`` or lines of text.
    classes
        The names of what the model tells apart, in the order of its outputs.
    padding
        The number that fills up short sequences.

    Raises
    ------
    FormatError
        If the file is not what it says.
    ParameterError
        If it has no such labels, or nothing to show.
    """
    kind = path.suffix.lower()
    if kind not in KINDS:
        raise ParameterError(f"The probe {str(path)!r} is no {', '.join(KINDS)} file.")
    if not path.exists():
        raise ParameterError(f"There is no file {str(path)!r}.")
    from_file = labels is not None and Path(labels).suffix in {".npy", ".txt", ".csv"} and Path(labels).exists()
    wanted = None if from_file else labels
    columns: dict[str, Any] = {}
    if kind in TABLES:
        inputs, right, columns = _from_table(path, wanted)
    else:
        inputs, right = _from_arrays(path, wanted)
    if from_file:
        right = _read_labels(Path(str(labels)))
    description = f"The examples of {path.name}."
    return Probe(inputs, right, columns=columns or None, classes=classes, padding=padding, description=description)


def _load(path: Path) -> Any:
    try:
        return np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise FormatError(f"NumPy cannot read this file: {error}", path) from error


def _from_arrays(path: Path, labels: str | None) -> tuple[Any, Any]:
    loaded = _load(path)
    if isinstance(loaded, np.ndarray):
        if labels is not None:
            raise ParameterError(f"{path.name} holds one array and no labels {labels!r}; name a file, or give a .npz.")
        return loaded, None
    with loaded:
        arrays = {name: loaded[name] for name in loaded.files}
    right = _taken(arrays, labels, path)
    if not arrays:
        raise ParameterError(f"{path.name} holds nothing that could be shown to a model.")
    alone = [name for name in arrays if name not in MASKS]
    return (arrays[alone[0]] if len(arrays) == 1 else arrays), right


def _taken(columns: dict[str, Any], labels: str | None, path: Path) -> Any:
    """The labels, taken away from the rest."""
    if labels is not None and labels not in columns:
        raise ParameterError(f"{path.name} has no {labels!r}. It has {', '.join(map(repr, columns))}.")
    name = labels or next((each for each in TARGETS if each in columns), None)
    return None if name is None else columns.pop(name)


def _from_table(path: Path, labels: str | None) -> tuple[Any, Any, dict[str, Any]]:
    columns = _columns(path)
    right = _taken(columns, labels, path)
    lists = {name: each for name, each in columns.items() if _is_list(each)}
    if lists:
        kept = {name: each for name, each in columns.items() if name not in lists}
        inputs: Any = {name: [list(row) for row in each] for name, each in lists.items()}
        return (next(iter(inputs.values())) if len(inputs) == 1 else inputs), right, kept
    numbers = {name: each for name, each in columns.items() if each.dtype.kind in "iufb"}
    if not numbers:
        raise ParameterError(
            f"{path.name} has no column of numbers or of lists of numbers that could be shown to a model. Turn texts into ids "
            "first, as in training."
        )
    features = np.stack(list(numbers.values()), axis=1)
    whole = all(each.dtype.kind in "iu" for each in numbers.values())
    array = features if whole else features.astype(np.float32)
    return array, right, {name: each for name, each in columns.items() if name not in numbers}


def _columns(path: Path) -> dict[str, NDArray[Any]]:
    import duckdb

    from vectarium.data.duck_connection import locked_connection, plain_pattern, told

    try:
        with locked_connection(path) as connection:
            command = f"SELECT * FROM {TABLES[path.suffix.lower()]}"  # noqa: S608 - one of two names
            found = connection.execute(command, [plain_pattern(path)]).fetchnumpy()
    except duckdb.Error as error:
        raise FormatError(told(error), path) from error
    return {name: _plain(each) for name, each in found.items()}


def _plain(column: Any) -> NDArray[Any]:
    """A column without a mask: missing numbers as NaN, missing texts as None."""
    if isinstance(column, np.ma.MaskedArray):
        if not np.ma.is_masked(column):
            return np.asarray(column.data)
        if column.dtype.kind in "iuf":
            return np.where(np.ma.getmaskarray(column), np.nan, column.data.astype(np.float64))
        return column.filled(None)
    return np.asarray(column)


def _is_list(column: NDArray[Any]) -> bool:
    return column.dtype == object and bool(len(column)) and all(isinstance(each, (list, np.ndarray)) for each in column)


def _read_labels(path: Path) -> Any:
    if path.suffix == ".npy":
        return _load(path)
    lines = path.read_text("utf-8").splitlines()
    return [int(line) if line.strip().lstrip("-").isdigit() else line.strip() for line in lines]
