"""gensim's own files: KeyedVectors, Word2Vec, FastText and Doc2Vec models, saved by ``save()``.

Each is a pickle, with large arrays beside it as ``NAME.vectors.npy``. The pickle is run by the machine
that builds plain values only; of gensim's classes nothing is needed but their attributes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Collection, Columns, Embedding, Note
from vectarium.data.inference import column_from_array
from vectarium.data.memory import check_memory
from vectarium.errors import FormatError, UnsafeFileError
from vectarium.formats.mapped import map_bytes
from vectarium.formats.npy import map_npy
from vectarium.formats.numbers import with_nonfinite_note
from vectarium.formats.pickle_machine import PickleMachine, Thing
from vectarium.formats.pickled_arrays import PickledArray, called_note, numpy_builders
from vectarium.formats.reader import Progress
from vectarium.formats.subwords import word_vectors
from vectarium.formats.within import is_within

KEYS = ("index_to_key", "index2word", "index2entity", "offset2doctag")
VECTORS = ("vectors", "syn0", "vectors_docs", "doctag_syn0")
OWN, GRAMS = ("vectors_vocab", "syn0_vocab"), ("vectors_ngrams", "syn0_ngrams")
DEEPEST = 4
OWN_NAMES = ("gensim.", "numpy.random.")
MEMORY_A_BYTE = 8


def read_gensim(path: Path, progress: Progress) -> Collection:
    """Open vectors that gensim saved.

    Raises
    ------
    UnsafeFileError
        If it is a pickle of something else.
    FormatError
        If an array that lies beside is missing.
    """
    progress(0.0, f"reading {path.name}")
    check_memory(MEMORY_A_BYTE * path.stat().st_size, "The pickle", path)
    with map_bytes(path) as data:
        machine = PickleMachine(data, path, {})
        machine.builders = numpy_builders(lambda: machine)
        value = machine.load()
    notes: list[Note] = []
    embeddings: list[Embedding] = []
    for where, thing in _vectors_in(value):
        try:
            embeddings.append(_embedding(where, thing, path, progress))
        except FormatError as error:
            notes.append(Note(f"{where or 'The vectors'} cannot be opened: {error.message}", error.path))
    machine.called = {name: count for name, count in machine.called.items() if not name.startswith(OWN_NAMES)}
    notes += called_note(machine, path)
    if not embeddings:
        why = " ".join(note.message for note in notes) or "It holds no words with vectors."
        raise UnsafeFileError(f"No vectors were found in this pickle of gensim. {why}", path)
    return Collection(path.name, embeddings, notes)


def _vectors_in(value: Any) -> Iterator[tuple[str, Thing]]:
    """The objects that have both keys and vectors, each with the name of the attribute that it is."""
    level: list[tuple[str, Any]] = [("", value)]
    seen: set[int] = set()
    for _ in range(DEEPEST):
        below: list[tuple[str, Any]] = []
        for where, each in level:
            if not isinstance(each, Thing) or id(each) in seen:
                continue
            seen.add(id(each))
            attributes = each.attributes
            if any(isinstance(attributes.get(key), list) and attributes[key] for key in KEYS):
                yield where, each
            below += [(f"{where}.{key}".strip("."), part) for key, part in attributes.items() if isinstance(key, str)]
        level = below


def _embedding(where: str, thing: Thing, path: Path, progress: Progress) -> Embedding:
    attributes = thing.attributes
    keys = next(attributes[key] for key in KEYS if isinstance(attributes.get(key), list) and attributes[key])
    notes: list[Note] = []
    vectors = _array(attributes, VECTORS, where, path)
    if vectors is None:
        vectors = _made_of_ngrams(attributes, keys, where, path, progress)
        notes.append(Note("Each vector is the mean of the word's own and of its n-grams'.", path, None, "remark"))
    fits = vectors.ndim == 2 and len(vectors) >= len(keys) and vectors.shape[1] > 0
    if not fits or vectors.dtype.kind != "f":
        raise FormatError(f"there are {len(keys):,} words, and vectors of shape {vectors.shape}.", path)
    if len(vectors) > len(keys):
        notes.append(Note(f"{len(vectors) - len(keys):,} rows without a word were left out.", path))
    words = np.empty(len(keys), dtype=object)
    words[:] = [key if isinstance(key, str) else str(key)[:1000] for key in keys]
    columns = [column_from_array("word", words), *_counts(attributes, words)]
    name = {"": path.stem, "wv": "words", "dv": "documents", "docvecs": "documents"}.get(where, where)
    plain = np.ascontiguousarray(vectors[: len(keys)], vectors.dtype.newbyteorder("="))
    made = Embedding(name, plain, Columns(columns, len(keys)), notes=tuple(notes), source=path)
    return with_nonfinite_note(made)


def _array(attributes: dict[Any, Any], names: tuple[str, ...], where: str, path: Path) -> NDArray[Any] | None:
    """An array of an object: in the pickle, or in a file beside it that is called for its attribute."""
    beside = attributes.get("__numpys")
    for name in names:
        value = attributes.get(name)
        if isinstance(value, PickledArray) and value.array is not None:
            return value.array
        if isinstance(beside, list) and name in beside:
            return _array_beside(path.with_name(".".join(filter(None, [path.name, where, name, "npy"]))), path)
    return None


def _array_beside(file: Path, path: Path) -> NDArray[Any]:
    if not file.is_file():
        raise FormatError(f"their array {file.name!r} is missing beside it; copy it there.", path)
    if not is_within(file, path.parent):
        raise FormatError(f"{file.name!r} is a link that leads out of the folder.", path)
    return map_npy(file)[0]


def _made_of_ngrams(
    attributes: dict[Any, Any], keys: list[Any], where: str, path: Path, progress: Progress
) -> NDArray[np.float32]:
    """Gensim saves of a FastText model the rows of words and of n-grams, not the vectors."""
    own, grams = _array(attributes, OWN, where, path), _array(attributes, GRAMS, where, path)
    shortest, longest = attributes.get("min_n"), attributes.get("max_n")
    if own is None or grams is None or own.ndim != 2 or grams.ndim != 2 or own.shape[1:] != grams.shape[1:]:
        raise FormatError("the array of vectors is missing.", path)
    if not all(type(each) is int and 0 <= each <= 64 for each in (shortest, longest)) or len(own) != len(keys):
        raise FormatError("the lengths of its n-grams are missing.", path)
    words = [str(key).encode("utf-8", "replace") for key in keys]
    lengths = cast("tuple[int, int]", (shortest, longest))
    return word_vectors(words, own.astype(np.float32, copy=False), grams, lengths, progress)


def _counts(attributes: dict[Any, Any], words: NDArray[np.object_]) -> list[Any]:
    """How often each word was seen: an array since version 4, an object for each word before."""
    expandos = attributes.get("expandos")
    count = cast("dict[Any, Any]", expandos).get("count") if isinstance(expandos, dict) else None
    if isinstance(count, PickledArray) and count.array is not None and count.array.shape == (len(words),):
        return [column_from_array("count", count.array)]
    vocabulary = attributes.get("vocab")
    if not isinstance(vocabulary, dict):
        return []
    entries = cast("dict[Any, Any]", vocabulary)
    counts = [each.attributes.get("count") if isinstance(each := entries.get(word), Thing) else None for word in words]
    return [column_from_array("count", counts)] if any(type(each) is int for each in counts) else []
