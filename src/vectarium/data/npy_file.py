"""Arrays as ``.npy`` files of a run: written as blocks of bytes, mapped only when all of it is proven."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data.npy_header import NpyHeader, map_array, read_header
from vectarium.data.stored_file import StoredFile
from vectarium.errors import FormatError

BLOCK_BYTES = 1 << 20


def npy_blocks(array: NDArray[Any]) -> Iterator[Any]:
    """The bytes of an ``.npy`` file, block by block.

    Parameters
    ----------
    array
        Of numbers. Each block is a copy, so that a checksum and a file agree even where somebody
        goes on writing into the array.
    """
    plain = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, np.lib.format.header_data_from_array_1_0(plain))
    yield header.getvalue()
    flat = plain.reshape(-1).view(np.uint8).data
    for start in range(0, len(flat), BLOCK_BYTES):
        yield bytes(flat[start : start + BLOCK_BYTES])


def prove_array(root: Path, stored: StoredFile, dtype: str, shape: tuple[int, ...]) -> tuple[Path, NpyHeader]:
    """Where an array is, and its header; type, shape and size proven.

    Parameters
    ----------
    root
        The folder that holds the file's description.
    stored
        The file.
    dtype
        The type it has to have, such as ``"<f4"``.
    shape
        The shape it has to have.

    Raises
    ------
    FormatError
        If the file is not exactly such an array, in C order.
    """
    path = stored.prove(root)
    try:
        with path.open("rb") as file:
            header = read_header(file, path)
    except OSError as error:
        raise FormatError(f"The file cannot be read: {error.strerror or error}.", path) from error
    if header.dtype.str != np.dtype(dtype).str or header.shape != shape or (header.fortran_order and len(shape) > 1):
        order = "F" if header.fortran_order else "C"
        raise FormatError(
            f"The file holds {header.dtype.str} numbers of shape {header.shape} in {order} order; "
            f"{np.dtype(dtype).str} of shape {shape} in C order is needed.",
            path,
        )
    if header.offset + header.size != stored.size:
        raise FormatError(
            f"The file has {stored.size:,} bytes; a header of {header.offset:,} and numbers of {header.size:,} are "
            "needed.",
            path,
        )
    return path, header


def map_stored(root: Path, stored: StoredFile, dtype: str, shape: tuple[int, ...]) -> NDArray[Any]:
    """Such an array, mapped into memory and read-only."""
    path, header = prove_array(root, stored, dtype, shape)
    array = map_array(path, header, header.offset)
    array.flags.writeable = False
    return array
