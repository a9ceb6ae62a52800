"""AnnData's ``.h5ad``: points as its observations, every embedding an array of ``obsm``, columns as ``obs``.

``anndata.read_h5ad`` and Scanpy take it from there: ``scanpy.pp.neighbors(adata, use_rep="words")``. Written by h5py, as
https://anndata.readthedocs.io/en/latest/fileformat-prose.html has it.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Collection, Column, Columns, Embedding, Note
from vectarium.data.columns import unused_name
from vectarium.errors import MissingExtraError, ParameterError
from vectarium.formats import Progress
from vectarium.share.beside import written_beside
from vectarium.share.left_out import left_out
from vectarium.share.numbers import blocks
from vectarium.share.writer import Writer

INDEX = "_index"
ARRAY, TEXTS = ("array", "0.2.0"), ("string-array", "0.2.0")
EMPTY = ("layers", "obsp", "varm", "varp", "uns")


def write_anndata(collection: Collection, path: Path, progress: Progress) -> list[Note]:
    """Write all embeddings of a collection, which have to be of the same points.

    Raises
    ------
    MissingExtraError
        If h5py is not installed.
    ParameterError
        If the embeddings have different numbers of points.
    """
    try:
        h5py: Any = import_module("h5py")
    except ImportError:
        raise MissingExtraError("h5py", "anndata") from None
    _check_points(collection)
    notes = [note for embedding in collection for note in left_out(embedding, coordinates=False)]

    def write(place: Path) -> None:
        with h5py.File(place, "w") as file:
            notes.extend(_fill(file, h5py.string_dtype(), collection, progress))

    written_beside(path, write)
    return notes


def _check_points(collection: Collection) -> None:
    sizes = {embedding.name: len(embedding) for embedding in collection}
    if len(set(sizes.values())) > 1:
        told = ", ".join(f"{name!r} has {n:,}" for name, n in list(sizes.items())[:8])
        raise ParameterError(
            f"AnnData holds embeddings of the same points, and {told}. Name one of them: --embedding "
            f"{collection[0].name!r}."
        )


def _fill(file: Any, text: Any, collection: Collection, progress: Progress) -> list[Note]:
    """Write the parts of an AnnData."""
    _say(file, "anndata", "0.1.0")
    names = _names([each.name for each in collection])
    obsm = _group(file, "obsm", "dict")
    for embedding, name in zip(collection, names, strict=True):
        _vectors(obsm, name, embedding, progress)
    pictures = {each.name: each.values for embedding in collection for each in embedding.coordinates}
    for name, values in zip(_names([f"X_{each}" for each in pictures], names), pictures.values(), strict=True):
        _array(obsm, name, np.asarray(values))
    columns = collection[0].columns
    for embedding in collection:
        columns = columns.joined([each for name, each in embedding.columns.items() if name not in columns])
    notes = _table(_group(file, "obs", "dataframe", "0.2.0"), text, columns, len(collection[0]))
    _table(_group(file, "var", "dataframe", "0.2.0"), text, Columns([], n=0), 0)
    for name in EMPTY:
        _group(file, name, "dict")
    return notes


def _names(wanted: list[str], taken: list[str] | None = None) -> list[str]:
    """Names that HDF5 takes: a slash would part groups."""
    made: list[str] = []
    for name in wanted:
        plain = name.replace("/", "_").replace("\0", "").strip(".") or "embedding"
        made.append(unused_name(plain, [*(taken or []), *made]))
    return made


def _vectors(group: Any, name: str, embedding: Embedding, progress: Progress) -> None:
    data = group.create_dataset(name, embedding.shape, embedding.dtype)
    for start, block in blocks(embedding, progress, f"writing {name}"):
        data[start : start + len(block)] = block
    _say(data, *ARRAY)


def _table(group: Any, text: Any, columns: Columns, n: int) -> list[Note]:
    """A table of an AnnData: its rows need names, which the first column of different texts gives."""
    index = next((name for name, each in columns.items() if _names_rows(each)), None)
    others = {name: each for name, each in columns.items() if name != index}
    keys = dict(zip(others, _names(list(others), [INDEX]), strict=True))
    index_name = INDEX if index is None else _names([index], list(keys.values()))[0]
    rows = [str(row) for row in range(n)] if index is None else [str(each) for each in columns[index]]
    _texts(group, index_name, rows, text)
    for name, column in others.items():
        _column(group, keys[name], column, text)
    group.attrs[INDEX] = index_name
    group.attrs.create("column-order", list(keys.values()), dtype=text, shape=(len(keys),))
    times = [name for name, each in columns.items() if each.kind == "time"]
    if not times:
        return []
    return [Note(f"AnnData knows no times; written as text: {', '.join(times)}.", None, None, "remark")]


def _names_rows(column: Column) -> bool:
    return column.kind == "text" and not column.missing.any() and len(set(column.values)) == len(column)


def _column(group: Any, name: str, column: Column, text: Any) -> None:
    missing = column.missing
    if column.kind == "category":
        _categories(group, name, column.values, [str(each) for each in column.categories], text)
    elif column.kind in {"text", "time"} and missing.any():  # texts cannot be missing, categories can
        texts = [None if value is None else str(value) for value in column]
        known = sorted({each for each in texts if each is not None})
        places = {each: place for place, each in enumerate(known)}
        _categories(group, name, np.array([-1 if each is None else places[each] for each in texts]), known, text)
    elif column.kind in {"text", "time"}:
        _texts(group, name, [str(value) for value in column], text)
    elif column.kind in {"integer", "boolean"} and missing.any():
        inner = _group(group, name, f"nullable-{column.kind}")
        _array(inner, "values", column.values)
        _array(inner, "mask", missing)
    else:
        _array(group, name, column.values)


def _categories(group: Any, name: str, codes: NDArray[Any], categories: list[str], text: Any) -> None:
    inner = _group(group, name, "categorical", "0.2.0")
    inner.attrs["ordered"] = False
    _array(inner, "codes", codes.astype(np.min_scalar_type(-max(1, len(categories)))))
    _texts(inner, "categories", categories, text)


def _texts(group: Any, name: str, values: list[str], text: Any) -> None:
    plain = [each.replace("\0", "\ufffd").encode("utf-8", "replace").decode() for each in values]
    _say(group.create_dataset(name, (len(plain),), text, data=np.array(plain, object)), *TEXTS)


def _array(group: Any, name: str, values: NDArray[Any]) -> None:
    _say(group.create_dataset(name, data=values), *ARRAY)


def _group(parent: Any, name: str, kind: str, version: str = "0.1.0") -> Any:
    made = parent.create_group(name)
    _say(made, kind, version)
    return made


def _say(node: Any, kind: str, version: str) -> None:
    node.attrs["encoding-type"], node.attrs["encoding-version"] = kind, version


ANNDATA = Writer("anndata", (".h5ad",), write_anndata, "AnnData; embeddings in obsm, columns in obs", several=True)
