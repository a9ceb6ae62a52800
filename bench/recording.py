"""What recording costs: time, bytes and memory, beside TensorBoard's ``SummaryWriter.add_embedding`` for the same data.

A text classifier (5,000 words of 32 dimensions, a bidirectional LSTM, 64 positions) is trained for a few epochs. One snapshot an
epoch: the whole table, and the layer's output for a probe of 1,000 texts. The forward pass of the probe is measured by
itself, since every recorder needs it; what is left is the recorder's own cost, as a share of the epoch.

    python bench/recording.py            # needs torch; tensorboard for the comparison
    python bench/recording.py --memory   # 500 snapshots: does memory grow?
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn

import vectarium as vt
from vectarium.torch import Recorder

WORDS, LENGTH, TEXTS, PROBE = 5000, 64, 6000, 1000


class Reviews(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Embedding(WORDS, 32, padding_idx=0)
        self.lstm = nn.LSTM(32, 64, batch_first=True, bidirectional=True)
        self.out = nn.Linear(128, 1)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        return self.out(self.lstm(self.embed(ids))[0].mean(1))


def begin() -> tuple[Reviews, torch.Tensor, torch.Tensor, vt.Probe]:
    torch.manual_seed(0)
    ids = torch.randint(1, WORDS, (TEXTS, LENGTH))
    labels = (ids.float().mean(1, keepdim=True) > WORDS / 2).float()
    return Reviews(), ids, labels, vt.Probe(ids[:PROBE], labels[:PROBE, 0].long(), classes=["bad", "good"], padding=0)


def train_epoch(model: Reviews, optimizer: torch.optim.Optimizer, ids: torch.Tensor, labels: torch.Tensor) -> float:
    start = time.perf_counter()
    for rows in torch.randperm(TEXTS).split(64):
        loss = nn.functional.binary_cross_entropy_with_logits(model(ids[rows]), labels[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return time.perf_counter() - start


def read(model: Reviews, probe: vt.Probe) -> tuple[np.ndarray, np.ndarray]:
    """The forward pass of the probe, as anybody would write it."""
    ids = torch.from_numpy(probe.inputs["input"])
    model.eval()
    with torch.no_grad():
        hidden = torch.cat([model.lstm(model.embed(part))[0].mean(1) for part in ids.split(probe.batch_size)])
        torch.sigmoid(model.out(hidden))
    model.train()
    return model.embed.weight.detach().numpy(), hidden.numpy()


def size_of(folder: Path) -> float:
    return sum(each.stat().st_size for each in folder.rglob("*") if each.is_file()) / 1e6


def timed(work: object, times: int) -> float:
    """The shortest of several times, in seconds."""
    assert callable(work)
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return min(taken)


def compare(epochs: int) -> None:
    model, ids, labels, probe = begin()
    optimizer = torch.optim.Adam(model.parameters())
    words = [f"word{row}" for row in range(WORDS)]
    epoch = min(train_epoch(model, optimizer, ids, labels) for _ in range(epochs))
    forward = timed(lambda: read(model, probe), 5)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for dtype in ("float32", "float16"):
            path = root / dtype
            with Recorder(path, model, {"embed": words}, ["lstm"], probe, dtype=dtype, scores="logits") as recorder:
                recorder.snapshot()
                begun = size_of(path)
                taken = timed(recorder.snapshot, 5)
                grown = (size_of(path) - begun) / 5
            rows.append((f"vectarium.torch.Recorder, {dtype}", taken - forward, grown))
        rows.append(("SummaryWriter.add_embedding", *tensorboard(root / "tensorboard", model, probe, words)))
    print(
        f"\none epoch {epoch:.2f} s, of {TEXTS:,} texts; forward pass of the probe ({PROBE:,} texts) {forward * 1000:.0f} ms\n"
    )
    print("| one snapshot: 5,000 × 32 words, 1,000 × 128 activations | its own time | share of the epoch | on disk |")
    print("|---|---|---|---|")
    for name, seconds, megabytes in rows:
        if seconds == seconds:  # noqa: PLR0124 - NaN where it is not installed
            print(f"| {name} | {seconds * 1000:.0f} ms | {seconds / epoch:.1%} | {megabytes:.2f} MB |")


def tensorboard(path: Path, model: Reviews, probe: vt.Probe, words: list[str]) -> tuple[float, float]:
    """Seconds beyond the forward pass, and megabytes, of one ``add_embedding`` for each of both."""
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        print("tensorboard is not installed")
        return float("nan"), float("nan")
    step = 0
    labels = [str(each) for each in probe.labels.values] if probe.labels else []
    with SummaryWriter(str(path)) as writer:

        def write() -> None:
            nonlocal step
            step += 1
            table, hidden = read(model, probe)
            writer.add_embedding(table, metadata=words, tag="embed", global_step=step)
            writer.add_embedding(hidden, metadata=labels, tag="lstm", global_step=step)

        write()
        begun = size_of(path)
        taken = timed(write, 3)
        grown = (size_of(path) - begun) / 3
    return taken - timed(lambda: read(model, probe), 3), grown


def memory(snapshots: int) -> None:
    model, _, _, probe = begin()
    with tempfile.TemporaryDirectory() as folder:
        with Recorder(Path(folder) / "run", model, ["embed"], ["lstm"], probe, scores="logits") as recorder:
            marks = []
            for count in range(snapshots):
                recorder.snapshot()
                if count in {19, snapshots // 2, snapshots - 1}:
                    marks.append((count + 1, resident()))
        print(", ".join(f"after {count} snapshots {megabytes:.1f} MB" for count, megabytes in marks))
    print(f"at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.1f} MB")


def resident() -> float:
    """Megabytes of this process that are in memory now; Linux."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--snapshots", type=int, default=500)
    asked = parser.parse_args()
    torch.set_num_threads(1)
    if asked.memory:
        memory(asked.snapshots)
    else:
        compare(asked.epochs)
