"""Texts with labels, from a CSV or Parquet file or made up, as padded ids: what the Keras examples share."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

WORD = re.compile(r"[a-z']+")
GOOD = ["wonderful", "brilliant", "moving", "funny", "superb", "charming", "delightful", "gripping"]
BAD = ["awful", "boring", "dull", "terrible", "clumsy", "pointless", "annoying", "lifeless"]
NEUTRAL = [
    "the",
    "a",
    "film",
    "movie",
    "plot",
    "actor",
    "scene",
    "story",
    "it",
    "was",
    "is",
    "and",
    "of",
    "in",
    "this",
    "with",
    "music",
    "script",
    "ending",
    "camera",
]
PADDING, UNKNOWN = "<pad>", "<unk>"


@dataclass(frozen=True, eq=False)
class Texts:
    """Texts with the codes of their classes, ``(n,)``, in a part to learn from and one to be tested with."""

    texts: list[str]
    labels: NDArray[np.int64]
    test_texts: list[str]
    test_labels: NDArray[np.int64]
    classes: list[str]


def read_texts(path: str | None, examples: int, *, text: str = "text", label: str = "label", seed: int = 0) -> Texts:
    """Texts of two classes.

    Parameters
    ----------
    path
        A CSV or Parquet file; None: made-up reviews.
    examples
        At most so many to learn from, and a quarter of it to be tested with, chosen by chance.
    text, label
        Names of its columns. A column ``split`` with ``train`` and ``test`` is heeded.
    seed
        Decides on the choice.
    """
    if path is None:
        texts, classes, split = made_up(examples + examples // 4, seed)
    else:
        kind = "read_parquet" if Path(path).suffix == ".parquet" else "read_csv"
        frame = duckdb.sql(f"SELECT * FROM {kind}(?)", params=[path]).fetchnumpy()  # noqa: S608 - one of two names
        texts, classes = [str(each) for each in frame[text]], [str(each) for each in frame[label]]
        split = [str(each) for each in frame["split"]] if "split" in frame else None
    order = np.random.default_rng(seed).permutation(len(texts))
    if split is None:
        split = np.where(np.isin(np.arange(len(texts)), order[: len(texts) // 5]), "test", "train").tolist()
    # Classes that a file marks as unknown, such as -1, are left out.
    names = sorted({each for each in classes if each not in {"-1", "unsup", "None", "nan"}})
    parts = {"train": list[int](), "test": list[int]()}
    for row in order:
        if split[row] in parts and classes[row] in names:
            parts[split[row]].append(int(row))
    train, test = parts["train"][:examples], parts["test"][: max(1, examples // 4)]
    codes = np.array([names.index(each) if each in names else -1 for each in classes])
    return Texts([texts[row] for row in train], codes[train], [texts[row] for row in test], codes[test], names)


def made_up(n: int, seed: int) -> tuple[list[str], list[str], None]:
    """Short reviews that tell by a few words what is thought of a film."""
    chance = np.random.default_rng(seed)
    texts, classes = list[str](), list[str]()
    for code in chance.integers(0, 2, n):
        telling = chance.choice(GOOD if code else BAD, chance.integers(2, 5))
        words = np.concatenate([chance.choice(NEUTRAL, chance.integers(5, 20)), telling])
        texts.append(" ".join(map(str, chance.permutation(words))))
        classes.append(("negative", "positive")[code])
    return texts, classes, None


def words_of(text: str) -> list[str]:
    """The words of a text, in small letters."""
    return WORD.findall(text.lower().replace("<br />", " "))


def vocabulary(texts: list[str], size: int) -> tuple[list[str], list[int]]:
    """The most frequent words and how often they occur; row 0 is padding, row 1 stands for all others."""
    counts = Counter(word for text in texts for word in words_of(text))
    known = counts.most_common(size - 2)
    rest = counts.total() - sum(count for _, count in known)
    return [PADDING, UNKNOWN, *(word for word, _ in known)], [0, rest, *(count for _, count in known)]


def padded(texts: list[str], words: list[str], length: int) -> NDArray[np.int32]:
    """Ids ``(texts, length)``: the first words of each text, zeros behind them."""
    row = {word: index for index, word in enumerate(words)}
    ids = np.zeros((len(texts), length), np.int32)
    for index, text in enumerate(texts):
        found = [row.get(word, 1) for word in words_of(text)[:length]]
        ids[index, : len(found)] = found
    return ids
