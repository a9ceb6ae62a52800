"""A tagger at real size: watch a bidirectional LSTM find out which words are nouns, verbs and names.

    python examples/tagger_ewt_torch.py FOLDER         # en_ewt-ud-{train,dev,test}.conllu.gz, or one CoNLL-U file
    python examples/tagger_ewt_torch.py --quick        # made-up sentences, in seconds
    vectarium open runs/tagger-ewt

Made for Universal Dependencies English EWT (12,544 sentences), read from any CoNLL-U files. All that the network knows
of a word is its own vector, that of its last three letters, and how it is written (small, Capital, CAPITALS, digits).
Recorded are the words (the most frequent ones, coloured by the part of speech that they most often are), the endings,
and the hidden layer: one point a token of the sentences that are kept for looking, with its sentence and position.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence
from treebank import Sentence, Treebank, commonest_tags, read_treebank

import vectarium as vt
from vectarium.record import LogSpaced
from vectarium.torch import Recorder

FORMS = ["<pad>", "small", "Capital", "CAPITALS", "digits", "other"]
PADDING, UNKNOWN = "<pad>", "<unk>"
LEAST_COUNT = 2
FORGOTTEN = 0.05


class Tagger(nn.Module):
    """From words, endings and forms to the part of speech of each word."""

    def __init__(self, words: int, endings: int, tags: int, d: int = 64, hidden: int = 128) -> None:
        super().__init__()
        self.words = nn.Embedding(words, d, padding_idx=0)
        self.endings = nn.Embedding(endings, d // 2, padding_idx=0)
        self.forms = nn.Embedding(len(FORMS), 8, padding_idx=0)
        self.dropout = nn.Dropout(0.3)
        self.lstm = nn.LSTM(d + d // 2 + 8, hidden, bidirectional=True, batch_first=True)
        self.tags = nn.Linear(2 * hidden, tags)

    def forward(self, words: torch.Tensor, endings: torch.Tensor, forms: torch.Tensor) -> torch.Tensor:
        """Scores ``(sentences, time, tags)`` of ids ``(sentences, time)``."""
        if self.training:  # a word is now and then forgotten, so that <unk> learns what it may stand for
            words = torch.where((torch.rand(words.shape) < FORGOTTEN) & (words > 0), 1, words)
        x = self.dropout(torch.cat([self.words(words), self.endings(endings), self.forms(forms)], -1))
        lengths = (forms > 0).sum(1).clamp(min=1)
        packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        hidden, _ = pad_packed_sequence(self.lstm(packed)[0], batch_first=True, total_length=x.shape[1])
        return self.tags(self.dropout(hidden))


class Ids:
    """Turns words into the numbers that the tagger reads."""

    def __init__(self, sentences: list[Sentence], tags: list[str]) -> None:
        self.counts, self.commonest = commonest_tags(sentences)
        known = sorted(self.counts, key=lambda word: (-self.counts[word], word))
        self.words = [PADDING, UNKNOWN, *(word for word in known if self.counts[word] >= LEAST_COUNT)]
        self.ending_counts = Counter[str]()
        for word in known:
            self.ending_counts[ending(word)] += self.counts[word]
        common = [each for each, count in self.ending_counts.most_common() if count >= LEAST_COUNT]
        self.endings, self.tags = [PADDING, UNKNOWN, *common], tags
        self._rows = [{each: row for row, each in enumerate(listed)} for listed in (self.words, self.endings, tags)]

    def of(self, sentence: Sentence) -> torch.Tensor:
        """Words, endings, forms and tags of a sentence, ``(4, time)``."""
        words, endings, tags = self._rows
        rows = [
            (words.get(word.lower(), 1), endings.get(ending(word.lower()), 1), form(word), tags[tag])
            for word, tag in sentence
        ]
        return torch.tensor(rows).T

    def tables(self, most: int) -> dict[str, vt.Table]:
        """What is known of each table's rows."""
        counts = [self.counts.get(word, 0) for word in self.words]
        kinds = [self.commonest.get(word) for word in self.words]
        endings = [self.ending_counts.get(each, 0) for each in self.endings]
        return {
            "words": vt.Table(self.words, counts=counts, columns={"tag": kinds}, rows=vt.top_rows(counts, most)),
            "endings": vt.Table(self.endings, counts=endings, rows=vt.top_rows(endings, most // 2)),
        }


def ending(word: str) -> str:
    """The last three letters, with a hyphen where there are more."""
    return word if len(word) < 4 else f"-{word[-3:]}"


def form(word: str) -> int:
    """How a word is written, as its row of FORMS."""
    if any(each.isdigit() for each in word):
        return FORMS.index("digits")
    if not any(each.isalpha() for each in word):
        return FORMS.index("other")
    if word.isupper() and len(word) > 1:
        return FORMS.index("CAPITALS")
    return FORMS.index("Capital" if word[0].isupper() else "small")


def batched(sentences: list[torch.Tensor]) -> torch.Tensor:
    """Sentences as ``(4, sentences, time)``, filled up with zeros, tags with -1."""
    padded = pad_sequence([each.T for each in sentences], batch_first=True, padding_value=-1)
    padded[..., :3].clamp_(min=0)
    return padded.permute(2, 0, 1)


def batches(sentences: list[torch.Tensor], size: int = 32) -> Iterator[list[int]]:
    """Every sentence once, in random order, but with others that are about as long: what is filled up costs time."""
    rows = torch.randperm(len(sentences)).tolist()
    made = list[list[int]]()
    for start in range(0, len(rows), 30 * size):
        near = sorted(rows[start : start + 30 * size], key=lambda row: sentences[row].shape[1])
        made += [near[first : first + size] for first in range(0, len(near), size)]
    yield from (made[index] for index in torch.randperm(len(made)).tolist())


def accuracy(model: Tagger, sentences: list[torch.Tensor]) -> float:
    """The share of words that are tagged right."""
    right = total = 0
    model.eval()
    with torch.no_grad():
        for start in range(0, len(sentences), 256):
            *ids, tags = batched(sentences[start : start + 256])
            there = tags >= 0
            right += int((model(*ids).argmax(-1) == tags)[there].sum())
            total += int(there.sum())
    model.train()
    return right / max(1, total)


def probe_of(sentences: list[Sentence], ids: Ids) -> vt.Probe:
    """The sentences whose tokens are recorded."""
    words, endings, forms, tags = batched([ids.of(each) for each in sentences]).numpy()
    tokens = [[word for word, _ in sentence] for sentence in sentences]
    named = {"words": words, "endings": endings, "forms": forms}
    return vt.Probe(named, tags, tokens=tokens, classes=ids.tags, mask=tags >= 0)


def main(asked: argparse.Namespace) -> float:
    """Train and record; the share of the test words that are tagged right."""
    torch.manual_seed(asked.seed)
    torch.set_num_threads(1)  # steps are so small that several threads would mostly wait for each other
    bank: Treebank = read_treebank(asked.path, asked.seed)
    ids = Ids(bank.train, bank.tags)
    train, dev, test = ([ids.of(each) for each in part] for part in (bank.train, bank.dev, bank.test))
    model = Tagger(len(ids.words), len(ids.endings), len(ids.tags), asked.dimensions, asked.hidden)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
    with Recorder(
        asked.folder,
        model,
        embeddings=ids.tables(asked.rows),
        activations=["lstm"],
        probe=probe_of(bank.dev[: asked.sentences], ids),
        pooling="tokens",
        every=LogSpaced(asked.per_decade),
        dtype="float16",
        exists="replace",
        name="A tagger of English sentences",
    ) as recorder:
        recorder.snapshot(0, epoch=0, metrics={"dev accuracy": accuracy(model, dev)})
        step = 0
        for epoch in range(asked.epochs):
            for rows in batches(train):
                *inputs, tags = batched([train[row] for row in rows])
                loss = nn.functional.cross_entropy(model(*inputs).flatten(0, 1), tags.flatten(), ignore_index=-1)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                step += 1
                recorder.step(step, epoch=epoch, loss=loss, learning_rate=0.003)
            known = accuracy(model, dev)
            recorder.log(step, **{"dev accuracy": known})
            print(f"epoch {epoch + 1} of {asked.epochs}: {known:.1%} of the dev words are tagged right", flush=True)
    right = accuracy(model, test)
    print(f"{right:.1%} of the test words are tagged right. See how: vectarium open {asked.folder}")
    return right


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "path", nargs="?", help="a folder with CoNLL-U files, or one file; made-up sentences without it"
    )
    parser.add_argument("--folder", default=None, help="where the run is recorded; runs/tagger-ewt")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--dimensions", type=int, default=64, help="of a word's vector")
    parser.add_argument("--hidden", type=int, default=128, help="of each direction of the LSTM")
    parser.add_argument("--rows", type=int, default=2_000, help="words that are recorded, the most frequent ones")
    parser.add_argument("--sentences", type=int, default=150, help="sentences whose tokens are recorded")
    parser.add_argument("--per-decade", type=int, default=10, help="snapshots from step 10 to 100, from 100 to 1,000 …")
    parser.add_argument("--quick", action="store_true", help="a small network for one epoch")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    arguments.folder = arguments.folder or str(Path("runs") / "tagger-ewt")
    if arguments.quick:
        arguments.epochs, arguments.dimensions, arguments.hidden = 1 if arguments.path else 20, 16, 16
    main(arguments)
