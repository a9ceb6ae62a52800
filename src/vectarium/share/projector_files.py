"""The files that the Embedding Projector reads: tensors, metadata, sprites and bookmarks.

Its metadata knows no quoting: tabs and line ends in values become blanks, which is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from vectarium.data import Embedding, FileThumbnails, Note, PixelThumbnails, SpriteThumbnails
from vectarium.data.png import grid_columns, png_blocks
from vectarium.data.storage import replace_file
from vectarium.formats import Progress
from vectarium.formats.table_text import column_texts
from vectarium.share.bookmarks import bookmark_blocks
from vectarium.share.left_out import left_out
from vectarium.share.numbers import blocks, narrowed_note, single, text_rows

HARMLESS = re.compile(r"[^A-Za-z0-9_.\-]+")
BREAKING = re.compile(r"[\t\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")
LONGEST_STEM = 60
LARGEST_SPRITE = 8192
COPIED = 1 << 20


@dataclass(frozen=True)
class ProjectorEntry:
    """What was written of one embedding, by the names of its files; empty where there is none.

    Parameters
    ----------
    name, shape
        Of the embedding.
    tensor, metadata, sprite
        Files beside the config.
    image_size
        Width and height of a thumbnail.
    bookmarks
        The file of the pictures that came with it.
    """

    name: str
    shape: tuple[int, int]
    tensor: str
    metadata: str = ""
    sprite: str = ""
    image_size: tuple[int, int] = (0, 0)
    bookmarks: str = ""


def stems_of(names: list[str]) -> list[str]:
    """What the files of embeddings are called: their names where those are harmless, told apart.

    >>> stems_of(["words", "a/b", "A b"])
    ['words', 'a-b', 'A-b-2']
    """
    stems: list[str] = []
    for name in names:
        plain = HARMLESS.sub("-", name)[:LONGEST_STEM].strip("-.") or "embedding"
        taken = {each.casefold() for each in stems}
        number = 2
        stem = plain
        while stem.casefold() in taken:
            stem, number = f"{plain}-{number}", number + 1
        stems.append(stem)
    return stems


def write_files(embedding: Embedding, folder: Path, stem: str, progress: Progress) -> tuple[ProjectorEntry, list[Note]]:
    """Write the files of one embedding into a folder."""
    notes = [*narrowed_note(embedding), *left_out(embedding, thumbnails=False, coordinates=False)]
    tensor = _write_tensor(embedding, folder, stem, progress)
    metadata = ""
    if embedding.columns:
        metadata = f"{stem}_metadata.tsv"
        replace_file(folder / metadata, [metadata_text(embedding, notes).encode()], metadata)
    sprite, size = _write_sprite(embedding, folder, stem, notes)
    bookmarks = f"{stem}_bookmarks.json" if embedding.coordinates else ""
    if bookmarks:
        replace_file(folder / bookmarks, bookmark_blocks(embedding), bookmarks)
    return ProjectorEntry(embedding.name, embedding.shape, tensor, metadata, sprite, size, bookmarks), notes


def _write_tensor(embedding: Embedding, folder: Path, stem: str, progress: Progress) -> str:
    """Raw float32; as text where TensorBoard, which tries text first, would take the bytes for such."""
    name = f"{stem}.bytes"
    raw = (single(block).tobytes() for _, block in blocks(embedding, progress, f"writing {name}"))
    replace_file(folder / name, raw, name)
    if not _is_text(folder / name):
        return name
    (folder / name).unlink()
    name = f"{stem}.tsv"
    replace_file(folder / name, _tensor_text(embedding, progress, name), name)
    return name


def _tensor_text(embedding: Embedding, progress: Progress, name: str) -> Iterator[bytes]:
    for _, block in blocks(embedding, progress, f"writing {name}"):
        yield ("\n".join(text_rows(single(block), "\t")) + "\n").encode()


def _is_text(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8") as file:
            while file.read(COPIED):
                pass
    except UnicodeDecodeError:
        return False
    return True


def metadata_text(embedding: Embedding, notes: list[Note]) -> str:
    """The columns as the Projector reads them: one without a header, several with one."""
    columns = list(embedding.columns.values())
    texts = [column_texts(each) for each in columns]
    changed = sum(bool(BREAKING.search(text)) for each in texts for text in each)
    if changed:
        told = f"{changed:,} values have tabs or line ends in them, which this format cannot hold: they became blanks."
        notes.append(Note(told, None, None, "remark"))
    rows = [[_one_line(text) for text in each] for each in texts]
    if len(columns) == 1:
        return "".join(f"{text}\n" for text in rows[0])
    head = "\t".join(_one_line(each.name) for each in columns)
    return "\n".join([head, *("\t".join(row) for row in zip(*rows, strict=True))]) + "\n"


def _one_line(text: str) -> str:
    return BREAKING.sub(" ", text)


def _write_sprite(embedding: Embedding, folder: Path, stem: str, notes: list[Note]) -> tuple[str, tuple[int, int]]:
    thumbnails = embedding.thumbnails
    if thumbnails is None:
        return "", (0, 0)
    if isinstance(thumbnails, FileThumbnails):
        told = f"The thumbnails of {embedding.name!r} are files of their own; only sprites and arrays of pixels are written."
        notes.append(Note(told, None, None, "remark"))
        return "", (0, 0)
    name = f"{stem}_sprite.png"
    if isinstance(thumbnails, PixelThumbnails):
        replace_file(folder / name, png_blocks(thumbnails.pixels), name)
        columns = grid_columns(len(thumbnails))
    else:
        name = f"{stem}_sprite{thumbnails.path.suffix.lower()}"
        replace_file(folder / name, _copied(thumbnails), name)
        columns = thumbnails.columns
    width, height = thumbnails.size
    if max(columns * width, -(-len(thumbnails) // columns) * height) > LARGEST_SPRITE:
        told = f"The sprite of {embedding.name!r} is larger than {LARGEST_SPRITE:,} pixels, which the Projector may not draw."
        notes.append(Note(told, folder / name, None, "remark"))
    return name, thumbnails.size


def _copied(thumbnails: SpriteThumbnails) -> Iterator[bytes]:
    with thumbnails.path.open("rb") as file:
        while block := file.read(COPIED):
            yield block
