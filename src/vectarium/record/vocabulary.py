"""A vocabulary from a file: one word a line, or JSON as tokenizers write it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from vectarium.errors import FormatError


def read_vocabulary(path: Path) -> Any:
    """Words in the order of their rows, or a mapping from word to row.

    Parameters
    ----------
    path
        Lines of text, or ``.json``: a list of words, or an object from word to row.

    Raises
    ------
    FormatError
        If it is neither.
    """
    try:
        text = path.read_text("utf-8")
        found: Any = json.loads(text) if path.suffix.lower() == ".json" else text.splitlines()
    except (OSError, ValueError, RecursionError) as error:
        raise FormatError(f"This vocabulary cannot be read: {error}", path) from error
    if isinstance(found, list) and all(isinstance(word, str) for word in found):
        return found
    if isinstance(found, dict) and all(type(row) is int and row >= 0 for row in found.values()):
        return found
    raise FormatError("A vocabulary is a list of words, or an object from word to row; this is neither.", path)
