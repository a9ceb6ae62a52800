"""Sentences with a part of speech for each word: from CoNLL-U files, or a handful of our own. What the big tagger reads."""

from __future__ import annotations

import gzip
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

Sentence = list[tuple[str, str]]
PARTS = ("train", "dev", "test")
OWN = """
the/DET cat/NOUN sees/VERB a/DET dog/NOUN ./PUNCT
a/DET quick/ADJ dog/NOUN chases/VERB the/DET cat/NOUN ./PUNCT
the/DET small/ADJ bird/NOUN hears/VERB the/DET dog/NOUN !/PUNCT
she/PRON sees/VERB a/DET small/ADJ cat/NOUN ./PUNCT
he/PRON quickly/ADV chases/VERB the/DET bird/NOUN ./PUNCT
Anna/PROPN hears/VERB 2/NUM birds/NOUN and/CCONJ Max/PROPN sees/VERB 3/NUM ./PUNCT
a/DET quick/ADJ bird/NOUN and/CCONJ a/DET small/ADJ dog/NOUN hear/VERB Max/PROPN ./PUNCT
the/DET dogs/NOUN quickly/ADV chase/VERB 4/NUM cats/NOUN !/PUNCT
"""


@dataclass(frozen=True, eq=False)
class Treebank:
    """Sentences to learn from, to look at while learning, and to be tested with at the end."""

    train: list[Sentence]
    dev: list[Sentence]
    test: list[Sentence]

    @property
    def tags(self) -> list[str]:
        """Every part of speech, in alphabetical order."""
        return sorted({tag for part in (self.train, self.dev, self.test) for sentence in part for _, tag in sentence})


def read_treebank(path: str | None, seed: int = 0) -> Treebank:
    """Read a treebank.

    Parameters
    ----------
    path
        A CoNLL-U file, also packed (``.gz``), of which a tenth is kept for looking and a tenth for testing; or a folder
        with files that have ``train``, ``dev`` and ``test`` in their names. None: made-up sentences.
    seed
        Decides on the tenths.
    """
    if path is not None and Path(path).is_dir():
        files = {part: sorted(Path(path).glob(f"*{part}*.conllu*")) for part in PARTS}
        missing = [part for part in PARTS if not files[part]]
        if missing:
            raise SystemExit(
                f"{path}: there is no file *{missing[0]}*.conllu here. Name one file, or a folder with all."
            )
        return Treebank(*([each for file in files[part] for each in conllu(lines_of(file))] for part in PARTS))
    found = own_sentences() if path is None else list(conllu(lines_of(Path(path))))
    if len(found) < 3:
        raise SystemExit(f"{path}: there are {len(found)} sentences in this file; CoNLL-U with at least 3 is needed.")
    order = np.random.default_rng(seed).permutation(len(found))
    mixed, tenth = [found[row] for row in order], max(1, len(found) // 10)
    return Treebank(mixed[2 * tenth :], mixed[:tenth], mixed[tenth : 2 * tenth])


def own_sentences() -> list[Sentence]:
    """Eight sentences, often enough to learn them."""
    sentences = [[tuple(word.rsplit("/", 1)) for word in line.split()] for line in OWN.strip().splitlines()]
    return [[(word, tag) for word, tag in sentence] for sentence in sentences] * 40


def lines_of(path: Path) -> Iterator[str]:
    """The lines of a text file, packed or not."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        yield from lines


def conllu(lines: Iterable[str]) -> Iterator[Sentence]:
    """Sentences as (word, universal part of speech); ranges of words and empty nodes are left out."""
    sentence: Sentence = []
    for line in lines:
        fields = line.rstrip("\n").split("\t")
        if len(fields) == 10 and fields[0].isdigit():
            sentence.append((fields[1], fields[3]))
        elif not line.strip() and sentence:
            yield sentence
            sentence = []
    if sentence:
        yield sentence


def commonest_tags(sentences: list[Sentence]) -> tuple[dict[str, int], dict[str, str]]:
    """How often each word occurs, in small letters, and the part of speech that it most often is."""
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for sentence in sentences:
        for word, tag in sentence:
            seen[word.lower()][tag] += 1
    return {word: tags.total() for word, tags in seen.items()}, {
        word: min(tags, key=lambda tag: (-tags[tag], tag)) for word, tags in seen.items()
    }
