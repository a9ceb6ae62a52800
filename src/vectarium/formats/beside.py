"""Metadata that lies beside the vectors under a name that says so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from vectarium.data import Embedding, Note
from vectarium.errors import FormatError
from vectarium.formats.metadata import read_metadata
from vectarium.formats.within import is_within

WORDS = ("metadata", "labels", "label", "meta")
SUFFIXES = (".tsv", ".csv", ".parquet", ".jsonl", ".txt")
VECTOR_WORDS = ("vectors", "tensors", "embeddings", "vecs", "tensor", "embedding", "features")


def is_metadata(path: Path) -> bool:
    """Whether a file is called like metadata: ``metadata.tsv``, ``words_labels.csv``."""
    stem = path.stem.lower()
    return path.suffix.lower() in SUFFIXES and any(
        stem == word or stem.endswith((f"_{word}", f"-{word}", f".{word}")) for word in WORDS
    )


def candidates(path: Path) -> list[Path]:
    """The files beside a file of vectors that would be its metadata, the surest first."""
    stem = path.stem
    stems = [f"{stem}{mark}{word}" for word in WORDS for mark in "_-."]
    stems += [stem.replace(each, word) for each in VECTOR_WORDS if each in stem and each != stem for word in WORDS]
    stems += [stem, *WORDS]
    names = [f"{each}{suffix}" for each in dict.fromkeys(stems) for suffix in SUFFIXES]
    found = [path.with_name(name) for name in names if name != path.name]
    return [each for each in found if each.is_file() and is_within(each, path.parent)]


def with_metadata_beside(embedding: Embedding) -> tuple[Embedding, Path | None]:
    """The embedding with the columns of the first such file that has a row for each vector, and that file.

    A file of another length is not attached, which is told; one whose name says only that it lies
    there (``words.tsv`` beside ``words.npy``) is passed over without a word.
    """
    path = embedding.source
    if path is None or len(embedding.columns):
        return embedding, None
    notes: list[Note] = []
    for candidate in candidates(path):
        try:
            columns, more = read_metadata(candidate, len(embedding))
        except FormatError as error:
            if is_metadata(candidate):
                notes.append(Note(f"Lies beside the vectors, but cannot be read: {error.message}", candidate))
            continue
        faults = [note for note in more if note.severity == "fault"]
        if not faults:
            told = Note(
                f"Attached to {path.name!r}, as it lies beside it and has as many rows.", candidate, None, "remark"
            )
            joined = replace(
                embedding, columns=embedding.columns.joined(columns), notes=(*embedding.notes, *more, told)
            )
            return joined, candidate
        if is_metadata(candidate):
            told = f"Lies beside {path.name!r}, but does not fit, so it was not attached: {faults[0].message} "
            notes.append(
                Note(f"{told}To attach it all the same: --metadata {candidate.name}", candidate, None, "remark")
            )
    return embedding.with_notes(*notes), None
