"""Arrow IPC: Feather files, streams, and the folders that Hugging Face's ``datasets`` writes.

A schema, dictionaries and record batches follow each other as messages, in a file with ``ARROW1`` at both
ends or as a bare stream. They are read without pyarrow; buffers are plain, or packed by LZ4 or Zstandard.
https://arrow.apache.org/docs/format/Columnar.html#serialization-and-interprocess-communication-ipc
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Collection, Note
from vectarium.data.memory import check_memory
from vectarium.errors import FormatError, TruncatedFileError
from vectarium.formats.arrow_columns import DATE, ArrowBatch, ArrowField, ArrowValues, parse_field
from vectarium.formats.belonging import parts_of_dataset
from vectarium.formats.flatbuffer import FlatTable, root_table
from vectarium.formats.lz4 import unpack_lz4
from vectarium.formats.mapped import map_bytes
from vectarium.formats.model_readers import ARROW_MAGIC, GOES_ON
from vectarium.formats.numbers import with_nonfinite_note
from vectarium.formats.reader import Progress, part
from vectarium.formats.table import Table, embeddings_from_table
from vectarium.formats.within import locate
from vectarium.formats.zstd import unpack_zstd

SCHEMA, DICTIONARY, BATCH = 1, 2, 3
MOST_PACKED = 1100  # LZ4 packs at most 255 times, Zstandard seldom more


class ArrowFile:
    """All columns of one file, batch by batch.

    Parameters
    ----------
    path
        The file.
    progress
        Told meanwhile.
    """

    def __init__(self, path: Path, progress: Progress) -> None:
        self.path = path
        self.fields: list[ArrowField] = []
        self.labels: dict[str, list[str]] = {}
        self.parts: list[list[ArrowValues | None]] = []
        self.dictionaries: dict[int, NDArray[Any]] = {}
        self.data = memoryview(map_bytes(path))
        self.budget = MOST_PACKED * len(self.data)
        try:
            for position, kind, header, body in self._messages():
                self._take(kind, header, body)
                progress(position / len(self.data), f"reading {path.name}")
        except (ValueError, StopIteration, IndexError, TypeError, OverflowError, MemoryError) as error:
            if isinstance(error, FormatError):
                raise
            raise FormatError(f"The Arrow file is damaged ({error or 'a buffer is missing'}).", path) from None
        if not self.fields:
            raise FormatError("The Arrow file has no schema, or no columns.", path)

    def _messages(self) -> Iterator[tuple[int, int, FlatTable, memoryview]]:
        """Each message: how far, of which kind, its header and its body."""
        end = len(self.data)
        if bytes(self.data[:6]) == ARROW_MAGIC and bytes(self.data[-6:]) == ARROW_MAGIC:
            yield from self._listed(end - 10)
            return
        position = 8 if bytes(self.data[:6]) == ARROW_MAGIC else 0
        while position + 8 <= end:
            found = self._message(position)
            if found is None:
                return
            yield found
            position = found[0]

    def _listed(self, end: int) -> Iterator[tuple[int, int, FlatTable, memoryview]]:
        """The messages that the list at the end of a file names; some writers leave no other way to find them."""
        size = int.from_bytes(self.data[end : end + 4], "little")
        if size > end - 8:
            raise TruncatedFileError(f"The list at its end promises {size:,} bytes; copy the file again.", self.path)
        footer = root_table(self.data[end - size : end], self.path)
        schema = footer.table(1)
        if schema is not None:
            yield 0, SCHEMA, schema, self.data[:0]
        seen: set[int] = set()
        for field in (2, 3):  # dictionaries, batches
            for place, _, _ in footer.structs(field, "<qi4xq"):
                if place in seen:
                    raise FormatError("The list at its end names a batch twice; the file is damaged.", self.path)
                seen.add(place)
                found = self._message(place)
                if found is not None:
                    yield found

    def _message(self, position: int) -> tuple[int, int, FlatTable, memoryview] | None:
        """The message at a place, None where the end is marked; where it ends comes first."""
        data, end = self.data, len(self.data)
        if not 0 <= position <= end - 8:
            raise TruncatedFileError("The Arrow file names a message that is not in it; copy it again.", self.path)
        if bytes(data[position : position + 4]) == GOES_ON:
            position += 4
        length = int.from_bytes(data[position : position + 4], "little")
        position += 4
        if length == 0:
            return None
        if length > end - position:
            raise TruncatedFileError("The Arrow file ends in the middle of a message; copy it again.", self.path)
        message = root_table(data[position : position + length], self.path)
        header, size = message.table(2), message.number(3, "<q")
        position += length
        if header is None or not 0 <= size <= end - position:
            raise TruncatedFileError("The Arrow file ends in the middle of a batch; copy it again.", self.path)
        return position + size, message.number(1, "<B"), header, data[position : position + size]

    def _take(self, kind: int, header: FlatTable, body: memoryview) -> None:
        if kind == SCHEMA and not self.fields:
            if header.number(0, "<h"):
                raise FormatError("The Arrow file is big-endian, which is not read.", self.path)
            self.fields = [parse_field(each) for each in header.tables(1)]
            self.labels = _class_labels(header)
        elif kind == DICTIONARY:
            self._take_dictionary(header, body)
        elif kind == BATCH:
            batch = self._batch(header, body)
            self.parts.append([batch.column(field) for field in self.fields])

    def _batch(self, header: FlatTable, body: memoryview) -> ArrowBatch:
        compression = header.table(3)
        codec = None if compression is None else compression.number(0, "<b")
        buffers = (self._buffer(body, place, size, codec) for place, size in header.structs(2, "<qq"))
        return ArrowBatch(header.structs(1, "<qq"), buffers, header.structs(4, "<q"), self.dictionaries)

    def _buffer(self, body: memoryview, place: int, size: int, codec: int | None) -> bytes | memoryview:
        if place < 0 or size < 0 or place + size > len(body):
            raise TruncatedFileError("A buffer in it leads out of its batch; the file is damaged.", self.path)
        raw = body[place : place + size]
        if codec is None or size < 8:
            return raw
        length = int.from_bytes(raw[:8], "little", signed=True)
        if length == -1:
            return raw[8:]
        self.budget -= length
        if not 0 <= length <= MOST_PACKED * size or self.budget < 0:
            raise FormatError(f"A buffer in it promises {length:,} bytes out of {size:,}.", self.path)
        if codec == 0:
            return unpack_lz4(bytes(raw[8:]), length)
        unpacked = unpack_zstd(bytes(raw[8:]), length) if length else b""
        if len(unpacked) != length:
            raise FormatError(
                f"A buffer in it holds {len(unpacked):,} bytes, not {length:,}; it is damaged.", self.path
            )
        return unpacked

    def _take_dictionary(self, header: FlatTable, body: memoryview) -> None:
        number, data = header.number(0, "<q"), header.table(1)
        field = next((each for each in _all_fields(self.fields) if each.dictionary == number), None)
        if field is None or data is None:
            return
        plain = ArrowField(field.name, field.kind, field.dtype, field.width, field.children)
        found = self._batch(data, body).column(plain)
        if found is None or found.values.ndim != 1:
            return
        words = _with_missing(found)
        before = self.dictionaries.get(number)
        self.dictionaries[number] = (
            np.concatenate([before, words]) if before is not None and header.number(2, "<B") else words
        )


def _all_fields(fields: Sequence[ArrowField]) -> Iterator[ArrowField]:
    for field in fields:
        yield field
        yield from _all_fields(field.children)


def _class_labels(schema: FlatTable) -> dict[str, list[str]]:
    """What the codes of Hugging Face's ``ClassLabel`` columns stand for."""
    for pair in schema.tables(2):
        if pair.text(0) != "huggingface":
            continue
        try:
            features = json.loads(pair.text(1))["info"]["features"]
            return {
                name: [str(each) for each in cast("list[Any]", feature["names"])]
                for name, feature in cast("dict[str, Any]", features).items()
                if feature.get("_type") == "ClassLabel"
            }
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return {}
    return {}


def _with_missing(part: ArrowValues) -> NDArray[Any]:
    """Values with None, NaN or NaT where they are missing."""
    values, valid = part.values, part.valid
    if valid is None or valid.all():
        return values
    if values.dtype.kind in "fM":
        values = values.copy()
        values[~valid] = np.nan if values.dtype.kind == "f" else np.datetime64("NaT")
        return values
    objects = values.astype(object)
    objects[~valid] = None
    return objects


def table_of(files: Sequence[ArrowFile]) -> tuple[Table, list[Note]]:
    """One table of the batches of some files, and what was left out.

    Raises
    ------
    FormatError
        If the files have other columns than the first.
    """
    first = files[0]
    names = [field.name for field in first.fields]
    if any([field.name for field in each.fields] != names for each in files):
        raise FormatError("The parts have other columns than the first one.", first.path)
    parts = [part for each in files for part in each.parts]
    left: list[str] = []
    table: Table | None = None
    for index, field in enumerate(first.fields):
        column = [part[index] for part in parts]
        values = _joined([each for each in column if each is not None], first) if None not in column else None
        if values is None or (table is not None and len(values) != table.n):
            left.append(field.name)
            continue
        table = table or Table(len(values))
        _add(table, field, values, first.labels.get(field.name))
    if table is None:
        raise FormatError(f"None of its columns can be read: {', '.join(names[:20])}.", first.path)
    told = f"Left out, as their values are neither numbers, texts, times nor lists of one length: {', '.join(left)}."
    return table, [Note(told, first.path, None, "remark")] if left else []


def _joined(parts: list[ArrowValues], file: ArrowFile) -> NDArray[Any] | None:
    arrays = [_with_missing(each) for each in parts]
    if not arrays or len({each.shape[1:] for each in arrays}) != 1:
        return None
    check_memory(sum(each.nbytes for each in arrays), "The table", file.path)
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)


def _add(table: Table, field: ArrowField, values: NDArray[Any], labels: list[str] | None) -> None:
    if values.ndim == 2:
        table.add_vectors(field.name, values)
    elif labels and values.dtype.kind in "iu":
        words = np.array([*labels, None], dtype=object)
        inside = (values >= 0) & (values < len(labels))
        table.add_values(field.name, words[np.where(inside, values, len(labels))])
    elif field.kind == DATE and values.dtype.kind in "iu":
        table.add_values(field.name, values.astype("M8[D]"))
    elif values.dtype.kind in "fiu":
        table.add_numbers(field.name, values)
    else:
        table.add_values(field.name, values)


def read_arrow(path: Path, progress: Progress) -> Collection:
    """Open a Feather file or an Arrow stream.

    Raises
    ------
    FormatError
        If it is damaged, or no column can be the vector.
    """
    return _collection(path, path.stem, [ArrowFile(path, progress)])


def read_dataset(path: Path, progress: Progress) -> Collection:
    """Open a folder that Hugging Face's ``datasets`` saved, by its ``state.json``.

    Raises
    ------
    FormatError
        If a part of it is missing or damaged.
    """
    names = parts_of_dataset(path)
    root = path.resolve().parent
    files = [
        ArrowFile(locate(name, path.parent, root, "A part of the data"), part(progress, index, len(names)))
        for index, name in enumerate(names)
    ]
    return _collection(path, path.resolve().parent.name, files)


def _collection(path: Path, name: str, files: list[ArrowFile]) -> Collection:
    table, notes = table_of(files)
    embeddings = embeddings_from_table(name, table, path, notes=notes)
    return Collection(name, [with_nonfinite_note(each) for each in embeddings])
