"""TensorFlow's SavedModel: a folder with a program, ``saved_model.pb``, and its variables as a checkpoint.

The tables are read from the checkpoint. The program is looked into for words alone: text layers keep their vocabulary
as a constant of it, or as a file in ``assets``. Nothing of it is run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from vectarium.data import Collection
from vectarium.errors import FormatError
from vectarium.formats.protobuf_wire import fields_of, message_of, text_of
from vectarium.formats.reader import Progress
from vectarium.formats.vocabulary import SPECIAL, Vocabulary, vocabulary_of_lines
from vectarium.formats.within import is_within

PROGRAM, VARIABLES, ASSETS = "saved_model.pb", "variables/variables.index", "assets"
LARGEST_PROGRAM, LARGEST_ASSET = 128 << 20, 64 << 20
MOST_WORDS, MOST_VOCABULARIES, MOST_ASSETS = 8 << 20, 16, 16
TEXT = 7  # DT_STRING


def read_saved_model(path: Path, progress: Progress, wanted: str | None = None) -> Collection:
    """Open the tables of a SavedModel.

    Parameters
    ----------
    path
        Its folder, or the ``saved_model.pb`` in it.
    progress, wanted
        As for a checkpoint.

    Raises
    ------
    FormatError
        If it has no variables.
    """
    from vectarium.formats.checkpoint import read_series
    from vectarium.formats.checkpoint_series import Series

    folder = path if path.is_dir() else path.parent
    index = folder / VARIABLES
    if not index.is_file() or not is_within(index, folder):
        raise FormatError(
            f"This is the program of a SavedModel, and there is no {VARIABLES!r} beside it, where its tables would be. "
            "Copy that folder here, too.",
            path,
        )
    found = read_series(Series("variables", {0: index}, 0), folder, progress, wanted)
    return Collection(folder.resolve().name, list(found), found.notes)


def vocabularies_of(index: Path, root: Path) -> list[Vocabulary]:
    """The words that a SavedModel holds; none where a checkpoint belongs to none.

    Parameters
    ----------
    index
        The checkpoint's index.
    root
        What was opened; nothing outside of it is read.
    """
    folder = index.parent.parent
    program = folder / PROGRAM
    if index.parent.name != "variables" or not program.is_file() or not is_within(program, root):
        return []
    found: list[Vocabulary] = []
    try:
        assets = sorted((folder / ASSETS).iterdir())[:MOST_ASSETS] if (folder / ASSETS).is_dir() else []
        for file in assets:
            if file.is_file() and is_within(file, root) and file.stat().st_size <= LARGEST_ASSET:
                made = vocabulary_of_lines(file)
                found += _with_special(made.words, f"{ASSETS}/{file.name}", file) if made else []
        if program.stat().st_size <= LARGEST_PROGRAM:
            for words in _constants(memoryview(program.read_bytes()), program):
                found += _with_special(words, PROGRAM, program)
    except (FormatError, OSError):  # words are a convenience
        return found
    return found


def _with_special(words: Iterable[str | None], where: str, path: Path) -> list[Vocabulary]:
    listed = list(words)
    return [Vocabulary([*special, *listed], where, path) for special in SPECIAL]


def _constants(data: memoryview, path: Path) -> list[list[str]]:
    """The lists of texts among the constants of a program, each once."""
    found: dict[tuple[str, ...], None] = {}
    total = 0
    for node in _nodes(data, path):
        words = _texts(node, path)
        total += len(words)
        if len(words) > 1:
            found[tuple(words)] = None
        if total > MOST_WORDS or len(found) >= MOST_VOCABULARIES:
            break
    return [list(words) for words in found]


def _nodes(data: memoryview, path: Path) -> Iterator[memoryview]:
    """The nodes of all graphs: SavedModel.meta_graphs.graph_def.node, and those of its functions."""
    for graph in _under(data, path, 2, 2):
        yield from _under(graph, path, 1)
        yield from _under(graph, path, 2, 1, 3)


def _under(data: memoryview, path: Path, *numbers: int) -> Iterator[memoryview]:
    """The messages at a path of field numbers."""
    for number, value in fields_of(data, path):
        if number == numbers[0]:
            if len(numbers) == 1:
                yield message_of(value)
            else:
                yield from _under(message_of(value), path, *numbers[1:])


def _texts(node: memoryview, path: Path) -> list[str]:
    """The texts of a node that is a constant; none of any other."""
    if not any(number == 2 and text_of(value) == "Const" for number, value in fields_of(node, path)):
        return []
    for tensor in _under(node, path, 5, 2, 8):
        fields = list(fields_of(tensor, path))
        if (1, TEXT) in fields:
            return [text_of(value) for number, value in fields if number == 8]
    return []
