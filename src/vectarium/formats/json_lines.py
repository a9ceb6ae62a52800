"""JSON lines (one object a line) and JSON arrays of objects, read by DuckDB.

DuckDB is fast but says little about what is wrong, so where it fails the lines are looked at one by
one with Python's parser, to name the first bad ones.
"""

from __future__ import annotations

import json
from pathlib import Path

from vectarium.data import Collection
from vectarium.errors import FormatError
from vectarium.formats.duck_table import DuckTable, Form, collection_of, open_table
from vectarium.formats.json_depth import check_depth
from vectarium.formats.reader import Progress, Reader

NAMED = 5


def read_json_lines(path: Path, progress: Progress) -> Collection:
    """Open a file of JSON objects: a list of numbers in each, or numbered keys, are the vectors.

    Raises
    ------
    FormatError
        If a line is not JSON, or no key can be the vector.
    """
    return collection_of(open_json_table(path, progress))


def open_json_table(path: Path, progress: Progress) -> DuckTable:
    """A file of JSON objects as a table; its bad lines are named where there are any."""
    check_depth(path)
    with path.open("rb") as file:
        form: Form = "json" if file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"[") else "json lines"
    try:
        return open_table(path, form, progress)
    except FormatError as error:
        if form == "json lines":
            _name_bad_lines(path)
        raise error from None


def _name_bad_lines(path: Path) -> None:
    bad: list[tuple[int, str]] = []
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            problem = _problem(line)
            if problem:
                bad.append((number, problem))
            if len(bad) == NAMED:
                break
    if bad:
        told = "; ".join(f"line {number:,}: {problem}" for number, problem in bad)
        raise FormatError(f"Not every line is a JSON object. {told}. Correct or remove these lines.", path, bad[0][0])


def _problem(line: bytes) -> str:
    if not line.strip():
        return ""
    try:
        value = json.loads(line)
    except UnicodeDecodeError as error:
        return f"byte {error.start + 1:,} is not UTF-8"
    except RecursionError:
        return "nested too deeply"
    except ValueError as error:
        return str(error)
    return "" if isinstance(value, dict) else f"a {type(value).__name__}, not an object"


def _recognises(path: Path, start: bytes) -> bool:
    stripped = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    if path.suffix.lower() == ".json":
        return stripped.startswith(b"[") and stripped[1:].lstrip().startswith(b"{")
    return stripped.startswith(b'{"') and path.suffix.lower() in {"", ".txt", *JSON_LINES.suffixes}


JSON_LINES = Reader(
    "JSON lines", (".jsonl", ".ndjson", ".json"), _recognises, read_json_lines, "one object a line, or an array of them"
)
