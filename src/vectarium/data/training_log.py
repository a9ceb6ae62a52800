"""The training's numbers between snapshots: a file of lines that only grows, written in passing, read as it grows.

>>> import tempfile
>>> with tempfile.TemporaryDirectory() as folder:
...     log = TrainingLogWriter(Path(folder))
...     log.add(1, {"loss": 0.75})
...     log.add(2, {"loss": 0.5, "accuracy": 1})
...     log.close()
...     TrainingLog(Path(folder)).curves()["loss"]
Curve(steps 1 to 2: 0.75 to 0.5)

A line is written whole or, where a process died, cut short, and then it is none. The format is ``spec/run-format.md``.
"""

from __future__ import annotations

import json
import os
import stat
import threading
import time
from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from vectarium.data.json_file import LARGEST_REAL, WORDS, is_text, real_to_json
from vectarium.data.note import Note

FILE = "training.jsonl"
STEP, TIME, REWIND = "step", "time", "rewind"
LAST_STEP = 10**12 - 1
LONGEST_LINE = 1 << 16
LONGEST_NAME = 1000
MOST_NAMES = 1000
BLOCK = 4 << 20
FLUSH_SECONDS = 1.0
FLUSH_LINES = 512


@dataclass(frozen=True, eq=False)
class Curve:
    """One number of a training, step by step.

    Parameters
    ----------
    steps
        Ascending int64 ``(k,)``.
    values
        float64 ``(k,)``; NaN and infinity are what the training told.
    """

    steps: NDArray[np.int64]
    values: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.steps)

    def __repr__(self) -> str:
        if not len(self):
            return "Curve(empty)"
        return f"Curve(steps {self.steps[0]:,} to {self.steps[-1]:,}: {self.values[0]:.6g} to {self.values[-1]:.6g})"

    def joined(self, later: Curve) -> Curve:
        """Both as one; where a step is in both, the other's value holds."""
        steps = np.concatenate([self.steps, later.steps])
        order = np.argsort(steps, kind="stable")
        last = np.append(np.diff(steps[order]) > 0, True)
        return Curve(steps[order][last], np.concatenate([self.values, later.values])[order][last])


class TrainingLog:
    """Reads the file; again and again where it grows, each time only what came since.

    Parameters
    ----------
    root
        The run's folder.
    """

    def __init__(self, root: Path) -> None:
        self._path = root / FILE
        self._lock = threading.Lock()
        self._forget()

    def _forget(self) -> None:
        self._offset, self._inode = 0, -1
        # Numbers beside each other, so that a curve of a million steps is copied as one piece.
        self._series: dict[str, tuple[array[int], array[float]]] = {}
        self._made: dict[str, Curve] | None = {}
        self._damaged = 0
        self._note: Note | None = None

    @property
    def notes(self) -> tuple[Note, ...]:
        """What is wrong with the file, as far as it was read."""
        found = [] if self._note is None else [self._note]
        if self._damaged:
            lines = "1 line is" if self._damaged == 1 else f"{self._damaged:,} lines are"
            told = f"{lines} damaged and left out of the curves."
            found.append(Note(told, self._path))
        return tuple(found)

    @property
    def last_step(self) -> int:
        """The last step that was told, -1 where there is none."""
        return max((steps[-1] for steps, _ in self._series.values() if steps), default=-1)

    def curves(self) -> dict[str, Curve]:
        """Everything that was told so far, by name; empty where there is no file."""
        with self._lock:
            if self._look() or self._made is None:
                self._made = {
                    name: Curve(np.array(steps, np.int64), np.array(values, np.float64))
                    for name, (steps, values) in self._series.items()
                    if steps
                }
            return dict(self._made)

    def refresh(self) -> None:
        """Read what came since, from whatever thread."""
        with self._lock:
            if self._look():
                self._made = None

    def _look(self) -> bool:
        """Read what came since: whether something did."""
        try:
            status = self._path.lstat()
        except (OSError, ValueError):
            known = bool(self._series)
            self._forget()
            return known
        if not stat.S_ISREG(status.st_mode):
            self._forget()
            self._note = Note("This is no plain file; links in a run are not followed.", self._path)
            return False
        if status.st_ino != self._inode or status.st_size < self._offset:
            self._forget()
            self._inode = status.st_ino
        return status.st_size > self._offset and self._read_on(status.st_size)

    def _read_on(self, size: int) -> bool:
        before = self._offset
        try:
            with self._path.open("rb") as file:
                file.seek(self._offset)
                rest = b""
                while self._offset + len(rest) < size and (block := file.read(BLOCK)):
                    *lines, rest = (rest + block).split(b"\n")
                    for line in lines:
                        self._take(line)
                    self._offset += sum(map(len, lines)) + len(lines)
                    if len(rest) > LONGEST_LINE:  # no line of ours; its end is looked for, its beginning forgotten
                        self._offset, rest = self._offset + len(rest) - 1, rest[-1:]
        except OSError as error:
            self._note = Note(f"The file cannot be read: {error.strerror or error}.", self._path)
        return self._offset > before

    def _take(self, line: bytes) -> None:
        """One whole line; whatever is none of ours is counted."""
        try:
            told = json.loads(line) if len(line) <= LONGEST_LINE else None
        except (ValueError, RecursionError):
            told = None
        if not isinstance(told, dict) or not self._put(cast("dict[str, Any]", told)):
            self._damaged += 1

    def _put(self, told: dict[str, Any]) -> bool:
        rewind: Any = told.get(REWIND)
        if _is_step(rewind, -1):
            for name in self._series:
                self._back(name, rewind + 1)
            return True
        step = told.pop(STEP, None)
        numbers = {name: _real(value) for name, value in told.items()}
        if not _is_step(step, 0) or None in numbers.values() or not all(map(_is_name, numbers)):
            return False
        if len(self._series.keys() | numbers.keys()) > MOST_NAMES:
            return False
        for name, value in numbers.items():
            self._series.setdefault(name, (array("q"), array("d")))
            self._back(name, step)
            steps, values = self._series[name]
            steps.append(step)
            values.append(cast("float", value))
        return True

    def _back(self, name: str, step: int) -> None:
        """Forget what was told of this step and of later ones: the training went back, or corrects itself."""
        steps, values = self._series[name]
        while steps and steps[-1] >= step:
            steps.pop()
            values.pop()


def _is_step(value: object, least: int) -> bool:
    return type(value) is int and least <= value <= LAST_STEP


def _is_name(name: str) -> bool:
    return 0 < len(name) <= LONGEST_NAME and is_text(name)


def _real(value: object) -> float | None:
    if isinstance(value, str):
        return WORDS.get(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) <= LARGEST_REAL:
        return None
    return float(value)


class TrainingLogWriter:
    """Adds lines; a second or some hundred of them are gathered before the file is touched.

    Parameters
    ----------
    root
        The run's folder, to which nobody else writes.
    """

    def __init__(self, root: Path) -> None:
        self._path = root / FILE
        self._waiting: list[tuple[int, float, Mapping[str, Any]]] = []
        self._file: int | None = None
        self._last = -1
        self._flushed = 0.0

    def add(self, step: int, numbers: Mapping[str, Any]) -> None:
        """Tell numbers of a step.

        Parameters
        ----------
        step
            The training step.
        numbers
            By name: whatever ``float()`` takes. They are only turned into numbers when they are written, so that what
            is computed on another device need not be waited for.

        Raises
        ------
        OSError
            If the disk does not take what was gathered.
        """
        now = time.time()
        self._waiting.append((step, now, numbers))
        if len(self._waiting) >= FLUSH_LINES or not 0 <= now - self._flushed < FLUSH_SECONDS:
            self.flush()

    def rewind(self, step: int) -> None:
        """Say that what was told of later steps holds no longer."""
        self.flush()
        if self._path.exists():
            file = self._opened()
            if self._last > step:
                self._append(file, _rewound(step))
                self._last = step

    def flush(self) -> None:
        """Write what was gathered."""
        waiting, self._waiting = self._waiting, []
        self._flushed = time.time()
        if not waiting:
            return
        begins, file = self._file is None, self._opened()
        lines = [_line(*each) for each in waiting]
        if begins and waiting[0][0] < self._last:  # a training that was taken up again from there
            lines.insert(0, _rewound(waiting[0][0] - 1))
        self._last = waiting[-1][0]
        self._append(file, b"".join(lines))

    def _opened(self) -> int:
        """The file, what a crash left at its end cut off."""
        if self._file is None:
            log = TrainingLog(self._path.parent)
            log.curves()
            flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
            self._file = os.open(self._path, flags, 0o666)
            self._last = log.last_step
            os.ftruncate(self._file, _whole(self._file))
        return self._file

    @staticmethod
    def _append(file: int, data: bytes) -> None:
        size, view = os.fstat(file).st_size, memoryview(data)
        try:
            while view:
                view = view[os.write(file, view) :]
        except OSError:
            os.ftruncate(file, size)  # no half of a line before the next one
            raise

    def close(self) -> None:
        """Write what was gathered, and wait until the disk has it."""
        try:
            self.flush()
            if self._file is not None:
                os.fsync(self._file)
        finally:
            self.abandon()

    def abandon(self) -> None:
        """Let go of the file without writing."""
        self._waiting = []
        if self._file is not None:
            os.close(self._file)
            self._file = None


def _whole(file: int) -> int:
    """Where the last whole line ends."""
    end = os.fstat(file).st_size
    while end:
        start = max(0, end - LONGEST_LINE)
        os.lseek(file, start, os.SEEK_SET)
        place = os.read(file, end - start).rfind(b"\n")
        if place >= 0:
            return start + place + 1
        end = start
    return 0


def _line(step: int, now: float, numbers: Mapping[str, Any]) -> bytes:
    told: dict[str, Any] = {}
    for name, value in numbers.items():
        if name == REWIND or not _is_name(name):
            continue
        try:
            told[name] = real_to_json(float(value))
        except (TypeError, ValueError, OverflowError, RuntimeError):  # no number, or its device failed
            continue
    return (json.dumps(told | {STEP: step, TIME: round(now, 3)}, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _rewound(step: int) -> bytes:
    return b'{"rewind": %d}\n' % step
