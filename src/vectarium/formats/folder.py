"""A folder: what its config names, or everything in it that can be opened.

Looked for in this order: runs and the Projector's configs in the folder and below, and files of vectors in the folders
that have nothing to do with those; without a config, files of vectors in it, each with the metadata that lies beside it;
the same in the folders below. Links that lead out of the folder are not followed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from vectarium.data import Collection, Embedding, Note
from vectarium.data.manifest import FILE as RUN_FILE
from vectarium.data.note import note_from_error
from vectarium.data.run import is_run
from vectarium.errors import CancelledError, FormatError, VectariumError
from vectarium.formats.add_embedding import tree_entries
from vectarium.formats.belonging import belonging
from vectarium.formats.beside import is_metadata, with_metadata_beside
from vectarium.formats.checkpoint import read_series
from vectarium.formats.checkpoint_series import INDEX, Series, series_in
from vectarium.formats.pbtxt import NAME, open_pbtxt
from vectarium.formats.projector import open_entries
from vectarium.formats.projector_json import config_files, open_projector_json
from vectarium.formats.reader import Progress, part
from vectarium.formats.registry import folder_reader, holds_tensors, is_openable, read_file, readable
from vectarium.formats.run import read_run
from vectarium.formats.within import is_within

DEEPEST = 5
MOST_FILES = 200
MOST_FOLDERS = 5000

Opener = Callable[[Progress], Collection]


def read_folder(root: Path, progress: Progress, wanted: str | None = None) -> Collection:
    """Open a folder.

    Parameters
    ----------
    root
        The folder.
    progress
        Told for each file.
    wanted
        The name of the only tensor to open of the models in it; None: those that look like tables.

    Raises
    ------
    FormatError
        If nothing in it opens; the message says why of each.
    """
    notes: list[Note] = []
    folders = [root, *_folders_below(root, notes)]
    configs = [config for folder in folders for config in _configs(folder, root, notes)]
    found = _open_all([(_config_opener(config, root), config) for config in configs], progress, notes)
    if found:  # runs beside those that have a config
        told = {path.parent for path, _ in found} | {each.source.parent for _, each in found if each.source}
        left = [folder for folder in folders if folder not in told]
        apart = [folder for folder in left if not _shares_a_branch(folder, told)]
        files = _file_openers(apart, root, wanted, notes)
        found += _open_all([*_checkpoint_openers(left, root, wanted), *files], progress, notes)
    else:
        openers = _file_openers([root], root, wanted, notes) or _file_openers(folders[1:], root, wanted, notes)
        found = _open_all([*openers, *_checkpoint_openers(folders, root, wanted)], progress, notes)
    if not found:
        faults = " ".join(f"{note}" for note in notes if note.severity == "fault")
        raise FormatError(f"Nothing in this folder opens. {faults or _contents(root)}", root)
    return Collection(root.resolve().name or str(root), _named(found, root), notes)


def _shares_a_branch(folder: Path, told: set[Path]) -> bool:
    """Whether a folder lies above or below one that a config tells of, whose files the config knows better."""
    return any(folder in (each, *each.parents) or each in folder.parents for each in told)


def _file_openers(folders: list[Path], root: Path, wanted: str | None, notes: list[Note]) -> list[tuple[Opener, Path]]:
    """What opens the files of vectors of some folders."""
    files = _vector_files(folders, root, notes)
    if len(files) > MOST_FILES:
        told = f"{len(files):,} files could be opened; only the first {MOST_FILES} were. Open a folder further down."
        notes.append(Note(told, root))
    return [(_file_opener(file, wanted), file) for file in files[:MOST_FILES]]


def _checkpoint_openers(folders: list[Path], root: Path, wanted: str | None) -> list[tuple[Opener, Path]]:
    """What opens the checkpoints of some folders, those of one training together."""
    found = [series for folder in folders for series in series_in(folder, root)]
    return [(_series_opener(series, root, wanted), series.shown) for series in found]


def _series_opener(series: Series, root: Path, wanted: str | None) -> Opener:
    return lambda progress: read_series(series, root, progress, wanted)


def _config_opener(config: Path, root: Path) -> Opener:
    if config.name == RUN_FILE:
        return lambda progress: read_run(config, progress)
    if not config.is_file():
        return lambda progress: open_entries(tree_entries(config.parent, root), config, root, progress)
    opener = open_pbtxt if config.suffix == ".pbtxt" else open_projector_json
    return lambda progress: opener(config, root, progress)


def _file_opener(file: Path, wanted: str | None) -> Opener:
    named = wanted if wanted is not None and holds_tensors(file) else None
    return lambda progress: read_file(file, progress, named)


def _open_all(
    openers: list[tuple[Opener, Path]], progress: Progress, notes: list[Note]
) -> list[tuple[Path, Embedding]]:
    """Open each; those that fail become notes. What served as the metadata of others is left out."""
    opened: list[tuple[Path, Embedding]] = []
    used: set[Path] = set()
    for index, (opener, path) in enumerate(openers):
        try:
            collection = opener(part(progress, index, len(openers)))
        except CancelledError:
            raise
        except (VectariumError, OSError, MemoryError) as error:
            notes.append(note_from_error(error) if isinstance(error, VectariumError) else Note(str(error), path))
            continue
        notes += collection.notes
        for embedding in collection:
            with_columns, metadata = with_metadata_beside(embedding)
            used |= {metadata} if metadata else set()
            opened.append((path, with_columns))
    return [(path, each) for path, each in opened if path not in used] or opened


def _named(opened: list[tuple[Path, Embedding]], root: Path) -> list[Embedding]:
    """The embeddings, called by their folder too where several folders take part, and by their file where names repeat."""
    several = len({path.parent for path, _ in opened}) > 1
    names = [
        f"{path.parent.relative_to(root).as_posix()}/{each.name}" if several and path.parent != root else each.name
        for path, each in opened
    ]
    repeated = {name for name, count in Counter(names).items() if count > 1}
    return [
        replace(each, name=f"{path.relative_to(root).as_posix()}/{each.name}")
        if name in repeated and path != root
        else replace(each, name=name)
        for name, (path, each) in zip(names, opened, strict=True)
    ]


def _folders_below(root: Path, notes: list[Note]) -> list[Path]:
    """Folders inside, to a depth, without hidden ones and links."""
    found: list[Path] = []
    level = [root]
    for _ in range(DEEPEST):
        level = [
            child
            for folder in level
            if not (is_run(folder) or folder_reader(folder))  # what is in one belongs to it
            for child in _children(folder, notes)
            if _is_plain_folder(child)
        ]
        found += level
        if len(found) > MOST_FOLDERS:
            notes.append(Note(f"There are more than {MOST_FOLDERS:,} folders inside; not all were looked into.", root))
            break
    return found


def _children(folder: Path, notes: list[Note]) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError as error:
        notes.append(Note(f"This folder cannot be looked into: {error.strerror}.", folder))
        return []


def _is_plain_folder(path: Path) -> bool:
    return not path.name.startswith(".") and not path.is_symlink() and path.is_dir()


def _configs(folder: Path, root: Path, notes: list[Note]) -> list[Path]:
    """The configs of a folder that lie inside of the root, the plugin's own folder is found on the way down."""
    named = [folder / RUN_FILE] if is_run(folder) else [folder / NAME, *config_files(folder)]
    found = [path for path in named if path.is_file() and _allowed(path, root, notes)]
    # PyTorch's folders of steps say by themselves what their config would say.
    return found or ([folder / NAME] if tree_entries(folder, root) else [])


def _vector_files(folders: list[Path], root: Path, notes: list[Note]) -> list[Path]:
    """The files that look like vectors; a file of metadata is one only where nothing else is."""
    files = [
        path
        for folder in folders
        for path in _children(folder, notes)
        if _is_vectors(path) and _allowed(path, root, notes)
    ]
    parts = belonging(files)
    files = [path for path in files if path not in config_files(path.parent) and path not in parts]
    return [path for path in files if not is_metadata(path)] or files


def _is_vectors(path: Path) -> bool:
    """Whether this could be vectors: a file, or a folder that is one thing as a whole."""
    if path.is_dir():
        return folder_reader(path) is not None
    return path.is_file() and path.suffix not in {".pbtxt", ".bytes", INDEX} and is_openable(path)


def _allowed(path: Path, root: Path, notes: list[Note]) -> bool:
    if is_within(path, root):
        return True
    told = (
        f"This link leads out of the opened folder, to {path.resolve()}, so it was not followed. Open that file itself."
    )
    notes.append(Note(told, path))
    return False


def _contents(root: Path) -> str:
    names = [path.name for path in _children(root, [])]
    listed = ", ".join(repr(name) for name in names[:5]) + (" …" if len(names) > 5 else "")
    return f"There is {listed or 'nothing'} in it; {readable()} can be opened."
