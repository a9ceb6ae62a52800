"""Lance's folders, read by the package ``lance`` where it is installed; the table goes on as Arrow's."""

from __future__ import annotations

import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

from vectarium.data import Collection
from vectarium.data.memory import check_memory
from vectarium.errors import FormatError, UnknownFormatError
from vectarium.formats.arrow import read_arrow
from vectarium.formats.located import called_for
from vectarium.formats.reader import Progress


def read_lance(path: Path, progress: Progress) -> Collection:
    """Open a Lance dataset.

    Raises
    ------
    UnknownFormatError
        If the package that reads it is not installed.
    FormatError
        If the package cannot read it, or no column can be the vector.
    """
    try:
        lance: Any = import_module("lance")
        feather: Any = import_module("pyarrow.feather")
    except ImportError:
        raise UnknownFormatError(
            "Lance is read by a package of its own. Install it with: pip install pylance. Or write the table as Parquet, "
            "where that package is: lance.dataset(path).to_table() and pyarrow.parquet.write_table.",
            path,
        ) from None
    progress(0.0, f"reading {path.name}")
    size = sum(file.stat().st_size for file in (path / "data").glob("*") if file.is_file())
    check_memory(2 * size, "The table", path)
    try:
        table: Any = lance.dataset(str(path)).to_table()
    except (ValueError, OSError, RuntimeError) as error:
        raise FormatError(f"Lance cannot read it: {str(error).splitlines()[0][:300]}.", path) from None
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "table.feather"
        feather.write_feather(table, str(file), compression="uncompressed")
        return called_for(read_arrow(file, progress), path)
