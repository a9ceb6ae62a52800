"""``projector_config.pbtxt``, which TensorBoard, Keras and PyTorch write into a log directory."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from vectarium.data import Collection
from vectarium.errors import FormatError
from vectarium.formats.checkpoint_entry import ConfigCheckpoints
from vectarium.formats.projector import open_entries
from vectarium.formats.projector_entry import Entry, sprite_size
from vectarium.formats.protobuf_text import Message, parse
from vectarium.formats.reader import Progress, Reader
from vectarium.formats.text_file import looks_like_text, read_text

NAME = "projector_config.pbtxt"
LARGEST = 16 << 20


def read_pbtxt(path: Path, progress: Progress) -> Collection:
    """Open a config and what it names."""
    return open_pbtxt(path, path.resolve().parent, progress)


def open_pbtxt(path: Path, root: Path, progress: Progress) -> Collection:
    """Open a config of which it is known in which folder everything lies."""
    message = parse_pbtxt(path)
    named, folder = _text(message, "model_checkpoint_path"), _text(message, "model_checkpoint_dir")
    return open_entries(
        [_entry(_message(each)) for each in message.get("embeddings", [])],
        path,
        root,
        progress,
        checkpoints=ConfigCheckpoints(path, root, named, folder),
    )


def parse_pbtxt(path: Path) -> Message:
    """The fields of a config.

    Raises
    ------
    FormatError
        With the line, if it cannot be read.
    """
    if path.stat().st_size > LARGEST:
        raise FormatError(f"A config of {path.stat().st_size:,} bytes is not believed; at most {LARGEST:,}.", path)
    return parse(read_text(path), path)


def _entry(fields: Message) -> Entry:
    sprite = _message(_last(fields, "sprite"))
    size = _sizes(sprite, "single_image_dim")
    return Entry(
        _text(fields, "tensor_name"),
        _text(fields, "tensor_path"),
        _sizes(fields, "tensor_shape"),
        _text(fields, "metadata_path"),
        _text(sprite, "image_path"),
        sprite_size(size),
        _text(fields, "bookmarks_path"),
    )


def _last(fields: Message, name: str) -> Any:
    return fields[name][-1] if fields.get(name) else None


def _message(value: Any) -> Message:
    return cast("Message", value) if isinstance(value, dict) else {}


def _text(fields: Message, name: str) -> str:
    value = _last(fields, name)
    return value if isinstance(value, str) else ""


def _sizes(fields: Message, name: str) -> tuple[int, ...] | None:
    values = [value for value in fields.get(name, []) if type(value) is int and value > 0]
    return tuple(values) if values else None


def _recognises(path: Path, start: bytes) -> bool:
    return path.suffix.lower() == ".pbtxt" and looks_like_text(start)


PBTXT = Reader("projector_config.pbtxt", (".pbtxt",), _recognises, read_pbtxt, "TensorBoard's config with its tensors")
