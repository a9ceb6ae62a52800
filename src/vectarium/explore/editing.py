"""What a person changes of an embedding: values of columns and named selections, each step remembered for undoing.

Nothing of what was opened is changed: a changed column stands in for the one that came, in every answer.
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Column, Columns, Embedding
from vectarium.data.edited import compact, empty_column, repeated, same_values, with_value, with_values
from vectarium.data.saved_edits import Edits, NamedSelection
from vectarium.errors import ParameterError
from vectarium.explore.keeping import Keeping
from vectarium.explore.messages.editing import EditedColumn, EditedMessage, EditMessage, NamedOutline

Mask = NDArray[np.bool_]

LONGEST_NAME = 200
MOST_SELECTIONS = 200
# What undoing needs is remembered within so many bytes; the oldest goes first.
REMEMBERED_BYTES = 64 << 20


@dataclass(frozen=True, eq=False)
class Step:
    """One edit, small enough to remember many at a million points.

    Parameters
    ----------
    column
        The column's name.
    bits
        The points that were tagged, one bit each; None: the whole column went.
    before
        What they had before, None where the column was not there.
    text
        What they were given.
    """

    column: str
    bits: NDArray[np.uint8] | None
    before: Column | None
    text: str = ""

    @property
    def nbytes(self) -> int:
        """The memory it takes, roughly."""
        values = 0 if self.before is None else _bytes_of(self.before.values)
        return values + (0 if self.bits is None else self.bits.nbytes)


class Editing:
    """The edits of one embedding.

    Parameters
    ----------
    index
        Which embedding.
    embedding
        It, as it came.
    home
        The path that was opened; None: it came from a program.
    told
        Called, in any thread, with the state after a change.
    """

    def __init__(
        self, index: int, embedding: Embedding, home: Path | None, told: Callable[[EditedMessage], None]
    ) -> None:
        self.index = index
        self._embedding = embedding
        self._told = told
        self._lock = threading.RLock()
        self._revision = 0
        self._serial = 0
        self._revisions: dict[str, int] = {}
        self._columns: dict[str, Column] = {}
        self._selections: OrderedDict[str, NamedSelection] = OrderedDict()
        self._steps: OrderedDict[str, Step] = OrderedDict()
        self._upon: WeakKeyDictionary[Embedding, tuple[int, Embedding]] = WeakKeyDictionary()
        self.keeping = Keeping(embedding, home, lambda: told(self.message()))
        kept, self.notes = self.keeping.read()
        if kept is not None:
            self._columns = {column.name: column for column in kept.columns.values()}
            self._selections = OrderedDict((each.id, each) for each in kept.selections)

    def upon(self, embedding: Embedding) -> Embedding:
        """The embedding, of any step, with what was edited."""
        with self._lock:
            if not self._columns and not self.notes:
                return embedding
            known = self._upon.get(embedding)
            if known is None or known[0] != self._revision:
                base = embedding if known is None else known[1]
                made = base.with_columns(self._joined(embedding.columns), (*embedding.notes, *self.notes))
                known = self._upon[embedding] = self._revision, made
            return known[1]

    def message(self) -> EditedMessage:
        """What is edited now."""
        with self._lock:
            own = self._embedding.columns
            columns = [
                EditedColumn(
                    each.name, each.kind, self._revisions.get(each.name, 0), each.name not in own,
                    each.name in own and each.name in self._columns,
                )
                for each in self._joined(own).values()
            ]  # fmt: skip
            selections = [
                NamedOutline(each.id, each.name, each.color, each.count) for each in self._selections.values()
            ]
            self._serial += 1
            return EditedMessage(self.index, self._serial, columns, selections, self.keeping.kept, self.keeping.fault)

    def tag(self, name: str, value: str, mask: Mask) -> EditMessage:
        """Give points a value in a column, which is made where there is none.

        Raises
        ------
        ParameterError
            If the column cannot hold it, changes with the steps of a training, or has no proper name.
        """
        rows = np.flatnonzero(mask)
        if not len(rows):
            raise ParameterError("No point is selected. Select some, then tag them.")
        with self._lock:
            known = self._column(name)
            column = known or empty_column(self._proper(name), len(self._embedding))
            after = with_value(column, rows, value)
            before = column.take(rows)
            changed = len(rows) - int(np.count_nonzero(same_values(before, after.take(rows))))
            bits = np.packbits(mask, bitorder="little")
            return self._did(Step(column.name, bits, compact(before) if known else None, value), after, changed)

    def drop(self, name: str) -> EditMessage:
        """Take an own column away; give one that was edited its own values back.

        Raises
        ------
        ParameterError
            If it is as it came.
        """
        with self._lock:
            gone = self._columns.get(name)
            if gone is None:
                raise ParameterError(f"{name!r} is as it came with the data, and stays.")
            return self._did(Step(name, None, gone), None, len(gone))

    def undo(self, edit: str) -> EditedMessage:
        """Take an edit back; points that got yet another value since keep that.

        Raises
        ------
        ParameterError
            If it is not remembered.
        """
        with self._lock:
            step = self._steps.pop(edit, None)
            if step is None:
                raise ParameterError("This edit is not remembered any more, so it cannot be undone.")
            self._put(step.column, step.before if step.bits is None else self._undone(step, step.bits))
            return self._changed()

    def name(self, name: str, mask: Mask, id_: str = "", color: int = -1) -> str:
        """Keep a selection under a name; returns what tells it from others."""
        if not mask.any():
            raise ParameterError("No point is selected. Select some, then give them a name.")
        with self._lock:
            if len(self._selections) >= MOST_SELECTIONS:
                raise ParameterError(f"There are {MOST_SELECTIONS} named selections already. Delete one first.")
            id_ = id_ if 0 < len(id_) <= 40 and id_ not in self._selections else secrets.token_hex(6)
            taken = {each.color for each in self._selections.values()}
            color = color if 0 <= color < MOST_SELECTIONS else min(set(range(MOST_SELECTIONS + 1)) - taken)
            self._selections[id_] = NamedSelection(id_, _checked(name, "selection"), color, mask)
            self._changed()
            return id_

    def rename(self, id_: str, name: str) -> EditedMessage:
        """Call a named selection something else."""
        with self._lock:
            self._selections[id_] = replace(self.selection(id_), name=_checked(name, "selection"))
            return self._changed()

    def delete(self, id_: str) -> EditedMessage:
        """Keep a named selection no longer."""
        with self._lock:
            del self._selections[self.selection(id_).id]
            return self._changed()

    def selection(self, id_: str) -> NamedSelection:
        """A named selection.

        Raises
        ------
        ParameterError
            If there is none.
        """
        found = self._selections.get(id_)
        if found is None:
            raise ParameterError("There is no such named selection any more; somebody deleted it.")
        return found

    def close(self) -> None:
        """Write what is not written yet."""
        self.keeping.write()

    def _joined(self, columns: Columns) -> Columns:
        listed = [self._columns.get(each.name, each) for each in columns.values()]
        more = [each for name, each in self._columns.items() if name not in columns]
        return Columns([*listed, *more], n=columns.n)

    def _column(self, name: str) -> Column | None:
        recorded = self._embedding.recorded
        if recorded is not None and name in recorded.changing:
            raise ParameterError(f"{name!r} changes with the steps of the training. Tag into a column of another name.")
        return self._columns.get(name) or self._embedding.columns.get(name)

    def _proper(self, name: str) -> str:
        proper = _checked(name, "column")
        if proper.startswith("*"):
            raise ParameterError(f"The column {proper!r} starts with a star, which the explorer uses itself.")
        alike = [each for each in self._joined(self._embedding.columns) if each.casefold() == proper.casefold()]
        if alike:
            raise ParameterError(f"There is a column {alike[0]!r} already. Write it like that, or another name.")
        return proper

    def _undone(self, step: Step, bits: NDArray[np.uint8]) -> Column | None:
        column = self._column(step.column)
        if column is None:
            return None
        rows = np.flatnonzero(mask_of(bits, len(column)))
        same = same_values(column.take(rows), repeated(column, step.text, len(rows)))
        before = step.before or empty_column(step.column, len(rows))
        undone = with_values(column, rows[same], before.take(np.flatnonzero(same)))
        made = step.before is None and step.column not in self._embedding.columns
        return None if made and undone.missing.all() else undone

    def _put(self, name: str, column: Column | None) -> None:
        own = self._embedding.columns.get(name)
        if column is None or (own is not None and own.kind == column.kind and bool(same_values(own, column).all())):
            self._columns.pop(name, None)
        else:
            self._columns[name] = column
        self._revision += 1
        self._revisions[name] = self._revision

    def _did(self, step: Step, column: Column | None, changed: int) -> EditMessage:
        edit = secrets.token_hex(6)
        self._steps[edit] = step
        while len(self._steps) > 1 and sum(each.nbytes for each in self._steps.values()) > REMEMBERED_BYTES:
            self._steps.popitem(last=False)
        self._put(step.column, column)
        return EditMessage(edit, changed, self._changed())

    def _changed(self) -> EditedMessage:
        self.keeping.keep(
            Edits(Columns(self._columns.values(), n=len(self._embedding)), tuple(self._selections.values()))
        )
        message = self.message()
        self._told(message)
        return message


def _checked(name: str, what: str) -> str:
    plain = name.strip().encode("utf-8", "replace").decode().replace("\0", "")
    if not 0 < len(plain) <= LONGEST_NAME:
        raise ParameterError(f"The {what}'s name has {len(plain):,} characters; 1 to {LONGEST_NAME} are allowed.")
    return plain


def mask_of(bits: NDArray[Any] | None, n: int) -> Mask:
    """Boolean array ``(n,)`` of one bit a point: bit ``i & 7`` of byte ``i >> 3``. None: all points.

    Raises
    ------
    ParameterError
        If there are not as many bits as points.
    """
    if bits is None:
        return np.ones(n, bool)
    if bits.dtype != np.uint8 or bits.shape != ((n + 7) // 8,):
        raise ParameterError(f"The selection has shape {bits.shape} and dtype {bits.dtype}; {n:,} bits are needed.")
    return np.unpackbits(bits, count=n, bitorder="little").view(bool)


def _bytes_of(values: NDArray[Any]) -> int:
    """What an array takes; one value that stands for all takes no more than itself."""
    return values.itemsize if values.strides == (0,) else values.nbytes
