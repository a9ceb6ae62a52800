"""Exact nearest neighbours beside scikit-learn's brute force, on the same vectors in the same run.

::

    python bench/neighbors.py [--n 20000] [--d 200] [--k 15] [--rounds 3]

The two take turns, so that whatever else the machine does falls on both; the median counts. The
vectors are synthetic: a Gaussian mixture, float32. Both use two threads.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable

# Before NumPy is imported: its BLAS, which scikit-learn's brute force rests on, gets two threads too.
THREADS = 2
os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = str(THREADS)

import numpy as np  # noqa: E402
from sklearn.neighbors import NearestNeighbors  # noqa: E402
from table import load, table  # noqa: E402

from vectarium.project import neighbors  # noqa: E402

TARGET = 3.0
METRICS = ("euclidean", "cosine")
Found = tuple[np.ndarray, np.ndarray]


def mixture(n: int, d: int) -> np.ndarray:
    rng = np.random.default_rng(0)
    centres = rng.standard_normal((30, d), np.float32) * 2
    return centres[rng.integers(30, size=n)] + rng.standard_normal((n, d), np.float32)


def reference(x: np.ndarray, k: int, metric: str) -> Found:
    search = NearestNeighbors(n_neighbors=k, algorithm="brute", metric=metric, n_jobs=THREADS).fit(x)
    distances, indices = search.kneighbors()
    return indices, distances


def timed(work: Callable[[], Found]) -> tuple[float, Found]:
    start = time.perf_counter()
    found = work()
    return time.perf_counter() - start, found


def line(x: np.ndarray, k: int, metric: str, rounds: int) -> list[str]:
    ours, theirs = [], []
    for _ in range(rounds):
        seconds, found = timed(lambda: neighbors(x, k, metric=metric, n_jobs=THREADS))
        ours.append(seconds)
        seconds, expected = timed(lambda: reference(x, k, metric))
        theirs.append(seconds)
    shared = np.mean([len(np.intersect1d(a, b)) / k for a, b in zip(found[0], expected[0], strict=True)])
    mine, other = statistics.median(ours), statistics.median(theirs)
    ratio = other / mine
    says = "met" if ratio >= TARGET else "MISSED"
    return [metric, f"{mine:.2f} s", f"{other:.2f} s", f"{ratio:.1f} times faster", f"{shared:.5f}", says]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, default in (("n", 20_000), ("d", 200), ("k", 15), ("rounds", 3)):
        parser.add_argument(f"--{name}", type=int, default=default)
    asked = parser.parse_args()
    x = mixture(asked.n, asked.d)
    print(
        f"\nExact {asked.k} nearest neighbours of {asked.n:,} × {asked.d} float32, median of {asked.rounds}; {load()}\n"
    )
    head = ["metric", "vectarium", "scikit-learn", "ratio", "same neighbours", f"target {TARGET:.0f} times"]
    print(table(head, [line(x, asked.k, metric, asked.rounds) for metric in METRICS]))


if __name__ == "__main__":
    main()
