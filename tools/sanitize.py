"""Build the kernels with the compiler's sanitizers and run the tests of project/ against them.

::

    python tools/sanitize.py [address] [thread] [-- arguments for pytest]

``address`` finds reads and writes out of bounds, use after free (AddressSanitizer), and undefined
behaviour (UndefinedBehaviorSanitizer). ``thread`` finds data races (ThreadSanitizer). Both need GCC on
Linux: their runtimes are preloaded, since Python itself is built without. The build lies under
``build/sanitize-NAME`` and leaves everything else alone.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SUPPRESSIONS = ROOT / "tools" / "thread-sanitizer.txt"


@dataclass(frozen=True)
class Sanitizer:
    """A way to build, and how its runtime is set up."""

    name: str
    flags: str
    runtimes: list[str]
    options: dict[str, str]
    program: list[str] = field(default_factory=list)
    tests: list[str] = field(default_factory=lambda: ["-m", "not slow"])


SANITIZERS = {
    "address": Sanitizer(
        "address",
        "-fsanitize=address,undefined -fno-sanitize-recover=undefined",
        ["libasan.so", "libubsan.so"],
        {
            # Python keeps what it allocates until the process ends.
            "ASAN_OPTIONS": "detect_leaks=0:abort_on_error=1:detect_stack_use_after_return=1",
            "UBSAN_OPTIONS": "print_stacktrace=1",
        },
    ),
    "thread": Sanitizer(
        "thread",
        "-fsanitize=thread",
        ["libtsan.so"],
        {"TSAN_OPTIONS": f"halt_on_error=1:second_deadlock_stack=1:suppressions={SUPPRESSIONS}"},
        # The runtime needs its shadow memory where a randomised address space may have put something else.
        ["setarch", "-R"],
        # Those that run several threads, and those that stop them; all of them would take an hour.
        ["-k", "(thread or stop or progress) and not scikit_learn", "-m", "not slow"],
    ),
}


def build(sanitizer: Sanitizer) -> Path:
    """Compile the kernels; returns a folder with a copy of the package that holds them."""
    folder = ROOT / "build" / f"sanitize-{sanitizer.name}"
    flags = f"{sanitizer.flags} -g -fno-omit-frame-pointer"
    configure = [
        f"-DPython_EXECUTABLE={sys.executable}",
        "-DCMAKE_BUILD_TYPE=RelWithDebInfo",  # keeps the names that reports need
        f"-DCMAKE_CXX_FLAGS={flags}",
        "-DCMAKE_CXX_COMPILER=g++",
    ]
    path = {**os.environ, "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}
    subprocess.run(["cmake", "-S", ROOT, "-B", folder, *configure], check=True, env=path, stdout=subprocess.DEVNULL)
    subprocess.run(["cmake", "--build", folder, "-j", str(os.cpu_count())], check=True, env=path)
    package = folder / "package"
    shutil.rmtree(package, ignore_errors=True)
    ignored = shutil.ignore_patterns("*.so", "__pycache__", "static")
    shutil.copytree(ROOT / "src" / "vectarium", package / "vectarium", ignore=ignored)
    for module in folder.glob("_native*.so"):
        shutil.copy(module, package / "vectarium")
    return package


def runtime(library: str) -> str:
    """Where the compiler keeps a sanitizer's runtime."""
    found = subprocess.run(["g++", f"-print-file-name={library}"], capture_output=True, text=True, check=True)
    return str(Path(found.stdout.strip()).resolve())


def run(sanitizer: Sanitizer, arguments: list[str]) -> int:
    """Run the tests; returns pytest's status."""
    environment = {
        **os.environ,
        **sanitizer.options,
        "PYTHONPATH": str(build(sanitizer)),
        "PYTHONMALLOC": "malloc",  # so that each object has bounds of its own
        "OPENBLAS_NUM_THREADS": "1",  # its threads are not built for this
        "LD_PRELOAD": " ".join(runtime(each) for each in sanitizer.runtimes),
    }
    wanted = arguments or ["tests/project", "-q", "-x", "-p", "no:cacheprovider", "--timeout", "0", *sanitizer.tests]
    command = [*sanitizer.program, sys.executable, "-m", "pytest", *wanted]
    print(f"\n{sanitizer.name}: {' '.join(command)}", flush=True)
    status = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    print(f"{sanitizer.name}: {'clean' if status == 0 else f'status {status}'}", flush=True)
    return status


def main() -> None:
    given = sys.argv[1:]
    end = given.index("--") if "--" in given else len(given)
    chosen, arguments = given[:end] or list(SANITIZERS), given[end + 1 :]
    unknown = set(chosen) - set(SANITIZERS)
    if unknown:
        sys.exit(f"There is no sanitizer {', '.join(sorted(unknown))}; there are {', '.join(SANITIZERS)}.")
    statuses = [run(SANITIZERS[name], arguments) for name in chosen]
    sys.exit(any(statuses))


if __name__ == "__main__":
    main()
