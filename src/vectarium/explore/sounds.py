"""Sounds: values of columns that name audio files inside of what was opened.

Nothing is decoded here: a browser plays what it knows, in its sandbox. What a value may name is a file with the
ending of one of those kinds, inside of the opened folder with all links followed; a table that was made by somebody
else reads no other file.
"""

from __future__ import annotations

from pathlib import Path, PurePath

from vectarium.data import Column, Embedding
from vectarium.errors import FormatError
from vectarium.explore.messages.collection import SoundMessage

# By our own list: the machine's own table of types may be wrong.
TYPES = {
    ".aac": "audio/aac",
    ".flac": "audio/flac",
    ".m4a": "audio/mp4",
    ".mp3": "audio/mpeg",
    ".oga": "audio/ogg",
    ".ogg": "audio/ogg",
    ".opus": "audio/ogg",
    ".wav": "audio/wav",
}
LONGEST_PATH = 4096


def sound_type(value: object) -> str | None:
    """What a browser is told that a value's file is; None: the value names no audio file."""
    if not isinstance(value, str) or len(value) > LONGEST_PATH:
        return None
    return TYPES.get(PurePath(value.replace("\\", "/").strip()).suffix.lower())


def sound_file(embedding: Embedding, home: Path, value: str) -> Path:
    """The audio file that a value names.

    Parameters
    ----------
    embedding
        Whose value it is; paths are seen from the file it came from, and from the folders above.
    home
        What was opened.
    value
        The path as it stands in the column.

    Raises
    ------
    FormatError
        If it names no audio file inside of what was opened.
    """
    from vectarium.formats.within import is_within, locate

    if sound_type(value) is None:
        raise FormatError(f"{value[:80]!r} names no audio file; it has to end in {', '.join(TYPES)}.")
    root = home if home.is_dir() else home.parent
    source = root if embedding.source is None else embedding.source.parent
    found = locate(value, source if is_within(source, root) else root, root, "The audio file").resolve()
    if sound_type(found.name) is None:  # a link of another name
        raise FormatError(f"The audio file {value!r} leads to {found.name!r}, which is none, so it was not read.")
    return found


def sounds_of(embedding: Embedding, home: Path | None, row: int) -> list[SoundMessage]:
    """The values of a point that name audio files, each with what is wrong with its file, if anything is.

    Parameters
    ----------
    embedding, row
        The point.
    home
        What was opened; None: data from a program, which lie beside no files.
    """
    if home is None:
        return []
    found: list[SoundMessage] = []
    for position, column in enumerate(embedding.columns.values()):
        value = _text(column, row)
        if value is not None and sound_type(value):
            found.append(SoundMessage(position, _fault(embedding, home, value)))
    return found


def sound_at(embedding: Embedding, home: Path | None, row: int, position: int) -> tuple[Path, str]:
    """The audio file that a point has in a column, and its type.

    Raises
    ------
    FormatError
        If there is none.
    """
    columns = list(embedding.columns.values())
    value = _text(columns[position], row) if 0 <= position < len(columns) else None
    if value is None or home is None:
        raise FormatError(f"Point {row:,} has no audio file in column {position}.")
    found = sound_file(embedding, home, value)
    return found, TYPES[found.suffix.lower()]


def _text(column: Column, row: int) -> str | None:
    value = column[row] if column.kind in ("text", "category") else None
    return value if isinstance(value, str) else None


def _fault(embedding: Embedding, home: Path, value: str) -> str:
    try:
        sound_file(embedding, home, value)
    except FormatError as error:
        return error.message
    return ""
