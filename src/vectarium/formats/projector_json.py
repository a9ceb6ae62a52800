"""The standalone Projector's config: ``{"embeddings": [{"tensorName", "tensorShape", "tensorPath", …}]}``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

from vectarium.data import Collection
from vectarium.errors import FormatError
from vectarium.formats.projector import open_entries
from vectarium.formats.projector_entry import Entry, sprite_size
from vectarium.formats.reader import Progress, Reader
from vectarium.formats.text_file import UTF8_MARK, read_text

LARGEST = 16 << 20


def config_files(folder: Path) -> list[Path]:
    """The files in a folder that look like such a config: ``*config*.json`` with ``"embeddings"`` in them."""
    found: list[Path] = []
    for path in sorted(folder.glob("*.json")):
        try:
            if (
                "config" in path.name.lower()
                and path.stat().st_size <= LARGEST
                and b'"embeddings"' in path.read_bytes()
            ):
                found.append(path)
        except OSError:
            continue
    return found


def read_projector_json(path: Path, progress: Progress) -> Collection:
    """Open a config and what it names."""
    return open_projector_json(path, path.resolve().parent, progress)


def open_projector_json(path: Path, root: Path, progress: Progress) -> Collection:
    """Open a config of which it is known in which folder everything lies."""
    return open_entries(parse_config(path), path, root, progress)


def parse_config(path: Path) -> list[Entry]:
    """The entries of a config.

    Raises
    ------
    FormatError
        If it is not JSON, or not such a config.
    """
    if path.stat().st_size > LARGEST:
        raise FormatError(f"A config of {path.stat().st_size:,} bytes is not believed; at most {LARGEST:,}.", path)
    try:
        value: object = json.loads(read_text(path))
    except RecursionError:
        raise FormatError("The JSON is nested too deeply to be a config.", path) from None
    except json.JSONDecodeError as error:
        raise FormatError(f"This is not JSON: {error.msg}, column {error.colno:,}.", path, error.lineno) from None
    except ValueError as error:  # a number of thousands of digits
        raise FormatError(f"This is not JSON that can be read: {error}.", path) from None
    listed = _mapping(value).get("embeddings")
    if not isinstance(listed, list):
        raise FormatError('This is not a config of the Projector: it needs {"embeddings": [...]}.', path)
    return [_entry(_mapping(each)) for each in cast("list[object]", listed)]


def _entry(fields: dict[str, Any]) -> Entry:
    sprite = _mapping(fields.get("sprite"))
    size = _sizes(sprite.get("singleImageDim"))
    return Entry(
        _text(fields.get("tensorName")),
        _text(fields.get("tensorPath")),
        _sizes(fields.get("tensorShape")),
        _text(fields.get("metadataPath")),
        _text(sprite.get("imagePath")),
        sprite_size(size),
        _text(fields.get("bookmarksPath")),
    )


def _mapping(value: object) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _sizes(value: object) -> tuple[int, ...] | None:
    if not isinstance(value, list):
        return None
    sizes = cast("list[object]", value)
    return tuple(size for size in sizes if type(size) is int and size > 0) if sizes else None


def _recognises(path: Path, start: bytes) -> bool:
    if path.suffix.lower() != ".json":
        return False
    return start.removeprefix(UTF8_MARK).lstrip().startswith(b"{") and b'"embeddings"' in start


PROJECTOR_JSON = Reader(
    "Projector config (JSON)", (".json",), _recognises, read_projector_json, "the standalone Projector's config"
)
