"""Thumbnails that are files: a page of them as one packet.

The files are read one at a time while they are sent, so that a page of large photographs never
lies in memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vectarium.data import FileThumbnails, Note
from vectarium.explore import packet
from vectarium.explore.messages.collection import ThumbnailPageMessage
from vectarium.explore.outline import note_message
from vectarium.explore.thumbnails import page_rows

LARGEST_FILE = 16 << 20
Piece = bytes | memoryview


@dataclass(frozen=True)
class FilePage:
    """The files of a page, before they are read.

    Parameters
    ----------
    head
        The packet up to the bytes of the first file.
    paths, sizes
        The file of each point and how many bytes it has; None and 0 where there is nothing to show.
    """

    head: list[Piece]
    paths: list[Path | None]
    sizes: list[int]

    @property
    def nbytes(self) -> int:
        """The length of the packet."""
        total = sum(self.sizes)
        return sum(len(piece) for piece in self.head) + total + packet.padding(total)

    def pieces(self) -> Iterator[Piece]:
        """The packet, each file of exactly the size that was promised for it."""
        yield from self.head
        for path, size in zip(self.paths, self.sizes, strict=True):
            if path is not None and size:
                yield _read(path, size)
        yield bytes(packet.padding(sum(self.sizes)))


def file_page(thumbnails: FileThumbnails, page: int) -> FilePage:
    """Look at the files of a page; what cannot be shown becomes a note in the packet's head."""
    rows = page_rows(thumbnails, page)
    paths = [thumbnails.paths[row] for row in rows]
    looked = [(0, None) if path is None else _size(path) for path in paths]
    sizes = [size for size, _ in looked]
    message = ThumbnailPageMessage(rows.start, [note_message(note) for _, note in looked if note])
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.uint32)
    # Like packet.encode, but the last array's bytes are still in the files.
    described = [
        {"name": "offsets", "dtype": "uint32", "shape": [len(offsets)], "offset": 0},
        {
            "name": "bytes",
            "dtype": "uint8",
            "shape": [sum(sizes)],
            "offset": offsets.nbytes + packet.padding(offsets.nbytes),
        },
    ]
    start = packet.head(message, described) + offsets.astype("<u4").tobytes() + bytes(packet.padding(offsets.nbytes))
    return FilePage([start], paths, sizes)


def _size(path: Path) -> tuple[int, Note | None]:
    try:
        size = path.stat().st_size
    except OSError as error:
        return 0, Note(f"The image cannot be read: {error.strerror}.", path)
    if size > LARGEST_FILE:
        return 0, Note(f"The image has {size:,} bytes; at most {LARGEST_FILE:,} are shown.", path)
    return size, None


def _read(path: Path, size: int) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(size).ljust(size, b"\0")
    except OSError:  # it went away after its size was asked for
        return bytes(size)
