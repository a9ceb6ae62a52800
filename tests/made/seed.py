"""What damage starts from: small files that open, in the parts that are worth damaging, and how they are put together.

A file whose checksum is wrong is refused before anything in it is read. So a seed may name the parts inside of its
sealed files: one is damaged, and then they are packed anew with the sums, lengths and places that belong to them.
"""

import random
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from damage import damaged

from vectarium.errors import VectariumError
from vectarium.formats import open_path
from vectarium.formats.reader import silent
from vectarium.formats.registry import read_file
from vectarium.formats.summary import summary_of

Files = dict[str, bytes]
OUTSIDE = 0.3  # of the inputs of a seed with parts, how many are damaged after they were packed


def reads(path: Path) -> None:
    """Read a file with the reader that knows it, and every number in it."""
    summary_of(read_file(path, silent))


def opens(path: Path) -> None:
    """Open a folder, or a file with what lies beside it."""
    summary_of(open_path(path))


@dataclass(frozen=True)
class Seed:
    """Files that open.

    Parameters
    ----------
    parts
        What is damaged, by name.
    pack
        Makes files of the parts; None: they are the files, by their paths.
    opened
        The path that is read, ``""`` for their folder; None: the first file.
    beside
        More files, never damaged.
    read
        What reads it.
    allowed
        The errors that say that a file is damaged.
    """

    parts: Files
    pack: Callable[[Files], Files] | None = None
    opened: str | None = None
    beside: Files | None = None
    read: Callable[[Path], object] = reads
    allowed: tuple[type[Exception], ...] = (VectariumError,)

    def files(self, parts: Files) -> Files:
        """The files of these parts."""
        return self.pack(parts) if self.pack else parts

    def path(self, folder: Path) -> Path:
        """What is opened."""
        return folder / (next(iter(self.files(self.parts))) if self.opened is None else self.opened)

    def damaged(self, rng: random.Random, others: list[bytes]) -> Files:
        """The files with one part of theirs damaged, now and then two."""
        parts = self.files(self.parts) if self.pack and rng.random() < OUTSIDE else self.parts
        inside = parts is self.parts
        parts = dict(parts)
        for name in rng.choices(list(parts), k=rng.choice((1, 1, 1, 2))):
            parts[name] = damaged(parts[name], rng, others)
        return self.files(parts) if inside else parts


def zipped(members: Files, *, deflated: bool = False) -> bytes:
    """A zip archive, made in microseconds."""
    body, listed = b"", b""
    for name, data in members.items():
        packed = zlib.compress(data, 1)[2:-4] if deflated else data
        called = name.encode()
        sizes = (20, 0, 8 * deflated, 0, 33, zlib.crc32(data), len(packed), len(data), len(called))
        listed += b"PK\x01\x02" + struct.pack("<H5H3I5H2I", 20, *sizes, 0, 0, 0, 0, 0, len(body)) + called
        body += b"PK\x03\x04" + struct.pack("<5H3I2H", *sizes, 0) + called + packed
    end = struct.pack("<4H2IH", 0, 0, len(members), len(members), len(listed), len(body), 0)
    return body + listed + b"PK\x05\x06" + end


def archive(name: str, *, deflated: bool = False) -> Callable[[Files], Files]:
    """Packs parts into a zip archive of that name."""
    return lambda parts: {name: zipped(parts, deflated=deflated)}


def together(name: str) -> Callable[[Files], Files]:
    """Puts parts one behind another into a file of that name."""
    return lambda parts: {name: b"".join(parts.values())}
