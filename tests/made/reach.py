"""How far damaged inputs come: ``python tests/made/reach.py 300 npz`` tells it of a target, or of all.

An input that is refused has run some of the lines that read its whole seed. Less than a third: at once, at the first
bytes; else late. Inputs that nearly all fail at once test nothing but the first check.
"""

import sys
import tempfile
from pathlib import Path

from ordeal import Trial
from targets import TARGETS

import vectarium

HOME = str(Path(vectarium.__file__).parent)
AT_ONCE = 1 / 3


class Lines:
    """The lines of Vectarium that run."""

    def __init__(self) -> None:
        self.seen: set[tuple[str, int]] = set()

    def __enter__(self) -> set[tuple[str, int]]:
        sys.settrace(self._called)
        return self.seen

    def __exit__(self, *_: object) -> None:
        sys.settrace(None)

    def _called(self, frame, event, value):
        return self._ran if frame.f_code.co_filename.startswith(HOME) else None

    def _ran(self, frame, event, value):
        if event == "line":
            self.seen.add((frame.f_code.co_filename, frame.f_lineno))
        return self._ran


def reach(target: str, inputs: int) -> str:
    """What became of the first inputs of a target."""
    with tempfile.TemporaryDirectory() as folder:
        trial = Trial(target, Path(folder))
        trial.whole()
        wholes: list[set[tuple[str, int]]] = []
        for seed, path in zip(trial.seeds, trial.paths, strict=True):
            with Lines() as lines:
                seed.read(path)
            wholes.append(lines)
        counted = {"opened": 0, "late": 0, "at once": 0}
        everything = set[tuple[str, int]]()
        for number in range(inputs):
            with Lines() as lines:
                opened = trial.attempt(number)
            whole = wholes[trial.made(number)[0]]
            share = len(lines & whole) / max(len(whole), 1)
            counted["opened" if opened else "at once" if share < AT_ONCE else "late"] += 1
            everything |= lines
    told = ", ".join(f"{count / inputs:.0%} {name}" for name, count in counted.items())
    more = len(everything - set[tuple[str, int]]().union(*wholes))
    return f"{target}: {told}; {more} lines that no whole seed runs"


if __name__ == "__main__":
    for each in sys.argv[2:] or TARGETS:
        sys.stdout.write(reach(each, int(sys.argv[1])) + "\n")
        sys.stdout.flush()
