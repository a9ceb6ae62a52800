"""JSON that others may have written: read strictly, its fields taken by name and type.

Python's own parser takes NaN, keeps the last of two equal keys and passes halves of surrogate pairs
on to whoever prints them. None of that passes here.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any, cast

from vectarium.errors import FormatError

LARGEST_BYTES = 16 << 20
LONGEST_TEXT = 10_000
LONGEST_SHOWN = 60
LARGEST_REAL = sys.float_info.max
# JSON has no words for them, and a loss that became NaN is worth knowing.
WORDS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


def read_json(path: Path) -> Fields:
    """The object that a JSON file holds.

    Raises
    ------
    FormatError
        If it is no JSON object, too large, nested too deep, or has a key twice.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_BYTES + 1)
        values = (
            None
            if len(data) > LARGEST_BYTES
            else json.loads(data.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_refuse_constant)
        )
    except OSError as error:
        raise FormatError(f"The file cannot be read: {error.strerror or error}.", path) from error
    except RecursionError:
        raise FormatError("The JSON is nested too deep.", path) from None
    except ValueError as error:
        raise FormatError(f"This is not JSON, or was cut short: {error}.", path) from error
    if len(data) > LARGEST_BYTES:
        raise FormatError(f"This file is larger than {LARGEST_BYTES:,} bytes, so it was not read.", path)
    return Fields(values, path, "The file")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict[str, Any]()
    for name, value in pairs:
        if name in found:
            raise ValueError(f"the key {name[:LONGEST_SHOWN]!r} is there twice")
        found[name] = value
    return found


def _refuse_constant(word: str) -> None:
    raise ValueError(f"{word} is no number in JSON")


def to_json(values: Any) -> bytes:
    """The bytes of a JSON file, for people to read too."""
    return (json.dumps(values, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def real_to_json(value: float | None) -> float | str | None:
    """A real number as JSON can hold it: NaN and infinity as words."""
    if value is None or math.isfinite(value):
        return value
    return next(word for word, meant in WORDS.items() if meant == value or (meant != meant and value != value))  # noqa: PLR0124 - NaN


class Fields:
    """The fields of one JSON object, each checked when it is taken.

    Parameters
    ----------
    values
        What has to be an object.
    path
        The file, named in errors.
    what
        How errors call the object: ``"The embedding 'words'"``.
    """

    def __init__(self, values: object, path: Path, what: str) -> None:
        if not isinstance(values, dict):
            raise FormatError(f"{what} is {shown(values)}; a JSON object is needed.", path)
        self.values = cast("dict[str, Any]", values)
        self.path = path
        self.what = what

    def wrong(self, name: str, needed: str) -> FormatError:
        """The error for a field of another type."""
        found = shown(self.values[name]) if name in self.values else "missing"
        return FormatError(f"{self.what}: {name!r} is {found}; {needed} is needed.", self.path)

    def text(self, name: str, default: str | None = None) -> str:
        """A text; the default where there is none."""
        value = self.values.get(name, default)
        if not is_text(value):
            raise self.wrong(name, "a text")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts, empty where there is none."""
        value = self.values.get(name) or []
        if not isinstance(value, list) or not all(map(is_text, cast("list[Any]", value))):
            raise self.wrong(name, "a list of texts")
        return tuple(cast("list[str]", value))

    def integer(self, name: str, low: int, high: int) -> int:
        """A whole number within limits, both included."""
        value = self.values.get(name)
        if type(value) is not int or not low <= value <= high:
            raise self.wrong(name, f"a whole number from {low:,} to {high:,}")
        return value

    def boolean(self, name: str) -> bool:
        """True or false."""
        value = self.values.get(name)
        if type(value) is not bool:
            raise self.wrong(name, "true or false")
        return value

    def real(self, name: str) -> float | None:
        """A real number or one of the words for NaN and infinity; None where there is none."""
        value = self.values.get(name)
        if value is None:
            return None
        if isinstance(value, str) and value in WORDS:
            return WORDS[value]
        if isinstance(value, bool) or not isinstance(value, (int, float)) or abs(value) > LARGEST_REAL:
            raise self.wrong(name, "a number")
        return float(value)

    def part(self, name: str) -> Fields:
        """An object inside, empty where there is none."""
        return Fields(self.values.get(name) or {}, self.path, f"{self.what}: {name!r}")

    def parts(self, name: str) -> list[Fields]:
        """A list of objects, empty where there is none."""
        value = self.values.get(name) or []
        if not isinstance(value, list):
            raise self.wrong(name, "a list of objects")
        listed = cast("list[object]", value)
        return [Fields(each, self.path, f"{self.what}: {name!r} {place}") for place, each in enumerate(listed)]

    def has(self, name: str) -> bool:
        """Whether there is such a field with something in it."""
        return self.values.get(name) is not None

    def __iter__(self) -> Any:
        return iter(self.values)


def is_text(value: object) -> bool:
    """Whether a value is a text that can be written down: not endless, no halves of surrogate pairs."""
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def shown(value: object) -> str:
    """A value as a message shows it."""
    text = json.dumps(value, ensure_ascii=True)
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"
