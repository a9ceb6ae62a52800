"""HDF5 files: groups, datasets and attributes, by name.

Only hard links are followed. Soft and external links, external storage and virtual datasets lead to
other places, and are told, not opened.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np

from vectarium.errors import FormatError
from vectarium.formats.hdf5_bytes import UNDEFINED, Cursor, Hdf5Bytes
from vectarium.formats.hdf5_dataset import Hdf5Dataset
from vectarium.formats.hdf5_types import parse_shape, parse_type
from vectarium.formats.hdf5_values import values_of

SIGNATURE = b"\x89HDF\r\n\x1a\n"
SHAPE, LINK_INFO, TYPE, LINK, EXTERNAL, LAYOUT, FILTERS, ATTRIBUTE = 0x01, 0x02, 0x03, 0x06, 0x07, 0x08, 0x0B, 0x0C
CONTINUATION, SYMBOLS, ATTRIBUTE_INFO = 0x10, 0x11, 0x15
MOST_MESSAGES, MOST_BLOCKS, MOST_NODES, MOST_OBJECTS = 1 << 16, 1 << 12, 1 << 18, 1 << 17
DEEPEST = 32
NEWER = "it is of a newer kind of HDF5 than h5py writes by itself. Copy it: h5repack IN OUT"

Message = tuple[int, memoryview]


class Hdf5Object:
    """A group or a dataset.

    Parameters
    ----------
    file
        The file's bytes.
    address
        Where its header is.
    name
        Its path in the file.
    """

    def __init__(self, file: Hdf5Bytes, address: int, name: str = "") -> None:
        self.file = file
        self.address = address
        self.name = name
        self.messages: list[Message] = list(_messages(file, address))

    def message(self, kind: int) -> memoryview | None:
        """The first message of a kind."""
        return next((data for each, data in self.messages if each == kind), None)

    @property
    def is_dataset(self) -> bool:
        """Whether it holds values."""
        return self.message(LAYOUT) is not None

    @cached_property
    def attributes(self) -> dict[str, Any]:
        """Its attributes: numbers, texts and arrays of them; those that cannot be read are left out."""
        found: dict[str, Any] = {}
        for kind, data in self.messages:
            if kind == ATTRIBUTE:
                try:
                    name, value = _attribute(self.file, data)
                except (ValueError, TypeError, OverflowError, MemoryError):
                    continue
                found[name] = value
        return found

    def text(self, name: str) -> str:
        """An attribute as text; empty where it is none."""
        value = self.attributes.get(name)
        return value if isinstance(value, str) else ""

    def texts(self, name: str) -> list[str]:
        """An attribute as a list of texts; empty where it is none."""
        value = self.attributes.get(name)
        listed = value.tolist() if isinstance(value, np.ndarray) and value.ndim == 1 else []
        return [each for each in listed if isinstance(each, str)]

    @cached_property
    def links(self) -> dict[str, int]:
        """What a group holds: names and the addresses of their headers, hard links only."""
        found: dict[str, int] = {}
        try:
            for kind, data in self.messages:
                if kind == SYMBOLS:
                    cursor = Cursor(data, self.file.path)
                    found |= _symbols(self.file, cursor.number(8), cursor.number(8))
                elif kind == LINK:
                    found |= _link(Cursor(data, self.file.path))
                elif kind == LINK_INFO and _is_dense(Cursor(data, self.file.path)):
                    raise self.file.wrong(NEWER)
        except (ValueError, OverflowError) as error:
            if isinstance(error, FormatError):
                raise
            raise self.file.wrong(f"the group {self.name!r} is damaged ({error})") from None
        return found

    def child(self, name: str) -> Hdf5Object | None:
        """What lies under a path of names; None where nothing does."""
        here = self
        for part in name.split("/"):
            if part not in here.links:
                return None
            here = Hdf5Object(here.file, here.links[part], f"{here.name}/{part}".strip("/"))
        return here

    def children(self) -> Iterator[tuple[str, Hdf5Object]]:
        """What a group holds; what is damaged is left out."""
        for name, address in self.links.items():
            try:
                yield name, Hdf5Object(self.file, address, f"{self.name}/{name}".strip("/"))
            except FormatError:
                continue

    @cached_property
    def dataset(self) -> Hdf5Dataset:
        """Its values.

        Raises
        ------
        FormatError
            If they lie in another file, or it is damaged.
        """
        shape, kind, layout = self.message(SHAPE), self.message(TYPE), self.message(LAYOUT)
        if shape is None or kind is None or layout is None:
            raise self.file.wrong(f"the dataset {self.name!r} has no shape, type or place")
        if self.message(EXTERNAL) is not None:
            raise self.file.wrong(f"the numbers of {self.name!r} lie in another file, which is not opened")
        try:
            made = parse_shape(Cursor(shape, self.file.path), 8)
            parsed = parse_type(Cursor(kind, self.file.path))
            return Hdf5Dataset(
                self.file, self.name, kind=parsed, shape=made, layout=layout, filters=self.message(FILTERS)
            )
        except (ValueError, TypeError, OverflowError) as error:
            if isinstance(error, FormatError):
                raise
            raise self.file.wrong(f"the dataset {self.name!r} is damaged ({error})") from None

    def walk(self) -> Iterator[Hdf5Object]:
        """All datasets in it and below, each once, whatever links there are in a circle."""
        seen = {self.address}
        level: list[Hdf5Object] = [self]
        for _ in range(DEEPEST):
            below: list[Hdf5Object] = []
            for group in level:
                try:
                    children = list(group.children())
                except FormatError:
                    if group is self:
                        raise
                    continue
                for _, child in children:
                    if child.address in seen:
                        continue
                    seen.add(child.address)
                    if len(seen) > MOST_OBJECTS:
                        raise self.file.wrong(f"it holds more than {MOST_OBJECTS:,} objects")
                    if child.is_dataset:
                        yield child
                    else:
                        below.append(child)
            level = below


def root_of(file: Hdf5Bytes) -> Hdf5Object:
    """The root group.

    Raises
    ------
    FormatError
        If this is no HDF5 file, or one that is not known.
    """
    start = next((each for each in (0, 512, 1024, 2048) if bytes(file.data[each : each + 8]) == SIGNATURE), None)
    if start is None:
        raise file.wrong("it does not start as HDF5 does")
    file.start = start
    version = file.number(8, 1)
    if version > 3:
        raise file.wrong(NEWER)
    widths = file.number(13 if version < 2 else 9, 1), file.number(14 if version < 2 else 10, 1)
    if widths != (8, 8):
        raise file.wrong(f"its addresses have {widths[0]} bytes; 8 are known")
    if version >= 2:
        return Hdf5Object(file, file.number(36))
    return Hdf5Object(file, file.number((24 if version == 0 else 28) + 40))


def _messages(file: Hdf5Bytes, address: int) -> Iterator[Message]:
    """The messages of a header, and of the blocks that go on with it."""
    new = bytes(file.at(address, 4)) == b"OHDR"
    blocks = [_new_header(file, address) if new else _old_header(file, address)]
    seen = {address}
    count = 0
    while blocks:
        at, size, ordered = blocks.pop(0)
        cursor = Cursor(file.at(at, size), file.path)
        least = (4 + 2 * ordered) if new else 8
        while len(cursor.data) - cursor.position >= least:
            kind, flags, data = _message(cursor, new=new, ordered=ordered)
            count += 1
            if count > MOST_MESSAGES:
                raise file.wrong("a header is longer than any honest one")
            if kind == CONTINUATION:
                more = Cursor(data, file.path)
                at, size = more.number(8), more.number(8)
                if at in seen or len(seen) > MOST_BLOCKS:
                    raise file.wrong("a header goes on in a circle")
                seen.add(at)
                blocks.append((at + 4, size - 8, ordered) if new else (at, size, ordered))
            elif flags & 2:
                yield from _shared(file, kind, data)
            else:
                yield kind, data


def _old_header(file: Hdf5Bytes, address: int) -> tuple[int, int, bool]:
    if file.number(address, 1) != 1:
        raise file.wrong(f"at byte {address:,} there is no header of an object, so it is damaged")
    return address + 16, file.number(address + 8, 4), False


def _new_header(file: Hdf5Bytes, address: int) -> tuple[int, int, bool]:
    flags = file.number(address + 5, 1)
    at = address + 6 + (16 if flags & 0x20 else 0) + (4 if flags & 0x10 else 0)
    width = 1 << (flags & 3)
    return at + width, file.number(at, width), bool(flags & 4)


def _message(cursor: Cursor, *, new: bool, ordered: bool) -> tuple[int, int, memoryview]:
    kind = cursor.number(1 if new else 2)
    size, flags = cursor.number(2), cursor.number(1)
    cursor.take((2 if ordered else 0) if new else 3)
    return kind, flags, cursor.take(size)


def _shared(file: Hdf5Bytes, kind: int, data: memoryview) -> Iterator[Message]:
    """A message that stands in the header of another object: a type with a name."""
    cursor = Cursor(data, file.path)
    version = cursor.number(1)
    cursor.take(1 if version >= 2 else 7)
    address = cursor.number(8)
    if kind != TYPE:
        return
    at, size, ordered = (
        _new_header(file, address) if bytes(file.at(address, 4)) == b"OHDR" else _old_header(file, address)
    )
    new, inner = bytes(file.at(address, 4)) == b"OHDR", Cursor(file.at(at, size), file.path)
    while len(inner.data) - inner.position >= 8:
        each, flags, body = _message(inner, new=new, ordered=ordered)
        if each == TYPE and not flags & 2:
            yield kind, body
            return


def _attribute(file: Hdf5Bytes, data: memoryview) -> tuple[str, Any]:
    cursor = Cursor(data, file.path)
    version, flags = cursor.number(1), cursor.number(1)
    sizes = [cursor.number(2) for _ in range(3)]
    if version == 3:
        cursor.take(1)
    parts: list[memoryview] = []
    for size in sizes:
        parts.append(cursor.take(size))
        if version == 1:
            cursor.skip_to(8)
    name = bytes(parts[0]).split(b"\0")[0].decode("utf-8", "replace")
    kind_part = parts[1]
    if flags & 1:
        kind_part = next((body for _, body in _shared(file, TYPE, parts[1])), parts[1])
    kind, shape = parse_type(Cursor(kind_part, file.path)), parse_shape(Cursor(parts[2], file.path), 8)
    if shape is None:
        return name, None
    count = int(np.prod(shape, dtype=object)) if shape else 1
    raw = np.frombuffer(cursor.take(count * kind.dtype.itemsize), kind.dtype).reshape(shape)
    values = values_of(file, raw, kind)
    return name, values.item() if shape == () and values.dtype.kind != "V" else values


def _symbols(file: Hdf5Bytes, tree: int, heap: int) -> dict[str, int]:
    """The links of a group in the old way: a tree of symbol tables, names in a heap."""
    file.signature(heap, b"HEAP")
    names = file.at(file.number(heap + 24), file.number(heap + 8))
    found: dict[str, int] = {}
    for node in leaves_of_tree(file, tree, 0, 8):
        file.signature(node, b"SNOD")
        for index in range(file.number(node + 6, 2)):
            entry = Cursor(file.at(node + 8 + 40 * index, 40), file.path)
            at, address, cache = entry.number(8), entry.number(8), entry.number(4)
            if at < len(names) and cache != 2:  # 2 is a soft link
                name = bytes(names[at : at + (1 << 16)]).split(b"\0")[0].decode("utf-8", "replace")
                found[name] = address
    return found


def leaves_of_tree(file: Hdf5Bytes, address: int, kind: int, key: int) -> Iterator[int]:
    """The addresses that the leaves of a B-tree of version 1 point at; of a group its symbol tables."""
    for _, child in entries_of_tree(file, address, kind, key):
        yield child


def entries_of_tree(file: Hdf5Bytes, address: int, kind: int, key: int) -> Iterator[tuple[memoryview, int]]:
    """The entries in the leaves of a B-tree of version 1: each a key and an address."""
    level: list[int] = [] if address == UNDEFINED else [address]
    seen = set(level)
    expected = None
    while level:
        below: list[int] = []
        for node in level:
            file.signature(node, b"TREE")
            deep = file.number(node + 5, 1)
            if file.number(node + 4, 1) != kind or (expected is not None and deep != expected):
                raise file.wrong("a tree in it is damaged")
            count = file.number(node + 6, 2)
            body = Cursor(file.at(node + 24, count * (key + 8)), file.path)
            for _ in range(count):
                pair = body.take(key), body.number(8)
                if deep == 0:
                    yield pair
                elif pair[1] in seen or len(seen) > MOST_NODES:
                    raise file.wrong("a tree in it runs in a circle")
                else:
                    seen.add(pair[1])
                    below.append(pair[1])
            expected = deep if node != level[-1] else deep - 1
        level = below


def _link(cursor: Cursor) -> dict[str, int]:
    """The link of a group in the new way, where it is a hard one."""
    version, flags = cursor.number(1), cursor.number(1)
    if version != 1:
        raise ValueError("a link of another version")
    kind = cursor.number(1) if flags & 8 else 0
    cursor.take((8 if flags & 4 else 0) + (1 if flags & 16 else 0))
    name = bytes(cursor.take(cursor.number(1 << (flags & 3)))).decode("utf-8", "replace")
    return {name: cursor.number(8)} if kind == 0 else {}


def _is_dense(cursor: Cursor) -> bool:
    """Whether the links of a group lie in a heap of their own."""
    _, flags = cursor.number(1), cursor.number(1)
    cursor.take(8 if flags & 1 else 0)
    return cursor.number(8) != UNDEFINED
