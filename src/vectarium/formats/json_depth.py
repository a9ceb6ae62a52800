"""How deep a JSON file is nested, found before a parser is let at it.

DuckDB's parser takes time that grows with the square of the depth, and Python's stops at a thousand.
Data has a depth of two or three.
"""

from __future__ import annotations

import mmap
import re
from pathlib import Path

import numpy as np

from vectarium.errors import FormatError
from vectarium.formats.mapped import map_bytes

DEEPEST = 100
BLOCK = 16 << 20
# [ and { differ in one bit, as do ] and }.
SAME_BIT, OPENING, CLOSING = 0xDF, 0x5B, 0x5D
TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|([\[{])|([\]}])', re.DOTALL)


def check_depth(path: Path) -> None:
    """Raise FormatError if a JSON file is nested more than a hundred deep."""
    with map_bytes(path) as data:
        if _could_be_deep(data) and _is_deep(data):
            raise FormatError(f"The JSON is nested more than {DEEPEST} deep; rows of values are needed.", path)


def _could_be_deep(data: mmap.mmap) -> bool:
    """Whether the brackets, those in texts too, ever open far more often than they close."""
    depth = 0
    for start in range(0, len(data), BLOCK):
        kinds = np.frombuffer(data[start : start + BLOCK], np.uint8) & SAME_BIT
        brackets = kinds[(kinds == OPENING) | (kinds == CLOSING)]
        if not len(brackets):
            continue
        depths = depth + np.cumsum(np.where(brackets == OPENING, 1, -1))
        # A text may close what it never opened, which must not hide what is opened later.
        if int((depths - np.minimum.accumulate(np.minimum(depths, 0))).max()) > DEEPEST:
            return True
        depth = max(int(depths[-1]), 0)
    return False


def _is_deep(data: mmap.mmap) -> bool:
    """The same, with texts told apart."""
    depth = 0
    for match in TOKEN.finditer(data):
        if match[1]:
            depth += 1
        elif match[2]:
            depth -= 1
        if depth > DEEPEST:
            return True
    return False
