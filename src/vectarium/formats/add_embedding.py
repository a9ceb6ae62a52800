"""What PyTorch's ``SummaryWriter.add_embedding`` writes: ``00010/default/tensors.tsv``, a folder for each step.

Its config names each step as an embedding of its own, ``default:00010``. Those of one tag are steps of one
training where they hold the same points.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from vectarium.data import Embedding, Note
from vectarium.data.note import note_from_error
from vectarium.errors import FormatError
from vectarium.formats.file_steps import FileStep, FileSteps, recorded_in
from vectarium.formats.projector_entry import Entry
from vectarium.formats.reader import Progress, silent
from vectarium.formats.within import is_within, locate

STEP_FOLDER = re.compile(r"\d{5,18}")
NAMED = re.compile(r"(.*):(\d{1,18})", re.DOTALL)
PLACED = re.compile(r"(?:\./)?(\d{1,18})/(.+)", re.DOTALL)
TENSORS, METADATA, SPRITE = "tensors.tsv", "metadata.tsv", "sprite.png"
BLOCK = 4 << 20
MOST_STEPS = 10_000

Opener = Callable[[Entry, Progress], Embedding]


@dataclass(frozen=True)
class Tag:
    """The entries of one tag by step, ascending."""

    name: str
    entries: dict[int, Entry]

    @property
    def last(self) -> tuple[int, Entry]:
        """The last step, and its entry."""
        return list(self.entries.items())[-1]


def tags_of(entries: Sequence[Entry]) -> tuple[list[Tag], list[Entry]]:
    """The tags that have several steps, and all other entries."""
    found: dict[tuple[str, str], dict[int, Entry]] = defaultdict(dict)
    rest: list[Entry] = []
    for entry in entries:
        named, placed = NAMED.fullmatch(entry.tensor_name), PLACED.fullmatch(entry.tensor_path.replace("\\", "/"))
        if named and placed and int(named[2]) == int(placed[1]):
            found[named[1], placed[2]].setdefault(int(named[2]), entry)
        else:
            rest.append(entry)
    tags = [Tag(name, dict(sorted(steps.items()))) for (name, _), steps in found.items() if len(steps) > 1]
    rest += [entry for steps in found.values() if len(steps) == 1 for entry in steps.values()]
    return tags, sorted(rest, key=list(entries).index)


def open_tag(
    tag: Tag, config: Path, root: Path, opener: Opener, progress: Progress
) -> tuple[Embedding, list[Entry], list[Note]]:
    """The last step of a tag, with the others behind it.

    Parameters
    ----------
    tag
        The tag.
    config, root
        The config's file, and what was opened.
    opener
        Opens an entry.
    progress
        Told while the last step is read.

    Returns
    -------
    embedding
        Called by the tag, or by its entry where no other step is like it.
    apart
        The entries of steps that hold another number of points or dimensions.
    notes
        Of steps that cannot be read.
    """
    last, entry = tag.last
    shown = opener(entry, progress)
    files = {last: FileStep(shown.source or config, _reader(opener, entry), whole=True)}
    apart: list[Entry] = []
    notes: list[Note] = []
    for step, other in tag.entries.items():
        if step == last:
            continue
        try:
            path = locate(other.tensor_path, config.parent, root, f"The tensor {other.title!r}")
            same = quick_shape(path, other) == shown.shape
        except (FormatError, OSError) as error:
            notes.append(note_from_error(error) if isinstance(error, FormatError) else Note(str(error), config))
            continue
        if same:
            files[step] = FileStep(path, _reader(opener, other), whole=True)
        else:
            apart.append(other)
    changing = frozenset(shown.columns) if _metadata_differs(tag, config, root) else frozenset[str]()
    steps = FileSteps(config.parent.name, {tag.name: files}, {tag.name: changing})
    told = f"Steps {min(files):,} to {last:,} of {tag.name!r}, {len(files):,} in all; step {last:,} is shown."
    notes += [Note(told, config, None, "remark")] if len(files) > 1 else []
    if len(files) > 1:
        shown = recorded_in(replace(shown, name=tag.name), steps, tag.name, last)
    return shown, apart, notes


def _reader(opener: Opener, entry: Entry) -> Callable[[], Embedding]:
    return lambda: opener(entry, silent)


def quick_shape(path: Path, entry: Entry) -> tuple[int, ...] | None:
    """The shape of a tensor's file without reading its numbers."""
    if path.suffix.lower() == ".bytes":
        return entry.tensor_shape
    lines, width, end = 0, 0, b"\n"
    with path.open("rb") as file:
        width = file.readline(BLOCK * 16).count(b"\t") + 1
        file.seek(0)
        while block := file.read(BLOCK):
            lines += block.count(b"\n")
            end = block[-1:]
    return lines + (end != b"\n"), width


def _metadata_differs(tag: Tag, config: Path, root: Path) -> bool:
    """Whether the steps have other words for their points, told from the bytes of their files."""
    contents: set[bytes] = set()
    for entry in list(tag.entries.values())[:MOST_STEPS]:
        if not entry.metadata_path:
            continue
        try:
            contents.add(_digest(locate(entry.metadata_path, config.parent, root, "")))
        except (FormatError, OSError):
            continue
    return len(contents) > 1


def _digest(path: Path) -> bytes:
    import hashlib

    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def tree_entries(folder: Path, root: Path) -> list[Entry]:
    """What a config would say of such folders, where there is none."""
    entries: list[Entry] = []
    for step in _children(folder):
        if not STEP_FOLDER.fullmatch(step.name):
            continue
        for tensors in sorted(step.glob(f"*/{TENSORS}")):
            if is_within(tensors, root) and len(entries) < MOST_STEPS:
                tag = tensors.parent.name
                beside = {name: f"{step.name}/{tag}/{name}" for name in (METADATA, SPRITE)}
                there = {name: path if (folder / path).is_file() else "" for name, path in beside.items()}
                entries.append(
                    Entry(
                        f"{tag}:{step.name}",
                        f"{step.name}/{tag}/{TENSORS}",
                        metadata_path=there[METADATA],
                        sprite_path=there[SPRITE],
                    )
                )
    return entries


def _children(folder: Path) -> list[Path]:
    try:
        return sorted(each for each in folder.iterdir() if each.is_dir() and not each.is_symlink())
    except OSError:
        return []
