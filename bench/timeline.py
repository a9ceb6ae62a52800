"""Timelines beside their peers: how true they are, how much they pretend, and how long they take.

::

    python bench/timeline.py [--only pilot | big] [--rounds 1] [--threads 2] [--slow]

The pilot: a layer of 32 numbers of a small network that learns to read digits, 500 digits at 13 moments and two
exact copies of the last. The big one: 5,000 digits at 40 moments in 64 dimensions. All get the same vectors, with
turns of the whole space taken out, and are measured by the same measures. Each turn is a process of its own.
Peers that are not installed are left out with a message: ``pip install "vectarium[bench]"`` brings them.
``--slow`` adds those that take many minutes on the big one.
"""

from __future__ import annotations

import argparse
import math
import tempfile
from pathlib import Path

import numpy as np
from contest import PROCESSOR, Took, contest
from digits_learning import learning, pilot
from table import load, table, verdict

from vectarium.project.aligned import AlignedSnapshots
from vectarium.project.timeline_fidelity import TimelineFidelity, measure

HEAD = ["who", "clock", "processor", "peak", "neighbours kept", "worst step", "motion", "step by step", "frozen"]
OURS = ["vectarium_pca", "vectarium_tsne", "vectarium_umap"]
PEERS = ["opentsne_each", "opentsne_warm", "opentsne_jointly", "umap_each", "umap_jointly", "aligned_umap"]
BIG_OURS = ["vectarium_first_picture", "vectarium_tsne_layout", "vectarium_umap_layout"]
BIG_PEERS = ["opentsne_jointly"]
BIG_SLOW = ["opentsne_each", "aligned_umap"]
BIG_EPOCHS = np.geomspace(1, 40, 40) - 1
FROZEN, MOTION, KEPT = 0.05, 0.75, 0.9
FASTER, MEMORY, FIRST_PICTURE = 5, 1600, 2


def report_pilot(folder: Path, rounds: int, threads: int) -> None:
    """Print how true each is on the pilot."""
    vectors = AlignedSnapshots(pilot())
    took = _contest([*OURS, *PEERS], folder / "pilot.npy", vectors, rounds, threads)
    measured = {each.who: measure(vectors, each.result) for each in took if not each.missing}
    alone = measured.get("opentsne_each")
    rows = [_line(each, measured.get(each.who)) for each in took]
    print(f"\npilot: 500 × 15 × 32\n{table(HEAD, rows)}", flush=True)
    for who in OURS[1:]:
        found = measured[who]
        kept = math.nan if alone is None else _mean(found) / _mean(alone)
        print(
            f"{who}: frozen {_frozen(found):.3f}, at most {FROZEN}: {verdict(_frozen(found), FROZEN)}; motion "
            f"{found.overall_displacement:.2f}, at least {MOTION}: {verdict(-found.overall_displacement, -MOTION)}; "
            f"neighbours {kept:.2f} of each step's own t-SNE, at least {KEPT}: {verdict(-kept, -KEPT)}"
        )


def report_big(folder: Path, rounds: int, threads: int, *, slow: bool) -> None:
    """Print what each takes on many points, and how true it is."""
    vectors = AlignedSnapshots(list(learning(5000, 64, list(BIG_EPOCHS))))
    took = _contest([*BIG_OURS, *BIG_PEERS, *BIG_SLOW * slow], folder / "big.npy", vectors, rounds, threads)
    measured = {each.who: measure(vectors, each.result) for each in took if not each.missing}
    rows = [_line(each, measured.get(each.who)) for each in took]
    print(f"\nbig: 5,000 × 40 × 64\n{table(HEAD, rows)}", flush=True)
    by = {each.who: each for each in took if not each.missing}
    first, ours, peer = by[BIG_OURS[0]], by[BIG_OURS[1]], by.get(BIG_PEERS[0])
    ratio = math.nan if peer is None else peer.first() / ours.first()
    print(
        f"first picture {first.first():.2f} s, at most {FIRST_PICTURE}: {verdict(first.first(), FIRST_PICTURE)}; joint t-SNE "
        f"{ratio:.1f} times faster than openTSNE's, at least {FASTER}: {verdict(-ratio, -FASTER)}; "
        f"{ours.peak():.0f} MB, at most {MEMORY}: {verdict(ours.peak(), MEMORY)}"
    )


def _contest(names: list[str], path: Path, vectors: AlignedSnapshots, rounds: int, threads: int) -> list[Took]:
    np.save(path, np.stack(list(vectors)))
    return contest(names, [path], rounds=rounds, threads=threads, script="timeline_contestants.py")


def _line(took: Took, found: TimelineFidelity | None) -> list[str]:
    if found is None:
        return [took.who, took.missing, *[""] * (len(HEAD) - 2)]
    kept = found.neighbor_preservation
    return [
        took.who,
        f"{took.first():.1f} s",
        f"{took.first(PROCESSOR):.1f} s",
        f"{took.peak():.0f} MB",
        f"{_mean(found):.3f}",
        f"{float(np.nanmin(kept)):.3f}",
        f"{found.overall_displacement:.2f}",
        f"{float(np.nanmedian(found.displacement)):.2f}",
        "" if found.frozen is None else f"{found.frozen:.3f}",
    ]


def _mean(found: TimelineFidelity) -> float:
    return float(np.nanmean(found.neighbor_preservation))


def _frozen(found: TimelineFidelity) -> float:
    return math.nan if found.frozen is None else found.frozen


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=["pilot", "big"])
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--slow", action="store_true", help="those that take many minutes, too")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        if asked.only != "big":
            report_pilot(Path(temporary), asked.rounds, asked.threads)
        if asked.only != "pilot":
            report_big(Path(temporary), asked.rounds, asked.threads, slow=asked.slow)
    print(f"\nmedians of {asked.rounds} rounds, {asked.threads} threads; {load()}")


if __name__ == "__main__":
    main()
