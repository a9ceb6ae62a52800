"""Pickles of arrays and plain containers, read by the machine that runs nothing of them.

What people pickle, and how it is taken:

- an array, or a list of arrays of one length or of lists of numbers: one embedding;
- a dictionary or a tuple of arrays and lists: matrices are embeddings, lists as long as they are columns;
- a dictionary from words to vectors, or a list of pairs of them: an embedding with a column of words;
- a list of dictionaries: a table.

DataFrames, models and other objects are refused, with the line that makes something of them that opens.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Collection, Columns, Embedding, Note
from vectarium.data.inference import column_from_array
from vectarium.data.memory import check_memory
from vectarium.errors import FormatError, UnsafeFileError
from vectarium.formats.arrays import collection_from_array
from vectarium.formats.mapped import map_bytes
from vectarium.formats.named_arrays import embeddings_of_arrays, nothing_to_explore
from vectarium.formats.numbers import with_nonfinite_note
from vectarium.formats.pickle_machine import PickleMachine, Thing
from vectarium.formats.pickled_arrays import PickledArray, called_note, numpy_builders
from vectarium.formats.reader import Progress
from vectarium.formats.records import array_of_values, table_of_columns
from vectarium.formats.table import embeddings_from_table
from vectarium.formats.torch_file import refuse_models

MEMORY_A_BYTE = 8
MOST_PARTS = 64
DEEPEST = 4
SCALARS = (str, int, float, bool, bytes, type(None))
JOBLIB = "joblib.numpy_pickle"
LOADED = "pickle.load(open({name!r}, 'rb'))"
# What the name of a class starts with, or has in it, and the line that writes what is in such an object.
ADVICE: tuple[tuple[str, str], ...] = (
    ("pandas.*Series", "pandas.read_pickle({name!r}).to_frame('value').to_parquet({table!r})"),
    ("pandas", "pandas.read_pickle({name!r}).to_parquet({table!r})"),
    ("polars", LOADED + ".write_parquet({table!r})"),
    ("scipy.sparse", "numpy.save({array!r}, " + LOADED + ".toarray())"),
    ("torch", "numpy.save({array!r}, " + LOADED + ".detach().numpy())"),
    ("anndata", LOADED + ".write_h5ad({cells!r})"),
    (JOBLIB, "numpy.save({array!r}, joblib.load({name!r}))"),
    ("", "numpy.save({array!r}, ...) with the array out of " + LOADED),
)


def read_pickle(path: Path, progress: Progress) -> Collection:
    """Open a pickle of arrays and plain containers.

    Raises
    ------
    UnsafeFileError
        If it holds objects of other classes, so that reading it would run their code.
    FormatError
        If it is damaged, or holds no vectors.
    """
    progress(0.0, f"reading {path.name}")
    check_memory(MEMORY_A_BYTE * path.stat().st_size, "The pickle", path)
    with map_bytes(path) as data:
        if JOBLIB.encode() in data[:4096]:  # which puts the bytes of arrays between the pickle's own
            raise _refused(f"{JOBLIB}.NumpyArrayWrapper", path)
        machine = PickleMachine(data, path, {})
        machine.builders = numpy_builders(lambda: machine)
        value = machine.load()
    refuse_models(value, path)
    if isinstance(value, Thing):
        raise _refused(str(value.name), path)
    progress(0.5, f"looking into {path.name}")
    notes = called_note(machine, path)
    plain = _plain(value)
    try:
        collection = _collection(plain, path)
    except FormatError as error:
        if machine.called:
            raise _refused(next(iter(machine.called)), path) from None
        raise error from None
    return Collection(path.name, [with_nonfinite_note(each) for each in collection], [*collection.notes, *notes])


def _refused(name: str, path: Path) -> UnsafeFileError:
    """The error for an object of a class, with the line that saves what is in it."""
    advice = next(line for start, line in ADVICE if re.match(start, name))
    names = {
        "name": path.name,
        "array": f"{path.stem}.npy",
        "table": f"{path.stem}.parquet",
        "cells": f"{path.stem}.h5ad",
    }
    return UnsafeFileError(
        f"This is a pickled object of {name:.200}: reading it would import that and run its code. Where you trust the "
        f"file, write what is in it anew: {advice.format(**names)}",
        path,
    )


def _plain(value: Any, depth: int = 0, done: dict[int, Any] | None = None) -> Any:
    """The value with arrays as NumPy's, at the places where they are looked for; other objects as they are.

    Each container is gone into once, so that one which holds itself many times ends.
    """
    done = {} if done is None else done
    if id(value) in done:
        return done[id(value)]
    if isinstance(value, PickledArray):
        inside = [_plain(each, DEEPEST, done) for each in value.objects]
        return value.array if value.array is not None else inside
    if isinstance(value, (list, tuple)) and depth < DEEPEST:
        made: list[Any] = []
        done[id(value)] = made
        made += [_plain(each, depth + 1, done) for each in cast("Sequence[Any]", value)]
        return made
    if isinstance(value, dict) and depth < DEEPEST:
        entries: dict[Any, Any] = {}
        done[id(value)] = entries
        entries |= {key: _plain(each, depth + 1, done) for key, each in cast("dict[Any, Any]", value).items()}
        return entries
    return value


def _collection(value: Any, path: Path) -> Collection:
    if isinstance(value, np.ndarray):
        return collection_from_array(path.stem, cast("NDArray[Any]", value), path, [])
    if isinstance(value, dict):
        return _of_dictionary(cast("dict[Any, Any]", value), path)
    if isinstance(value, list):
        return _of_list(cast("list[Any]", value), path)
    raise FormatError(f"This pickle holds one {type(value).__name__}; arrays, lists or dictionaries are needed.", path)


def _of_dictionary(values: dict[Any, Any], path: Path) -> Collection:
    words = list(values)
    vectors = _stacked(list(values.values()))
    named = all(isinstance(word, (str, int, tuple)) for word in words)
    if named and vectors is not None and len(words) > 1 and vectors.shape[1] > 1:
        return _of_words(words, vectors, path)
    inner = [each for each in values.values() if isinstance(each, dict)]
    if inner and len(inner) == len(values) and len(values) > MOST_PARTS:  # a record for each key
        records = [{"key": str(key), **each} for key, each in zip(words, inner, strict=True)]
        return _of_records(records, path)
    return _of_parts({str(key): each for key, each in values.items()}, path)


def _of_list(values: list[Any], path: Path) -> Collection:
    vectors = _stacked(values)
    if vectors is not None:
        return collection_from_array(path.stem, vectors, path, [])
    if values and all(isinstance(each, dict) for each in values):
        return _of_records(cast("list[dict[Any, Any]]", values), path)
    pairs = len(values) > 1 and all(isinstance(each, list) and len(cast("list[Any]", each)) == 2 for each in values)
    if pairs and len(values) != 2:
        for word, vector in ((0, 1), (1, 0)):
            stacked = _stacked([each[vector] for each in values])
            if stacked is not None and all(isinstance(each[word], SCALARS) for each in values):
                return _of_words([each[word] for each in values], stacked, path)
    if len(values) > MOST_PARTS or not any(np.ndim(array) > 1 for array in map(_array, values) if array is not None):
        kinds = ", ".join(sorted({_kind(each) for each in values[:1000]})[:4])
        raise FormatError(
            f"This pickle holds a list of {len(values):,} values ({kinds}) that do not make up vectors of one length.",
            path,
        )
    return _of_parts({f"part {index}": each for index, each in enumerate(values)}, path)


def _kind(value: Any) -> str:
    return f"array {value.shape}" if isinstance(value, np.ndarray) else type(value).__name__


def _of_words(keys: list[Any], vectors: NDArray[Any], path: Path) -> Collection:
    numbered = all(type(key) is int and abs(key) >> 62 == 0 for key in keys)
    words = np.empty(len(keys), object)
    words[:] = [key if numbered or isinstance(key, str) else str(key) for key in keys]
    column = column_from_array("id" if numbered else "word", words)
    note = Note("Its keys were taken as the words of its vectors.", path, None, "remark")
    return Collection(path.name, [Embedding(path.stem, vectors, Columns([column]), notes=(note,), source=path)])


def _of_records(records: Sequence[Mapping[Any, Any]], path: Path) -> Collection:
    """A table of dictionaries: their keys are its columns."""
    names = list(dict.fromkeys(str(key) for record in records[:1000] for key in record))[:4096]
    columns = {name: _column([record.get(name) for record in records]) for name in names}
    table, notes = table_of_columns(columns, len(records), path)
    return Collection(path.name, embeddings_from_table(path.stem, table, path, notes=notes))


def _column(values: list[Any]) -> Any:
    """Values of a column; arrays of one length as an array ``(n, width)``."""
    stacked = _stacked(values)
    return values if stacked is None else stacked


def _of_parts(parts: dict[str, Any], path: Path) -> Collection:
    """Arrays and lists with names; those inside of dictionaries under both names."""
    arrays: dict[str, NDArray[Any]] = {}
    left: list[str] = []
    for name, value in _flat(parts):
        array = _array(value)
        if array is not None and array.ndim and len(arrays) < MOST_PARTS:
            arrays[name] = array
        elif not isinstance(value, SCALARS):
            left.append(name)
    notes = [Note(f"Left out: {', '.join(left[:10])}.", path, None, "remark")] if left else []
    embeddings, more = embeddings_of_arrays(path, arrays)
    if not embeddings:
        raise nothing_to_explore("pickle", path, [*more, *notes])
    return Collection(path.name, embeddings, [*more, *notes])


def _flat(parts: dict[str, Any]) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for name, value in parts.items():
        words = _stacked(list(cast("dict[Any, Any]", value).values())) if isinstance(value, dict) and value else None
        if words is not None:
            found.append((name, words))
        elif isinstance(value, dict):
            found += [(f"{name}.{key}", each) for key, each in cast("dict[Any, Any]", value).items()]
        else:
            found.append((name, value))
    return found


def _array(value: Any) -> NDArray[Any] | None:
    if isinstance(value, np.ndarray):
        return cast("NDArray[Any]", value)
    if not isinstance(value, list) or not value:
        return None
    listed = cast("list[Any]", value)
    stacked = _stacked(listed)
    return array_of_values(listed) if stacked is None else stacked


def _stacked(values: list[Any]) -> NDArray[Any] | None:
    """Vectors of one length, each an array ``(d,)`` or a list of numbers, as an array ``(n, d)``; None where not."""
    if not values or not isinstance(values[0], (np.ndarray, list)) or len(cast("list[Any]", values[0])) == 0:
        return None
    shape, length = np.shape(values[0]) if isinstance(values[0], np.ndarray) else None, len(values[0])
    for each in values:
        if isinstance(each, np.ndarray):
            if each.shape != (length,) or each.dtype.kind not in "fiub":
                return None
        elif not isinstance(each, list) or len(cast("list[Any]", each)) != length or shape is not None:
            return None
    if shape is not None:
        return np.stack(values)
    return array_of_values(values) if all(isinstance(each, list) for each in values) else None
