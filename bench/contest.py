"""Contestants in turns, each time in a fresh process, so that whatever else the machine does falls on all."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent


CLOCK, PROCESSOR = 0, 1
Pair = list[float]  # seconds on the clock, seconds of processors


@dataclass
class Took:
    """What one contestant took in each of its processes."""

    who: str
    missing: str = ""
    ready: list[Pair] = field(default_factory=list)  # until it could be called, imports among it
    calls: list[list[Pair]] = field(default_factory=list)  # (processes, calls)
    peaks: list[float] = field(default_factory=list)  # megabytes
    result: Any = None

    def first(self, which: int = CLOCK) -> float:
        """The first call, imports left out."""
        return statistics.median(process[0][which] for process in self.calls)

    def later(self, which: int = CLOCK) -> float:
        """A call after the first, when everything is warm."""
        return statistics.median(call[which] for process in self.calls for call in process[1:] or process)

    def fresh(self, which: int = CLOCK) -> float:
        """A process of its own: imports and the first call."""
        pairs = zip(self.ready, self.calls, strict=True)
        return statistics.median(ready[which] + process[0][which] for ready, process in pairs)

    def peak(self) -> float:
        """Megabytes that a process held at most, the vectors among them."""
        return max(self.peaks)


def contest(
    names: Sequence[str],
    data: Sequence[Path],
    *,
    rounds: int,
    calls: int = 1,
    rows: int | None = None,
    threads: int = 2,
    script: str = "contestants.py",
) -> list[Took]:
    """Let contestants take turns.

    Parameters
    ----------
    names
        Functions of the script.
    data
        ``.npy`` files, given to each.
    rounds
        How many turns each has.
    calls
        How many calls are made in each turn's process.
    rows
        How many rows of the files are used; None for all.
    threads
        How many threads each may use.
    script
        Where the contestants are.
    """
    took = [Took(name) for name in names]
    for _ in range(rounds):
        for each in took:
            if not each.missing:
                _turn(each, data, calls, rows, threads=threads, script=script)
    return took


def _turn(took: Took, data: Sequence[Path], calls: int, rows: int | None, *, threads: int, script: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "result.npy"
        asked = {"who": took.who, "data": [str(path) for path in data], "rows": rows, "calls": calls, "out": str(out)}
        limits = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
        environment = {**os.environ, **dict.fromkeys(limits, str(threads)), "PYTHONWARNINGS": "ignore"}
        command = [sys.executable, str(HERE / script), json.dumps(asked)]
        done = subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
        if done.returncode != 0:
            last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
            took.missing = f"failed: {' '.join(last)}"
            return
        answer = json.loads(Path(f"{out}.json").read_text(encoding="utf-8"))
        if "missing" in answer:
            took.missing = f"not there: {answer['missing']}"
            return
        took.ready.append(answer["ready"])
        took.calls.append(answer["calls"])
        took.peaks.append(answer["peak"])
        took.result = np.load(out)
