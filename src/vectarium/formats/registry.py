"""Which reader opens a file. A new format joins by one file and one line here."""

from __future__ import annotations

from pathlib import Path

from vectarium.data import Collection
from vectarium.errors import FormatError, UnknownFormatError
from vectarium.formats.checkpoint import CHECKPOINT
from vectarium.formats.delimited import DELIMITED
from vectarium.formats.json_lines import JSON_LINES
from vectarium.formats.model_readers import FOLDER_READERS, MODEL_READERS, WORD_READERS
from vectarium.formats.npy import NPY
from vectarium.formats.npz import NPZ
from vectarium.formats.parquet import PARQUET
from vectarium.formats.pbtxt import PBTXT
from vectarium.formats.projector_json import PROJECTOR_JSON
from vectarium.formats.raw_bytes import RAW_BYTES
from vectarium.formats.reader import Progress, Reader
from vectarium.formats.refused import OTHERS, is_bookmarks
from vectarium.formats.run import RUN
from vectarium.formats.word_binary import WORD_BINARY
from vectarium.formats.word_text import WORD_TEXT, has_word_header

# In the order in which they are asked: those that know their first bytes for sure come first.
READERS: tuple[Reader, ...] = (
    NPY,
    NPZ,
    PARQUET,
    *MODEL_READERS,
    CHECKPOINT,
    *WORD_READERS,
    OTHERS,
    PBTXT,
    RUN,
    PROJECTOR_JSON,
    JSON_LINES,
    WORD_BINARY,
    WORD_TEXT,
    DELIMITED,
    RAW_BYTES,
)
REFUSING = (OTHERS,)
START_BYTES = 1 << 16
SURE = frozenset({".npy", "Parquet", "GGUF", "HDF5 and Keras weights", "gensim vectors"})


def find_reader(path: Path) -> Reader:
    """The reader for a file: by its ending where that agrees with its first bytes, else by those alone.

    Raises
    ------
    FormatError
        If the file is empty.
    UnknownFormatError
        If no reader knows it.
    """
    start = first_bytes(path)
    if not start:
        raise FormatError("The file is empty (0 bytes). Write it again, or open another one.", path)
    by_suffix = [reader for reader in READERS if path.suffix.lower() in reader.suffixes]
    if is_bookmarks(start):
        return OTHERS
    for reader in (*by_suffix, *READERS):
        if reader.recognises(path, start):
            return reader
    reading = [reader for reader in by_suffix if reader not in REFUSING]
    if reading and path.suffix.lower() != ".txt":  # its reader says best what is wrong with it
        return reading[0]
    raise UnknownFormatError(f"No reader knows this file. It can open {readable()}.", path)


def folder_reader(path: Path) -> Reader | None:
    """The reader of a folder that is one thing as a whole; None where it is a folder of files."""
    return next((reader for reader in FOLDER_READERS if reader.recognises(path, b"")), None)


def read_file(path: Path, progress: Progress, wanted: str | None = None) -> Collection:
    """Read one file, or a folder that is one thing as a whole, with the reader that knows it.

    Parameters
    ----------
    path
        The file.
    progress
        Told meanwhile.
    wanted
        The name of the only embedding or tensor to open; None: all, or of a model those that look like tables.

    Raises
    ------
    EmbeddingNotFoundError
        If nothing in it has the wanted name.
    """
    reader = (folder_reader(path) if path.is_dir() else None) or find_reader(path)
    if wanted is not None and reader.read_named is not None:
        return reader.read_named(path, progress, wanted)
    collection = reader.read(path, progress)
    return collection if wanted is None else Collection(collection.name, [collection[wanted]], collection.notes)


def holds_tensors(path: Path) -> bool:
    """Whether a file is a model, whose tensors can be asked for by name."""
    if path.is_dir():
        return any(reader.read_named is not None for reader in (folder_reader(path),) if reader)
    try:
        return find_reader(path).read_named is not None
    except FormatError:
        return False


def is_openable(path: Path) -> bool:
    """Whether a file in a folder looks like one to open: its ending says so, and its bytes do not deny it."""
    readers = [reader for reader in READERS if reader not in REFUSING and path.suffix.lower() in reader.suffixes]
    if path.name.startswith("."):
        return False
    if not path.suffix:  # gensim's files, often: those alone that know their first bytes for sure
        readers = [reader for reader in READERS if reader.name in SURE]
    if not readers:
        return False
    start = first_bytes(path)
    if not path.suffix:
        return any(reader.recognises(path, start) for reader in readers) or has_word_header(start)
    known = any(reader.recognises(path, start) for reader in readers) and not is_bookmarks(start)
    if known or path.suffix.lower() in {".txt", ".json"}:  # most of these are something else
        return known
    return not any(reader.recognises(path, start) for reader in REFUSING)


def readable() -> str:
    """The names of the formats that can be opened, for a message."""
    return ", ".join(dict.fromkeys(reader.name for reader in (*READERS, *FOLDER_READERS) if reader not in REFUSING))


def first_bytes(path: Path) -> bytes:
    """The first bytes of a file.

    Raises
    ------
    FormatError
        If it cannot be read at all.
    """
    if not path.is_file():
        raise FormatError("This is not a file that can be read: a device, a pipe, or a link that leads nowhere.", path)
    try:
        with path.open("rb") as file:
            return file.read(START_BYTES)
    except OSError as error:
        raise FormatError(f"The file cannot be read: {error.strerror or error}.", path) from error
