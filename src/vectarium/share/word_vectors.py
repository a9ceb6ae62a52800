"""word2vec's two formats: a line ``n d``, then each word with its numbers, as text or as float32.

A word ends at a blank, so blanks in words become ``_``, as word2vec's own phrases have it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from vectarium.data import Collection, Embedding, Note
from vectarium.data.storage import replace_file
from vectarium.formats import Progress
from vectarium.share.left_out import left_out
from vectarium.share.numbers import blocks, narrowed_note, single, text_rows
from vectarium.share.writer import Writer

CALLED = ("word", "words", "token", "label", "name", "key", "text", "title")


def write_text(collection: Collection, path: Path, progress: Progress) -> list[Note]:
    """Write the only embedding of a collection as text."""
    embedding = collection[0]
    words, notes = words_of(embedding)
    replace_file(path, _text_blocks(embedding, words, progress, path.name), path.name)
    return notes


def write_binary(collection: Collection, path: Path, progress: Progress) -> list[Note]:
    """Write the only embedding of a collection with its numbers as float32."""
    embedding = collection[0]
    words, notes = words_of(embedding)
    replace_file(path, _binary_blocks(embedding, words, progress, path.name), path.name)
    return [*notes, *narrowed_note(embedding)]


def _text_blocks(embedding: Embedding, words: list[str], progress: Progress, name: str) -> Iterator[bytes]:
    yield "{} {}\n".format(*embedding.shape).encode()
    for start, block in blocks(embedding, progress, f"writing {name}"):
        rows = text_rows(block, " ")
        yield "".join(f"{words[start + index]} {row}\n" for index, row in enumerate(rows)).encode()


def _binary_blocks(embedding: Embedding, words: list[str], progress: Progress, name: str) -> Iterator[bytes]:
    yield "{} {}\n".format(*embedding.shape).encode()
    for start, block in blocks(embedding, progress, f"writing {name}"):
        rows = single(block)
        yield b"".join(words[start + index].encode() + b" " + row.tobytes() + b"\n" for index, row in enumerate(rows))


def words_of(embedding: Embedding) -> tuple[list[str], list[Note]]:
    """What each vector is called, and what was changed for it."""
    column = _word_column(embedding)
    if column is None:
        told = f"{embedding.name!r} has no column of words; each vector is called by its row."
        notes = [Note(told, None, None, "remark"), *left_out(embedding, columns=True)]
        return [str(row) for row in range(len(embedding))], notes
    texts = embedding.columns[column].texts()
    missing = sum(text is None or not text.strip() for text in texts)
    plain = [
        f"row_{row}" if text is None or not text.strip() else "_".join(text.split()) for row, text in enumerate(texts)
    ]
    joined = sum(
        text is not None and text.strip() != "" and text != word for text, word in zip(texts, plain, strict=True)
    )
    notes: list[Note] = []
    if joined:
        told = f"{joined:,} words have blanks in them, which end a word in this format: they became '_'."
        notes.append(Note(told, None, None, "remark"))
    if missing:
        notes.append(Note(f"{missing:,} vectors have no word; they are called by their row.", None, None, "remark"))
    others = [name for name in embedding.columns if name != column]
    if others:
        told = f"The words are the column {column!r}; not written: {', '.join(others[:12])}."
        notes.append(Note(told, None, None, "remark"))
    return plain, [*notes, *left_out(embedding)]


def _word_column(embedding: Embedding) -> str | None:
    """The column that names the points: one called so, else the first of text, else the first of categories."""
    texts = [each.name for each in embedding.columns.values() if each.kind in {"text", "category"}]
    called = [name for name in CALLED for each in texts if each.lower() == name]
    named = [each for name in called for each in texts if each.lower() == name]
    plain = [name for name in texts if embedding.columns[name].kind == "text"]
    return next(iter([*named, *plain, *texts]), None)


WORD2VEC = Writer("word2vec", (".vec", ".w2v", ".txt"), write_text, "words with their numbers, as text")
WORD2VEC_BINARY = Writer("word2vec-binary", (".bin",), write_binary, "words with float32 numbers")
