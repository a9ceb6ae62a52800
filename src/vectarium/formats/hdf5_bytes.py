"""The bytes of an HDF5 file: read by address, never beyond the end.

HDF5 is read without its library: that library is large, and a file with a few changed bytes makes it
crash or hang. This reader knows what Keras, AnnData and h5py write; it proves every address and size,
visits every node of a tree once, and follows no link out of the file.
https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html is the format.
"""

from __future__ import annotations

from pathlib import Path

from vectarium.errors import FormatError, TruncatedFileError
from vectarium.formats.mapped import map_bytes

UNDEFINED = (1 << 64) - 1


class Hdf5Bytes:
    """All bytes of a file, or of the part of one that is an HDF5 file.

    Parameters
    ----------
    data
        The bytes, usually a memory map.
    path
        The file, for errors.
    base
        Where they start in the file; None where they are in memory only.
    """

    def __init__(self, data: memoryview, path: Path, base: int | None) -> None:
        self.data = data
        self.path = path
        self.base = base
        self.start = 0
        self.budget = 16 * len(data) + (1 << 20)

    def __len__(self) -> int:
        return len(self.data)

    def wrong(self, why: str) -> FormatError:
        """The error for a file that is damaged, or of a kind that is not known."""
        return FormatError(f"The HDF5 file cannot be read: {why}.", self.path)

    def spend(self, size: int) -> None:
        """Count bytes that are looked at, so that a file whose parts point at each other ends."""
        self.budget -= size
        if self.budget < 0:
            raise self.wrong("its parts lie over each other")

    def at(self, address: int, size: int) -> memoryview:
        """Some bytes from an address on.

        Raises
        ------
        TruncatedFileError
            If they are not all there.
        """
        first = self.start + address
        if address < 0 or size < 0 or first + size > len(self.data):
            raise TruncatedFileError(
                f"The HDF5 file points at {size:,} bytes from byte {address:,} on, and has {len(self.data):,}. It was "
                "cut short or is damaged; write or copy it again.",
                self.path,
            )
        self.spend(size)
        return self.data[first : first + size]

    def number(self, address: int, size: int = 8) -> int:
        """A whole number without sign."""
        return int.from_bytes(self.at(address, size), "little")

    def signature(self, address: int, expected: bytes) -> None:
        """Raise FormatError unless a part starts as it has to."""
        if bytes(self.at(address, 4)) != expected:
            raise self.wrong(f"at byte {address:,} there is no {expected.decode()}, so it is damaged")


def map_hdf5(path: Path, base: int = 0, size: int | None = None) -> Hdf5Bytes:
    """The bytes of a file, or of a part of it, mapped."""
    data = memoryview(map_bytes(path))
    return Hdf5Bytes(data[base : None if size is None else base + size], path, base)


class Cursor:
    """A place in some bytes that moves on as it is read.

    Parameters
    ----------
    data
        The bytes of one message.
    path
        The file, for errors.
    """

    def __init__(self, data: memoryview, path: Path) -> None:
        self.data = data
        self.path = path
        self.position = 0

    def take(self, size: int) -> memoryview:
        """The next bytes."""
        if size < 0 or self.position + size > len(self.data):
            raise TruncatedFileError("A part of the HDF5 file is shorter than it has to be; it is damaged.", self.path)
        self.position += size
        return self.data[self.position - size : self.position]

    def number(self, size: int) -> int:
        """The next whole number without sign."""
        return int.from_bytes(self.take(size), "little")

    def text(self, *, padded: bool) -> str:
        """The next text that ends in a zero, padded to eight bytes or not."""
        rest = bytes(self.data[self.position : self.position + (1 << 16)])
        end = rest.find(b"\0")
        if end < 0:
            raise TruncatedFileError("A name in the HDF5 file does not end; it is damaged.", self.path)
        self.take(min(-(-(end + 1) // 8) * 8, len(self.data) - self.position) if padded else end + 1)
        return rest[:end].decode("utf-8", "replace")

    def skip_to(self, multiple: int) -> None:
        """Move on to a multiple of some bytes, or to the end."""
        self.position = min(-(-self.position // multiple) * multiple, len(self.data))
