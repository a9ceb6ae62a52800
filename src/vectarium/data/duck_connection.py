"""A connection to DuckDB that reads one file and can do nothing else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb


def locked_connection(path: Path) -> duckdb.DuckDBPyConnection:
    """A connection in memory that may read one file and nothing else, and cannot be told otherwise."""
    import duckdb

    connection = duckdb.connect(
        config={
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
        }
    )
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET allowed_paths = ?", [[str(path), plain_pattern(path)]])
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def plain_pattern(path: Path) -> str:
    """The path as a pattern that matches itself only: DuckDB takes ``*``, ``?`` and ``[`` for wildcards."""
    return re.sub(r"([*?\[])", r"[\1]", str(path))


def told(error: Exception, what: str = "read") -> str:
    """DuckDB's message in one line, without its advice on its own options."""
    text = re.split(r"\n\s*\n|\nLINE \d|\nPossible|\n\*", str(error), maxsplit=1)[0]
    return f"DuckDB cannot {what} it: {' '.join(text.split())}"
