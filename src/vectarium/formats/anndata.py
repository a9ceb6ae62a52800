"""AnnData's ``.h5ad``: cells as points, every ``obsm`` an embedding, ``obs`` the columns.

Arrays of ``obsm`` with two or three dimensions (``X_umap``) are pictures of the others. ``X`` itself, cells by
genes, is opened where it is dense, or where nothing else is there; a sparse one takes many times the
memory of its file, so it is opened where it is asked for: ``FILE::X``.
Layouts since 0.7 and the tables of records before are known:
https://anndata.readthedocs.io/en/latest/fileformat-prose.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Collection, Column, Columns, Coordinates, Embedding, Note
from vectarium.data.columns import unused_name
from vectarium.data.inference import column_from_array, text_or_category
from vectarium.data.memory import check_memory
from vectarium.data.note import note_from_error
from vectarium.errors import EmbeddingNotFoundError, FormatError, VectariumError
from vectarium.formats.arrays import embedding_from_array
from vectarium.formats.hdf5 import Hdf5Object, root_of
from vectarium.formats.hdf5_bytes import map_hdf5
from vectarium.formats.hdf5_values import fields_of_records
from vectarium.formats.numbers import with_nonfinite_note
from vectarium.formats.reader import Progress, part, silent

X = "X"
MOST_CATEGORIES = 4096
LARGEST_DENSE = 2 << 30
SPARSE = re.compile(r"cs[rc]")


def read_anndata(path: Path, progress: Progress, wanted: str | None = None) -> Collection:
    """Open an AnnData file.

    Raises
    ------
    FormatError
        If it is damaged, or holds no vectors.
    EmbeddingNotFoundError
        If there is no array of the wanted name.
    """
    progress(0.0, f"looking into {path.name}")
    return collection_of_anndata(root_of(map_hdf5(path)), path, progress, wanted)


def collection_of_anndata(root: Any, path: Path, progress: Progress, wanted: str | None = None) -> Collection:
    """The collection of an AnnData's root group.

    Parameters
    ----------
    root
        A group of HDF5, or of Zarr.
    path, progress, wanted
        As for :func:`read_anndata`.
    """
    notes: list[Note] = []
    arrays = _arrays(root, path, wanted, notes, progress)
    pictures = {name: array for name, array in arrays.items() if array.shape[1] in (2, 3)}
    wide = {name: array for name, array in arrays.items() if name not in pictures} or dict(arrays)
    if not wide:
        why = " ".join(note.message for note in notes)
        raise FormatError(f"There are no vectors in this AnnData file. {why or 'X and obsm are empty.'}", path)
    n = len(next(iter(wide.values())))
    columns = _columns(root, n, path, notes)
    embeddings: list[Embedding] = []
    for name, array in wide.items():
        embedding = embedding_from_array(name, array, path)
        coordinates = tuple(
            Coordinates(
                each.removeprefix("X_"), np.ascontiguousarray(values, np.float32), f"obsm[{each!r}] of the file."
            )
            for each, values in pictures.items()
            if each not in wide and len(values) == len(array)
        )
        fitting = columns if len(array) == n else Columns(n=len(array))
        made = Embedding(name, embedding.vectors, fitting, None, coordinates, embedding.notes, path)
        embeddings.append(with_nonfinite_note(made))
    return Collection(path.name, embeddings, notes)


def _arrays(
    root: Any, path: Path, wanted: str | None, notes: list[Note], progress: Progress
) -> dict[str, NDArray[Any]]:
    """The arrays to open by name."""
    obsm = root.child("obsm")
    sources: dict[str, Any] = dict(_obsm(obsm)) if obsm is not None else {}
    matrix = root.child(X)
    if wanted is not None:
        known = [*sources, *([X] if matrix is not None else [])]
        if wanted not in known:
            raise EmbeddingNotFoundError(wanted, known)
        sources = {wanted: sources.get(wanted, matrix)}
    elif matrix is not None and _opens_matrix(matrix, sources, path, notes):
        sources[X] = matrix
    found: dict[str, NDArray[Any]] = {}
    for index, (name, source) in enumerate(sources.items()):
        try:
            array = _array(name, source, path, part(progress, index, len(sources)))
        except (VectariumError, ValueError, TypeError) as error:
            if wanted is not None:
                raise
            notes.append(note_from_error(error) if isinstance(error, VectariumError) else Note(str(error), path))
            continue
        if array.ndim == 2 and 0 not in array.shape:
            found[name] = array
    return found


def _obsm(group: Any) -> Iterator[tuple[str, Any]]:
    """The arrays of obsm; before 0.7 they are the fields of one table."""
    if group.is_dataset:
        yield from fields_of_records(group).items()
    else:
        yield from group.children()


def _opens_matrix(matrix: Any, others: dict[str, Any], path: Path, notes: list[Note]) -> bool:
    """Whether X is opened too; where not, it is told why."""
    shape = _shape(matrix)
    if len(shape) != 2 or 0 in shape:
        return False
    is_sparse = not matrix.is_dataset
    size = 4 * shape[0] * shape[1]
    mapped = not is_sparse and matrix.dataset.stored() is not None
    if mapped or (size <= LARGEST_DENSE and (not is_sparse or not others)):
        return True
    kind = "sparse, which would take" if is_sparse else "of"
    notes.append(
        Note(
            f"X, {shape[0]:,} × {shape[1]:,}, was not opened: it is {kind} {size:,} bytes. To open it all the same: "
            f"vectarium open '{path.name}::X'. Better are its principal components: scanpy.pp.pca(adata).",
            path,
            None,
            "remark",
        )
    )
    return False


def _shape(source: Any) -> tuple[int, ...]:
    if source.is_dataset:
        return source.dataset.shape
    shape = source.attributes.get("shape", source.attributes.get("h5sparse_shape"))
    try:
        sizes = tuple(int(size) for size in shape)
    except (TypeError, ValueError, OverflowError):  # none, a text, infinity
        return ()
    return sizes if len(sizes) == 2 and min(sizes) >= 0 else ()


def _array(name: str, source: Any, path: Path, progress: Progress) -> NDArray[Any]:
    if isinstance(source, np.ndarray):
        return source
    if source.is_dataset:
        if not source.dataset.is_numeric:
            raise FormatError(f"{name!r} holds {source.dataset.type_name}; real numbers are needed.", path)
        return source.dataset.read(progress)
    if SPARSE.match(_encoding(source)):
        return _dense(name, source, path, progress)
    if "_index" in source.attributes:  # a table
        columns = [
            each.dataset.read(silent) for _, each in source.children() if each.is_dataset and each.dataset.is_numeric
        ]
        return np.stack(columns, axis=1) if columns else np.empty((0, 0), np.float32)
    raise FormatError(f"{name!r} is {_encoding(source) or 'a group'!r}, which is not known.", path)


def _encoding(source: Any) -> str:
    value = source.attributes.get("encoding-type") or source.attributes.get("h5sparse_format") or ""
    return value if isinstance(value, str) else ""


def _dense(name: str, source: Any, path: Path, progress: Progress) -> NDArray[np.float32]:
    """A matrix in compressed rows or columns, as a plain one."""
    parts = [source.child(each) for each in ("data", "indices", "indptr")]
    shape = _shape(source)
    if any(each is None or not each.is_dataset for each in parts) or len(shape) != 2:
        raise FormatError(f"{name!r} is a sparse matrix without its parts.", path)
    check_memory(4 * shape[0] * shape[1], f"{name!r}, made dense,", path)
    values, indices, starts = (each.dataset.read(progress) for each in parts)
    rows, width = shape if _encoding(source).startswith("csr") else shape[::-1]
    counts = np.diff(starts.astype(np.int64))
    if len(starts) != rows + 1 or starts[0] != 0 or starts[-1] != len(values) or (counts < 0).any():
        raise FormatError(f"{name!r} is a damaged sparse matrix: its rows do not add up.", path)
    if len(indices) != len(values) or (len(indices) and not 0 <= indices.min() <= indices.max() < width):
        raise FormatError(f"{name!r} is a damaged sparse matrix: it points out of its rows.", path)
    out = np.zeros((rows, width), np.float32)
    # Numbers too large for 32 bits become infinite, which is told; infinite ones of both signs in one place, NaN.
    with np.errstate(over="ignore", invalid="ignore"):
        np.add.at(out.reshape(-1), np.repeat(np.arange(rows) * width, counts) + indices.astype(np.int64), values)
    return out if _encoding(source).startswith("csr") else np.ascontiguousarray(out.T)


def _columns(root: Any, n: int, path: Path, notes: list[Note]) -> Columns:
    """What is known of each cell; a column that cannot be read is told."""
    obs = root.child("obs")
    found: list[Column] = []
    for name, read in _readers_of_columns(obs, root) if obs is not None else ():
        try:
            column = read()
        except (VectariumError, ValueError, TypeError, IndexError, OverflowError) as error:
            notes.append(Note(f"The column {name!r} of obs cannot be read: {error}", path))
            continue
        if name == "cell" and list(column) == [str(row) for row in range(n)]:
            continue  # numbers of rows, where the rows have no names
        if len(column) == n:
            found.append(column.renamed(unused_name(name, [each.name for each in found])))
        else:
            notes.append(Note(f"The column {name!r} of obs has {len(column):,} values for {n:,} cells.", path))
    return Columns(found, n)


def _readers_of_columns(obs: Any, root: Any) -> Iterator[tuple[str, Any]]:
    if obs.is_dataset:  # before 0.7: a table of records
        for name, values in fields_of_records(obs).items():
            yield name, lambda name=name, values=values: _old_column(name, values, root)
        return
    index = obs.attributes.get("_index")
    index = index if isinstance(index, str) else "index"
    order = [each for each in obs.texts("column-order") if each in obs.links]
    names = [*([index] if index in obs.links else []), *order]
    names += [each for each in obs.links if each not in names and each != "__categories"]
    for name in names:
        yield ("cell" if name in {"_index", "index"} else name), lambda name=name: _column(name, obs)


def _column(name: str, obs: Any) -> Column:
    source = obs.child(name)
    if source is None:
        raise ValueError("it is not there")
    if not source.is_dataset:
        codes, categories = source.child("codes"), source.child("categories")
        if codes is not None and categories is not None:
            return category(name, codes.dataset.read(silent), categories.dataset.read(silent))
        values, mask = source.child("values"), source.child("mask")
        if values is None or mask is None:
            raise ValueError(f"its kind {_encoding(source)!r} is not known")
        return _masked(name, values.dataset.read(silent), mask.dataset.read(silent))
    values = source.dataset.read(silent)
    address = source.attributes.get("categories")
    if type(address) is int and values.dtype.kind in "iu":  # before 0.8: a reference to the categories
        return category(name, values, Hdf5Object(source.file, address).dataset.read(silent))
    return column_from_array(name, values)


def _old_column(name: str, values: NDArray[Any], root: Any) -> Column:
    """Before 0.7 the categories of a column stand in uns."""
    categories = root.child(f"uns/{name}_categories")
    if categories is not None and categories.is_dataset and values.dtype.kind in "iu":
        return category(name, values, categories.dataset.read(silent))
    return column_from_array("cell" if name == "index" else name, values)


def category(name: str, codes: NDArray[Any], categories: NDArray[Any]) -> Column:
    """A column of codes into categories; -1 is missing.

    Raises
    ------
    ValueError
        If a code leads out of the categories.
    """
    texts = tuple(str(each) for each in categories.tolist())
    if codes.ndim != 1 or (len(codes) and not -1 <= int(codes.min()) <= int(codes.max()) < len(texts)):
        raise ValueError("its codes lead out of its categories")
    if len(set(texts)) == len(texts) <= MOST_CATEGORIES:
        return Column(name, "category", codes.astype(np.int32), texts)
    lookup = np.array([*texts, None], dtype=object)
    return text_or_category(name, lookup[codes])


def _masked(name: str, values: NDArray[Any], mask: NDArray[Any]) -> Column:
    objects = values.astype(object)
    objects[mask.astype(bool)] = None
    return column_from_array(name, objects)
