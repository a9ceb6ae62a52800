"""What Embedding Atlas exports: a zip archive of its page, with the table in ``data/dataset.parquet``.

The table has the columns that were given, and those that it computed: ``projection_x``, ``projection_y``, and the
neighbours of each point, which are found anew here and left out.
"""

from __future__ import annotations

import shutil
import tempfile
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path

from vectarium.data import Collection, Columns, Embedding
from vectarium.errors import FormatError
from vectarium.formats.located import called_for
from vectarium.formats.model_readers import ATLAS_TABLE
from vectarium.formats.parquet import read_parquet
from vectarium.formats.reader import Progress
from vectarium.formats.zip_members import open_archive

BLOCK = 4 << 20
MOST_PACKED = 1100


def read_atlas(path: Path, progress: Progress) -> Collection:
    """Open what Embedding Atlas exported.

    Raises
    ------
    FormatError
        If the archive is damaged, or its table has no vectors and no projection.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "dataset.parquet"
        _unpack(path, file, progress)
        try:
            return _without_own(called_for(read_parquet(file, progress), path))
        except FormatError as error:
            raise FormatError(f"Its {ATLAS_TABLE!r} does not open: {error.message}", path) from None


def _without_own(collection: Collection) -> Collection:
    """Without the columns that are the page's own: ``__neighbors``, ``__row_index__``."""
    embeddings: list[Embedding] = []
    for each in collection:
        kept = [column for name, column in each.columns.items() if not name.startswith("__")]
        embeddings.append(replace(each, columns=Columns(kept, n=len(each))))
    return Collection(collection.name, embeddings, collection.notes)


def _unpack(path: Path, file: Path, progress: Progress) -> None:
    with open_archive(path, "an export of Embedding Atlas") as archive:
        member = archive.getinfo(ATLAS_TABLE)
        size = member.file_size
        if size > MOST_PACKED * member.compress_size + BLOCK or 2 * size > shutil.disk_usage(file.parent).free:
            raise FormatError(f"Its {ATLAS_TABLE!r} of {size:,} bytes is too large to unpack.", path)
        done = 0
        try:
            with archive.open(member) as packed, file.open("wb") as out:
                while block := packed.read(BLOCK):
                    done += out.write(block)
                    progress(0.5 * done / max(size, 1), f"unpacking {path.name}")
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, ValueError) as error:
            raise FormatError(f"Its {ATLAS_TABLE!r} cannot be unpacked: {error}.", path) from None
