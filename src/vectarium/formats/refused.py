"""Formats that are known but not opened, so that the message can say why and what to do instead."""

from __future__ import annotations

import struct
from pathlib import Path

from vectarium.data import Collection
from vectarium.errors import UnknownFormatError, UnsafeFileError
from vectarium.formats.reader import Progress, Reader

FASTTEXT_MAGIC = struct.pack("<i", 793712314)
FASTTEXT_ARGUMENTS = 12  # dim, ws, epoch, minCount, neg, wordNgrams, loss, model, bucket, minn, maxn, lrUpdateRate
SIGNATURES = {
    b"ARROW1": "Arrow IPC (Feather)",
    b"SQLite format 3\x00": "SQLite",
    b"PK\x03\x04": "zip archive",
    b"\x1f\x8b": "gzip",
    b"%PDF": "PDF",
}
SUFFIXES = {
    ".feather": "Arrow IPC (Feather)",
    ".arrow": "Arrow IPC",
    ".gz": "gzip",
}


def is_fasttext_model(path: Path, start: bytes) -> bool:
    """Whether this is fastText's own model; old ones have no magic number, only plausible arguments."""
    if start.startswith(FASTTEXT_MAGIC):
        return True
    if path.suffix.lower() not in {".bin", ".ftz"} or len(start) < 4 * FASTTEXT_ARGUMENTS:
        return False
    dim, ws, epoch, min_count, neg, word_ngrams, loss, model = struct.unpack_from("<8i", start)
    small = all(0 <= value <= 10_000 for value in (ws, epoch, min_count, neg, word_ngrams))
    return 1 <= dim <= 10_000 and small and 1 <= loss <= 4 and 1 <= model <= 3


def _refuse_fasttext(path: Path, _progress: Progress) -> Collection:
    raise UnknownFormatError(
        "This is fastText's own model: it holds subword buckets, not one vector a word. "
        "Open the .vec file that fastText writes beside it, or write the vectors out: "
        "gensim.models.fasttext.load_facebook_vectors(path).save_word2vec_format('words.vec').",
        path,
    )


def is_pickle(path: Path, start: bytes) -> bool:
    """Whether Python's pickle would have to be trusted to read this."""
    if path.suffix.lower() in PICKLE.suffixes:
        return True
    return len(start) > 2 and start[0] == 0x80 and 2 <= start[1] <= 5 and path.suffix.lower() not in {".bytes", ".npy"}


def _refuse_pickle(path: Path, _progress: Progress) -> Collection:
    raise UnsafeFileError(
        "This is a Python pickle: reading it would run whatever code somebody put into it. "
        "Where you trust it, load it yourself and save the vectors with numpy.save('vectors.npy', array).",
        path,
    )


def is_other(path: Path, start: bytes) -> bool:
    """Whether this is some other format that people know by name."""
    if path.suffix.lower() == ".npz":
        return False
    return _other_name(path, start) is not None


def _other_name(path: Path, start: bytes) -> str | None:
    by_bytes = next((name for signature, name in SIGNATURES.items() if start.startswith(signature)), None)
    return SUFFIXES.get(path.suffix.lower(), by_bytes)


def _refuse_other(path: Path, _progress: Progress) -> Collection:
    with path.open("rb") as file:
        name = _other_name(path, file.read(64)) or "such"
    raise UnknownFormatError(
        f"Vectarium does not read {name} files yet. "
        "Save the vectors as .npy (numpy.save) or .parquet, and their columns as .tsv or .parquet.",
        path,
    )


FASTTEXT_MODEL = Reader("fastText model", (".bin", ".ftz"), is_fasttext_model, _refuse_fasttext, "refused: use .vec")
PICKLE = Reader("pickle", (".pkl", ".pickle", ".joblib"), is_pickle, _refuse_pickle, "refused: it would run code")
OTHERS = Reader("others", tuple(SUFFIXES), is_other, _refuse_other, "known, but not read yet")
