"""A small network learning to read digits: the layer before its last, as it is at 13 moments of the training.

Plain NumPy, so that it needs no framework and is the same everywhere. Two exact copies of the last moment
follow: between those nothing moves, whatever a picture may show.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from vectarium import demo

SIZES = (64, 64, 32, 10)
EPOCHS = (0, 1, 2, 3, 4, 6, 8, 11, 15, 20, 27, 36, 50)
COPIES = 2
BATCH = 32
RATE, MOMENTUM = 0.05, 0.9


def pilot(n: int = 500, seed: int = 0) -> list[np.ndarray]:
    """Activations float32 ``(n, 32)`` of the same digits at each moment, the copies last."""
    rng = np.random.default_rng(seed)
    digits = demo.load("digits")["digits"]
    x = np.asarray(digits.vectors, float) / 16
    labels = np.asarray(digits.columns["digit"].values).astype(int)
    shown = np.sort(rng.choice(len(x), n, replace=False))
    kept = list(_training(x, labels, shown, rng))
    return kept + [kept[-1].copy() for _ in range(COPIES)]


def _training(x: np.ndarray, labels: np.ndarray, shown: np.ndarray, rng: np.random.Generator) -> Iterator[np.ndarray]:
    weights = [rng.normal(0, np.sqrt(2 / a), (a, b)) for a, b in pairwise(SIZES)]
    biases = [np.zeros(b) for b in SIZES[1:]]
    parameters = [*weights, *biases]
    velocities = [np.zeros_like(each) for each in parameters]
    for epoch in range(EPOCHS[-1] + 1):
        if epoch in EPOCHS:
            yield _forward(x[shown], weights, biases)[-2].astype(np.float32)
        for batch in np.array_split(rng.permutation(len(x)), len(x) // BATCH):
            for each, slope in enumerate(_slopes(x[batch], labels[batch], weights, biases)):
                velocities[each] = MOMENTUM * velocities[each] - RATE * slope
                parameters[each] += velocities[each]  # in place, so that weights and biases move


def _forward(x: np.ndarray, weights: list[np.ndarray], biases: list[np.ndarray]) -> list[np.ndarray]:
    layers = [x]
    for depth, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
        z = layers[-1] @ weight + bias
        layers.append(z if depth == len(weights) - 1 else np.maximum(z, 0))
    return layers


def _slopes(x: np.ndarray, labels: np.ndarray, weights: list[np.ndarray], biases: list[np.ndarray]) -> list[np.ndarray]:
    layers = _forward(x, weights, biases)
    scores = np.exp(layers[-1] - layers[-1].max(axis=1, keepdims=True))
    error = scores / scores.sum(axis=1, keepdims=True)
    error[np.arange(len(x)), labels] -= 1
    error /= len(x)
    of_weights, of_biases = [], []
    for depth in reversed(range(len(weights))):
        of_weights.insert(0, layers[depth].T @ error)
        of_biases.insert(0, error.sum(axis=0))
        error = (error @ weights[depth].T) * (layers[depth] > 0)
    return [*of_weights, *of_biases]


if __name__ == "__main__":
    made = pilot()
    for epoch, vectors in zip([*EPOCHS, *["copy"] * COPIES], made, strict=True):
        print(f"{epoch!s:>4}  {vectors.shape}  mean length {np.linalg.norm(vectors, axis=1).mean():.2f}")
