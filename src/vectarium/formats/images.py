"""A folder of images, each called by its row (``0.png``, ``img_00012.jpg``) or by a point's text (``cat.png``)."""

from __future__ import annotations

import re
from pathlib import Path

from vectarium.data import Embedding, FileThumbnails, Note
from vectarium.errors import FormatError
from vectarium.formats.sprite import picture_size
from vectarium.formats.within import is_within

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".bmp"})
LONGER_SIDE = 64
NUMBERED = re.compile(r"(.*?)(\d{1,12})")


def folder_thumbnails(folder: Path, embedding: Embedding) -> tuple[FileThumbnails, list[Note]]:
    """The images of a folder as the thumbnails of an embedding.

    Parameters
    ----------
    folder
        The folder.
    embedding
        Its columns of text may hold the names of the files, with their endings or without.

    Returns
    -------
    thumbnails
        A file for each point that has one.
    notes
        How the files were told apart, and how many points have none.

    Raises
    ------
    FormatError
        If no image fits to any point.
    """
    if not folder.is_dir():
        raise FormatError("A folder of images is needed here.", folder)
    images = _images(folder)
    if not images:
        raise FormatError(f"There is no image in this folder; it may hold {', '.join(sorted(SUFFIXES))}.", folder)
    ways = [*_by_text(images, embedding), _by_row(images, len(embedding))]
    how, paths = max(ways, key=lambda way: sum(path is not None for path in way[1]))
    found = sum(path is not None for path in paths)
    if found == 0:
        raise FormatError(
            f"None of the {len(images):,} images, such as {next(iter(images.values())).name!r}, fits to a point. Call "
            f"them by their row, 0.png to {len(embedding) - 1}.png, or by the text in a column.",
            folder,
        )
    notes = [Note(f"Images were found {how}.", folder, None, "remark")]
    if found < len(embedding):
        gone = len(embedding) - found
        first = paths.index(None)
        notes.append(Note(f"{gone:,} of {len(embedding):,} points have no image; the first is row {first:,}.", folder))
    return FileThumbnails(tuple(paths), cell_of(paths)), notes


def cell_of(paths: list[Path | None]) -> tuple[int, int]:
    """The room for each image: the shape of the first one that says its size, its longer side 64 pixels."""
    for path in paths:
        try:
            width, height = picture_size(path) if path else (0, 0)
        except FormatError:
            continue
        if width and height:
            longer = max(width, height)
            return max(1, round(LONGER_SIDE * width / longer)), max(1, round(LONGER_SIDE * height / longer))
    return LONGER_SIDE, LONGER_SIDE


def _images(folder: Path) -> dict[str, Path]:
    """The images by name; links that lead out of the folder are not among them."""
    return {
        path.name: path
        for path in sorted(folder.iterdir())
        if path.suffix.lower() in SUFFIXES and path.is_file() and is_within(path, folder)
    }


def _by_row(images: dict[str, Path], n: int) -> tuple[str, list[Path | None]]:
    paths: list[Path | None] = [None] * n
    prefixes: dict[str, dict[int, Path]] = {}
    for path in images.values():
        match = NUMBERED.fullmatch(path.stem)
        if match:
            prefixes.setdefault(match[1], {}).setdefault(int(match[2]), path)
    if not prefixes:
        return "by row", paths
    numbered = max(prefixes.values(), key=len)
    first = 1 if 0 not in numbered and n in numbered else 0
    for number, path in numbered.items():
        if first <= number < n + first:
            paths[number - first] = path
    return f"by their number, which is the row counted from {first}", paths


def _by_text(images: dict[str, Path], embedding: Embedding) -> list[tuple[str, list[Path | None]]]:
    by_stem = {path.stem: path for path in images.values()}
    ways: list[tuple[str, list[Path | None]]] = []
    for column in embedding.columns.values():
        if column.kind in {"text", "category"}:
            names = [None if text is None else text.replace("\\", "/").rpartition("/")[2] for text in column.texts()]
            paths = [None if name is None else images.get(name, by_stem.get(name)) for name in names]
            ways.append((f"by the text in the column {column.name!r}", paths))
    return ways
