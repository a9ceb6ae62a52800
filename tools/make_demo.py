"""Make the demo data that ships in ``src/vectarium/demo``: ``words.npz`` and ``digits.npz``.

::

    python tools/make_demo.py --conllu FOLDER [--out src/vectarium/demo] [--only words|digits]

FOLDER holds ``en_ewt-ud-{train,dev,test}.conllu.gz`` of Universal Dependencies English EWT. The digits
come with scikit-learn. On one machine every run writes the same bytes: each random choice has seed 0
and the libraries are held to one thread, since sums in another order end in another picture.

The words' vectors are the classical ones: counts of (word, neighbour at an offset) in a window,
turned into positive pointwise mutual information and factorised by a truncated SVD (Levy & Goldberg
2014; Levy, Goldberg & Dagan 2015 for context distribution smoothing; Pantel & Lin 2002 for the
discount of rare pairs). Neighbours at different offsets are different contexts, so that words come
close when they can take each other's place, and the parts of speech come apart by themselves. The
corpus's annotation is used for the column, never for the vectors.
"""

from __future__ import annotations

import argparse
import gzip
import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ.update({"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"})

import numpy as np

OUT = Path(__file__).resolve().parents[1] / "src" / "vectarium" / "demo"
PARTS = ("train", "dev", "test")

LEAST_COUNT = 5
LEAST_CONTEXT_COUNT = 2
WINDOW = 4
NAMED_OFFSETS = 2
SMOOTHING = 0.75
N_COMPONENTS = 50
PERPLEXITY = 30

NUMERAL = re.compile(r"(?=.*\d)[\d.,:/-]+")
IS_WORD = re.compile(r"[a-z]")
IS_ADDRESS = re.compile(r"https?:|www\.|@|\.com|\.doc|\.xls")
# The universal part-of-speech tags in words that a person reads.
PARTS_OF_SPEECH = {
    "ADJ": "adjective",
    "ADP": "preposition",
    "ADV": "adverb",
    "AUX": "auxiliary",
    "CCONJ": "conjunction",
    "DET": "determiner",
    "INTJ": "interjection",
    "NOUN": "noun",
    "NUM": "number",
    "PART": "particle",
    "PRON": "pronoun",
    "PROPN": "name",
    "PUNCT": "other",
    "SCONJ": "conjunction",
    "SYM": "other",
    "VERB": "verb",
    "X": "other",
}

Sentence = list[tuple[str, str]]


def sentences(folder: Path) -> Iterator[Sentence]:
    """Each sentence as (lower-cased word, universal tag); ranges and empty nodes are left out."""
    for part in PARTS:
        sentence: Sentence = []
        with gzip.open(folder / f"en_ewt-ud-{part}.conllu.gz", "rt", encoding="utf-8") as lines:
            for line in lines:
                fields = line.split("\t")
                if len(fields) == 10 and fields[0].isdigit():
                    sentence.append((fields[1].lower(), fields[3]))
                elif not line.strip() and sentence:
                    yield sentence
                    sentence = []
        if sentence:
            yield sentence


def vocabulary(corpus: list[Sentence]) -> tuple[list[str], list[int], list[str], list[float]]:
    """The words from the most frequent down: word, count, part of speech, that part's share of the count."""
    parts: dict[str, Counter[str]] = defaultdict(Counter)
    for sentence in corpus:
        for word, tag in sentence:
            parts[word][PARTS_OF_SPEECH[tag]] += 1
    counts = {word: tags.total() for word, tags in parts.items()}
    kept = [
        word for word in counts if counts[word] >= LEAST_COUNT and IS_WORD.search(word) and not IS_ADDRESS.search(word)
    ]
    kept.sort(key=lambda word: (-counts[word], word))
    commonest = [parts[word].most_common(1)[0] for word in kept]
    shares = [count / counts[word] for word, (_, count) in zip(kept, commonest, strict=True)]
    return kept, [counts[word] for word in kept], [part for part, _ in commonest], shares


def cooccurrences(corpus: list[Sentence], words: list[str]) -> Any:
    """Sparse ``(words, contexts)``: how often a word has a neighbour at an offset, near ones weighing more."""
    from scipy.sparse import csr_matrix

    row_of = {word: row for row, word in enumerate(words)}
    counts = Counter(word for sentence in corpus for word, _ in sentence)
    column_of: dict[tuple[str, int], int] = {}
    weights: dict[tuple[int, int], float] = defaultdict(float)
    for sentence in corpus:
        tokens = ["<start>", *(_token(word, counts) for word, _ in sentence), "<end>"]
        for place, (word, _) in enumerate(sentence, start=1):
            if word not in row_of:
                continue
            for other in range(max(0, place - WINDOW), min(len(tokens), place + WINDOW + 1)):
                offset = other - place
                if offset:
                    context = (tokens[other], max(-NAMED_OFFSETS - 1, min(NAMED_OFFSETS + 1, offset)))
                    column = column_of.setdefault(context, len(column_of))
                    weights[row_of[word], column] += 1 / abs(offset)
    rows, columns = np.array(list(weights)).T
    return csr_matrix((np.array(list(weights.values())), (rows, columns)), shape=(len(words), len(column_of)))


def _token(word: str, counts: Counter[str]) -> str:
    """What a neighbour counts as: itself, any numeral, or any rare word."""
    if NUMERAL.fullmatch(word):
        return "<number>"
    return word if counts[word] >= LEAST_CONTEXT_COUNT else "<rare>"


def positive_pmi(counts: Any) -> Any:
    """Positive pointwise mutual information of sparse counts, smoothed and discounted, same shape."""
    of_word = np.asarray(counts.sum(axis=1)).ravel()
    of_context = np.asarray(counts.sum(axis=0)).ravel()
    chance = of_context**SMOOTHING / (of_context**SMOOTHING).sum()
    pairs = counts.tocoo()
    information = np.log(pairs.data / (of_word[pairs.row] * chance[pairs.col]))
    rarer = np.minimum(of_word[pairs.row], of_context[pairs.col])
    information *= pairs.data / (pairs.data + 0.5) * rarer / (rarer + 0.5)
    pairs.data = np.maximum(information, 0)
    return pairs.tocsr()


def word_vectors(corpus: list[Sentence], words: list[str]) -> np.ndarray:
    """Vectors of length 1, float16 ``(words, N_COMPONENTS)``."""
    from sklearn.utils.extmath import randomized_svd

    information = positive_pmi(cooccurrences(corpus, words))
    left, strength, _ = randomized_svd(information, N_COMPONENTS, n_iter=8, random_state=0)
    vectors = left * strength
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float16)


def tsne(vectors: np.ndarray, metric: str) -> tuple[np.ndarray, str]:
    """A picture, float32 ``(n, 2)``, and the sentence that says how it was made."""
    import vectarium as vt

    places = vt.TSNE(perplexity=PERPLEXITY, metric=metric, random_state=0).fit_transform(vectors.astype(np.float32))
    return places, f"t-SNE by Vectarium, perplexity {PERPLEXITY}, {metric} distances, seed 0"


def make_words(folder: Path, out: Path) -> None:
    """Write ``words.npz``."""
    corpus = list(sentences(folder))
    words, counts, parts, shares = vocabulary(corpus)
    vectors = word_vectors(corpus, words)
    places, sentence = tsne(vectors, "cosine")
    names = sorted(set(parts))
    np.savez_compressed(
        out / "words.npz",
        vectors=vectors,
        tsne=places,
        tsne_sentence=as_bytes(sentence),
        words=as_bytes("\n".join(words)),
        counts=np.array(counts, np.int32),
        parts=as_bytes("\n".join(names)),
        part_codes=np.array([names.index(part) for part in parts], np.uint8),
        shares=np.round(shares, 3).astype(np.float32),
    )


def make_digits(out: Path) -> None:
    """Write ``digits.npz``."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    vectors = digits.data.astype(np.uint8)
    places, sentence = tsne(vectors, "euclidean")
    np.savez_compressed(
        out / "digits.npz",
        vectors=vectors,
        tsne=places,
        tsne_sentence=as_bytes(sentence),
        digits=digits.target.astype(np.uint8),
    )


def as_bytes(text: str) -> np.ndarray:
    """Text as a uint8 array of its UTF-8."""
    return np.frombuffer(text.encode(), np.uint8)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--conllu", type=Path, help="folder of en_ewt-ud-{train,dev,test}.conllu.gz")
    parser.add_argument("--out", type=Path, default=OUT, help="where to write; default: the package")
    parser.add_argument("--only", choices=("words", "digits"), help="make one of the two")
    asked = parser.parse_args()
    if asked.only != "digits":
        if asked.conllu is None:
            parser.error("--conllu FOLDER is needed for the words; or give --only digits")
        make_words(asked.conllu, asked.out)
    if asked.only != "words":
        make_digits(asked.out)
    for path in sorted(asked.out.glob("*.npz")):
        print(f"{path}  {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
