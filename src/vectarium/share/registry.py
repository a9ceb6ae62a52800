"""Which writer writes a file: by the name a person gives, else by the file's ending."""

from __future__ import annotations

from pathlib import Path

from vectarium.errors import ParameterError
from vectarium.share.anndata import ANNDATA
from vectarium.share.delimited import CSV, TSV
from vectarium.share.npy import NPY
from vectarium.share.parquet import PARQUET
from vectarium.share.projector_json import PROJECTOR
from vectarium.share.tensorboard import TENSORBOARD
from vectarium.share.word_vectors import WORD2VEC, WORD2VEC_BINARY
from vectarium.share.writer import Writer

WRITERS: tuple[Writer, ...] = (PARQUET, NPY, TSV, CSV, WORD2VEC, WORD2VEC_BINARY, ANNDATA, TENSORBOARD, PROJECTOR)


def find_writer(path: Path, name: str | None = None) -> Writer:
    """The writer for a file.

    Parameters
    ----------
    path
        Where it writes.
    name
        As ``--to`` names it; None: by the path's ending.

    Raises
    ------
    ParameterError
        If there is none.
    """
    for writer in WRITERS:
        if writer.name == name or (name is None and path.suffix.lower() in writer.suffixes):
            return writer
    asked = f"No format is called {name!r}" if name else f"No format is known by the ending {path.suffix!r} of {path}"
    raise ParameterError(f"{asked}. Known are {', '.join(map(_told, WRITERS))}. Name one: --to {WRITERS[0].name}.")


def _told(writer: Writer) -> str:
    return f"{writer.name} ({', '.join(writer.suffixes)})" if writer.suffixes else writer.name
