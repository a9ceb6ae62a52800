"""PyTorch's storages and the tensors that are views of them, as they lie in a checkpoint.

A tensor is a storage, an offset, a size and strides, all of them numbers out of a file, so the last
element that they reach has to lie inside of the storage, and the storage inside of the file.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from vectarium.data.memory import check_memory
from vectarium.errors import FormatError
from vectarium.formats.pickle_machine import Builder, Name
from vectarium.formats.pickled_arrays import PickledArray
from vectarium.formats.reader import Progress
from vectarium.formats.stored_numbers import StoredNumbers, short_shape, width_of
from vectarium.formats.tensor import Tensor

KINDS = {
    "DoubleStorage": "float64",
    "FloatStorage": "float32",
    "HalfStorage": "float16",
    "BFloat16Storage": "bfloat16",
    "Float8_e4m3fnStorage": "float8_e4m3fn",
    "Float8_e5m2Storage": "float8_e5m2",
    "LongStorage": "int64",
    "IntStorage": "int32",
    "ShortStorage": "int16",
    "CharStorage": "int8",
    "ByteStorage": "uint8",
    "BoolStorage": "bool",
    "UntypedStorage": "uint8",
}
DTYPES = {
    "float64": "float64", "double": "float64", "float32": "float32", "float": "float32", "float16": "float16",
    "half": "float16", "bfloat16": "bfloat16", "float8_e4m3fn": "float8_e4m3fn", "float8_e5m2": "float8_e5m2",
    "int64": "int64", "long": "int64", "int32": "int32", "int": "int32", "int16": "int16", "short": "int16",
    "int8": "int8", "uint8": "uint8", "uint16": "uint16", "uint32": "uint32", "uint64": "uint64", "bool": "bool",
}  # fmt: skip
MOST_DIMENSIONS = 32


@dataclass(frozen=True)
class Storage:
    """A run of numbers of one type.

    Parameters
    ----------
    key
        What the file calls it.
    kind
        The type of its numbers; None where it is none that is known.
    count
        How many of them there are, as the file says.
    start
        At which of the numbers of the storage called ``key`` it starts: a view of another one.
    """

    key: str
    kind: str | None
    count: int
    start: int = 0


@dataclass(frozen=True)
class TorchTensor:
    """A tensor: a view of a storage.

    Parameters
    ----------
    storage
        Where its numbers are.
    offset, size, stride
        Its first number, its shape, and the steps along each dimension, all counted in numbers.
    """

    storage: Storage
    offset: int
    size: tuple[int, ...]
    stride: tuple[int, ...]

    @property
    def span(self) -> int:
        """How many numbers of the storage it reaches over, from its first one on."""
        if 0 in self.size:
            return 0
        return 1 + sum((size - 1) * step for size, step in zip(self.size, self.stride, strict=True))

    @property
    def is_plain(self) -> bool:
        """Whether its numbers lie row by row without gaps."""
        expected = 1
        for size, step in zip(reversed(self.size), reversed(self.stride), strict=True):
            if size != 1 and step != expected:
                return False
            expected *= size
        return True


def storage_of(parts: Any) -> Storage:
    """The storage that a persistent id stands for: ``('storage', type, key, location, count)``."""
    listed = list(parts) if isinstance(parts, (tuple, list)) else []
    if len(listed) < 5 or listed[0] not in ("storage", b"storage") or not isinstance(listed[1], Name):
        raise ValueError("no storage")
    count = listed[4]
    if type(count) is not int or count < 0:
        raise ValueError("a storage of no size")
    view = listed[5] if len(listed) > 5 else None  # of the old format: (key, offset, count)
    start = 0
    if isinstance(view, (tuple, list)) and len(cast("list[Any]", view)) == 3:
        start, count = view[1], view[2]
        if type(start) is not int or start < 0 or type(count) is not int or count < 0:
            raise ValueError("a view of no size")
    return Storage(str(listed[2]), KINDS.get(listed[1].name), count, start)


def _rebuilt(storage: Any, offset: Any, size: Any, stride: Any, *_: Any) -> TorchTensor:
    sizes, steps = tuple(size), tuple(stride)
    numbers = (offset, *sizes, *steps)
    if not isinstance(storage, Storage) or len(sizes) != len(steps) or len(sizes) > MOST_DIMENSIONS:
        raise ValueError("not the parts of a tensor")
    if not all(type(each) is int and 0 <= each < 1 << 48 for each in numbers):
        raise ValueError("a tensor of no size")
    return TorchTensor(storage, offset, sizes, steps)


def _rebuilt_with_type(
    storage: Any, offset: Any, size: Any, stride: Any, _grad: Any, _hooks: Any, dtype: Any, *_: Any
) -> TorchTensor:
    """A tensor over bytes, whose type is told beside."""
    made = _rebuilt(storage, offset, size, stride)
    kind = DTYPES.get(dtype.name) if isinstance(dtype, Name) else None
    count = made.storage.count // width_of(kind) if kind else 0
    return replace(made, storage=replace(made.storage, kind=kind, count=count))


def torch_builders() -> dict[tuple[str, str], Builder]:
    """What builds tensors, by the names in a pickle."""
    tensors: dict[str, Builder] = {
        "_rebuild_tensor": _rebuilt,
        "_rebuild_tensor_v2": _rebuilt,
        "_rebuild_tensor_v3": _rebuilt_with_type,
        "_rebuild_parameter": _first,
        "_rebuild_parameter_with_state": _first,
        "_rebuild_device_tensor_from_numpy": _first,
        "_rebuild_xla_tensor": _first,
    }
    found: dict[tuple[str, str], Builder] = {("torch._utils", name): build for name, build in tensors.items()}

    def rebuilt_as(function: Any, _kind: Any, arguments: Any, *_: Any) -> Any:
        build = found.get((function.module, function.name)) if isinstance(function, Name) else None
        return build(*arguments) if build and isinstance(arguments, tuple) else None

    found["torch._tensor", "_rebuild_from_type_v2"] = rebuilt_as
    found["torch._tensor", "_rebuild_from_type"] = rebuilt_as
    found["torch", "Size"] = found["torch.nn.parameter", "Parameter"] = _first
    return found


def _first(value: Any = (), *_: Any) -> Any:
    """What stands for a tensor or a size with something around it that does not matter here."""
    return value


def tensor_of(name: str, value: TorchTensor | PickledArray, place: StoredNumbers | None, path: Path) -> Tensor | None:
    """The tensor that a view of a storage is; None where its numbers are not there or of no known type.

    Parameters
    ----------
    name
        Its name.
    value
        The view.
    place
        The storage in the file.
    path
        The file, for errors.

    Raises
    ------
    FormatError
        If the view leads out of its storage.
    """
    if not isinstance(value, TorchTensor) or place is None or value.storage.kind is None:
        return None
    kind, what = value.storage.kind, f"The tensor {name[:200]!r}"
    there = place.size // width_of(kind)
    last = value.storage.start + value.offset + value.span
    if value.span and (last > there or value.offset + value.span > value.storage.count):
        raise FormatError(
            f"{what} reaches to number {last:,} of a storage that has {min(there, value.storage.count):,}; the file is "
            "damaged.",
            path,
        )
    first = place.offset + (value.storage.start + value.offset) * width_of(kind)
    flat = StoredNumbers(place.path, first, kind, (value.span,), what, place.big_endian)

    def read(progress: Progress) -> NDArray[Any]:
        if value.is_plain or 0 in value.size:
            return replace(flat, shape=value.size).read(progress)
        check_memory(8 * math.prod(value.size), what, path)
        numbers = flat.read(progress)
        steps = tuple(step * numbers.itemsize for step in value.stride)
        return np.ascontiguousarray(np.lib.stride_tricks.as_strided(numbers, value.size, steps, writeable=False))

    if not value.is_plain and math.prod(value.size) > max(1, 4 * value.span):
        raise FormatError(f"{what}, {short_shape(value.size)}, repeats a few numbers over and over.", path)
    return Tensor(name, value.size, kind, read, path, flat.remark)
