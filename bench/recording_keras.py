"""What recording a Keras model costs: time, bytes and memory, beside Keras's own TensorBoard callback and ``add_embedding``.

The same classifier as in ``recording.py``: 5,000 words of 32 dimensions, a bidirectional LSTM, 64 positions. What a whole ``fit``
takes with and without a callback varies more from run to run than what is measured here, so the callback's methods are
timed by themselves, in seconds of the processor; the forward pass of the probe, which every recorder needs, is measured apart.

    KERAS_BACKEND=torch python bench/recording_keras.py            # tensorboard and tensorflow for the comparison
    KERAS_BACKEND=torch python bench/recording_keras.py --memory   # 500 snapshots: does memory grow?
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import resource
import tempfile
import time
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "torch")

import keras
import numpy as np
from keras import layers

import vectarium as vt
from vectarium.keras import Recorder

WORDS, LENGTH, TEXTS, PROBE = 5000, 64, 6000, 1000


class Clock(keras.callbacks.Callback):
    """Adds up what the methods of another callback take."""

    def __init__(self, inner: keras.callbacks.Callback) -> None:
        super().__init__()
        self.inner = inner
        self.batches = self.epochs = 0.0

    def set_model(self, model):
        super().set_model(model)
        self.inner.set_model(model)

    def set_params(self, params):
        super().set_params(params)
        self.inner.set_params(params)

    def on_train_begin(self, logs=None):
        self.inner.on_train_begin(logs)

    def on_epoch_begin(self, epoch, logs=None):
        self.inner.on_epoch_begin(epoch, logs)

    def on_train_batch_begin(self, batch, logs=None):
        self.inner.on_train_batch_begin(batch, logs)

    def on_train_batch_end(self, batch, logs=None):
        start = time.process_time()
        self.inner.on_train_batch_end(batch, logs)
        self.batches += time.process_time() - start

    def on_epoch_end(self, epoch, logs=None):
        start = time.process_time()
        self.inner.on_epoch_end(epoch, logs)
        self.epochs += time.process_time() - start

    def on_train_end(self, logs=None):
        self.inner.on_train_end(logs)


def begin():
    keras.utils.set_random_seed(0)
    ids = np.random.default_rng(0).integers(1, WORDS, (TEXTS, LENGTH)).astype(np.int32)
    labels = (ids.mean(1) > WORDS / 2).astype(np.int32)
    model = keras.Sequential(
        [
            keras.Input((LENGTH,), dtype="int32"),
            layers.Embedding(WORDS, 32, name="embed"),
            layers.Bidirectional(layers.LSTM(64), name="lstm"),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model, ids, labels, vt.Probe(ids[:PROBE], labels[:PROBE], classes=["bad", "good"])


def read(hidden: keras.Model, ids: np.ndarray) -> np.ndarray:
    """The forward pass of the probe, as anybody would write it; ``predict`` would take longer."""
    parts = [
        hidden(keras.ops.convert_to_tensor(ids[start : start + 256]), training=False)[0]
        for start in range(0, PROBE, 256)
    ]
    return np.concatenate([keras.ops.convert_to_numpy(each) for each in parts])[:PROBE]


def size_of(folder: Path) -> float:
    return sum(each.stat().st_size for each in folder.rglob("*") if each.is_file()) / 1e6


def shortest(work, times: int = 3) -> float:
    taken = []
    for _ in range(times):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return min(taken)


def compare(epochs: int) -> None:
    model, ids, labels, probe = begin()
    words = [f"word{row}" for row in range(WORDS)]
    model.fit(ids, labels, batch_size=64, verbose=0)  # whatever is compiled is compiled now
    epoch = shortest(lambda: model.fit(ids, labels, batch_size=64, verbose=0), 2)
    hidden = keras.Model(model.inputs, [model.get_layer("lstm").output, *model.outputs])
    forward = shortest(lambda: read(hidden, ids))
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for dtype in ("float32", "float16"):
            recorder = Recorder(root / dtype, {"embed": words}, ["lstm"], probe, dtype=dtype)
            clock = Clock(recorder)
            model.fit(ids, labels, batch_size=64, verbose=0, epochs=epochs, callbacks=[clock])
            own = clock.epochs / epochs - forward
            per_batch = clock.batches / epochs
            grown = size_of(root / dtype / "snapshots") / epochs
            rows += [(f"vectarium.keras.Recorder, {dtype}", own, per_batch, grown)]
        rows += tensorboard(root, model, (ids, labels), words, epochs)
        rows += add_embedding(root, model, hidden, ids, words)
    print(
        f"\nKeras {keras.__version__} on {keras.backend.backend()}: one epoch {epoch:.2f} s, of {TEXTS:,} texts; forward pass "
    )
    print(f"of the probe ({PROBE:,} texts) {forward * 1000:.0f} ms\n")
    print("| one epoch | its own time | of which in batches | share of the epoch | on disk |\n|---|---|---|---|---|")
    for name, seconds, batches, megabytes in rows:
        whole = seconds + batches
        print(
            f"| {name} | {whole * 1000:.0f} ms | {batches * 1000:.1f} ms | {whole / epoch:.1%} | {megabytes:.2f} MB |"
        )


def tensorboard(root, model, data, words, epochs):
    """Keras's own callback: it saves the whole model for its table, and has no activations."""
    if importlib.util.find_spec("tensorflow") is None:
        print("tensorflow is not installed, so Keras's TensorBoard callback cannot run")
        return []
    metadata = root / "words.tsv"
    metadata.write_text("\n".join(words), "utf-8")
    path = root / "tensorboard"
    path.mkdir()  # where write_graph is off, the callback fails without it
    clock = Clock(
        keras.callbacks.TensorBoard(path, embeddings_freq=1, embeddings_metadata=str(metadata), write_graph=False)
    )
    model.fit(*data, batch_size=64, verbose=0, epochs=epochs, callbacks=[clock])
    told = "keras.callbacks.TensorBoard(embeddings_freq=1), table only"
    return [(told, clock.epochs / epochs, clock.batches / epochs, size_of(path) / epochs)]


def add_embedding(root, model, hidden, ids, words):
    """PyTorch's writer, for the table and the activations."""
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        print("tensorboard is not installed")
        return []
    step = 0
    with SummaryWriter(str(root / "writer")) as writer:

        def write() -> None:
            nonlocal step
            step += 1
            table = keras.ops.convert_to_numpy(model.get_layer("embed").embeddings)
            writer.add_embedding(table, metadata=words, tag="embed", global_step=step)
            vectors = read(hidden, ids)
            writer.add_embedding(vectors, metadata=[str(row) for row in range(PROBE)], tag="lstm", global_step=step)

        taken = shortest(write) - shortest(lambda: read(hidden, ids))
        grown = size_of(root / "writer") / step
    return [("SummaryWriter.add_embedding", taken, 0.0, grown)]


def memory(snapshots: int) -> None:
    model, _, _, probe = begin()
    with tempfile.TemporaryDirectory() as folder:
        recorder = Recorder(Path(folder) / "run", ["embed"], ["lstm"], probe)
        recorder.set_model(model)
        marks = []
        with recorder:
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
    if keras.backend.backend() == "torch":
        import torch

        torch.set_num_threads(1)
    if asked.memory:
        memory(asked.snapshots)
    else:
        compare(asked.epochs)
