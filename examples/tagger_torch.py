"""Ten words, two dimensions: watch a network find out what nouns, verbs and adjectives are.

    python examples/tagger_torch.py
    vectarium open runs/tagger

A tagger reads sentences and says the part of speech of each word. All it knows of a word is a point in the plane, so
the picture is the model: at first the points lie anywhere; after 200 epochs words of one kind lie together, on
one side of the straight lines that the classifier draws, which are recorded with them (``head=``). Every seed ends like this, each in its own way.
"""

from __future__ import annotations

import argparse
from collections import Counter

import torch
from torch import nn

import vectarium as vt
from vectarium.torch import Recorder

TAGS = ["article", "noun", "verb", "adjective"]
TAG_OF = {
    "the": "article",
    "a": "article",
    "cat": "noun",
    "dog": "noun",
    "bird": "noun",
    "sees": "verb",
    "hears": "verb",
    "chases": "verb",
    "small": "adjective",
    "quick": "adjective",
}
SENTENCES = [
    "the cat sees a dog",
    "a quick dog chases the cat",
    "the small bird hears the dog",
    "a bird sees the small cat",
    "the quick cat chases a small bird",
    "a dog hears a bird",
]


class Tagger(nn.Module):
    """From a word's point to its part of speech."""

    def __init__(self, words: int, tags: int) -> None:
        super().__init__()
        self.word_embeddings = nn.Embedding(words, 2)
        self.classifier = nn.Linear(2, tags)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        """Scores ``(sentences, words, tags)`` of ids ``(sentences, words)``."""
        return self.classifier(self.word_embeddings(ids))


def main(folder: str = "runs/tagger", seed: int = 0, epochs: int = 200, grid: int = 64) -> float:
    """Train and record; the share of words that are tagged right at the end."""
    torch.manual_seed(seed)
    words = list(TAG_OF)
    tokens = [sentence.split() for sentence in SENTENCES]
    tags = [[TAGS.index(TAG_OF[word]) for word in sentence] for sentence in tokens]
    probe = vt.Probe([[words.index(word) for word in row] for row in tokens], tags, tokens=tokens, classes=TAGS)
    there = torch.from_numpy(probe.mask)
    ids = torch.from_numpy(probe.inputs["input"])
    right = torch.from_numpy(probe.labels.values)[there]

    model = Tagger(len(words), len(TAGS))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    kinds = list(TAG_OF.values())
    table = vt.Table(
        words,
        columns={"tag": kinds},
        counts=Counter(word for sentence in tokens for word in sentence),
        labels=kinds,
        classes=TAGS,
    )
    with Recorder(
        folder,
        model,
        embeddings={"word_embeddings": table},
        activations=["classifier"],
        probe=probe,
        pooling="tokens",
        head="classifier",
        grid=grid,
        exists="replace",
        name=f"Ten words learn their parts of speech, seed {seed}",
    ) as recorder:
        accuracy = 0.0
        for epoch in range(epochs + 1):
            scores = model(ids)[there]
            loss = nn.functional.cross_entropy(scores, right)
            accuracy = (scores.argmax(1) == right).float().mean().item()
            recorder.snapshot(step=epoch, epoch=epoch, loss=loss, metrics={"accuracy": accuracy}, learning_rate=0.05)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    print(f"{accuracy:.0%} of the words are tagged right. See how: vectarium open {folder}")
    return accuracy


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", default="runs/tagger")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--grid", type=int, default=64, help="points a side on which the classifier is recorded")
    asked = parser.parse_args()
    main(asked.folder, asked.seed, grid=asked.grid)
