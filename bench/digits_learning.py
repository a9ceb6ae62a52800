"""A small network learning to read digits: the layer before its last, as it is at many moments of the training.

Plain NumPy, so that it needs no framework. Where two exact copies of the last moment follow, nothing moves
between those, whatever a picture may show.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from vectarium import demo

PILOT_EPOCHS = (0, 1, 2, 3, 4, 6, 8, 11, 15, 20, 27, 36, 50)
COPIES = 2
BATCH = 32
RATE, MOMENTUM = 0.05, 0.9
NOISE = 0.1  # on the pixels, 0 to 1, of digits that come more than once


def pilot() -> list[np.ndarray]:
    """500 digits in 32 dimensions at 13 moments, float32 ``(500, 32)`` each, and two exact copies of the last."""
    kept = list(learning(500, 32, PILOT_EPOCHS))
    return kept + [kept[-1].copy() for _ in range(COPIES)]


def learning(n: int, width: int, epochs: Sequence[float], seed: int = 0) -> Iterator[np.ndarray]:
    """Activations float32 ``(n, width)`` of the same digits at each of these epochs, ascending, parts allowed.

    Where n is more than the 1,797 digits there are, they come again with noise.
    """
    rng = np.random.default_rng(seed)
    digits = demo.load("digits")["digits"]
    x = np.asarray(digits.vectors, float) / 16
    labels = np.asarray(digits.columns["digit"].values).astype(int)
    shown = x[np.sort(rng.choice(len(x), n, replace=n > len(x)))]
    if n > len(x):
        shown = shown + NOISE * rng.standard_normal(shown.shape)
    sizes = (x.shape[1], 64, width, 10)
    weights = [rng.normal(0, np.sqrt(2 / a), (a, b)) for a, b in pairwise(sizes)]
    biases = [np.zeros(b) for b in sizes[1:]]
    moments, batches = list(epochs), len(x) // BATCH
    velocities = [np.zeros_like(each) for each in (*weights, *biases)]
    for step in range(int(moments[-1] * batches) + 1):
        while moments and step >= int(moments[0] * batches):
            moments.pop(0)
            yield _forward(shown, weights, biases)[-2].astype(np.float32)
        if step % batches == 0:
            order = np.array_split(rng.permutation(len(x)), batches)
        batch = order[step % batches]
        slopes = _slopes(x[batch], labels[batch], weights, biases)
        for parameter, each, slope in zip((*weights, *biases), range(len(velocities)), slopes, strict=True):
            velocities[each] = MOMENTUM * velocities[each] - RATE * slope
            np.add(parameter, velocities[each], out=parameter)


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
