"""Tries a reader with thousands of damaged files in a process of its own, so that a crash of it is a finding.

``Ordeal`` is the watcher: it starts this file as a program, tells it which target to try with which inputs, and
notices when it dies or does not come on. The program itself notices all else: an error that is none of ours, more
than some seconds of work for one input, more than a gigabyte of memory. An input is known by its target and number
alone, and can be made again: ``python tests/made/ordeal.py npz 4711`` tries it here and now, and leaves its
files; ``python tests/made/ordeal.py --inputs 200000 npz run`` tries as many of some targets, or of all.
"""

import faulthandler
import gc
import json
import mmap
import os
import random
import resource
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Self

SECONDS = 3  # of work for one input
SILENCE = 120  # after which the program is taken for hung, if the alarm inside does not get through
MEMORY = 1 << 30
MOST_FAULTS = 20
ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "build" / "damaged"


class HangError(BaseException):
    """One input takes longer than it may; not an Exception, so that no reader takes it for damage."""


@dataclass
class Outcome:
    """What became of some inputs."""

    target: str
    inputs: int = 0
    opened: int = 0
    seconds: float = 0.0
    work: float = 0.0
    memory: int = 0
    faults: dict[int, str] = field(default_factory=dict)
    skipped: str = ""

    def __str__(self) -> str:
        rate = self.inputs / max(self.work, 1e-9)
        took = f"{self.seconds:,.1f} s, {self.work:,.1f} s of work: {rate:,.0f} a second"
        said = f"{self.target}: {self.inputs:,} inputs, {self.opened:,} opened, {took}"
        return f"{said}, {self.memory >> 20:,} MB more at most, {len(self.faults)} faults"


class Trial:
    """One target of a module, its seeds written out, and one damaged input after another."""

    def __init__(self, name: str, folder: Path, module: str = "targets") -> None:
        self.name = name
        self.seeds = import_module(module).TARGETS[name]()
        self.wholes = [seed.files(seed.parts) for seed in self.seeds]
        self.others = [part for seed in self.seeds for part in seed.parts.values()]
        self.folders = [folder / f"{name}-{index}" for index in range(len(self.seeds))]
        for seed, home, whole in zip(self.seeds, self.folders, self.wholes, strict=True):
            write(home, whole | (seed.beside or {}))
        self.paths = [seed.path(home) for seed, home in zip(self.seeds, self.folders, strict=True)]

    def whole(self) -> None:
        """Read every seed as it is: raises what its reader raises."""
        for seed, path in zip(self.seeds, self.paths, strict=True):
            seed.read(path)

    def made(self, number: int) -> tuple[int, dict[str, bytes]]:
        """The seed and the files of an input."""
        rng = random.Random(f"{self.name} {number}")
        index = rng.randrange(len(self.seeds))
        return index, self.seeds[index].damaged(rng, self.others)

    def attempt(self, number: int) -> bool:
        """Try one input: whether it opens. Raises what is a fault."""
        index, files = self.made(number)
        seed, home, whole = self.seeds[index], self.folders[index], self.wholes[index]
        changed = [name for name, data in files.items() if data != whole[name]]
        write(home, {name: files[name] for name in changed})
        try:
            signal.setitimer(signal.ITIMER_PROF, SECONDS)
            seed.read(self.paths[index])
        except seed.allowed:
            return False
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            write(home, {name: whole[name] for name in changed})
        return True


def write(folder: Path, files: dict[str, bytes]) -> None:
    """Write files, and the folders they lie in."""
    for name, data in files.items():
        path = f"{folder}/{name}"
        try:
            file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        except FileNotFoundError:
            Path(path).parent.mkdir(parents=True)
            file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        os.write(file, data)
        os.close(file)


def memory_in_use(kind: str) -> int:
    """Bytes as Linux tells them: VmSize, VmRSS, VmHWM; 0 elsewhere."""
    try:
        said = Path("/proc/self/status").read_text()
    except OSError:
        return 0
    return int(said.partition(f"{kind}:")[2].split()[0]) << 10


def limit_memory() -> int:
    """Allow a gigabyte more than now; what is used now comes back."""
    gc.collect()
    if sys.platform == "linux":
        most = memory_in_use("VmSize") + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most, resource.getrlimit(resource.RLIMIT_AS)[1]))
        Path("/proc/self/clear_refs").write_text("5")  # the largest so far is counted from here
    return memory_in_use("VmRSS")


def unlimit_memory() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.getrlimit(resource.RLIMIT_AS)[1]))


def alarmed(*_) -> None:
    raise HangError(f"more than {SECONDS} seconds of work")


def serve(folder: Path) -> None:
    """Read requests, a line of JSON each: target, module, numbers from and to. Answer in such lines."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what a reader prints must not stand among the answers
    at = mmap.mmap(os.open(folder / "at", os.O_RDWR), 8)
    for line in sys.stdin:
        request = json.loads(line)
        for told in tried(*request, folder / request[0], at):
            answers.write(json.dumps(told) + "\n")
        shutil.rmtree(folder / request[0], ignore_errors=True)


def tried(name, module, numbers, folder, at):
    """Try inputs from one number to another; yields what there is to tell, at least once a second, and in the end a summary."""
    try:
        trial = Trial(name, folder, module)
    except ImportError as error:
        yield {"skipped": str(error)}
        return
    try:
        trial.whole()
    except Exception:
        yield {"fault": [-1, "The whole file does not open.\n" + traceback.format_exc()]}
        return
    known: set[str] = set()
    before, clock = limit_memory(), Clock()
    opened = done = 0
    for number in range(*numbers):
        struct.pack_into("<q", at, 0, number)
        try:
            opened += trial.attempt(number)
        except (Exception, HangError) as error:
            where = traceback.extract_tb(error.__traceback__)[-1]
            kind = f"{type(error).__name__} {where.filename}:{where.lineno}"
            if kind not in known and len(known) < MOST_FAULTS:
                known.add(kind)
                yield {"fault": [number, traceback.format_exc()]}
        done += 1
        if clock.shows_a_second():
            yield {"inputs": done, "opened": opened, **clock.since()}
            opened = done = 0
    more = memory_in_use("VmHWM") - before
    unlimit_memory()
    yield {"inputs": done, "opened": opened, "memory": more, "ended": True, **clock.since()}


class Clock:
    """What passed since it was last asked, of time and of the processor's work."""

    def __init__(self) -> None:
        self.at = time.monotonic(), time.process_time()

    def shows_a_second(self) -> bool:
        return time.monotonic() - self.at[0] > 1

    def since(self) -> dict[str, float]:
        now, before = (time.monotonic(), time.process_time()), self.at
        self.at = now
        return {"seconds": now[0] - before[0], "work": now[1] - before[1]}


class Ordeal:
    """A process that tries what it is told of a module's targets, begun again when it dies."""

    def __init__(self, module: str = "targets") -> None:
        self.module = module
        memory = Path("/dev/shm")
        place = memory if memory.is_dir() and os.access(memory, os.W_OK) else None
        self.folder = Path(tempfile.mkdtemp(prefix="ordeal-", dir=place))
        (self.folder / "at").write_bytes(bytes(8))
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def stop(self) -> None:
        """End the process."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            for stream in (self.process.stdin, self.process.stdout):
                stream.close()
            self.process = None

    def start(self) -> subprocess.Popen[bytes]:
        """The process, begun if there is none."""
        if self.process is None:
            command = [sys.executable, "-u", __file__, "--serve", str(self.folder)]
            environment = os.environ | {
                "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
                "TMPDIR": str(self.folder),
            }
            with (self.folder / "errors").open("w") as errors:
                # Without buffers: what lies in one here would not show that there is something to read.
                self.process = subprocess.Popen(
                    command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, bufsize=0, env=environment
                )
        return self.process

    def run(self, target: str, inputs: int, first: int = 0) -> Outcome:
        """Try a target with inputs of consecutive numbers."""
        outcome, end = Outcome(target), first + inputs
        while first < end:
            first = self._round(outcome, first, end)
        for number in outcome.faults:
            if number >= 0:
                keep(target, number, self.module)
        return outcome

    def _round(self, outcome: Outcome, first: int, end: int) -> int:
        """Until the end, or until the process dies; the number to go on with."""
        process = self.start()
        process.stdin.write(json.dumps([outcome.target, self.module, [first, end]]).encode() + b"\n")
        while True:
            ready, _, _ = select.select([process.stdout], [], [], SILENCE)
            line = process.stdout.readline() if ready else b""
            if not line:
                return self._died(outcome, hung=not ready)
            told = json.loads(line)
            if "skipped" in told:
                outcome.skipped = told["skipped"]
                return end
            if "fault" in told:
                number, text = told["fault"]
                outcome.faults[number] = text
                if number < 0:
                    return end
                continue
            outcome.inputs += told["inputs"]
            outcome.opened += told["opened"]
            outcome.seconds += told["seconds"]
            outcome.work += told["work"]
            if "ended" in told:
                outcome.memory = max(outcome.memory, told["memory"])
                return end

    def _died(self, outcome: Outcome, *, hung: bool) -> int:
        number = struct.unpack("<q", (self.folder / "at").read_bytes())[0]
        code = "hung" if hung else f"died with {self.process.wait()}"
        self.stop()
        said = (self.folder / "errors").read_text()[-4000:]
        outcome.faults[number] = f"The process {code} at input {number}.\n{said}"
        outcome.inputs += 1
        return number + 1 if len(outcome.faults) < MOST_FAULTS else sys.maxsize


def keep(target: str, number: int, module: str = "targets") -> Path:
    """Write the files of an input under ``build/damaged``."""
    home = KEPT / f"{target}-{number}"
    shutil.rmtree(home, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        trial = Trial(target, Path(folder), module)
        index, files = trial.made(number)
        write(home, (trial.seeds[index].beside or {}) | files)
    return home


def say(what: object) -> None:
    """Write a line where it is seen at once."""
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def main(arguments: list[str]) -> None:
    """Serve a watcher; try targets with many inputs; or try one input as it is."""
    faulthandler.enable()
    warnings.simplefilter("error")
    signal.signal(signal.SIGPROF, alarmed)
    if arguments[0] == "--serve":
        return serve(Path(arguments[1]))
    if arguments[0] == "--inputs":
        return try_all(arguments[2:], int(arguments[1]))
    target, number = arguments[0], int(arguments[1])
    say(f"files: {keep(target, number)}")
    with tempfile.TemporaryDirectory() as folder:
        say("opens" if Trial(target, Path(folder)).attempt(number) else "is refused")
    return None


def try_all(names: list[str], inputs: int) -> None:
    """Try targets, all of them where none are named; prints a line for each, and its faults."""
    from targets import TARGETS

    with Ordeal() as ordeal:
        for name in names or TARGETS:
            outcome = ordeal.run(name, inputs)
            say(outcome.skipped or outcome)
            for number, why in outcome.faults.items():
                say(f"{name} {number}: {why}")


if __name__ == "__main__":
    main(sys.argv[1:])
