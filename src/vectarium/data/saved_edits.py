"""What a person added to data, kept beside it: ``NAME.vectarium/``, never in it.

::

    words.tsv.vectarium/
      edits.json        what is kept, of which data, and in which file
      columns.parquet   one row a point: tagged columns, then named selections as true and false

Tables are written before the description that names them, under a name that the old description does not: a crash at
any byte leaves the old or the new. An entry belongs to data of the same number of points and the same fingerprint;
where the numbers of the vectors changed, its points are found again by a column whose values are all different.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections.abc import Container, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data.column import Column
from vectarium.data.columns import Columns
from vectarium.data.embedding import Embedding
from vectarium.data.json_file import Fields, read_json, to_json
from vectarium.data.parquet_columns import Field, read_parquet, write_parquet
from vectarium.data.storage import adopt_file, replace_file
from vectarium.data.stored_file import NAME
from vectarium.errors import FormatError

FORMAT, VERSION = "vectarium edits", 1
FILE = "edits.json"
KINDS = ("text", "category", "integer", "number", "boolean", "time")
# So many rows, spread over all, tell data apart.
SAMPLED = 2000
MOST_POINTS = 1 << 48

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class NamedSelection:
    """Points that a person gave a name.

    Parameters
    ----------
    id
        What tells it from others, whatever it is called.
    name
        What it is called.
    color
        A place in the palette of categories.
    mask
        Boolean array ``(n,)``, True for its points.
    """

    id: str
    name: str
    color: int
    mask: Mask

    @cached_property
    def count(self) -> int:
        """How many points it has."""
        return int(np.count_nonzero(self.mask))


@dataclass(frozen=True)
class Edits:
    """What a person added to one embedding: columns that are new or have other values, and named selections."""

    columns: Columns
    selections: tuple[NamedSelection, ...] = ()

    def __bool__(self) -> bool:
        return bool(len(self.columns) or self.selections)


@dataclass(frozen=True)
class Entry:
    """The edits of one embedding as ``edits.json`` describes them."""

    name: str
    n: int
    fingerprint: str
    key: str
    table: str
    fields: tuple[Field, ...]
    selections: tuple[tuple[str, str, int], ...]

    def to_json(self) -> dict[str, Any]:
        """As the file holds it."""
        return {
            "embedding": self.name,
            "n": self.n,
            "fingerprint": self.fingerprint,
            "key": self.key,
            "table": self.table,
            "columns": [
                {"name": name, "kind": kind} | ({} if categories is None else {"categories": list(categories)})
                for name, kind, categories in self.fields
            ],
            "selections": [{"id": id_, "name": name, "color": color} for id_, name, color in self.selections],
        }


@dataclass
class SavedEdits:
    """The folder of edits of what was opened at one path.

    Parameters
    ----------
    folder
        Where it is, or will be.
    entries
        What it describes.
    """

    folder: Path
    entries: list[Entry] = field(default_factory=list[Entry])

    @classmethod
    def read(cls, folder: Path) -> SavedEdits:
        """What a folder describes; nothing where there is none.

        Raises
        ------
        FormatError
            If its description is damaged.
        """
        path = folder / FILE
        if not path.is_file():
            return cls(folder)
        fields = read_json(path)
        if fields.text("format") != FORMAT or fields.integer("version", 1, 1 << 30) > VERSION:
            raise FormatError("These edits were kept by a newer Vectarium; this one leaves them as they are.", path)
        return cls(folder, [_entry(each) for each in fields.parts("embeddings")])

    def of(self, embedding: Embedding) -> Entry | None:
        """The entry for an embedding, or None: the same data, or else the same name and points that can be found."""
        if not self.entries:
            return None
        mark = fingerprint(embedding)
        for each in self.entries:
            if each.n == len(embedding) and each.fingerprint == mark:
                return each
        return next((each for each in self.entries if each.name == embedding.name), None)

    def load(self, entry: Entry, embedding: Embedding) -> tuple[Edits, int]:
        """The edits that an entry describes, and how many points they were found for.

        Raises
        ------
        FormatError
            If the table is not what the description says, or belongs to other data.
        """
        path = self.folder / entry.table
        flags: list[Field] = [(f"\0{place}", "boolean", None) for place in range(len(entry.selections))]
        found = list(read_parquet(path, [*entry.fields, *flags], entry.n).values())
        columns, masks = found[: len(entry.fields)], found[len(entry.fields) :]
        selections = [
            NamedSelection(id_, name, color, mask.values & ~mask.missing)
            for (id_, name, color), mask in zip(entry.selections, masks, strict=True)
        ]
        keys, columns = (columns[0], columns[1:]) if entry.key else (None, columns)
        edits = Edits(Columns(columns, n=entry.n), tuple(selections))
        if entry.n == len(embedding) and entry.fingerprint == fingerprint(embedding):
            return edits, entry.n
        return _found_again(entry, keys, edits, embedding, self.folder / FILE)

    def save(self, embedding: Embedding, edits: Edits) -> None:
        """Keep the edits of an embedding, in place of those that were kept before.

        Raises
        ------
        OSError
            If the disk does not take them.
        """
        mark = fingerprint(embedding)
        old = next((e for e in self.entries if (e.n, e.fingerprint) == (len(embedding), mark)), None)
        others = [each for each in self.entries if each is not old]
        if not edits:
            self._describe(others)
            return
        key = key_column(embedding, edits.columns)
        kept = Columns([*([key] if key else []), *edits.columns.values()], n=len(embedding))
        fields: tuple[Field, ...] = tuple((each.name, each.kind, each.categories or None) for each in kept.values())
        marks = tuple((each.id, each.name, each.color) for each in edits.selections)
        table = self._unused_table([each.table for each in self.entries])
        self.folder.mkdir(parents=True, exist_ok=True)
        self._write_table(table, kept, edits.selections)
        entry = Entry(embedding.name, len(embedding), mark, key.name if key else "", table, fields, marks)
        self._describe([*others, entry])

    def _describe(self, entries: Sequence[Entry]) -> None:
        if not entries and not self.folder.is_dir():
            return
        described = {"format": FORMAT, "version": VERSION, "embeddings": [each.to_json() for each in entries]}
        replace_file(self.folder / FILE, [to_json(described)], FILE)
        gone = {each.table for each in self.entries} - {each.table for each in entries}
        self.entries = list(entries)
        for table in gone:
            with contextlib.suppress(OSError):
                (self.folder / table).unlink()

    def _write_table(self, table: str, columns: Columns, selections: Sequence[NamedSelection]) -> None:
        flags = [Column(f"selection {each.name}", "boolean", each.mask) for each in selections]
        beside = self.folder / f".writing-{table}"
        beside.unlink(missing_ok=True)
        try:
            write_parquet(beside, columns.joined(flags))
            adopt_file(beside, self.folder / table, table)
        except BaseException:
            with contextlib.suppress(OSError):
                beside.unlink(missing_ok=True)
            raise

    def _unused_table(self, taken: Sequence[str]) -> str:
        number = 1
        while (name := "columns.parquet" if number == 1 else f"columns-{number}.parquet") in taken:
            number += 1
        return name


def fingerprint(embedding: Embedding) -> str:
    """What tells data from other data of as many points: its vectors; of what is recorded while they change, its names."""
    n, d = embedding.shape
    rows = np.unique(np.linspace(0, max(0, n - 1), min(n, SAMPLED)).astype(np.intp))
    digest = hashlib.blake2b(f"{n} {d}".encode(), digest_size=16)
    if embedding.recorded is None:
        digest.update(np.ascontiguousarray(embedding.vectors[rows]).data.cast("B"))
        return digest.hexdigest()
    for column in embedding.columns.values():
        if column.name not in embedding.recorded.changing and column.kind in ("text", "category"):
            digest.update("\0".join(str(text) for text in column.take(rows).texts()).encode("utf-8", "replace"))
    return digest.hexdigest()


def key_column(embedding: Embedding, edited: Container[str] = ()) -> Column | None:
    """The first column, none of those edited, whose values are all there and all different: points are found by it."""
    changing = frozenset[str]() if embedding.recorded is None else embedding.recorded.changing
    for column in embedding.columns.values():
        named = column.kind in ("text", "integer") and column.name not in changing and column.name not in edited
        if named and not column.missing.any() and len(set(column.values.tolist())) == len(column):
            return column
    return None


def _entry(fields: Fields) -> Entry:
    table = fields.text("table")
    if not re.fullmatch(NAME, table) or table.endswith("."):
        raise fields.wrong("table", "a plain name inside of the folder")
    columns: list[Field] = []
    for each in fields.parts("columns"):
        kind = each.text("kind")
        if kind not in KINDS:
            raise each.wrong("kind", f"one of {', '.join(KINDS)}")
        columns.append((each.text("name"), kind, each.texts("categories") if kind == "category" else None))
    selections = [
        (each.text("id"), each.text("name"), each.integer("color", 0, 1 << 20)) for each in fields.parts("selections")
    ]
    key = fields.text("key", "")
    if key and (not columns or columns[0][0] != key):
        raise fields.wrong("key", "the name of the first column")
    n = fields.integer("n", 0, MOST_POINTS)
    name, mark = fields.text("embedding"), fields.text("fingerprint")
    return Entry(name, n, mark, key, table, tuple(columns), tuple(selections))


def _found_again(
    entry: Entry, keys: Column | None, edits: Edits, embedding: Embedding, path: Path
) -> tuple[Edits, int]:
    """The edits for data that changed: each point by its value in the key column."""
    here = embedding.columns.get(entry.key)
    if keys is None or here is None or here.kind != keys.kind:
        raise FormatError(
            f"These edits belong to other data: {entry.n:,} points, and no column says which of them are among the "
            f"{len(embedding):,} here. They are left as they are.",
            path,
        )
    places = {value: row for row, value in enumerate(keys)}
    rows = np.array([places.get(value, -1) for value in here], np.intp)
    there = rows >= 0
    if not there.any():
        raise FormatError(
            f"None of the points of these edits is here, by {entry.key!r}. They are left as they are.", path
        )
    moved = [_moved(column, rows, there) for column in edits.columns.values()]
    marked = [replace(each, mask=there & each.mask[rows]) for each in edits.selections]
    return Edits(Columns(moved, n=len(embedding)), tuple(marked)), int(there.sum())


def _moved(column: Column, rows: NDArray[np.intp], there: Mask) -> Column:
    taken = column.take(np.where(there, rows, 0))
    values, mask = taken.values.copy(), taken.mask
    if column.kind == "category":
        values[~there] = -1
    elif column.kind == "text":
        values[~there] = None
    elif column.kind in ("number", "time"):
        values[~there] = np.nan if column.kind == "number" else np.datetime64("NaT")
    else:
        mask = taken.missing | ~there
    return Column(column.name, column.kind, values, column.categories, mask)
