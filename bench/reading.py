"""From files to vectors: text beside NumPy and pandas, GloVe, and one tensor out of a large checkpoint.

::

    python bench/reading.py [--rounds 3] [--data FOLDER] [--only tsv glove checkpoint]

Each turn is a process of its own that imports, reads and ends; time and memory are counted from its imports on, the
file is in the system's cache. The data is synthetic and made in a temporary folder (1.6 GB), or kept in the folder
given with ``--data``.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from table import load, table, verdict

ROWS, D = 20_000, 300
WORDS, WORD_D = 400_000, 100
MEGABYTE = 1 << 20
TURN = """
import json, sys, time
{imports}
path, told = sys.argv[1], []
wall, effort = time.perf_counter(), time.process_time()
{read}
wall, effort = time.perf_counter() - wall, time.process_time() - effort
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps([wall, effort, int(peak.split()[1]) * 1024, len(told)]))
"""
OURS = ("import vectarium as vt; vt.open", "vt.open(path, progress=lambda *said: told.append(said))")
NUMPY = ("import numpy as np", "np.loadtxt(path)")
PANDAS = ("import pandas as pd", "pd.read_csv(path, sep='\\t', header=None).to_numpy()")


def tsv(folder: Path) -> Path:
    """Doubles as Python writes them, parted by tabs."""
    path = folder / "vectors.tsv"
    if not path.exists():
        rows = np.random.default_rng(0).standard_normal((ROWS, D)).tolist()
        path.write_text("".join("\t".join(map(repr, row)) + "\n" for row in rows))
    return path


def glove(folder: Path) -> Path:
    """Words with numbers of five digits."""
    path = folder / "glove.txt"
    if not path.exists():
        rng, form = np.random.default_rng(0), " ".join(["%.5g"] * WORD_D)
        with path.open("w") as file:
            for start in range(0, WORDS, 10_000):
                rows = rng.standard_normal((10_000, WORD_D)).tolist()
                file.write("".join(f"word{start + i} {form % tuple(row)}\n" for i, row in enumerate(rows)))
    return path


def checkpoint(folder: Path) -> Path:
    """A gigabyte of tensors, of which a config names one of 51 MB."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "made"))
    import checkpoints as made

    from vectarium.formats.crc32c import masked_crc32c

    place = folder / "checkpoint"
    if not place.exists():
        place.mkdir()
        bundle, rng = made.Bundle(), np.random.default_rng(0)
        with (place / "model.ckpt-1.data-00000-of-00001").open("wb") as file:
            for name, rows in (("asked", 100_000), *((f"other/{index}", 400_000) for index in range(5))):
                raw = rng.standard_normal((rows, 128), dtype="f4").tobytes()
                value = made.entry(made.FLOAT, (rows, 128), file.tell(), len(raw), masked_crc32c([raw]))
                bundle.entries[name.encode()] = value
                file.write(raw)
        (place / "model.ckpt-1.index").write_bytes(made.table([sorted({b"": bundle.header, **bundle.entries}.items())]))
        (place / "projector_config.pbtxt").write_text('embeddings { tensor_name: "asked" }')
    return place


def turn(how: tuple[str, str], path: Path) -> dict[str, float]:
    """One reading in a process of its own."""
    program = TURN.format(imports=how[0], read=how[1])
    done = subprocess.run([sys.executable, "-c", program, path], capture_output=True, text=True, check=True)
    return dict(zip(("seconds", "effort", "peak", "told"), json.loads(done.stdout), strict=True))


def medians(contestants: dict[str, tuple[str, str]], path: Path, rounds: int) -> dict[str, dict[str, float]]:
    """Each contestant's medians, in turns."""
    turns: dict[str, list[dict[str, float]]] = {name: [] for name in contestants}
    turn(OURS, path)  # brings the file into the system's cache
    for _ in range(rounds):
        for name, how in contestants.items():
            turns[name].append(turn(how, path))
    return {name: {key: statistics.median(each[key] for each in of) for key in of[0]} for name, of in turns.items()}


def text_rows(folder: Path, rounds: int) -> list[list[str]]:
    """118 MB of text beside the two that people know."""
    found = medians({"Vectarium": OURS, "numpy.loadtxt": NUMPY, "pandas, C reader": PANDAS}, tsv(folder), rounds)
    ours = found["Vectarium"]["seconds"]
    limits = {
        "Vectarium": f"3 s: {verdict(ours, 3)}",
        "numpy.loadtxt": f"3 × slower: {verdict(3 * ours, found['numpy.loadtxt']['seconds'])}",
        "pandas, C reader": f"not faster: {verdict(ours, found['pandas, C reader']['seconds'])}",
    }
    return [_row(f"TSV {ROWS:,} x {D}, {name}", each, limits[name]) for name, each in found.items()]


def glove_rows(folder: Path, rounds: int) -> list[list[str]]:
    """The text that most people have, with progress."""
    found = medians({"Vectarium": OURS}, glove(folder), rounds)["Vectarium"]
    limit = f"10 s: {verdict(found['seconds'], 10)}, progress told {found['told']:.0f} times"
    return [_row(f"GloVe {WORDS:,} x {WORD_D}", found, limit)]


def checkpoint_rows(folder: Path, rounds: int) -> list[list[str]]:
    """One tensor out of a gigabyte, its checksum compared."""
    found = medians({"Vectarium": OURS}, checkpoint(folder), rounds)["Vectarium"]
    return [_row("checkpoint of 1 GB, 51 MB asked", found, f"200 MB: {verdict(found['peak'], 200 * MEGABYTE)}")]


def _row(name: str, found: dict[str, float], limit: str) -> list[str]:
    return [name, f"{found['seconds']:.2f} s", f"{found['effort']:.2f} s", f"{found['peak'] / MEGABYTE:.0f} MB", limit]


PARTS: dict[str, Callable[[Path, int], Any]] = {"tsv": text_rows, "glove": glove_rows, "checkpoint": checkpoint_rows}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--data", type=Path, help="where the synthetic data is kept between runs")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.data or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        rows = [row for part in asked.only for row in PARTS[part](folder, asked.rounds)]
    print(table(["read", "time", "processor", "peak memory", "limit"], rows))
    print(f"\nmedians of {asked.rounds} rounds; {load()}")


if __name__ == "__main__":
    main()
