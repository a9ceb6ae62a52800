"""Keras' ``.keras`` archives: a zip of the configuration, the weights as HDF5, and the vocabularies of text layers.

Nothing is built from the configuration: it only tells which layers are tables. Weights that are stored
without compression, as Keras writes them, are mapped where they lie in the archive.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

from vectarium.data import Collection, Note
from vectarium.data.memory import check_memory
from vectarium.errors import FormatError
from vectarium.formats.hdf5 import root_of
from vectarium.formats.hdf5_bytes import Hdf5Bytes, map_hdf5
from vectarium.formats.hdf5_file import embedding_layers_of, tensors_of_hdf5
from vectarium.formats.reader import Progress
from vectarium.formats.tables import collection_of_tensors
from vectarium.formats.vocabulary import SPECIAL, Vocabulary
from vectarium.formats.zip_members import open_archive, read_member, stored_at

WEIGHTS, CONFIG, VOCABULARY = "model.weights.h5", "config.json", "vocabulary.txt"
LARGEST_CONFIG, LARGEST_VOCABULARY, MOST_VOCABULARIES = 16 << 20, 64 << 20, 16


def read_keras(path: Path, progress: Progress, wanted: str | None = None) -> Collection:
    """Open the embedding tables of a ``.keras`` archive.

    Raises
    ------
    FormatError
        If it is damaged, or has no weights.
    """
    progress(0.0, f"looking into {path.name}")
    with open_archive(path, "a .keras archive") as archive:
        names = archive.namelist()
        if WEIGHTS not in names:
            listed = ", ".join(repr(name) for name in names[:5])
            raise FormatError(f"This is no .keras archive: there is no {WEIGHTS!r} in it, but {listed}.", path)
        config = read_member(archive, CONFIG, path, LARGEST_CONFIG) if CONFIG in names else b""
        root = root_of(_weights(archive, path))
        words = _vocabularies(archive, path)
    notes: list[Note] = []
    tensors = tensors_of_hdf5(root, notes, embedding_layers_of(config.decode("utf-8", "replace")))
    return collection_of_tensors(path, tensors, progress, wanted=wanted, vocabularies=words, notes=notes)


def _weights(archive: zipfile.ZipFile, path: Path) -> Hdf5Bytes:
    member = archive.getinfo(WEIGHTS)
    offset = stored_at(path, member)
    if offset is not None:
        return map_hdf5(path, offset, member.file_size)
    check_memory(member.file_size, f"Its member {WEIGHTS!r}, which is compressed,", path)
    return Hdf5Bytes(memoryview(read_member(archive, WEIGHTS, path)), path, None)


def _vocabularies(archive: zipfile.ZipFile, path: Path) -> list[Vocabulary]:
    """The words that text layers keep beside the weights; each as it is, and with the special ones before it."""
    names = [name for name in archive.namelist() if name.rpartition("/")[2] == VOCABULARY]
    found: list[Vocabulary] = []
    for name in names[:MOST_VOCABULARIES]:
        try:
            words = read_member(archive, name, path, LARGEST_VOCABULARY).decode("utf-8", "replace").split("\n")
        except FormatError:
            continue
        words = words[:-1] if not words[-1] else words
        layer = name.split("/")[-2] if "/" in name else name
        found += [Vocabulary([*special, *words], f"the layer {layer!r}", path) for special in SPECIAL]
    return found
