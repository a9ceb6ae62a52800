"""Nearest neighbours, exact and approximate, beside faiss, pynndescent and scikit-learn.

::

    python bench/neighbors.py [--vectors FILE.npy …] [--rounds 3] [--rows N] [--data FOLDER]

All take turns, each turn in a process of its own with two threads and two calls, so that whatever else the
machine does falls on all and what is compiled at run time shows in the first call; medians count. Without
files the vectors are synthetic: 70,000 × 100 on a curved surface. Peers that are not installed are left out
with a message. Recall is the share of the true 15 nearest.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from contest import PROCESSOR, Took, contest
from contestants import K
from synthetic import manifold
from table import load, table

EXACT = "vectarium_exact"
WHO = (EXACT, "faiss_flat", "sklearn_brute", "vectarium_approximate", "pynndescent")
HEAD = ["vectors", "search", "first call", "later calls", "processors", "recall", "at most"]


def recall(found: np.ndarray, truth: np.ndarray) -> float:
    """The share of the true neighbours that were found; peers count each point among its own."""
    return float(np.mean([np.isin(a, b).mean() for a, b in zip(truth, found, strict=True)]))


def rows(vectors: Path, *, rounds: int, limit: int | None = None, threads: int = 2) -> list[list[str]]:
    """Lines of the table for one file of vectors.

    Parameters
    ----------
    vectors
        An ``.npy`` of float32 ``(n, d)``.
    rounds
        How many processes each search has.
    limit
        How many rows of the file are used; None for all.
    threads
        How many threads each search may use.
    """
    took = contest(WHO, [vectors], rounds=rounds, calls=2, rows=limit, threads=threads)
    truth = next(each for each in took if each.who == EXACT).result
    n, d = np.load(vectors, mmap_mode="r")[:limit].shape
    return [_line(f"{n:,} × {d}", each, truth) for each in took]


def _line(name: str, took: Took, truth: np.ndarray) -> list[str]:
    if took.missing:
        return [name, took.who, took.missing, "", "", "", ""]
    return [
        name,
        took.who,
        f"{took.first():.2f} s",
        f"{took.later():.2f} s",
        f"{took.later(PROCESSOR):.2f} s",
        f"{recall(took.result, truth):.4f}",
        f"{took.peak():,.0f} MB",
    ]


def main(given: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--vectors", type=Path, nargs="*", default=[], help=".npy files of float32 (n, d)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rows", type=int, help="use so many rows only")
    parser.add_argument("--data", type=Path, help="a folder for synthetic vectors, kept between runs")
    asked = parser.parse_args(given)
    with tempfile.TemporaryDirectory() as scratch:
        folder = asked.data or Path(scratch)
        files = asked.vectors or [manifold(folder / "70000x100.npy", 70_000, 100)]
        lines = [line for file in files for line in rows(file, rounds=asked.rounds, limit=asked.rows)]
    print(f"\n{K} nearest neighbours by Euclidean distance, median of {asked.rounds}; {load()}\n\n{table(HEAD, lines)}")


if __name__ == "__main__":
    main()
