"""GGUF's packed numbers: blocks of 32 or 256 with common scales, unpacked to float32.

The layouts are those of ggml-common.h; a block is a row of bytes here, so that many are unpacked at once.
https://github.com/ggml-org/ggml/blob/master/src/ggml-common.h
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[Any]  # uint8; the results of shifts and masks have no narrower type
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Block:
    """One way of packing.

    Parameters
    ----------
    name
        What llama.cpp calls it.
    numbers, size
        How many numbers a block holds, in how many bytes.
    unpack
        Unpacks blocks ``(k, size)`` to ``(k, numbers)``.
    """

    name: str
    numbers: int
    size: int
    unpack: Callable[[Bytes], NDArray[Any]]


def unpacked(blocks: Bytes, kind: int) -> Floats:
    """The numbers of some blocks.

    Parameters
    ----------
    blocks
        Array ``(k, size)`` of bytes.
    kind
        ggml's number of the type, a key of :data:`BLOCKS`.
    """
    with np.errstate(all="ignore"):  # scales out of a damaged file may be anything
        return BLOCKS[kind].unpack(blocks).astype(np.float32, copy=False)


def _half(blocks: Bytes, at: int) -> Floats:
    """A float16 at a place of each block, as a column."""
    return np.ascontiguousarray(blocks[:, at : at + 2]).view("<f2").astype(np.float32)


def _nibbles(packed: Bytes) -> Bytes:
    """The low halves of some bytes, then the high ones."""
    return np.concatenate([packed & 15, packed >> 4], axis=1)


def _fifth_bits(blocks: Bytes, at: int) -> Bytes:
    """32 bits of each block, moved to the fifth place."""
    return np.unpackbits(blocks[:, at : at + 4], axis=1, bitorder="little") << 4


def _q4_0(blocks: Bytes) -> Floats:
    return _half(blocks, 0) * (_nibbles(blocks[:, 2:]).astype(np.float32) - 8)


def _q4_1(blocks: Bytes) -> Floats:
    return _half(blocks, 0) * _nibbles(blocks[:, 4:]) + _half(blocks, 2)


def _q5_0(blocks: Bytes) -> Floats:
    return _half(blocks, 0) * ((_nibbles(blocks[:, 6:]) | _fifth_bits(blocks, 2)).astype(np.float32) - 16)


def _q5_1(blocks: Bytes) -> Floats:
    return _half(blocks, 0) * (_nibbles(blocks[:, 8:]) | _fifth_bits(blocks, 4)) + _half(blocks, 2)


def _q8_0(blocks: Bytes) -> Floats:
    return _half(blocks, 0) * blocks[:, 2:].view(np.int8)


def _scales(packed: Bytes) -> tuple[Bytes, Bytes]:
    """Eight scales and eight minima of six bits, packed into twelve bytes: two arrays ``(k, 8)``."""
    first, second, third = packed[:, :4], packed[:, 4:8], packed[:, 8:12]
    scales = np.concatenate([first & 63, (third & 15) | (first >> 6 << 4)], axis=1)
    minima = np.concatenate([second & 63, (third >> 4) | (second >> 6 << 4)], axis=1)
    return scales, minima


def _scaled(blocks: Bytes, codes: Bytes) -> Floats:
    """Eight groups of 32 codes ``(k, 8, 32)``, each with a scale and a minimum."""
    scales, minima = _scales(blocks[:, 4:16])
    steps, lows = _half(blocks, 0) * scales, _half(blocks, 2) * minima
    return (steps[:, :, None] * codes - lows[:, :, None]).reshape(len(blocks), 256)


def _halves_of_groups(packed: Bytes) -> Bytes:
    """128 bytes as eight groups of 32 codes: of each 32 bytes first the low halves, then the high ones."""
    groups = packed.reshape(len(packed), 4, 1, 32)
    return np.concatenate([groups & 15, groups >> 4], axis=2).reshape(len(packed), 8, 32)


def _q4_k(blocks: Bytes) -> Floats:
    return _scaled(blocks, _halves_of_groups(blocks[:, 16:]))


def _q5_k(blocks: Bytes) -> Floats:
    highs = blocks[:, 16:48].reshape(len(blocks), 1, 32) >> np.arange(8, dtype=np.uint8)[None, :, None] & 1
    return _scaled(blocks, _halves_of_groups(blocks[:, 48:]) | highs << 4)


def _q6_k(blocks: Bytes) -> Floats:
    k = len(blocks)
    lows = blocks[:, :128].reshape(k, 2, 1, 64)
    lows = np.concatenate([lows & 15, lows >> 4], axis=2).reshape(k, 8, 32)
    shifts = np.array([0, 2, 4, 6], np.uint8)[None, None, :, None]
    highs = (blocks[:, 128:192].reshape(k, 2, 1, 32) >> shifts & 3).reshape(k, 8, 32)
    codes = (lows | highs << 4).astype(np.float32) - 32
    steps = _half(blocks, 208) * blocks[:, 192:208].view(np.int8)
    return (steps[:, :, None] * codes.reshape(k, 16, 16)).reshape(k, 256)


BLOCKS = {
    2: Block("Q4_0", 32, 18, _q4_0),
    3: Block("Q4_1", 32, 20, _q4_1),
    6: Block("Q5_0", 32, 22, _q5_0),
    7: Block("Q5_1", 32, 24, _q5_1),
    8: Block("Q8_0", 32, 34, _q8_0),
    12: Block("Q4_K", 256, 144, _q4_k),
    13: Block("Q5_K", 256, 176, _q5_k),
    14: Block("Q6_K", 256, 210, _q6_k),
}
