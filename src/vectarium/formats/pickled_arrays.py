"""NumPy's arrays inside pickles: what builds them in a :class:`~vectarium.formats.pickle_machine.PickleMachine`.

An array in a pickle is a name, a type, a shape and its bytes. The type has to be a plain one and the
bytes have to be as many as the shape says; arrays of objects stay lists.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Note
from vectarium.formats.pickle_machine import Builder, PickleMachine, Thing
from vectarium.formats.reader import Progress
from vectarium.formats.tensor import Tensor

PLAIN_TYPE = re.compile(r"[<>=|]?(f[248]|[iu][1248]|b1|\?|[SU]\d{1,6}|O8?)")
MOST_DIMENSIONS = 32
DEEPEST = 32
# fmt: off
HARMFUL = frozenset({
    "__builtin__", "_io", "builtins", "code", "commands", "ctypes", "functools", "http", "importlib", "io", "nt", "operator", "os",
    "pickle", "pip", "platform", "posix", "pty", "pydoc", "requests", "runpy", "shutil", "socket", "subprocess", "sys",
    "timeit", "types", "urllib", "webbrowser",
})
# fmt: on


@dataclass(eq=False)
class PickledType:
    """The type of an array's numbers."""

    text: str

    def set_state(self, state: Any) -> None:
        """Take the byte order, which stands second in its state."""
        if isinstance(state, tuple) and len(cast("tuple[Any, ...]", state)) > 1 and state[1] in {"<", ">", "|", "="}:
            self.text = f"{state[1]}{self.text.lstrip('<>|=')}"

    @property
    def dtype(self) -> np.dtype[Any]:
        """It as NumPy has it; ValueError where it is none that is plain."""
        if not PLAIN_TYPE.fullmatch(self.text):
            raise ValueError("no plain type of numbers")
        return np.dtype(self.text)


@dataclass(eq=False)
class PickledArray:
    """An array, or what stands for one until its state is set."""

    array: NDArray[Any] | None = None
    objects: list[Any] = field(default_factory=list[Any])

    def set_state(self, state: Any) -> None:
        """Take ``(version, shape, type, in Fortran's order, bytes or objects)``."""
        if not isinstance(state, tuple) or len(cast("tuple[Any, ...]", state)) != 5:
            raise ValueError("an array's state has five parts")
        _, shape, kind, fortran, data = cast("tuple[Any, ...]", state)
        if isinstance(data, list):
            self.objects = cast("list[Any]", data)
        else:
            self.array = array_of(data, kind, shape, "F" if fortran else "C")


def array_of(data: Any, kind: Any, shape: Any, order: str) -> NDArray[Any]:
    """The array of bytes, of which there have to be as many as its shape says."""
    sizes = tuple(shape) if isinstance(shape, (tuple, list)) else (shape,)
    if not isinstance(kind, PickledType) or len(sizes) > MOST_DIMENSIONS or not isinstance(data, bytes):
        raise TypeError("not the parts of an array")
    if not all(type(size) is int and size >= 0 for size in sizes) or kind.dtype.hasobject:
        raise ValueError("not the shape of an array")
    if math.prod(sizes) * kind.dtype.itemsize != len(data):
        raise ValueError(f"an array of shape {sizes!s:.100} that holds {len(data):,} bytes")
    return np.frombuffer(data, kind.dtype).reshape(sizes, order=cast("Any", order))


def numpy_builders(machine_of: Any) -> dict[tuple[str, str], Builder]:
    """What builds arrays, numbers and plain containers, by the names in a pickle.

    Parameters
    ----------
    machine_of
        Called for the machine at work, whose budget is charged for copies.
    """

    def encoded(text: Any, encoding: Any = "latin1") -> bytes:
        if not isinstance(text, str) or encoding not in {"latin1", "latin-1", "utf-8", "ascii"}:
            raise TypeError("no text to encode")
        cast("PickleMachine", machine_of()).spend(len(text))
        return text.encode(encoding)

    def dictionary(*values: Any) -> dict[Any, Any]:
        made: dict[Any, Any] = {}
        pairs = next((value for value in values if isinstance(value, (list, dict))), [])
        for pair in cast("Any", pairs.items() if isinstance(pairs, dict) else pairs):
            if isinstance(pair, (tuple, list)) and len(cast("Any", pair)) == 2:
                machine_of().store(made, pair[0], pair[1])
        return made

    def listed(values: Any = ()) -> list[Any]:
        machine_of().spend(8 * len(values))
        return list(values) if isinstance(values, (list, tuple)) else []

    def scalar(kind: Any, data: Any = b"") -> Any:
        return array_of(data, kind, (), "C").item() if isinstance(data, bytes) else None

    def typed(text: Any = "", *_: Any) -> PickledType:
        return PickledType(text if isinstance(text, str) else "")

    def framed(data: Any, kind: Any, shape: Any, order: Any = "C") -> PickledArray:
        return PickledArray(array_of(data, kind, shape, "F" if order == "F" else "C"))

    found: dict[tuple[str, str], Builder] = {
        ("_codecs", "encode"): encoded,
        ("collections", "OrderedDict"): dictionary,
        ("collections", "defaultdict"): dictionary,
        ("collections", "Counter"): dictionary,
        ("numpy", "dtype"): typed,
    }
    for module in ("builtins", "__builtin__"):
        for name in ("list", "set", "frozenset", "tuple"):
            found[module, name] = listed
        found[module, "dict"] = dictionary
        found[module, "bytes"] = lambda *values: values[0] if values and isinstance(values[0], bytes) else b""
        found[module, "bytearray"] = found[module, "bytes"]
        for name in ("slice", "range", "complex"):  # harmless, and of no use here
            found[module, name] = lambda *_: None
    for package in ("numpy.core", "numpy._core"):
        found[f"{package}.multiarray", "_reconstruct"] = lambda *_: PickledArray()
        found[f"{package}.multiarray", "scalar"] = scalar
        found[f"{package}.numeric", "_frombuffer"] = framed
    return found


def called_note(machine: PickleMachine, path: Path) -> list[Note]:
    """What a pickle asked to be imported and called, which was not done."""
    if not machine.called:
        return []
    harmful = [name for name in machine.called if name.partition(".")[0] in HARMFUL]
    names = ", ".join(harmful or list(machine.called)[:8])
    if harmful:
        told = (
            f"This file asks to call {names}, which no honest file of numbers does. Nothing of that was done here; do "
            "not load it with pickle or torch.load."
        )
        return [Note(told, path)]
    return [
        Note(
            f"It also holds objects made by {names}; these were left out, nothing of theirs was run.",
            path,
            None,
            "remark",
        )
    ]


def leaves_of(value: Any, kinds: tuple[type, ...]) -> list[tuple[str, Any]]:
    """All values of some kinds inside of nested containers, each with its path as a dotted name.

    Each container is gone into once, so that one which holds itself, or is held a million times, ends.
    """
    found: list[tuple[str, Any]] = []
    seen: set[int] = set()
    level: list[tuple[str, Any]] = [("", value)]
    for _ in range(DEEPEST):
        below: list[tuple[str, Any]] = []
        for name, each in level:
            if isinstance(each, kinds):
                found.append((name, each))
            elif id(each) not in seen:
                seen.add(id(each))
                below += [(f"{name}.{key}" if name else str(key), part) for key, part in _parts(each)]
        level = below
    return found


def _parts(value: Any) -> list[tuple[Any, Any]]:
    if isinstance(value, dict):
        return list(cast("dict[Any, Any]", value).items())
    if isinstance(value, (list, tuple)):
        return list(enumerate(cast("Sequence[Any]", value)))
    if isinstance(value, Thing):
        return [*value.attributes.items(), *value.entries.items(), *enumerate(value.items)]
    return []


def array_tensor(name: str, array: NDArray[Any], path: Path) -> Tensor:
    """The tensor of an array that is in memory already."""

    def read(_progress: Progress) -> NDArray[Any]:
        return array

    return Tensor(name, array.shape, str(array.dtype), read, path)
