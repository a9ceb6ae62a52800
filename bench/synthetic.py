"""Data to open, made on the spot: Gaussian mixtures, and labels."""

from __future__ import annotations

from pathlib import Path

import numpy as np

CLOUDS = 30
ROWS = 50_000
SYLLABLES = ["ka", "lo", "mi", "ra", "ten", "sho", "vel", "dur", "an", "gri", "po", "sel"]


def mixture(path: Path, n: int, d: int) -> Path:
    """A ``.npy`` of float32 ``(n, d)``: thirty clouds; seed 0. A file that is there is kept."""
    if path.exists():
        return path
    rng = np.random.default_rng(0)
    centers = rng.normal(size=(CLOUDS, d)).astype(np.float32) * 2
    unfinished = path.with_suffix(".part")
    out = np.lib.format.open_memmap(unfinished, "w+", np.float32, (n, d))
    for start in range(0, n, ROWS):
        m = min(ROWS, n - start)
        out[start : start + m] = centers[rng.integers(CLOUDS, size=m)] + rng.standard_normal((m, d), np.float32)
    out.flush()
    del out
    return unfinished.rename(path)


def labels(path: Path, n: int) -> Path:
    """A text file of n made-up words, each with a number behind it; seed 0. A file that is there is kept."""
    if not path.exists():
        chosen = np.random.default_rng(0).integers(len(SYLLABLES), size=(n, 4))
        lines = ("".join(SYLLABLES[each] for each in row) for row in chosen.tolist())
        path.write_text("".join(f"{word} {row}\n" for row, word in enumerate(lines)), encoding="utf-8")
    return path


def manifold(path: Path, n: int, d: int) -> Path:
    """A ``.npy`` of float32 ``(n, d)``: fifty clouds on a curved surface of eight dimensions, with noise; seed 0.

    Any number of its first rows is a sample of the same surface. A file that is there is kept.
    """
    if path.exists():
        return path
    rng = np.random.default_rng(0)
    latent, hidden = 8, 64
    centres = rng.standard_normal((50, latent)).astype(np.float32) * 1.5
    bend = rng.standard_normal((latent, hidden)).astype(np.float32)
    spread = rng.standard_normal((hidden, d)).astype(np.float32) / np.sqrt(hidden, dtype=np.float32)
    unfinished = path.with_suffix(".part")
    out = np.lib.format.open_memmap(unfinished, "w+", np.float32, (n, d))
    for start in range(0, n, ROWS):
        m = min(ROWS, n - start)
        z = centres[rng.integers(50, size=m)] + 0.5 * rng.standard_normal((m, latent), np.float32)
        out[start : start + m] = np.tanh(z @ bend) @ spread + 0.05 * rng.standard_normal((m, d), np.float32)
    out.flush()
    del out
    return unfinished.rename(path)
