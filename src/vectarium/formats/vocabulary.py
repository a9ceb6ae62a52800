"""Vocabularies: which word each row of an embedding table stands for, found in a model's file or beside it.

Words are attached only where their number fits: one a row, or a few less where a table was padded
to a round number of rows, which is told. What is known:

- ``vocab.txt``, ``words.txt``: a word a line, the first for row 0;
- ``vocab.json``: an object ``{word: row}``, or a list of words;
- ``tokenizer.json`` of Hugging Face's tokenizers: WordPiece, BPE, WordLevel and Unigram, with added tokens;
- Keras: ``word_index.json``, and a Tokenizer's ``to_json()`` (also called ``tokenizer.json``);
- SentencePiece's ``*.model``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import numpy as np

from vectarium.data import Column, Columns, Embedding, Note
from vectarium.data.json_file import is_text
from vectarium.errors import FormatError
from vectarium.formats.json_depth import check_depth
from vectarium.formats.within import is_within
from vectarium.formats.word_text import word_column

LARGEST_BYTES = 64 << 20
MOST_WORDS = 8 << 20
PADDING, LEAST_PADDING = 0.02, 64
LISTS = ("vocab.txt", "vocabulary.txt", "words.txt", "dict.txt")
JSONS = ("tokenizer.json", "vocab.json", "vocabulary.json", "word_index.json", "id2word.json")
PIECES = ("tokenizer.model", "spiece.model", "sentencepiece.bpe.model", "sentencepiece.model", "spm.model")

# What Keras' text layers put before their words: the mask and the unknown word, or only the latter.
SPECIAL = ((), ("[UNK]",), ("", "[UNK]"))


@dataclass(frozen=True)
class Vocabulary:
    """The words of the rows of a table, the first for row 0.

    Parameters
    ----------
    words
        The word of each row; None where a row has none.
    where
        Where they were found, for a remark.
    path
        The file.
    ranked
        Whether they stand in the order of how often they are used, so that a table may hold only the first of them.
    """

    words: Sequence[str | None]
    where: str
    path: Path
    ranked: bool = False

    def __len__(self) -> int:
        return len(self.words)

    def fits(self, n: int) -> bool:
        """Whether a table of n rows could be theirs."""
        least = n - max(LEAST_PADDING, int(PADDING * n))
        padded = len(self) > 2 * LEAST_PADDING and least <= len(self) <= n
        return n > 1 and (len(self) == n or padded or (self.ranked and len(self) > n))


def with_words(embedding: Embedding, vocabularies: Iterable[Vocabulary]) -> Embedding:
    """The embedding with the words of the vocabulary that fits best; as it is where none does."""
    n = len(embedding)
    fitting = sorted((each for each in vocabularies if each.fits(n)), key=lambda each: abs(len(each) - n))
    if not fitting or len(embedding.columns):
        return embedding
    best = fitting[0]
    texts = np.empty(n, dtype=object)
    texts[: min(n, len(best))] = best.words[:n]
    told = f"Words are those of {best.where}"
    if len(best) < n:
        told += f", which has {len(best):,} for {n:,} rows: the last {n - len(best):,} rows have none"
    elif len(best) > n:
        told += f", the first {n:,} of {len(best):,}"
    note = Note(f"{told}.", best.path, None, "remark")
    return replace(embedding, columns=Columns([Column("word", "text", texts)], n), notes=(*embedding.notes, note))


def vocabularies_beside(path: Path) -> tuple[list[Vocabulary], list[Note]]:
    """The vocabularies that lie beside a model, or in it where it is a folder.

    Returns
    -------
    vocabularies
        Each that can be read.
    notes
        Why one that is called so cannot be.
    """
    folder, stem = (path, path.name) if path.is_dir() else (path.parent, path.stem)
    lists = [*LISTS, f"{stem}_vocab.txt", f"{stem}.vocab", f"{stem}.vocab.txt"]
    jsons = [*JSONS, f"{stem}_word_index.json", f"{stem}_vocab.json", f"{stem}.vocab.json", f"{stem}_tokenizer.json"]
    found: list[Vocabulary] = []
    notes: list[Note] = []
    for names, read in ((jsons, _words_of_json), (lists, vocabulary_of_lines), (PIECES, _words_of_pieces)):
        for file in (folder / name for name in names):
            if not file.is_file() or not is_within(file, folder) or file == path:
                continue
            try:
                vocabulary = _read(file, read)
            except (FormatError, OSError) as error:
                told = error.message if isinstance(error, FormatError) else str(error)
                notes.append(Note(f"Lies beside the model, but gives no words: {told}", file, None, "remark"))
                continue
            found += [vocabulary] if vocabulary else []
    return found, notes


def _read(file: Path, read: Any) -> Vocabulary | None:
    if file.stat().st_size > LARGEST_BYTES:
        raise FormatError(f"a vocabulary of over {LARGEST_BYTES:,} bytes is not believed.", file)
    return read(file)


def vocabulary_of_lines(file: Path) -> Vocabulary | None:
    """The vocabulary in a file of a word a line, None where there is none."""
    lines = file.read_bytes().split(b"\n")
    if not lines[-1]:
        lines.pop()
    if not lines or len(lines) > MOST_WORDS:
        return None
    column, _ = word_column((line.removesuffix(b"\r").partition(b"\t")[0] for line in lines), file)
    return Vocabulary(list(column.values), file.name, file)


def _words_of_json(file: Path) -> Vocabulary | None:
    if file.stat().st_size == 0:
        return None
    check_depth(file)
    return vocabulary_of_json(file.read_bytes(), file.name, file)


def vocabulary_of_json(data: bytes, where: str, file: Path) -> Vocabulary | None:
    """The vocabulary in a JSON file of any known kind, None where it holds none."""
    try:
        value: object = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise FormatError(f"it is not JSON ({error}).", file) from None
    if isinstance(value, str):  # Keras' to_json() saved with json.dump
        return vocabulary_of_json(value.encode(), where, file) if value.lstrip().startswith("{") else None
    if isinstance(value, list):
        return _listed(cast("list[object]", value), where, file)
    fields = _mapping(value)
    config, model = _mapping(fields.get("config")), _mapping(fields.get("model"))
    if "word_index" in config:
        return _of_keras_tokenizer(config, where, file)
    if "vocab" in model:
        return _of_tokenizer(model["vocab"], fields.get("added_tokens"), where, file)
    return _indexed(fields, where, file)


def _mapping(value: object) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _listed(values: list[object], where: str, file: Path) -> Vocabulary | None:
    if not values or not all(is_text(each) for each in values):
        return None
    return Vocabulary(cast("list[str]", values), where, file)


def _of_keras_tokenizer(config: dict[str, Any], where: str, file: Path) -> Vocabulary | None:
    """Keras' Tokenizer keeps its index as JSON in a text, in the order of frequency, from 1 on."""
    index = config["word_index"]
    try:
        index = json.loads(index) if isinstance(index, str) else index
    except (ValueError, RecursionError):
        return None
    made = _indexed(_mapping(index), where, file)
    return None if made is None else replace(made, ranked=True)


def _of_tokenizer(vocab: object, added: object, where: str, file: Path) -> Vocabulary | None:
    """Hugging Face's tokenizers: ``{token: id}``, or Unigram's list of ``[token, score]``."""
    if isinstance(vocab, list):
        pairs = cast("list[Any]", vocab)
        index: dict[str, Any] = {each[0]: place for place, each in enumerate(pairs) if isinstance(each, list) and each}
    else:
        index = dict(_mapping(vocab))
    for token in cast("list[object]", added) if isinstance(added, list) else []:
        fields = _mapping(token)
        index[str(fields.get("content"))] = fields.get("id")
    return _indexed(index, where, file)


def _indexed(index: Mapping[str, Any], where: str, file: Path) -> Vocabulary | None:
    """The words of ``{word: row}`` or ``{row: word}``, None where it is neither."""
    if index and all(re.fullmatch(r"\d{1,9}", key) for key in index) and all(map(is_text, index.values())):
        index = {word: int(key) for key, word in index.items()}
    rows = [row for row in index.values() if type(row) is int and 0 <= row < MOST_WORDS]
    if not rows or len(rows) < len(index) or max(rows) > 2 * len(rows) + 1000:
        return None
    words: list[str | None] = [None] * (max(rows) + 1)
    for word, row in index.items():
        words[row] = word if is_text(word) else None
    return Vocabulary(words, where, file)


def _words_of_pieces(file: Path) -> Vocabulary | None:
    from vectarium.formats.protobuf_wire import fields_of

    words: list[str | None] = []
    for number, value in fields_of(memoryview(file.read_bytes()), file):
        if number == 1 and isinstance(value, memoryview):  # ModelProto.pieces
            piece = next((each for at, each in fields_of(value, file) if at == 1 and isinstance(each, memoryview)), b"")
            words.append(bytes(piece).decode("utf-8", "replace"))
            if len(words) > MOST_WORDS:
                return None
    return Vocabulary(words, file.name, file) if words else None
