"""One writer at a time, and none after its process has died."""

import os
import subprocess
import sys

import numpy as np
import pytest

from vectarium.data import RunWriter
from vectarium.errors import RecordingError, RunLockedError

HOLDING = """
import sys
from vectarium.data import RunWriter
writer = RunWriter(sys.argv[1])
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def other(tmp_path):
    command = [sys.executable, "-c", HOLDING, tmp_path / "run"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_second_process_is_refused_and_told_who_holds_it(tmp_path, other):
    with pytest.raises(RunLockedError, match=f"process {other.pid} on .*, since 20"):
        RunWriter(tmp_path / "run")


def test_a_killed_process_holds_nothing(tmp_path, other):
    other.kill()
    other.wait()
    RunWriter(tmp_path / "run").close()


def test_a_second_writer_in_the_same_process_is_refused(tmp_path):
    with RunWriter(tmp_path / "run"), pytest.raises(RunLockedError, match=f"process {os.getpid()}"):
        RunWriter(tmp_path / "run")
    RunWriter(tmp_path / "run").close()


def test_a_closed_writer_says_so(tmp_path):
    writer = RunWriter(tmp_path / "run")
    writer.close()
    with pytest.raises(RecordingError, match="is closed"):
        writer.add_embedding("embed", n=1, d=1)


FORKING = """
import os, sys
import numpy as np
from vectarium.data import RunWriter
from vectarium.errors import RecordingError

writer = RunWriter(sys.argv[1])
writer.add_embedding("embed", n=1, d=1)
worker = os.fork()
if worker == 0:
    try:
        writer.write(1, {"embed": [[1.0]]})
    except RecordingError as error:
        print(error, flush=True)
    os.read(int(sys.argv[2]), 1)  # a worker that outlives the writer
    os._exit(0)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows does not fork")
def test_a_forked_worker_neither_writes_nor_keeps_the_lock(tmp_path):
    until, end = os.pipe()
    command = [sys.executable, "-c", FORKING, str(tmp_path / "run"), str(until)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, pass_fds=[until]) as process:
        said = process.stdout.readline()
        process.wait()
        assert "this is a forked process" in said
        with RunWriter(tmp_path / "run") as writer:
            writer.write(1, {"embed": np.ones((1, 1))})
        os.close(until)
        os.close(end)
