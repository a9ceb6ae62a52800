"""The engine beside its peers: t-SNE, UMAP, neighbours and PCA, on the same vectors in the same run.

::

    python bench/engine.py [--images mnist.npz] [--only NAME …] [--rounds 3] [--data FOLDER] [--threads 2] [--slow]

All take turns, each turn in a process of its own; medians count. Without ``--images`` a synthetic set of
the same shape stands in for MNIST, and the targets, which are for MNIST, are only a hint. Peers that are not
installed are left out with a message: ``pip install "vectarium[bench]"`` brings them. ``--slow`` adds
scikit-learn's t-SNE, which takes many minutes.
"""

from __future__ import annotations

import argparse
import math
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from contest import CLOCK, PROCESSOR, Took, contest
from engine_data import EngineData
from table import load, table, verdict

HEAD = ["what", "who", "clock", "processor", "peak", "slower than ours", "by processor", "at least", "quality"]
SIZES = [10_000, 30_000, 100_000, 300_000, 1_000_000]
Judge = Callable[[np.ndarray], str]
Seconds = Callable[[Took, int], float]


@dataclass(frozen=True)
class Claim:
    """How many times faster than its peers the first contestant is to be, and by which of its times."""

    name: str
    seconds: Seconds
    at_least: dict[str, float]


@dataclass(frozen=True)
class Contest:
    """Some contestants, ours first, on the same data."""

    names: Sequence[str]
    data: Sequence[Path]
    claims: Sequence[Claim]
    judge: Judge
    calls: int = 1


def contests(data: EngineData, *, slow: bool) -> dict[str, Callable[[], Contest]]:
    """All there are, by name; the data of each is made when it is its turn."""
    first, later, fresh = Took.first, Took.later, Took.fresh

    def picture(y: np.ndarray) -> str:
        return f"pres15 {data.preserved(data.images, y):.3f}, KL {data.divergence(data.graph, y):.3f}"

    def umap_picture(y: np.ndarray) -> str:
        return f"pres15 {data.preserved(data.images, y):.3f}"

    def descended(y: np.ndarray) -> str:
        return f"KL {data.divergence(data.descent_graph, y):.4f}"

    def variance(y: np.ndarray) -> str:
        return f"variance {y.var(axis=0).sum():.6g}"

    def recall(vectors: Path) -> Judge:
        return lambda found: f"recall {data.recall(vectors, found):.4f}"

    peers = ["opentsne", "pacmap"] + ["sklearn_tsne"] * slow
    return {
        "tsne": lambda: Contest(
            ["vectarium_tsne", "vectarium_tsne_uniform", *peers],
            [data.images],
            [Claim(f"t-SNE, {data.name} 70,000 × 784", first, {"opentsne": 10})],
            picture,
        ),
        "descent": lambda: Contest(
            ["vectarium_descent", "opentsne_descent"],
            data.descent,
            [Claim("t-SNE's optimiser, 10,000 points", first, {"opentsne_descent": 18})],
            descended,
        ),
        "umap": lambda: Contest(
            ["vectarium_umap", "umap_learn"],
            [data.images],
            [
                Claim(f"UMAP, {data.name} 70,000 × 784, second call", later, {"umap_learn": 4}),
                Claim("UMAP, a new process", fresh, {"umap_learn": 10}),
            ],
            umap_picture,
            calls=2,
        ),
        "approximate": lambda: Contest(
            ["vectarium_approximate", "pynndescent"],
            [data.reduced],
            [
                Claim("approximate neighbours, 70,000 × 100, later calls", later, {"pynndescent": 1.8}),
                Claim("approximate neighbours, first call", first, {"pynndescent": 15}),
            ],
            recall(data.reduced),
            calls=3,
        ),
        "exact-100": lambda: Contest(
            ["vectarium_exact", "faiss_flat"],
            [data.reduced],
            [Claim("exact neighbours, 70,000 × 100", first, {"faiss_flat": 2.5})],
            recall(data.reduced),
        ),
        "exact-784": lambda: Contest(
            ["vectarium_exact", "faiss_flat"],
            [data.images],
            [Claim("exact neighbours, 70,000 × 784", first, {"faiss_flat": 1.5})],
            recall(data.images),
        ),
        "pca": lambda: Contest(
            ["vectarium_pca", "sklearn_pca_covariance", "sklearn_pca_randomized"],
            [data.images],
            [
                Claim(
                    "PCA to 50, 70,000 × 784",
                    later,
                    {"sklearn_pca_covariance": 1, "sklearn_pca_randomized": 1},
                )
            ],
            variance,
            calls=4,
        ),
    }


def lines(contest_: Contest, took: Sequence[Took]) -> list[list[str]]:
    """The lines of the table for one contest."""
    quality = {each.who: contest_.judge(each.result) for each in took if not each.missing}
    return [_line(claim, took[0], each, quality) for claim in contest_.claims for each in took]


def _line(claim: Claim, ours: Took, each: Took, quality: dict[str, str]) -> list[str]:
    if each.missing:
        return [claim.name, each.who, each.missing, *[""] * 6]
    clock, processor = (claim.seconds(each, which) for which in (CLOCK, PROCESSOR))
    target, ratios = claim.at_least.get(each.who), ["", ""]
    ratio = math.nan
    if each is not ours and not ours.missing:
        ratio = clock / claim.seconds(ours, CLOCK)
        ratios = [f"{ratio:.1f} times", f"{processor / claim.seconds(ours, PROCESSOR):.1f} times"]
    return [
        claim.name,
        each.who,
        f"{clock:.2f} s",
        f"{processor:.2f} s",
        f"{each.peak():.0f} MB",
        *ratios,
        "" if target is None else f"{target:g} times: {verdict(target, ratio)}",
        quality[each.who],
    ]


def million(data: EngineData, rounds: int, threads: int) -> list[list[str]]:
    """A million points: the first picture, then neighbours and t-SNE."""
    name = "1,000,000 × 128, synthetic manifold"
    limits = {"vectarium_picture": (5, math.inf), "vectarium_tsne_uniform": (120, 3000)}
    rows = []
    for each in contest(list(limits), [data.million], rounds=rounds, threads=threads):
        if each.missing:
            rows.append([name, each.who, each.missing, *[""] * 6])
            continue
        seconds, memory = limits[each.who]
        says = f"{seconds} s: {verdict(each.first(), seconds)}"
        if memory < math.inf:
            says += f", {memory} MB: {verdict(each.peak(), memory)}"
        quality = f"pres15 {data.preserved(data.million, each.result):.3f}"
        rows.append(
            [
                name,
                each.who,
                f"{each.first():.1f} s",
                f"{each.first(PROCESSOR):.1f} s",
                f"{each.peak():.0f} MB",
                "",
                "",
                says,
                quality,
            ]
        )
    return rows


def scaling(data: EngineData, rounds: int, threads: int) -> str:
    """How time grows with the number of points, beside n log n; each twice the last would be slope 1."""
    seconds = []
    for n in SIZES:
        [took] = contest(["vectarium_tsne_uniform"], [data.million], rounds=rounds, rows=n, threads=threads)
        if took.missing:
            return f"scaling: {took.missing}"
        seconds.append(took.first())
    logs = np.log(SIZES)
    slope, expected = (np.polyfit(logs, values, 1)[0] for values in (np.log(seconds), logs + np.log(logs)))
    rows = [[f"{n:,}", f"{s:.2f} s", f"{s / n * 1e6:.1f} µs"] for n, s in zip(SIZES, seconds, strict=True)]
    return (
        f"{table(['points × 128', 'neighbours + t-SNE', 'per point'], rows)}\n"
        f"slope {slope:.3f}; n log n would be {expected:.3f}: {verdict(slope, expected)}"
    )


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=Path, help="an .npz with 70,000 images of 28 × 28")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="tsne, descent, umap, approximate, exact-100, …")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--data", type=Path, help="where the data is kept between runs")
    parser.add_argument("--slow", action="store_true", help="scikit-learn's t-SNE as well")
    return parser.parse_args()


def report(asked: argparse.Namespace, data: EngineData) -> None:
    """Measure everything and print it."""
    known = contests(data, slow=asked.slow)
    names = asked.only or [*known, "million", "scaling"]
    unknown = set(names) - {*known, "million", "scaling"}
    if unknown:
        raise SystemExit(
            f"There is no {', '.join(sorted(unknown))}; there are {', '.join([*known, 'million', 'scaling'])}."
        )
    rows = []
    for name in names:
        if name in known:
            made = known[name]()
            rows += lines(
                made, contest(made.names, made.data, rounds=asked.rounds, calls=made.calls, threads=asked.threads)
            )
        elif name == "million":
            rows += million(data, asked.rounds, asked.threads)
        print(f"{name} done; {load()}", flush=True)
    if rows:
        print(f"\n{table(HEAD, rows)}", flush=True)
    if "scaling" in names:
        print(f"\n{scaling(data, 1, asked.threads)}", flush=True)
    print(f"\nmedians of {asked.rounds} rounds, {asked.threads} threads; {load()}")


def main() -> None:
    asked = arguments()
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.data or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        report(asked, EngineData(folder, asked.images))


if __name__ == "__main__":
    main()
