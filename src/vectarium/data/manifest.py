"""What ``run.json`` says: which run this is, and what its snapshots hold. Written by one writer, read by anybody.

``spec/run-format.md`` is the format. Fields that are not known are ignored; a version that is not
known is refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast, get_args

from vectarium.data.column import Kind
from vectarium.data.json_file import Fields, read_json
from vectarium.data.lookup import LONGEST, SIDES, Lookup
from vectarium.data.parquet_columns import Field
from vectarium.data.stored_file import NAME, StoredFile
from vectarium.errors import FormatError

FORMAT = "vectarium.run"
VERSION = 1
FILE = "run.json"
RESERVED = frozenset({"predictions", "boundary", "snapshot"})
STEM = re.compile(NAME)
LONGEST_STEM = 100
MOST = 1 << 40

RecordedKind = Literal["weights", "activations"]
RecordedDtype = Literal["float32", "float16"]


@dataclass(frozen=True)
class RecordedColumns:
    """Columns that stay the same in all snapshots: the file, and name, kind and categories of each."""

    stored: StoredFile
    fields: tuple[Field, ...]

    def to_json(self) -> dict[str, Any]:
        """As it stands in run.json."""
        return {
            "path": self.stored.path,
            **self.stored.to_json(),
            "fields": [field_to_json(*each) for each in self.fields],
        }


@dataclass(frozen=True)
class RecordedRows:
    """Which rows of a larger table were chosen: the file ``(n,)`` int64, and how many the table has."""

    stored: StoredFile
    table_size: int | None

    def to_json(self) -> dict[str, Any]:
        """As it stands in run.json."""
        return {"path": self.stored.path, **self.stored.to_json(), "table_size": self.table_size}


@dataclass(frozen=True)
class RecordedThumbnails:
    """A sprite: the file, the size of a thumbnail, how many stand in a row, and how many there are."""

    stored: StoredFile
    width: int
    height: int
    columns: int
    count: int

    def to_json(self) -> dict[str, Any]:
        """As it stands in run.json."""
        grid = {"width": self.width, "height": self.height, "columns": self.columns, "count": self.count}
        return {"path": self.stored.path, **self.stored.to_json(), **grid}


@dataclass(frozen=True)
class RecordedEmbedding:
    """One embedding of a run: what is the same at every step.

    Parameters
    ----------
    name
        What it is called: the layer's name.
    file
        What its files are called: harmless letters.
    kind
        ``"weights"``: rows of a table. ``"activations"``: what a layer makes of the probe.
    n, d
        Number of points and of dimensions.
    dtype
        What the numbers are stored as.
    space
        One sentence on what the numbers are; may be empty.
    aliases
        Other names of the same numbers, such as tied weights.
    columns, rows, thumbnails
        What is known of each point, None where nothing is.
    lookup
        How texts become rows of the table, None where nobody said.
    """

    name: str
    file: str
    kind: RecordedKind
    n: int
    d: int
    dtype: RecordedDtype
    space: str = ""
    aliases: tuple[str, ...] = ()
    columns: RecordedColumns | None = None
    rows: RecordedRows | None = None
    thumbnails: RecordedThumbnails | None = None
    lookup: Lookup | None = None

    @property
    def size(self) -> int:
        """How many rows the table has, as far as is known: all of them, or more than were chosen."""
        if self.rows is None:
            return self.n
        return MOST if self.rows.table_size is None else self.rows.table_size

    @property
    def shape(self) -> tuple[int, int]:
        """``(n, d)``."""
        return self.n, self.d

    @property
    def code(self) -> str:
        """NumPy's code of the stored numbers: ``"<f4"`` or ``"<f2"``."""
        return "<f4" if self.dtype == "float32" else "<f2"

    def to_json(self) -> dict[str, Any]:
        """As it stands in run.json."""
        return {
            "name": self.name,
            "file": self.file,
            "kind": self.kind,
            "shape": [self.n, self.d],
            "dtype": self.dtype,
            "space": self.space,
            "aliases": list(self.aliases),
            "columns": None if self.columns is None else self.columns.to_json(),
            "rows": None if self.rows is None else self.rows.to_json(),
            "thumbnails": None if self.thumbnails is None else self.thumbnails.to_json(),
            "lookup": None if self.lookup is None else self.lookup.to_json(),
        }


@dataclass(frozen=True)
class RecordedInput:
    """One array of the probe."""

    name: str
    stored: StoredFile
    dtype: str
    shape: tuple[int, ...]


@dataclass(frozen=True)
class ProbeEntry:
    """The probe as run.json has it: number of examples, a hash of all of it, its arrays and columns."""

    n: int
    sha256: str
    description: str
    classes: tuple[str, ...]
    inputs: tuple[RecordedInput, ...]
    columns: RecordedColumns | None

    def to_json(self) -> dict[str, Any]:
        """As it stands in run.json."""
        return {
            "n": self.n,
            "sha256": self.sha256,
            "description": self.description,
            "classes": list(self.classes),
            "inputs": [
                {"name": each.name, "path": each.stored.path, "dtype": each.dtype, "shape": list(each.shape)}
                | each.stored.to_json()
                for each in self.inputs
            ],
            "columns": None if self.columns is None else self.columns.to_json(),
        }


@dataclass(frozen=True)
class Manifest:
    """All of run.json.

    Parameters
    ----------
    identity
        32 hexadecimal digits that no other run has.
    name
        What the collection is called.
    created
        When, ISO 8601 in UTC.
    writer
        By what: ``"vectarium 0.1.0"``.
    embeddings
        In the order in which they were added.
    probe
        None where there is none.
    """

    identity: str
    name: str
    created: str
    writer: str
    embeddings: tuple[RecordedEmbedding, ...] = ()
    probe: ProbeEntry | None = None

    def to_json(self) -> dict[str, Any]:
        """As it stands in the file."""
        return {
            "format": FORMAT,
            "version": VERSION,
            "id": self.identity,
            "name": self.name,
            "created": self.created,
            "writer": self.writer,
            "embeddings": [each.to_json() for each in self.embeddings],
            "probe": None if self.probe is None else self.probe.to_json(),
        }


def read_manifest(root: Path) -> Manifest:
    """Read and check ``run.json``.

    Raises
    ------
    FormatError
        If it is none, of a version that is not known, or says what cannot be.
    """
    path = root / FILE
    if path.is_symlink() or not path.is_file():
        raise FormatError(f"There is no plain file {FILE} in this folder, so it is no run.", root)
    fields = read_json(path)
    if fields.values.get("format") != FORMAT:
        raise fields.wrong("format", repr(FORMAT))
    version = fields.integer("version", 1, MOST)
    if version > VERSION:
        raise FormatError(
            f"This run is of version {version}; this Vectarium reads version {VERSION}. "
            "Get a newer one: pip install --upgrade vectarium.",
            path,
        )
    embeddings = tuple(_embedding(each) for each in fields.parts("embeddings"))
    _check_unique([each.name for each in embeddings], "embeddings are called", path)
    _check_unique([each.file.casefold() for each in embeddings], "embeddings have the file", path)
    return Manifest(
        fields.text("id"),
        fields.text("name"),
        fields.text("created", ""),
        fields.text("writer", ""),
        embeddings,
        _probe(fields.part("probe")) if fields.has("probe") else None,
    )


def _check_unique(names: Sequence[str], what: str, path: Path) -> None:
    seen = set[str]()
    for name in names:
        if name in seen:
            raise FormatError(f"Two {what} {name!r}, so it is unclear which is meant.", path)
        seen.add(name)


def _embedding(fields: Fields) -> RecordedEmbedding:
    name = fields.text("name")
    fields = Fields(fields.values, fields.path, f"The embedding {name!r}")
    file = fields.text("file")
    if not STEM.fullmatch(file) or len(file) > LONGEST_STEM or file.casefold() in RESERVED:
        raise fields.wrong("file", "a plain name of letters, digits, '_', '-' and '.'")
    n, d = _shape(fields, 2)
    made = RecordedEmbedding(
        name,
        file,
        cast("RecordedKind", _choice(fields, "kind", get_args(RecordedKind))),
        n,
        d,
        cast("RecordedDtype", _choice(fields, "dtype", get_args(RecordedDtype))),
        fields.text("space", ""),
        fields.texts("aliases"),
        _columns(fields.part("columns")) if fields.has("columns") else None,
        _rows(fields.part("rows")) if fields.has("rows") else None,
        _thumbnails(fields.part("thumbnails"), n) if fields.has("thumbnails") else None,
        _lookup(fields.part("lookup")) if fields.has("lookup") else None,
    )
    fault = "" if made.lookup is None else made.lookup.fault(made.size)
    if fault:
        raise FormatError(f"{fields.what}: in 'lookup' {fault}.", fields.path)
    return made


def _lookup(fields: Fields) -> Lookup:
    def row(name: str) -> int | None:
        return fields.integer(name, 0, MOST) if fields.has(name) else None

    def side(name: str) -> Any:
        return _choice(fields, name, SIDES) if fields.has(name) else None

    return Lookup(
        fields.text("column"),
        fields.integer("length", 1, LONGEST) if fields.has("length") else None,
        row("padding"),
        row("unknown"),
        row("start"),
        row("end"),
        side("padding_side"),
        side("truncation_side"),
        fields.boolean("mask") if fields.has("mask") else None,
    )


def _choice(fields: Fields, name: str, allowed: Sequence[str]) -> str:
    value = fields.text(name)
    if value not in allowed:
        raise fields.wrong(name, " or ".join(map(repr, allowed)))
    return value


def _shape(fields: Fields, dimensions: int | None) -> tuple[int, ...]:
    shape: Any = fields.values.get("shape")
    listed = cast("list[Any]", shape) if isinstance(shape, list) else []
    fits = 1 <= len(listed) <= 32 if dimensions is None else len(listed) == dimensions
    if not fits or not all(type(size) is int and 1 <= size <= MOST for size in listed):
        raise fields.wrong("shape", f"a list of sizes from 1 to {MOST:,}")
    return tuple(listed)


def _columns(fields: Fields) -> RecordedColumns:
    named = tuple(field_from_json(each) for each in fields.parts("fields"))
    _check_unique([name for name, _, _ in named], "columns are called", fields.path)
    return RecordedColumns(StoredFile.read(fields.text("path"), fields), named)


def field_to_json(name: str, kind: Kind, categories: tuple[str, ...] | None) -> dict[str, Any]:
    """Name, kind and categories of a column as they stand in a description."""
    return {"name": name, "kind": kind} | ({} if categories is None else {"categories": list(categories)})


def field_from_json(fields: Fields) -> Field:
    """Name, kind and categories of a column."""
    kind = cast("Kind", _choice(fields, "kind", get_args(Kind)))
    categories = fields.texts("categories") if kind == "category" and fields.has("categories") else None
    if categories is not None and len(set(categories)) < len(categories):
        raise fields.wrong("categories", "a list of distinct texts")
    return fields.text("name"), kind, categories


def _rows(fields: Fields) -> RecordedRows:
    size = fields.integer("table_size", 1, MOST) if fields.has("table_size") else None
    return RecordedRows(StoredFile.read(fields.text("path"), fields), size)


def _thumbnails(fields: Fields, n: int) -> RecordedThumbnails:
    return RecordedThumbnails(
        StoredFile.read(fields.text("path"), fields),
        fields.integer("width", 1, 1 << 16),
        fields.integer("height", 1, 1 << 16),
        fields.integer("columns", 1, MOST),
        fields.integer("count", 1, n),
    )


def _probe(fields: Fields) -> ProbeEntry:
    inputs = tuple(_input(each) for each in fields.parts("inputs"))
    _check_unique([each.name for each in inputs], "inputs of the probe are called", fields.path)
    return ProbeEntry(
        fields.integer("n", 1, MOST),
        fields.text("sha256"),
        fields.text("description", ""),
        fields.texts("classes"),
        inputs,
        _columns(fields.part("columns")) if fields.has("columns") else None,
    )


def _input(fields: Fields) -> RecordedInput:
    dtype = fields.text("dtype")
    if not re.fullmatch(r"\|[biu]1|<[iu][248]|<f[248]", dtype):
        raise fields.wrong("dtype", "a code of NumPy for plain numbers, such as '<f4'")
    stored = StoredFile.read(fields.text("path"), fields)
    return RecordedInput(fields.text("name"), stored, dtype, _shape(fields, None))
