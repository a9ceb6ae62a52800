"""PyTorch's checkpoints, read without PyTorch: state dicts in zip archives, and in the two older layouts.

- since 1.6 a zip archive: ``NAME/data.pkl`` says what there is, ``NAME/data/KEY`` are the numbers of each
  storage, stored as they are, so that they are mapped;
- before, pickles one after another (a magic number, the protocol, the machine, the values, the keys),
  then each storage as a count and its numbers;
- before 0.2, a tar archive of ``storages``, ``tensors`` and ``pickle``.

The pickles are run by a machine of our own that builds tensors and plain containers and nothing else.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from vectarium.data import Collection, Note
from vectarium.data.memory import check_memory
from vectarium.data.note import note_from_error
from vectarium.errors import FormatError, TruncatedFileError, UnsafeFileError
from vectarium.formats.mapped import map_bytes
from vectarium.formats.model_readers import TORCH_MAGIC
from vectarium.formats.pickle_machine import PickleMachine, Thing
from vectarium.formats.pickled_arrays import PickledArray, array_tensor, called_note, leaves_of, numpy_builders
from vectarium.formats.reader import Progress
from vectarium.formats.stored_numbers import StoredNumbers, width_of
from vectarium.formats.tables import collection_of_tensors
from vectarium.formats.tensor import Tensor
from vectarium.formats.torch_storage import Storage, TorchTensor, storage_of, tensor_of, torch_builders
from vectarium.formats.zip_members import open_archive, read_member, stored_at

LARGEST_PICKLE = 256 << 20
Places = Callable[[Storage], StoredNumbers | None]


def read_torch(path: Path, progress: Progress, wanted: str | None = None) -> Collection:
    """Open the embedding tables of a PyTorch checkpoint, or the tensor that is wanted.

    Raises
    ------
    UnsafeFileError
        If it is a whole pickled model rather than a state dict, or no tensors at all.
    FormatError
        If it is damaged.
    """
    progress(0.0, f"looking into {path.name}")
    notes: list[Note] = []
    tensors = tensors_of_torch(path, notes)
    return collection_of_tensors(path, tensors, progress, wanted=wanted, notes=notes)


def tensors_of_torch(path: Path, notes: list[Note] | None = None) -> list[Tensor]:
    """All tensors of a checkpoint; what there is to say is appended to the notes."""
    told = [] if notes is None else notes
    with path.open("rb") as file:
        start = file.read(512)
    if start.startswith(b"PK"):
        return _from_zip(path, told)
    if start[257:262] == b"ustar" or start.startswith((b"storages\0", b"pickle\0", b"tensors\0")):
        from vectarium.formats.torch_tar import tensors_of_tar

        return tensors_of_tar(path, told)
    return _from_pickles(path, told)


def machine_for(data: Any, path: Path, position: int = 0) -> PickleMachine:
    """A machine that builds tensors and arrays."""
    machine = PickleMachine(data, path, {}, storage_of, position)
    machine.builders = {**numpy_builders(lambda: machine), **torch_builders()}
    return machine


def tensors_in(value: Any, machine: PickleMachine, places: Places, path: Path, notes: list[Note]) -> list[Tensor]:
    """The tensors inside of what a pickle held.

    Raises
    ------
    UnsafeFileError
        If it is a pickled model.
    """
    refuse_models(value, path)
    tensors: list[Tensor] = []
    seen: set[tuple[Any, ...]] = set()
    for name, leaf in leaves_of(value, (TorchTensor, PickledArray)):
        if isinstance(leaf, PickledArray):
            tensors += [array_tensor(name, leaf.array, path)] if leaf.array is not None else []
            continue
        same = (leaf.storage.key, leaf.storage.start, leaf.offset, leaf.size, leaf.stride)
        if same in seen:  # tied weights are two names of one tensor
            continue
        seen.add(same)
        try:
            tensor = tensor_of(name, leaf, places(leaf.storage), path)
        except FormatError as error:
            notes.append(note_from_error(error))
            continue
        tensors += [tensor] if tensor else []
    notes += called_note(machine, path)
    if not tensors and machine.called:
        names = ", ".join(list(machine.called)[:5])
        raise UnsafeFileError(
            f"This pickle holds no tensors; reading it in full would call {names}. Where you trust it, load it "
            "yourself and save the vectors with numpy.save('vectors.npy', array).",
            path,
        )
    return tensors


def refuse_models(value: Any, path: Path) -> None:
    """Raise UnsafeFileError where a pickle holds a model as an object of a class, not its state dict."""
    parts = cast("dict[Any, Any]", value) if isinstance(value, dict) else {"": value}
    for key, each in parts.items():
        if isinstance(each, Thing) and {"_modules", "_parameters"} <= set(each.attributes):
            load = f"torch.load({path.name!r}, weights_only=False){f'[{key!r}]' if key else ''}"
            raise UnsafeFileError(
                f"This is a whole pickled model of the class {each.name}: reading it would import and run that class. "
                "Where you trust the file, make a state dict of it: "
                f"torch.save({load}.state_dict(), {path.stem + '_weights.pt'!r}).",
                path,
            )


def _from_zip(path: Path, notes: list[Note]) -> list[Tensor]:
    with open_archive(path, "a PyTorch checkpoint") as archive:
        members = {member.filename: member for member in archive.infolist()}
        pickles = [name for name in members if re.fullmatch(r"([^/]+/)?data\.pkl", name)]
        if not pickles:
            raise FormatError("This zip archive is no PyTorch checkpoint: there is no data.pkl in it.", path)
        prefix = pickles[0].removesuffix("data.pkl")
        if any(name.startswith(f"{prefix}code/") for name in members):
            raise UnsafeFileError(
                "This is a TorchScript program, which is code. Save its numbers instead: "
                f"torch.save(torch.jit.load({path.name!r}).state_dict(), {path.stem + '_weights.pt'!r}).",
                path,
            )
        check_memory(16 * min(members[pickles[0]].file_size, LARGEST_PICKLE), "Its data.pkl", path)
        data = read_member(archive, pickles[0], path, LARGEST_PICKLE)
        order = read_member(archive, f"{prefix}byteorder", path, 64) if f"{prefix}byteorder" in members else b"little"

    def place(storage: Storage) -> StoredNumbers | None:
        member = members.get(f"{prefix}data/{storage.key}")
        offset = None if member is None else stored_at(path, member)
        if member is None or offset is None:
            raise FormatError(
                f"The storage {storage.key[:50]!r} is missing in the archive, or is compressed, which PyTorch never does.",
                path,
            )
        return StoredNumbers(path, offset, "uint8", (member.file_size,), "A storage", order == b"big")

    machine = machine_for(data, path)
    return tensors_in(machine.load(), machine, place, path, notes)


def _from_pickles(path: Path, notes: list[Note]) -> list[Tensor]:
    """The layout before 1.6, or any other pickle, in which only arrays are found."""
    size = path.stat().st_size
    with map_bytes(path) as data:
        machine = machine_for(data, path)
        value = machine.load()
        storages: dict[str, StoredNumbers] = {}
        if value == int.from_bytes(TORCH_MAGIC[2:], "little"):
            machine.load()  # the protocol, 1001
            info = machine.load()
            value, keys = machine.load(), machine.load()
            big = isinstance(info, dict) and cast("dict[Any, Any]", info).get("little_endian") is False
            storages = _storages(data, machine, (value, keys), size, big_endian=big)
        return tensors_in(value, machine, lambda storage: storages.get(storage.key), path, notes)


def _storages(
    data: mmap.mmap, machine: PickleMachine, parts: tuple[Any, Any], size: int, *, big_endian: bool
) -> dict[str, StoredNumbers]:
    """Where each storage lies: they follow in the order of the keys, each a count and its numbers."""
    (value, keys), position, path = parts, machine.position, machine.path
    widths = {
        leaf.storage.key: width_of(leaf.storage.kind)
        for _, leaf in leaves_of(value, (TorchTensor,))
        if leaf.storage.kind is not None
    }
    found: dict[str, StoredNumbers] = {}
    for key in cast("list[Any]", keys) if isinstance(keys, list) else []:
        if str(key) not in widths:  # of a type that is not known, so that nobody knows where the next one starts
            break
        count = int.from_bytes(data[position : position + 8], "big" if big_endian else "little", signed=True)
        width = widths[str(key)]
        if count < 0 or position + 8 + count * width > size:
            raise TruncatedFileError(
                f"A storage promises {count:,} numbers; {max(0, size - position - 8):,} bytes follow. The file was cut "
                "short; download or copy it again.",
                path,
            )
        found[str(key)] = StoredNumbers(path, position + 8, "uint8", (count * width,), "A storage", big_endian)
        position += 8 + count * width
    return found
