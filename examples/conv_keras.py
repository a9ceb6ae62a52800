"""A convolution that reads: its table of words, one point a word with 128 dimensions, while it learns to tell two classes.

python examples/conv_keras.py                      # made-up reviews, in seconds
python examples/conv_keras.py reviews.parquet      # any CSV or Parquet file with columns text and label
vectarium open runs/conv
"""

from __future__ import annotations

import argparse
import os

os.environ.setdefault("KERAS_BACKEND", "torch")

import keras
from keras import layers
from texts import padded, read_texts, vocabulary

import vectarium as vt
from vectarium.keras import Recorder


def reader(max_features: int, length: int) -> keras.Model:
    """From ids ``(texts, length)`` to how likely each text is of the second class."""
    inputs = keras.Input((length,), dtype="int32")
    x = layers.Embedding(max_features + 1, 128, name="embed")(inputs)
    x = layers.Dropout(0.5)(x)
    x = layers.Conv1D(128, 7, strides=3, activation="relu", name="conv")(x)
    x = layers.GlobalMaxPooling1D(name="pooled")(x)
    x = layers.Dense(128, activation="relu", name="hidden")(x)
    x = layers.Dropout(0.5)(x)
    return keras.Model(inputs, layers.Dense(1, activation="sigmoid", name="predictions")(x))


def main(asked: argparse.Namespace) -> float:
    """Train and record; the share of test texts that are told right."""
    keras.utils.set_random_seed(asked.seed)
    data = read_texts(asked.path, asked.examples, text=asked.text, label=asked.label, seed=asked.seed)
    words, counts = vocabulary(data.texts, asked.words)
    x, x_test = padded(data.texts, words, asked.length), padded(data.test_texts, words, asked.length)
    model = reader(asked.words, asked.length)
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    recorder = Recorder(
        asked.folder,
        embeddings={"embed": vt.Table(words, counts=counts)},
        activations=["pooled", "hidden"],
        probe=vt.Probe(
            x_test, data.test_labels, classes=data.classes, columns={"text": [each[:500] for each in data.test_texts]}
        ),
        exists="replace",
        name="A convolution that reads",
    )
    history = model.fit(
        x,
        data.labels,
        epochs=asked.epochs,
        batch_size=32,
        validation_data=(x_test, data.test_labels),
        callbacks=[recorder],
        verbose=2,
    )
    accuracy = history.history["val_accuracy"][-1]
    print(f"{accuracy:.1%} of {len(x_test):,} test texts are told right. See how: vectarium open {asked.folder}")
    return accuracy


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", nargs="?", help="a CSV or Parquet file; made-up texts without it")
    parser.add_argument("--folder", default="runs/conv")
    parser.add_argument("--text", default="text", help="the column of texts")
    parser.add_argument("--label", default="label", help="the column of labels, of two classes")
    parser.add_argument("--examples", type=int, default=2_000, help="texts to learn from")
    parser.add_argument(
        "--words", type=int, default=None, help="words in the vocabulary; 20,000, for made-up texts 100"
    )
    parser.add_argument("--length", type=int, default=None, help="words a text; 500, for made-up ones 25")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    arguments.words = arguments.words or (20_000 if arguments.path else 100)
    arguments.length = arguments.length or (500 if arguments.path else 25)
    main(arguments)
