"""What stays the same at every step, written once beside ``run.json``: columns, chosen rows, thumbnails.

A file is whole on the disk before ``run.json`` names it. A run that is gone on with keeps what it has;
what is given again has to be the same.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data.column import Column
from vectarium.data.columns import Columns, columns_from
from vectarium.data.inference import as_array
from vectarium.data.json_file import is_text
from vectarium.data.lookup import Lookup
from vectarium.data.manifest import RESERVED, RecordedColumns, RecordedEmbedding, RecordedRows, RecordedThumbnails
from vectarium.data.npy_file import map_stored, npy_blocks
from vectarium.data.parquet_columns import Field, clean_texts, read_parquet, write_parquet
from vectarium.data.png import grid_columns, png_blocks
from vectarium.data.storage import adopt_file, replace_file
from vectarium.data.stored_file import BLOCK
from vectarium.data.thumbnails import FileThumbnails, PixelThumbnails, SpriteThumbnails
from vectarium.errors import ParameterError, ShapeError

HARMLESS = re.compile(r"[^A-Za-z0-9_.\-]+")
LONGEST_STEM = 60
# Names that Windows gives to devices, whatever their ending.
DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))}
MOST_LISTED = 1 << 16


def free_stem(name: str, taken: Iterable[str]) -> str:
    """What the files of a thing are called: its name where that is harmless and free, else with a hash behind.

    >>> free_stem("encoder.weight", [])
    'encoder.weight'
    >>> free_stem("../étude", [])
    'tude-3d9985ee'
    """
    used = {each.casefold() for each in taken} | RESERVED
    plain = HARMLESS.sub("-", name)[:LONGEST_STEM].lstrip("-.").rstrip("-.")
    free = plain.casefold() not in used and plain.split(".")[0].casefold() not in DEVICES
    if plain and plain == name and free:
        return plain
    seed = name
    while True:
        digest = hashlib.sha256(seed.encode("utf-8", "surrogatepass")).hexdigest()[:8]
        stem = f"{plain}-{digest}" if plain and plain.split(".")[0].casefold() not in DEVICES else f"embedding-{digest}"
        if stem.casefold() not in used:
            return stem
        seed += "'"


def check_same(old: RecordedEmbedding, new: RecordedEmbedding) -> None:
    """Raise ParameterError unless an embedding is what the run already records under its name."""
    for what, was, now in (
        ("kind", old.kind, new.kind),
        ("shape (n, d)", old.shape, new.shape),
        ("dtype", old.dtype, new.dtype),
    ):
        if was != now:
            raise ParameterError(
                f"The run already records {old.name!r} with the {what} {was}; now it is {now}. "
                "Give it another name, or record into another folder."
            )


class PartsWriter:
    """Writes the parts of one embedding.

    Parameters
    ----------
    root
        The run's folder.
    embedding
        What is recorded so far; :attr:`embedding` has the new parts after they were written.
    """

    def __init__(self, root: Path, embedding: RecordedEmbedding) -> None:
        self.root = root
        self.embedding = embedding

    def add_columns(self, given: Any) -> None:
        """Write columns, in any form that has a value for each point."""
        old, n = self.embedding.columns, self.embedding.n
        columns = columns_from(given, n)
        if not columns:
            return
        if old is None:
            made = write_columns(self.root, "columns", self.embedding.file, columns)
            self.embedding = replace(self.embedding, columns=made)
            return
        recorded = read_parquet(old.stored.prove(self.root), old.fields, n)
        told = difference(recorded, columns)
        if told:
            raise ParameterError(
                f"The run already has other columns of {self.embedding.name!r}: {told}. Leave columns out to go on with "
                "those, or record into another folder."
            )

    def add_rows(self, given: Any, table_size: int | None) -> None:
        """Write which rows of a larger table were chosen, ``(n,)``."""
        if given is None:
            return
        rows = chosen_rows(self.embedding.name, given, self.embedding.n, table_size)
        old = self.embedding.rows
        if old is None:
            path = f"rows/{self.embedding.file}.npy"
            (self.root / "rows").mkdir(exist_ok=True)
            stored = replace_file(self.root / path, npy_blocks(rows), path)
            self.embedding = replace(self.embedding, rows=RecordedRows(stored, table_size))
        elif not np.array_equal(map_stored(self.root, old.stored, "<i8", (self.embedding.n,)), rows):
            raise ParameterError(
                f"The run records other rows of {self.embedding.name!r}. Choose the same, or record into another folder."
            )

    def add_thumbnails(self, given: Any) -> None:
        """Write thumbnails as one sprite."""
        if given is None:
            return
        (self.root / "thumbnails").mkdir(exist_ok=True)
        made = self._sprite(given)
        old = self.embedding.thumbnails
        if old is None:
            self.embedding = replace(self.embedding, thumbnails=made)
        elif (old.width, old.height, old.count) != (made.width, made.height, made.count):
            raise ParameterError(
                f"The run has {old.count:,} thumbnails of {old.width} × {old.height} pixels for {self.embedding.name!r}; "
                f"now there are {made.count:,} of {made.width} × {made.height}."
            )
        else:
            self.embedding = replace(self.embedding, thumbnails=made)

    def add_lookup(self, given: Lookup | None) -> None:
        """Say how texts become rows, after the columns and the rows."""
        if given is None:
            return
        self.embedding = replace(self.embedding, lookup=given)
        known = () if self.embedding.columns is None else self.embedding.columns.fields
        fault = given.fault_of_column({name: kind for name, kind, _ in known}) or given.fault(self.embedding.size)
        if fault:
            raise ParameterError(f"In the lookup of {self.embedding.name!r} {fault}.")

    def _sprite(self, given: Any) -> RecordedThumbnails:
        path, n = f"thumbnails/{self.embedding.file}.png", self.embedding.n
        if isinstance(given, FileThumbnails):
            raise ParameterError(
                "A run stores thumbnails as pixels: give a uint8 array (n, height, width[, channels])."
            )
        if isinstance(given, SpriteThumbnails):
            with given.path.open("rb") as file:
                stored = replace_file(self.root / path, iter(lambda: file.read(BLOCK), b""), path)
            return RecordedThumbnails(stored, *given.size, given.columns, min(n, given.count))
        images = given if isinstance(given, PixelThumbnails) else PixelThumbnails(as_array(given))
        if len(images) != n:
            raise ShapeError(f"There are {len(images):,} thumbnails for the {n:,} points of {self.embedding.name!r}.")
        stored = replace_file(self.root / path, png_blocks(images.pixels), path)
        return RecordedThumbnails(stored, *images.size, grid_columns(n), n)


def write_columns(root: Path, folder: str, stem: str, columns: Columns) -> RecordedColumns:
    """Write columns as a Parquet file of the run.

    Raises
    ------
    ParameterError
        If one has a name that cannot be written down.
    OSError
        If the disk does not take it.
    """
    fields = tuple(field_of(each) for each in columns.values())
    (root / folder).mkdir(exist_ok=True)
    beside = root / folder / f".writing-{stem}.parquet"
    beside.unlink(missing_ok=True)
    try:
        write_parquet(beside, columns)
        path = f"{folder}/{stem}.parquet"
        return RecordedColumns(adopt_file(beside, root / path, path), fields)
    finally:
        beside.unlink(missing_ok=True)


def field_of(column: Column) -> Field:
    """Name, kind and, where there are not too many, categories of a column."""
    if not is_text(column.name):
        raise ParameterError(f"A column cannot be called {column.name!r:.80}.")
    listed = (
        column.kind == "category" and len(column.categories) <= MOST_LISTED and all(map(is_text, column.categories))
    )
    return column.name, column.kind, column.categories if listed else None


def chosen_rows(name: str, given: Any, n: int, table_size: int | None) -> NDArray[np.int64]:
    """Row numbers as they are stored.

    Raises
    ------
    ParameterError
        If they are not ``n`` distinct rows of the table.
    """
    array = np.asarray(given if isinstance(given, (list, tuple, range)) else as_array(given))
    if array.shape != (n,) or array.dtype.kind not in "iu":
        raise ParameterError(
            f"rows of {name!r} have shape {array.shape}, {array.dtype}; {n:,} whole numbers are needed."
        )
    rows = array.astype("<i8")
    last = None if table_size is None else int(table_size) - 1
    if rows.min() < 0 or (last is not None and rows.max() > last):
        raise ParameterError(
            f"rows of {name!r} go from {rows.min():,} to {rows.max():,}; the table has {table_size} rows."
        )
    if len(np.unique(rows)) < n:
        raise ParameterError(f"rows of {name!r} hold some row twice; each can be chosen once.")
    return rows


def difference(old: Columns, new: Columns) -> str:
    """Where columns differ, in words; empty where they do not."""
    if list(old) != list(new):
        return f"they are {', '.join(map(repr, old))}, not {', '.join(map(repr, new))}"
    for name, column in new.items():
        row = _first_difference(old[name], column)
        if row is not None:
            return f"row {row:,} of {name!r} is {old[name][row]!r}, not {column[row]!r}"
    return ""


def _first_difference(old: Column, new: Column) -> int | None:
    worded = {"text", "category"}
    if old.kind in worded and new.kind in worded:
        unequal = np.asarray(old.texts() != clean_texts(new.texts()), bool)
    elif old.kind != new.kind:
        return 0
    else:
        unequal = (old.missing != new.missing) | (~old.missing & (old.values != new.values))
    return int(np.argmax(unequal)) if unequal.any() else None


def listed_stems(names: Sequence[str]) -> list[str]:
    """The stems of several names at once, each its own."""
    stems = list[str]()
    for name in names:
        stems.append(free_stem(name, stems))
    return stems
