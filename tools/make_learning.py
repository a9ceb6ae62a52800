"""Make the runs of ``vectarium demo learning``: ``src/vectarium/demo/learning.tar.xz``.

::

    python tools/make_learning.py --conllu FOLDER [--out src/vectarium/demo/learning.tar.xz]

They are recorded by the examples themselves: ``examples/tagger_torch.py`` with two seeds, and
``examples/tagger_ewt_torch.py`` on FOLDER, which holds ``en_ewt-ud-{train,dev,test}.conllu.gz`` of Universal
Dependencies English EWT. Minutes on two cores. The numbers are the same each time on one machine; when it was recorded
is not.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from vectarium.data import Run
from vectarium.demo.learning import ARCHIVE, NAMES

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
SMALL = ["--dimensions=32", "--hidden=16", "--rows=320", "--sentences=14", "--per-decade=4", "--epochs=5"]


def run(example: str, *arguments: str) -> None:
    """Run an example, which says what it does."""
    subprocess.run([sys.executable, str(EXAMPLES / example), *arguments], check=True)


def record(folder: Path, conllu: Path) -> None:
    """Record the three runs."""
    for seed in (0, 1):
        run("tagger_torch.py", str(folder / NAMES[seed]), f"--seed={seed}", "--grid=18")
    run("tagger_ewt_torch.py", str(conllu), "--folder", str(folder / NAMES[2]), *SMALL)
    for name in NAMES:
        (folder / name / "run.lock").unlink()
        notes = Run(folder / name).validate()
        if notes:
            raise SystemExit("\n".join(map(str, notes)))


def pack(folder: Path, out: Path) -> None:
    """One archive of all files, the same kinds of files one after another, since they are alike."""
    files = sorted((each for each in folder.rglob("*") if each.is_file()), key=lambda each: (each.name, str(each)))
    with tarfile.open(out, "w:xz", preset=9) as archive:
        for each in files:
            archive.add(each, str(each.relative_to(folder)), filter=_anonymous)


def _anonymous(info: tarfile.TarInfo) -> tarfile.TarInfo:
    info.uid = info.gid = info.mtime = 0
    info.uname = info.gname = ""
    info.mode = 0o644
    return info


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--conllu", type=Path, required=True, help="folder of en_ewt-ud-{train,dev,test}.conllu.gz")
    parser.add_argument("--out", type=Path, default=ARCHIVE, help="where to write; default: the package")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        record(Path(folder), asked.conllu)
        pack(Path(folder), asked.out)
    print(f"{asked.out}  {asked.out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
