"""A pickle machine that runs nothing: it builds plain values and tensors, and imports no name.

A pickle is a program for a machine with a stack. Python's own machine imports and calls whatever the
program names; this one knows a list of names with a builder of ours for each, and every other name
becomes a :class:`Thing`, an inert record of what was asked for. Nothing is ever imported, called or
looked up by a name out of the file. Work and memory are bounded: each step consumes a byte of the file, containers
and stack are counted, and keys of dictionaries are plain, so that no hash goes deep.

https://github.com/python/cpython/blob/main/Lib/pickletools.py describes the opcodes.
"""

from __future__ import annotations

import codecs
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from vectarium.errors import FormatError, TruncatedFileError

MOST_STACK = 1 << 20
MOST_CONTAINERS = 4 << 20
LONGEST_INTEGER = 1024
LONGEST_LINE = 1 << 16
MOST_MEMORIES = 8 << 20
SMALL = 1 << 53  # whole numbers beyond it may be chosen so that their hashes collide
MARK = object()


@dataclass(frozen=True)
class Name:
    """A name that a pickle asks for: ``torch._utils`` ``_rebuild_tensor_v2``. Never looked up."""

    module: str
    name: str

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"


@dataclass(eq=False, slots=True)
class Thing:
    """What stands where a pickle asks for an object of a class that is not known: its parts, and no behaviour.

    Parameters
    ----------
    name
        The class or function that was asked for.
    arguments
        What it was to be called with.
    state
        What was to be set on it, usually a dictionary of its attributes.
    items, entries
        What was to be appended to it, or stored in it by key.
    """

    name: object
    arguments: object = None
    state: object = None
    items: list[Any] = field(default_factory=list[Any])
    entries: dict[Any, Any] = field(default_factory=dict[Any, Any])

    @property
    def attributes(self) -> dict[Any, Any]:
        """Its attributes, where its state is a dictionary; with slots it is a pair of two."""
        states = self.state if isinstance(self.state, tuple) else (self.state,)
        found = [cast("dict[Any, Any]", each) for each in cast("tuple[object, ...]", states) if isinstance(each, dict)]
        return {key: value for each in found for key, value in each.items()}


Builder = Callable[..., Any]


class PickleMachine:
    """Runs the program of one pickle after another.

    Parameters
    ----------
    data
        The bytes, at best a memory map.
    path
        Named in errors.
    builders
        What is built for the names that are known, called with the arguments in the pickle.
    persistent
        Called with what stands for an object outside of the pickle; None: there is none.
    position
        Where the first pickle starts.
    """

    def __init__(
        self,
        data: Any,
        path: Path,
        builders: Mapping[tuple[str, str], Builder],
        persistent: Callable[[Any], Any] | None = None,
        position: int = 0,
    ) -> None:
        self.data = data
        self.path = path
        self.builders = builders
        self.persistent = persistent
        self.position = position
        self.called: dict[str, int] = {}  # what was asked for and not done
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}
        self.containers = 0
        self.budget = 2 * len(data) + (1 << 20)

    def spend(self, size: int) -> None:
        """Count bytes that a builder copies; a pickle that copies far more than it holds is refused."""
        self.budget -= size
        if self.budget < 0:
            raise self._wrong("it copies the same bytes over and over")

    def load(self) -> Any:
        """The value of the next pickle.

        Raises
        ------
        FormatError
            If it is damaged, or of a size that no honest file has.
        """
        self.stack, self.memo = [], {}
        steps, stack, size = STEPS, self.stack, len(self.data)
        try:
            while self.position < size:
                code = self.data[self.position]
                self.position += 1
                if code == STOP:
                    return self.pop()
                steps[code](self)
                if len(stack) > MOST_STACK:
                    raise self._wrong(f"more than {MOST_STACK:,} values wait on its stack")
        except (KeyError, IndexError, TypeError, ValueError, struct.error, OverflowError, AttributeError) as error:
            if isinstance(error, FormatError):
                raise
            raise self._wrong(f"{type(error).__name__} at byte {self.position:,}") from None
        raise TruncatedFileError(
            "The pickle in it ends before it is whole; download or write the file again.", self.path
        )

    def _wrong(self, why: str) -> FormatError:
        return FormatError(f"The pickle in it is damaged: {why}.", self.path)

    def take(self, count: int) -> bytes:
        """The next bytes."""
        end = self.position + count
        if count < 0 or end > len(self.data):
            raise TruncatedFileError(
                f"The pickle in it promises {count:,} bytes, and {len(self.data) - self.position:,} are left.",
                self.path,
            )
        taken = bytes(self.data[self.position : end])
        self.position = end
        return taken

    def number(self, form: str) -> Any:
        """The next number, in a form of :mod:`struct`."""
        return struct.unpack(form, self.take(struct.calcsize(form)))[0]

    def line(self) -> bytes:
        """The bytes up to the end of the line."""
        block = bytes(self.data[self.position : self.position + LONGEST_LINE])
        end = block.find(b"\n")
        if end < 0:
            raise self._wrong("a line in it does not end")
        self.position += end + 1
        return block[:end]

    def push(self, value: Any) -> None:
        """Put a value on the stack."""
        self.stack.append(value)

    def pop(self) -> Any:
        """Take the value on top of the stack."""
        value = self.top()
        self.stack.pop()
        return value

    def top(self) -> Any:
        """The value on top of the stack."""
        if self.stack[-1] is MARK:
            raise self._wrong("a mark stands where a value should")
        return self.stack[-1]

    def container(self, value: Any) -> None:
        """Put a new container on the stack, and count it."""
        self.containers += 1
        if self.containers > MOST_CONTAINERS:
            raise self._wrong(f"it builds more than {MOST_CONTAINERS:,} containers")
        self.stack.append(value)

    def marked(self) -> list[Any]:
        """The values above the last mark, which is taken away with them."""
        at = len(self.stack) - 1
        while self.stack[at] is not MARK:
            at -= 1
            if at < 0:
                raise self._wrong("a mark is missing")
        values = self.stack[at + 1 :]
        del self.stack[at:]
        return values

    def call(self, function: Any, arguments: Any) -> Any:
        """What stands for a call: built by ours where the name is known, else a Thing."""
        if isinstance(function, Name):
            build = self.builders.get((function.module, function.name))
            if build is not None:
                return build(*arguments) if isinstance(arguments, tuple) else build()
            self.called[str(function)[:200]] = self.called.get(str(function)[:200], 0) + 1
        return Thing(function, arguments)

    def store(self, target: Any, key: Any, value: Any) -> None:
        """Set one entry of a dictionary."""
        flat = isinstance(key, tuple) and len(key) < 8 and all(map(_is_plain_key, cast("tuple[Any, ...]", key)))
        if not flat and not _is_plain_key(key):
            key = f"<{type(key).__name__} {len(target.entries if isinstance(target, Thing) else target)}>"
        if isinstance(target, Thing):
            target.entries[key] = value
        elif isinstance(target, dict):
            target[key] = value
        else:
            raise self._wrong(f"an entry is stored in a {type(target).__name__}")

    def extend(self, target: Any, values: list[Any]) -> None:
        """Append values to a list."""
        if isinstance(target, Thing):
            target.items.extend(values)
        elif isinstance(target, list):
            cast("list[Any]", target).extend(values)
        else:
            raise self._wrong(f"values are appended to a {type(target).__name__}")

    def build(self, target: Any, state: Any) -> None:
        """Set the state of an object; containers have none that matters."""
        if isinstance(target, Thing):
            target.state = state
        elif hasattr(target, "set_state"):
            target.set_state(state)


def _is_plain_key(key: object) -> bool:
    """Whether a key can be hashed shallowly, and not chosen so that all hashes are one."""
    if isinstance(key, (str, bytes, Name)) or key is None:
        return True
    return isinstance(key, int) and abs(key) < SMALL


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogatepass").encode("utf-8", "replace").decode("utf-8")


def _old_text(raw: bytes) -> str:
    """Texts of Python 2 are bytes in an unknown encoding."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _integer(machine: PickleMachine, length: int) -> None:
    if length > LONGEST_INTEGER:
        raise FormatError(f"The pickle in it holds an integer of {length:,} bytes.", machine.path)
    machine.push(int.from_bytes(machine.take(length), "little", signed=True))


def _int_line(machine: PickleMachine) -> None:
    raw = machine.line()
    machine.push({b"00": False, b"01": True}[raw] if raw in {b"00", b"01"} else int(raw))


def _string_line(machine: PickleMachine) -> None:
    raw = machine.line().strip()
    if len(raw) < 2 or raw[0] != raw[-1] or raw[:1] not in {b"'", b'"'}:
        raise ValueError("a text without quotes")
    machine.push(_old_text(codecs.escape_decode(raw[1:-1])[0]))  # pyright: ignore[reportArgumentType]


def _tuple_of(count: int) -> Callable[[PickleMachine], None]:
    def step(machine: PickleMachine) -> None:
        values = tuple(machine.stack[-count:]) if count else ()
        if len(values) < count or any(value is MARK for value in values):
            raise ValueError("too few values for a tuple")
        if count:
            del machine.stack[-count:]
        machine.container(values)

    return step


def _dictionary(machine: PickleMachine) -> None:
    values = machine.marked()
    made: dict[Any, Any] = {}
    for key, value in zip(values[::2], values[1::2], strict=True):
        machine.store(made, key, value)
    machine.container(made)


def _append(machine: PickleMachine) -> None:
    value = machine.pop()
    machine.extend(machine.top(), [value])


def _appends(machine: PickleMachine) -> None:
    values = machine.marked()
    machine.extend(machine.top(), values)


def _set_item(machine: PickleMachine) -> None:
    value, key = machine.pop(), machine.pop()
    machine.store(machine.top(), key, value)


def _set_items(machine: PickleMachine) -> None:
    values = machine.marked()
    target = machine.top()
    for key, value in zip(values[::2], values[1::2], strict=True):
        machine.store(target, key, value)


def _name_of(machine: PickleMachine, module: Any, name: Any) -> None:
    if not isinstance(module, str) or not isinstance(name, str):
        raise TypeError("a name that is no text")
    machine.container(Name(module, name))


def _stack_name(machine: PickleMachine) -> None:
    name, module = machine.pop(), machine.pop()
    _name_of(machine, module, name)


def _reduce(machine: PickleMachine) -> None:
    arguments, function = machine.pop(), machine.pop()
    machine.container(machine.call(function, arguments))


def _new_object_ex(machine: PickleMachine) -> None:
    _, arguments, kind = machine.pop(), machine.pop(), machine.pop()
    machine.container(machine.call(kind, arguments))


def _instance(machine: PickleMachine) -> None:
    name = Name(_old_text(machine.line()), _old_text(machine.line()))
    machine.container(machine.call(name, tuple(machine.marked())))


def _object(machine: PickleMachine) -> None:
    values = machine.marked()
    machine.container(machine.call(values[0], tuple(values[1:])))


def _build(machine: PickleMachine) -> None:
    state = machine.pop()
    machine.build(machine.top(), state)


def _persistent(machine: PickleMachine, value: Any) -> None:
    if machine.persistent is None:
        raise FormatError("The pickle in it refers to something outside of it, which is not there.", machine.path)
    machine.container(machine.persistent(value))


def _remember(machine: PickleMachine, place: int) -> None:
    if place >= MOST_MEMORIES * 16 or len(machine.memo) > MOST_MEMORIES:
        raise ValueError("too much is to be remembered")
    machine.memo[place] = machine.top()


def _protocol(machine: PickleMachine) -> None:
    if machine.take(1)[0] > 5:
        raise ValueError("a protocol above 5")


STOP = ord(".")


def _refuse(machine: PickleMachine) -> None:
    code = machine.data[machine.position - 1]
    raise FormatError(
        f"The pickle in it is damaged, or of a kind that is not known: opcode 0x{code:02x} at byte "
        f"{machine.position - 1:,}.",
        machine.path,
    )


Step = Callable[[PickleMachine], Any]
KNOWN: dict[bytes, Step] = {
    b"\x80": _protocol,
    b"\x95": lambda m: m.number("<Q"),  # FRAME: how many bytes follow, which nobody needs
    b"(": lambda m: m.push(MARK),
    b"0": lambda m: m.stack.pop(),
    b"1": lambda m: m.marked(),
    b"2": lambda m: m.push(m.top()),
    b"N": lambda m: m.push(None),
    b"\x88": lambda m: m.push(True),
    b"\x89": lambda m: m.push(False),
    b"I": _int_line,
    b"J": lambda m: m.push(m.number("<i")),
    b"K": lambda m: m.push(m.take(1)[0]),
    b"M": lambda m: m.push(m.number("<H")),
    b"L": lambda m: m.push(int(m.line().rstrip(b"L"))),
    b"\x8a": lambda m: _integer(m, m.take(1)[0]),
    b"\x8b": lambda m: _integer(m, m.number("<i")),
    b"F": lambda m: m.push(float(m.line())),
    b"G": lambda m: m.push(m.number(">d")),
    b"S": _string_line,
    b"T": lambda m: m.push(_old_text(m.take(m.number("<i")))),
    b"U": lambda m: m.push(_old_text(m.take(m.take(1)[0]))),
    b"V": lambda m: m.push(m.line().decode("raw-unicode-escape")),
    b"X": lambda m: m.push(_text(m.take(m.number("<I")))),
    b"\x8c": lambda m: m.push(_text(m.take(m.take(1)[0]))),
    b"\x8d": lambda m: m.push(_text(m.take(m.number("<Q")))),
    b"B": lambda m: m.push(m.take(m.number("<I"))),
    b"C": lambda m: m.push(m.take(m.take(1)[0])),
    b"\x8e": lambda m: m.push(m.take(m.number("<Q"))),
    b"\x96": lambda m: m.push(m.take(m.number("<Q"))),
    b")": lambda m: m.push(()),
    b"t": lambda m: m.container(tuple(m.marked())),
    b"\x85": _tuple_of(1),
    b"\x86": _tuple_of(2),
    b"\x87": _tuple_of(3),
    b"]": lambda m: m.container([]),
    b"l": lambda m: m.container(m.marked()),
    b"a": _append,
    b"e": _appends,
    b"}": lambda m: m.container({}),
    b"d": _dictionary,
    b"s": _set_item,
    b"u": _set_items,
    b"\x8f": lambda m: m.container([]),  # a set: kept as a list, so that nothing in it is hashed
    b"\x90": _appends,
    b"\x91": lambda m: m.container(m.marked()),
    b"c": lambda m: _name_of(m, _old_text(m.line()), _old_text(m.line())),
    b"\x93": _stack_name,
    b"R": _reduce,
    b"\x81": _reduce,  # NEWOBJ: for what is inert, to make an object and to call are one
    b"\x92": _new_object_ex,
    b"i": _instance,
    b"o": _object,
    b"b": _build,
    b"P": lambda m: _persistent(m, _old_text(m.line())),
    b"Q": lambda m: _persistent(m, m.pop()),
    b"p": lambda m: _remember(m, int(m.line())),
    b"q": lambda m: _remember(m, m.take(1)[0]),
    b"r": lambda m: _remember(m, m.number("<I")),
    b"\x94": lambda m: _remember(m, len(m.memo)),
    b"g": lambda m: m.push(m.memo[int(m.line())]),
    b"h": lambda m: m.push(m.memo[m.take(1)[0]]),
    b"j": lambda m: m.push(m.memo[m.number("<I")]),
}
STEPS: list[Step] = [KNOWN.get(bytes([code]), _refuse) for code in range(256)]
