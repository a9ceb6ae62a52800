"""The readers of models and of large tables: how each file is recognised; what reads it is imported when it is asked for.

There are many of them, and a start of the program that opens a TSV should not wait for all.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from vectarium.data import Collection
from vectarium.errors import FormatError
from vectarium.formats.belonging import DATASET_FILE, GENSIM_SUFFIXES, INDEX_ENDING
from vectarium.formats.reader import Progress, Reader

ZIP, HDF = b"PK\x03\x04", b"\x89HDF\r\n\x1a\n"
ARROW_MAGIC, GOES_ON = b"ARROW1", b"\xff\xff\xff\xff"
TORCH_SUFFIXES = (".pt", ".pth", ".bin", ".ckpt")
TORCH_MAGIC = b"\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19"  # the magic number as a pickled integer
TORCH_MEMBER = re.compile(rb"([^/\0]{1,200}/)?(data\.pkl|\.format_version|\.storage_alignment|byteorder|version)")
PICKLE_SUFFIXES = (".pkl", ".pickle", ".joblib", ".p")
FASTTEXT_MAGIC = struct.pack("<i", 793712314)
ATLAS_TABLE = "data/dataset.parquet"  # in what Embedding Atlas exports
SPLIT_TABLE = re.compile(rb'\s*\{\s*"(_type"\s*:\s*"table|columns"\s*:\s*\[)')
Recognises = Callable[[Path, bytes], bool]


def is_safetensors(path: Path, start: bytes) -> bool:
    """Whether a file ends as safetensors does, or starts with a length and JSON."""
    return path.suffix.lower() == ".safetensors" or (start[3:8] == b"\0\0\0\0\0" and start[8:10] == b'{"')


def is_index(path: Path, start: bytes) -> bool:
    """Whether this lists the parts of a model."""
    return path.name.lower().endswith(INDEX_ENDING) and b'"weight_map"' in start


def is_arrow(_path: Path, start: bytes) -> bool:
    """Whether this is an Arrow file, or a stream of messages."""
    return start.startswith(ARROW_MAGIC) or (start.startswith(GOES_ON) and len(start) > 16 and start[4:8] != GOES_ON)


def is_dataset(path: Path, start: bytes) -> bool:
    """Whether this lists the parts of a dataset that Hugging Face's library saved."""
    return path.name == DATASET_FILE and b'"_data_files"' in start


def is_torch(path: Path, start: bytes) -> bool:
    """Whether this is a checkpoint of PyTorch, in any of its layouts."""
    called = path.suffix.lower() in TORCH_SUFFIXES
    if start.startswith(ZIP):
        return called or TORCH_MEMBER.match(start[30:]) is not None
    tar = start[257:262] == b"ustar" or start.startswith((b"storages\0", b"pickle\0", b"tensors\0"))
    return TORCH_MAGIC in start[:20] or (called and (tar or (start[:1] == b"\x80" and start[1:2] in b"\2\3\4\5")))


def is_fasttext(path: Path, start: bytes) -> bool:
    """Whether this is fastText's own model; old ones have no magic number, only plausible arguments."""
    if start.startswith(FASTTEXT_MAGIC):
        return True
    if path.suffix.lower() not in {".bin", ".ftz"} or len(start) < 48:
        return False
    dim, ws, epoch, min_count, neg, word_ngrams, loss, model = struct.unpack_from("<8i", start)
    small = all(0 <= value <= 10_000 for value in (ws, epoch, min_count, neg, word_ngrams))
    return 1 <= dim <= 10_000 and small and 1 <= loss <= 4 and 1 <= model <= 3


def is_gensim(_path: Path, start: bytes) -> bool:
    """Whether this is a pickle of gensim's classes."""
    return len(start) > 2 and start[0] == 0x80 and 2 <= start[1] <= 5 and b"gensim" in start[:256]


def is_pickle(path: Path, start: bytes) -> bool:
    """Whether this is a pickle of anything."""
    if path.suffix.lower() in PICKLE_SUFFIXES:
        return not start.startswith((ZIP, b"\x1f\x8b", b"\x93NUMPY"))
    return len(start) > 2 and start[0] == 0x80 and 2 <= start[1] <= 5 and path.suffix.lower() not in {".bytes", ".npy"}


def is_saved_model(path: Path, _start: bytes) -> bool:
    """Whether this is the program of a SavedModel, or a folder with one and its variables."""
    if path.is_dir():
        return (path / "saved_model.pb").is_file() and (path / "variables" / "variables.index").is_file()
    return path.name == "saved_model.pb"


def is_hdf5(_path: Path, start: bytes) -> bool:
    """Whether this is HDF5, perhaps behind a block of its user's."""
    return any(start[at : at + 8] == HDF for at in (0, 512, 1024, 2048))


def is_anndata(path: Path, start: bytes) -> bool:
    """Whether this is HDF5 that is called AnnData."""
    return path.suffix.lower() == ".h5ad" and start.startswith(HDF)


def is_keras(path: Path, start: bytes) -> bool:
    """Whether this is Keras' archive."""
    return start.startswith(ZIP) and path.suffix.lower() == ".keras"


def is_onnx(path: Path, _start: bytes) -> bool:
    """Whether this is called ONNX; its bytes tell nothing for sure."""
    return path.suffix.lower() == ".onnx"


def is_gguf(_path: Path, start: bytes) -> bool:
    """Whether this is GGUF."""
    return start.startswith(b"GGUF")


def is_zarr(path: Path, start: bytes) -> bool:
    """Whether this is a zip archive with a hierarchy of Zarr, or a folder that is one."""
    from vectarium.formats.zarr_store import is_zarr_folder, prefix_of

    if path.is_dir():
        return is_zarr_folder(path)
    return _may_be_archive(path, start) and prefix_of(_members(path)) is not None


def is_atlas(path: Path, start: bytes) -> bool:
    """Whether this is a zip archive that Embedding Atlas exported."""
    return _may_be_archive(path, start) and ATLAS_TABLE in _members(path)


def is_lance(path: Path, _start: bytes) -> bool:
    """Whether this is a folder of Lance."""
    return path.is_dir() and (path / "_versions").is_dir() and (path.suffix == ".lance" or (path / "data").is_dir())


def _may_be_archive(path: Path, start: bytes) -> bool:
    return start.startswith(ZIP) and path.suffix.lower() in {".zip", ".zarr"}


def _members(path: Path) -> list[str]:
    """The names in a zip archive; none where it is damaged."""
    from vectarium.formats.zip_members import open_archive

    try:
        with open_archive(path, "a zip archive") as archive:
            return archive.namelist()
    except FormatError:
        return []


def is_wandb_table(path: Path, start: bytes) -> bool:
    """Whether this is a table as Weights & Biases, or pandas by ``orient="split"``, writes it as JSON."""
    if not start.lstrip().startswith(b"{"):
        return False
    named = path.name.lower().endswith(".table.json")
    return named or (path.suffix.lower() == ".json" and SPLIT_TABLE.match(start) is not None)


def _model(name: str, suffixes: tuple[str, ...], recognises: Recognises, function: str, description: str) -> Reader:
    """A reader that is imported when it is asked for, and that opens a tensor by its name."""

    def read_named(path: Path, progress: Progress, wanted: str | None = None) -> Collection:
        return _found(function)(path, progress, wanted)

    return Reader(name, suffixes, recognises, read_named, description, read_named)


def _table(name: str, suffixes: tuple[str, ...], recognises: Recognises, function: str, description: str) -> Reader:
    """A reader that is imported when it is asked for."""

    def read(path: Path, progress: Progress) -> Collection:
        return _found(function)(path, progress)

    return Reader(name, suffixes, recognises, read, description)


def _found(function: str) -> Callable[..., Collection]:
    module, _, name = function.partition(":")
    return getattr(import_module(f"vectarium.formats.{module}"), name)


TABLES = "embedding tables of a model"
MODEL_READERS: tuple[Reader, ...] = (
    _model("safetensors", (".safetensors",), is_safetensors, "safetensors:read_safetensors", TABLES),
    _model("sharded model", (".json",), is_index, "shards:read_shards", "a model in several files, by its index.json"),
    _table("Arrow and Feather", (".arrow", ".feather", ".ipc", ".arrows"), is_arrow, "arrow:read_arrow", "a table"),
    _table("saved dataset", (".json",), is_dataset, "arrow:read_dataset", "a folder of Hugging Face's datasets"),
    _model("ONNX", (".onnx",), is_onnx, "onnx:read_onnx", TABLES),
    _model("GGUF", (".gguf",), is_gguf, "gguf:read_gguf", "token embeddings with their tokens"),
    _model("AnnData", (".h5ad",), is_anndata, "anndata:read_anndata", "every obsm with the columns of obs"),
    _model("HDF5 and Keras weights", (".h5", ".hdf5", ".hdf", ".he5"), is_hdf5, "hdf5_file:read_hdf5", TABLES),
    _model(".keras", (".keras",), is_keras, "keras_archive:read_keras", TABLES),
    _model("SavedModel", (), is_saved_model, "saved_model:read_saved_model", "a folder; by its saved_model.pb too"),
    _model("Zarr", (".zarr", ".zip"), is_zarr, "zarr:read_zarr", "arrays, or AnnData; a folder or a zip archive"),
    _table(
        "Embedding Atlas export", (".zip",), is_atlas, "embedding_atlas:read_atlas", "its table, with its projection"
    ),
    _table("W&B table", (".json",), is_wandb_table, "wandb_table:read_wandb_table", "a table as JSON, *.table.json"),
    _model("PyTorch checkpoint", TORCH_SUFFIXES, is_torch, "torch_file:read_torch", TABLES),
)
# What is a folder as a whole, and not the files in it.
FOLDER_READERS: tuple[Reader, ...] = (
    *(each for each in MODEL_READERS if each.name in {"Zarr", "SavedModel"}),
    _table("Lance", (".lance",), is_lance, "lance:read_lance", "a table; needs the package pylance"),
)
WORD_READERS: tuple[Reader, ...] = (
    _table("fastText model", (".bin", ".ftz"), is_fasttext, "fasttext:read_fasttext", "words made of n-grams"),
    _table("gensim vectors", GENSIM_SUFFIXES, is_gensim, "gensim:read_gensim", "what gensim saved"),
    _table(
        "pickle", PICKLE_SUFFIXES, is_pickle, "pickle_file:read_pickle", "arrays, lists and dictionaries; runs nothing"
    ),
)
