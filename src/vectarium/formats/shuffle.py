"""Shuffled bytes, put back: filters of HDF5 and Zarr write the first byte of every number, then the second of every one."""

from __future__ import annotations

import numpy as np


def unshuffled(data: bytes, width: int) -> bytes:
    """Bytes that stood first, second … of each number, put together again.

    >>> unshuffled(b"acebdf", 2)
    b'abcdef'
    """
    if width <= 1:
        return data
    count = len(data) // width
    body = np.frombuffer(data, np.uint8, count * width).reshape(width, count).T
    return body.tobytes() + data[count * width :]


def unshuffled_bits(data: bytes, width: int) -> bytes:
    """Bits that stood first, second … of each number, put together again; numbers not in eights were left as they are."""
    count = len(data) // max(width, 1)
    if count == 0 or count % 8:
        return data
    bits = np.unpackbits(
        np.frombuffer(data, np.uint8, count * width).reshape(width, 8, count // 8), axis=2, bitorder="little"
    )
    numbers = np.packbits(bits.transpose(2, 0, 1), axis=2, bitorder="little")
    return numbers.tobytes() + data[count * width :]
