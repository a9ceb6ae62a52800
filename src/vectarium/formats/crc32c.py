"""CRC-32C, the checksum of TensorFlow's files, for as many bytes as a tensor has.

Python goes through bytes one by one, too slow for more than some kilobytes. A block is therefore parted
into lanes of equal length whose checksums NumPy computes side by side, two bytes at a time; checksums of
lanes are then joined in pairs, since the checksum is linear over GF(2): appending zeros to a
message is a matrix of 32 × 32 bits. The polynomial is Castagnoli's, RFC 3720, appendix B.4.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

POLYNOMIAL = 0x82F63B78
MASK_DELTA = 0xA282EAD8
LANES, LANE_BYTES = 16384, 256
SHORT = 4096
BLOCK = LANES * LANE_BYTES
Words = NDArray[np.uint32]


def crc32c(blocks: Iterable[Any]) -> int:
    """The checksum of bytes that come in buffers.

    Examples
    --------
    >>> hex(crc32c([b"1234", b"56789"]))
    '0xe3069283'
    """
    state = 0xFFFFFFFF
    for block in blocks:
        data = np.frombuffer(block, np.uint8)
        whole = len(data) // BLOCK * BLOCK
        for start in range(0, whole, BLOCK):
            state = _times(_zeros(BLOCK), state) ^ _block_state(data[start : start + BLOCK])
        state = _plain_state(data[whole:].tobytes(), state)
    return state ^ 0xFFFFFFFF


def masked_crc32c(blocks: Iterable[Any]) -> int:
    """The checksum as it is stored: turned and shifted, since checksums of checksums are weak.

    Source: LevelDB, ``util/crc32c.h``.
    """
    crc = crc32c(blocks)
    return (((crc >> 15) | (crc << 17)) + MASK_DELTA) & 0xFFFFFFFF


@cache
def _bytes_table() -> list[int]:
    table: list[int] = []
    for byte in range(256):
        value = byte
        for _ in range(8):
            value = value >> 1 ^ (POLYNOMIAL if value & 1 else 0)
        table.append(value)
    return table


@cache
def _pairs_table() -> Words:
    """What two bytes at once do to a state, ``(65536,)``."""
    table = np.array(_bytes_table(), np.uint32)
    once = np.arange(1 << 16, dtype=np.uint32)
    for _ in range(2):
        once = table[once & np.uint32(255)] ^ (once >> np.uint32(8))
    return once


def _plain_state(data: bytes, state: int) -> int:
    if len(data) > SHORT:  # parted as a block is, in fewer lanes
        lanes = len(data) // LANE_BYTES
        body = np.frombuffer(data, np.uint8, lanes * LANE_BYTES)
        for crc in _lane_states(body, lanes).tolist():
            state = _times(_zeros(LANE_BYTES), state) ^ crc
        data = data[lanes * LANE_BYTES :]
    table = _bytes_table()
    for byte in data:
        state = state >> 8 ^ table[(state ^ byte) & 255]
    return state


def _lane_states(data: NDArray[np.uint8], lanes: int) -> Words:
    """The states ``(lanes,)`` of equal parts of some bytes, each begun at zero."""
    pairs = np.ascontiguousarray(data.view("<u2").reshape(lanes, -1).T)
    table, state = _pairs_table(), np.zeros(lanes, np.uint32)
    place = np.empty(lanes, np.uint16)
    for each in pairs:
        np.bitwise_xor(state.astype(np.uint16), each, out=place)
        np.right_shift(state, 16, out=state)
        np.bitwise_xor(state, table.take(place), out=state)
    return state


def _block_state(data: NDArray[np.uint8]) -> int:
    """The state after a block, begun at zero: lanes joined in pairs until one is left."""
    states, length = _lane_states(data, LANES), LANE_BYTES
    while len(states) > 1:
        states = _times_all(_zeros(length), states[0::2]) ^ states[1::2]
        length *= 2
    return int(states[0])


@cache
def _zeros(count: int) -> tuple[int, ...]:
    """The matrix that ``count`` zero bytes are to a state, by columns; ``count`` is a power of two."""
    if count == 1:
        return tuple(_plain_state(b"\0", 1 << bit) for bit in range(32))
    half = _zeros(count // 2)
    return tuple(_times(half, column) for column in half)


def _times(matrix: tuple[int, ...], vector: int) -> int:
    out = 0
    for column in matrix:
        if vector & 1:
            out ^= column
        vector >>= 1
    return out


def _times_all(matrix: tuple[int, ...], vectors: Words) -> Words:
    out = np.zeros_like(vectors)
    for bit, column in enumerate(matrix):
        out ^= (vectors >> np.uint32(bit) & np.uint32(1)) * np.uint32(column)
    return out
