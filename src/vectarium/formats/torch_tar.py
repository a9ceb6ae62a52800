"""PyTorch's first layout, before version 0.2: a tar archive of three files of pickles and numbers.

``storages`` holds a pickled count, then for each a pickled ``(key, location, type)``, its length as an
int64 and its numbers, and in the end a pickled list of views. ``tensors`` holds a count, then for each a
pickled ``(key, storage's key, type)``, its number of dimensions, its shape, its strides and its offset.
``pickle`` is the value, in which tensors are persistent ids.
"""

from __future__ import annotations

import struct
import tarfile
from pathlib import Path
from typing import Any, BinaryIO, cast

from vectarium.data import Note
from vectarium.data.memory import check_memory
from vectarium.errors import FormatError, TruncatedFileError
from vectarium.formats.pickle_machine import Name, PickleMachine
from vectarium.formats.pickled_arrays import numpy_builders
from vectarium.formats.stored_numbers import StoredNumbers, width_of
from vectarium.formats.tensor import Tensor
from vectarium.formats.torch_storage import KINDS, MOST_DIMENSIONS, Storage, TorchTensor, torch_builders

PARTS = ("storages", "tensors", "pickle")
MOST_MEMBERS = 64
MOST_TENSORS = 1 << 20
LARGEST_PART = 256 << 20


def tensors_of_tar(path: Path, notes: list[Note]) -> list[Tensor]:
    """All tensors of such a file.

    Raises
    ------
    FormatError
        If a part of it is missing or damaged.
    """
    from vectarium.formats.torch_file import tensors_in

    places = _places_of_parts(path)
    with path.open("rb") as file:
        storages, stored = _storages(file, places["storages"], path)
        tensors = _tensors(_part(file, places["tensors"], path), storages, path)
        data = _part(file, places["pickle"], path)
    machine = _machine(data, path, tensors, storages)
    return tensors_in(machine.load(), machine, lambda storage: stored.get(storage.key), path, notes)


def _places_of_parts(path: Path) -> dict[str, tuple[int, int]]:
    """Where each part starts, and how long it is."""
    found: dict[str, tuple[int, int]] = {}
    try:
        with tarfile.open(path, "r:") as archive:
            for _, member in zip(range(MOST_MEMBERS), archive, strict=False):
                name = member.name.removeprefix("./")
                if name in PARTS and member.isreg() and not member.issparse():
                    found[name] = member.offset_data, member.size
    except (tarfile.TarError, OSError, EOFError, ValueError, OverflowError) as error:
        raise FormatError(f"The tar archive is damaged: {error}.", path) from None
    missing = [name for name in PARTS if name not in found]
    if missing:
        raise FormatError(
            f"In an old PyTorch checkpoint there are {', '.join(PARTS)}; {missing[0]!r} is missing.", path
        )
    for name, (start, size) in found.items():
        if start + size > path.stat().st_size:
            raise TruncatedFileError(f"Its part {name!r} is cut short; copy the file again.", path)
    return found


def _part(file: BinaryIO, place: tuple[int, int], path: Path) -> bytes:
    start, size = place
    if size > LARGEST_PART:
        raise FormatError(f"A part of {size:,} bytes without numbers is not believed.", path)
    check_memory(16 * size, "A part of it", path)
    file.seek(start)
    return file.read(size)


def _storages(
    file: BinaryIO, place: tuple[int, int], path: Path
) -> tuple[dict[str, Storage], dict[str, StoredNumbers]]:
    """The storages by key, and where each lies."""
    import mmap

    start, size = place
    storages: dict[str, Storage] = {}
    stored: dict[str, StoredNumbers] = {}
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        machine = PickleMachine(data, path, numpy_builders(lambda: machine), None, start)
        for _ in range(_count(machine.load(), path)):
            key, _, kind = _triple(machine.load(), path)
            count = struct.unpack("<q", machine.take(8))[0]
            name = KINDS.get(kind.name) if isinstance(kind, Name) else None
            if name is None or count < 0 or machine.position + count * width_of(name) > start + size:
                raise TruncatedFileError(f"The storage {str(key)[:50]!r} of {count:,} numbers is not whole.", path)
            storages[str(key)] = Storage(str(key), name, count)
            stored[str(key)] = StoredNumbers(path, machine.position, "uint8", (count * width_of(name),), "A storage")
            machine.position += count * width_of(name)
        _add_views(machine.load(), storages, stored)
    return storages, stored


def _add_views(views: Any, storages: dict[str, Storage], stored: dict[str, StoredNumbers]) -> None:
    """Storages that are parts of others: ``(key, root's key, offset, count)``."""
    for view in cast("list[Any]", views) if isinstance(views, list) else []:
        key, root, offset, count = view
        whole = storages.get(str(root))
        if whole is not None and type(offset) is int and offset >= 0 and type(count) is int and count >= 0:
            storages[str(key)] = Storage(whole.key, whole.kind, count, offset)
            stored[whole.key] = stored[str(root)]


def _tensors(data: bytes, storages: dict[str, Storage], path: Path) -> dict[str, TorchTensor]:
    machine = PickleMachine(data, path, {})
    found: dict[str, TorchTensor] = {}
    for _ in range(_count(machine.load(), path)):
        key, storage, _ = _triple(machine.load(), path)
        dimensions = struct.unpack("<i", machine.take(4))[0]
        if not 0 <= dimensions <= MOST_DIMENSIONS:
            raise FormatError(f"The tensor {str(key)[:50]!r} has {dimensions:,} dimensions; it is damaged.", path)
        machine.take(4)
        numbers = struct.unpack(f"<{2 * dimensions + 1}q", machine.take(8 * (2 * dimensions + 1)))
        known = storages.get(str(storage))
        if known is None or min(numbers) < 0 or max(numbers) >= 1 << 48:
            raise FormatError(f"The tensor {str(key)[:50]!r} is of no storage or size that there is.", path)
        shape, steps = numbers[:dimensions], numbers[dimensions:-1]
        found[str(key)] = TorchTensor(known, numbers[-1], shape, steps)
    return found


def _machine(data: bytes, path: Path, tensors: dict[str, TorchTensor], storages: dict[str, Storage]) -> PickleMachine:
    def persistent(parts: Any) -> Any:
        key = parts[0] if isinstance(parts, (tuple, list)) and parts else parts
        return tensors.get(str(key)) or storages.get(str(key))

    machine = PickleMachine(data, path, {}, persistent)
    machine.builders = {**numpy_builders(lambda: machine), **torch_builders()}
    return machine


def _count(value: Any, path: Path) -> int:
    if type(value) is not int or not 0 <= value <= MOST_TENSORS:
        raise FormatError("The number of its parts is damaged.", path)
    return value


def _triple(value: Any, path: Path) -> tuple[Any, Any, Any]:
    if not isinstance(value, (tuple, list)) or len(cast("tuple[Any, ...]", value)) != 3:
        raise FormatError("The description of a tensor in it is damaged.", path)
    first, second, third = cast("tuple[Any, Any, Any]", value)
    return first, second, third
