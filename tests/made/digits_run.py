"""A run that really learned: a small network in NumPy tells handwritten digits apart, in a second or two."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Column, Columns, RunWriter

WIDTHS = (64, 48, 24, 12, 10)
LAYERS = ("dense_1", "dense_2", "dense_3")
PROBE = 1000
BATCH = 64


def record_digits(path: Path, snapshots: int = 30, names: tuple[str, ...] = tuple("0123456789")) -> Path:
    """Train on the digits that ship with scikit-learn and record three layers for a probe of 1,000 of them."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    rng = np.random.default_rng(0)
    order = rng.permutation(len(digits.target))
    x, y = digits.data[order] / 16, digits.target[order]
    train, probe = slice(PROBE, None), slice(0, PROBE)
    weights = [rng.standard_normal(pair) * np.sqrt(2 / pair[0]) for pair in pairwise(WIDTHS)]
    steps = np.unique(np.geomspace(1, 900, snapshots - 1).round().astype(int)) - 1
    label = Column("label", "category", y[probe].astype(np.int32), names)
    images = (digits.images[order][probe] * 15).astype(np.uint8)
    with RunWriter(path, name="digits") as writer:
        writer.add_probe({"image": x[probe].astype(np.float32)}, classes=names)
        for layer, width in zip(LAYERS, WIDTHS[1:], strict=False):
            writer.add_embedding(
                layer,
                "activations",
                n=PROBE,
                d=width,
                columns=Columns([label]),
                thumbnails=np.kron(images, np.ones((1, 2, 2), np.uint8)),
            )
        for step in range(int(steps[-1]) + 1):
            if step in steps:
                snapshot(writer, step, forward(weights, x[probe]), y[probe], names)
            chosen = rng.integers(0, len(y) - PROBE, BATCH)
            learn(weights, x[train][chosen], y[train][chosen], 0.05)
    return path


def forward(weights: list[NDArray[Any]], x: NDArray[Any]) -> list[NDArray[Any]]:
    """The input, what each hidden layer makes of it, and the probabilities."""
    outputs = [x]
    for weight in weights[:-1]:
        outputs.append(np.maximum(outputs[-1] @ weight, 0))
    logits = outputs[-1] @ weights[-1]
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    return [*outputs, odds / odds.sum(axis=1, keepdims=True)]


def learn(weights: list[NDArray[Any]], x: NDArray[Any], y: NDArray[Any], rate: float) -> None:
    """One step of gradient descent on the cross-entropy."""
    outputs = forward(weights, x)
    error = (outputs[-1] - np.eye(WIDTHS[-1])[y]) / len(y)
    for place in reversed(range(len(weights))):
        gradient = outputs[place].T @ error
        error = (error @ weights[place].T) * (outputs[place] > 0)
        weights[place] -= 8 * rate * gradient / (1 + np.linalg.norm(gradient))


def snapshot(
    writer: RunWriter, step: int, outputs: list[NDArray[Any]], y: NDArray[Any], names: tuple[str, ...]
) -> None:
    """Record the layers, what is predicted, and how good it is."""
    _, *hidden, odds = outputs
    told = odds.argmax(axis=1)
    columns = Columns(
        [
            Column("prediction", "category", told.astype(np.int32), names),
            Column("confidence", "number", odds.max(axis=1)),
            Column("correct", "boolean", told == y),
        ]
    )
    loss = float(-np.log(odds[np.arange(len(y)), y] + 1e-12).mean())
    vectors = dict(zip(LAYERS, hidden, strict=True))
    metrics = {"accuracy": float((told == y).mean())}
    writer.write(step, vectors, columns=dict.fromkeys(LAYERS, columns), predictions=odds, loss=loss, metrics=metrics)
