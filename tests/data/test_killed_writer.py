"""A writer that is killed at any moment: what was complete is read back whole, and nothing else is shown.

Ten rounds by default; ``make soak`` takes two hundred (``VECTARIUM_KILL_ROUNDS``).
"""

import os
import random
import subprocess
import sys
import time

import numpy as np
import pytest

from vectarium.data import Run
from vectarium.data.run import is_run
from vectarium.data.snapshot import WRITING

ROUNDS = int(os.environ.get("VECTARIUM_KILL_ROUNDS", "10"))
N, D = 500, 64

RECORDING = """
import sys
import numpy as np
from vectarium.data import RunWriter

N, D = int(sys.argv[2]), int(sys.argv[3])
writer = RunWriter(sys.argv[1])
print("begun", flush=True)
writer.add_embedding("embed", n=N, d=D, rows=np.arange(N), table_size=N)
writer.add_embedding("hidden", "activations", n=N, d=D, dtype="float16")
step = -1 if writer.last_step is None else writer.last_step
while True:
    step += 1
    x = np.full((N, D), step % 2000)
    columns = {"hidden": {"step": np.full(N, step)}}
    writer.write(step, {"embed": x, "hidden": x}, columns=columns, predictions=x, loss=step)
    print(step, flush=True)
"""


def record_until_killed(path, rng):
    """Record into a run and kill the process: before it begins, while it begins, or while it records."""
    command = [sys.executable, "-c", RECORDING, path, str(N), str(D)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        told = [process.stdout.readline() for _ in range(rng.choice([0, 1, 2, 5, 10]))]
        time.sleep(rng.uniform(0, 0.02) if told else rng.uniform(0, 0.5))
        process.kill()
        told += process.stdout.readlines()
    return [int(line) for line in told if line.strip().isdigit() and line.endswith("\n")]


def check(run, promised):
    """Every promised step is there, each step is whole, and they follow one after another."""
    assert set(promised) <= set(run.steps)
    assert list(run.steps) == list(range(len(run.steps)))
    assert [note for note in run.validate() if WRITING not in str(note.path)] == []
    for snapshot in run.snapshots[-12:]:
        for name in ("embed", "hidden"):
            assert (np.asarray(snapshot.vectors(name)) == snapshot.step % 2000).all()
        assert (snapshot.columns("hidden")["step"].values == snapshot.step).all()
        assert snapshot.loss == snapshot.step


@pytest.mark.timeout(1200)
def test_whatever_was_complete_when_the_writer_was_killed_is_read_back(tmp_path):
    rng = random.Random(0)
    path, count, halves = tmp_path / "0", 0, 0
    for number in range(ROUNDS):
        if rng.random() < 0.2:
            path, count = tmp_path / str(number), 0
        promised = record_until_killed(path, rng)
        if not is_run(path):
            assert promised == []
            continue
        run = Run(path)
        assert len(run.steps) >= count
        check(run, promised)
        count = len(run.steps)
        halves += any(WRITING in str(note.path) for note in run.notes)
    assert halves or ROUNDS < 100  # kills do fall into the middle of writing
