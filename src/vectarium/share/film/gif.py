"""GIF, written by our own small code: one palette for the whole film, and of each picture only what changed.

Graphics Interchange Format 89a, CompuServe, 1990.
"""

from __future__ import annotations

import struct
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]

COLORS = 255
CLEAR = 255  # the index that lets what was there before through
BITS = 6
REFINED = 4
# What is shown stays where the next picture differs by no more than this, of 255, in every colour: regions that
# change slowly would otherwise be written anew with every picture. It never adds up.
UNSEEN = 5


class GifEncoder:
    """Writes pictures into an open file.

    Parameters
    ----------
    file
        Where.
    size
        Width and height.
    fps
        Pictures a second; times are whole hundredths of seconds, and their sum is right.
    samples
        Some pictures of the film, from which the palette is made.
    """

    def __init__(self, file: BinaryIO, size: tuple[int, int], fps: float, samples: list[Image]) -> None:
        self._file, self._size, self._fps = file, size, fps
        palette = palette_of(samples)
        self._palette = palette
        self._nearest = nearest_table(palette)
        self._before: Image | None = None
        self._held: tuple[bytes, int] | None = None
        self._number = 0
        table = np.zeros((256, 3), np.uint8)
        table[: len(palette)] = palette
        file.write(b"GIF89a" + struct.pack("<HHBBB", *size, 0xF7, 0, 0) + table.tobytes())
        file.write(b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00")

    def add(self, image: Image) -> None:
        """The next picture, ``(height, width, 3)``."""
        indices = self._nearest[_cells(image)]
        self._number += 1
        until = round(100 * self._number / self._fps)
        if self._before is None:
            self._flush()
            self._held = _picture(indices, 0, 0), until
        else:
            away = np.abs(image.astype(np.int16) - self._palette[self._before]).max(axis=2)
            changed = (indices != self._before) & (away > UNSEEN)
            if not changed.any():
                assert self._held is not None
                self._held = self._held[0], until  # the one before stands longer
                return
            self._flush()
            rows, columns = (np.flatnonzero(changed.any(axis=axis)) for axis in (1, 0))
            part = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
            self._held = _picture(np.where(changed[part], indices[part], CLEAR), int(columns[0]), int(rows[0])), until
            indices = np.where(changed, indices, self._before)
        self._before = indices

    def finish(self) -> None:
        """Write the end."""
        self._flush()
        self._file.write(b"\x3b")

    _written = 0  # until when, in hundredths of a second, pictures are written

    def _flush(self) -> None:
        if self._held is None:
            return
        picture, until = self._held
        delay = until - self._written
        self._written = until
        self._file.write(b"\x21\xf9\x04" + struct.pack("<BHBB", 0x05, delay, CLEAR, 0) + picture)
        self._held = None


def _picture(indices: Image, left: int, top: int) -> bytes:
    from vectarium import _native

    height, width = indices.shape
    head = b"\x2c" + struct.pack("<HHHHB", left, top, width, height, 0)
    return head + _native.gif_codes(np.ascontiguousarray(indices, np.uint8).reshape(-1))


def _cells(image: Image) -> NDArray[np.int32]:
    """The number of each pixel's cell among 64 × 64 × 64."""
    r, g, b = (image[..., k].astype(np.int32) >> (8 - BITS) for k in range(3))
    return (r << 2 * BITS) | (g << BITS) | b


def palette_of(samples: list[Image]) -> Image:
    """Up to 255 colours ``(k, 3)`` for some pictures: median cut (Heckbert, 1982), then a few rounds of means."""
    pixels = np.concatenate([each[::2, ::2].reshape(-1, 3) for each in samples])
    cells, inverse = np.unique(_cells(pixels[None])[0], return_inverse=True)
    counts = np.bincount(inverse).astype(np.float64)
    colors = np.stack([np.bincount(inverse, pixels[:, k]) / counts for k in range(3)], axis=1)
    # A rare colour, such as that of a small disc, must not be lost to gradients that fill the picture.
    weights = np.sqrt(counts)
    if len(cells) <= COLORS:
        return np.round(colors).astype(np.uint8)
    means = _median_cut(colors, weights)
    for _ in range(REFINED):
        group = _nearest(colors, means)
        total = np.bincount(group, weights, len(means))
        for k in range(3):
            means[:, k] = np.where(
                total > 0, np.bincount(group, weights * colors[:, k], len(means)) / np.maximum(total, 1e-9), means[:, k]
            )
    return np.round(means).astype(np.uint8)


def _median_cut(colors: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    boxes = [np.arange(len(colors))]
    spreads = [_spread(colors, weights, boxes[0])]
    while len(boxes) < COLORS and max(spreads) > 0:
        worst = int(np.argmax(spreads))
        box = boxes.pop(worst)
        spreads.pop(worst)
        axis = int(np.ptp(colors[box], axis=0).argmax())
        box = box[np.argsort(colors[box, axis], kind="stable")]
        heap = np.cumsum(weights[box])
        at = min(max(int(np.searchsorted(heap, heap[-1] / 2)), 1), len(box) - 1)
        for part in (box[:at], box[at:]):
            boxes.append(part)
            spreads.append(_spread(colors, weights, part))
    return np.array([np.average(colors[box], axis=0, weights=weights[box]) for box in boxes])


def _spread(colors: NDArray[np.float64], weights: NDArray[np.float64], box: NDArray[np.intp]) -> float:
    if len(box) < 2:
        return 0.0
    return float(
        weights[box].sum()
        * np.square(colors[box] - np.average(colors[box], axis=0, weights=weights[box])).sum(axis=1).max()
    )


def _nearest(colors: NDArray[np.float64], palette: NDArray[np.float64]) -> NDArray[np.intp]:
    out = np.empty(len(colors), np.intp)
    squares = np.square(palette).sum(axis=1)
    for start in range(0, len(colors), 1 << 14):
        part = colors[start : start + (1 << 14)]
        out[start : start + len(part)] = (squares - 2 * part @ palette.T).argmin(axis=1)
    return out


def nearest_table(palette: Image) -> Image:
    """The index of the palette's nearest colour for each of 64 × 64 × 64 cells."""
    side = 1 << BITS
    middle = (np.arange(side) * (256 // side) + (256 // side - 1) / 2).astype(np.float64)
    cells = np.stack(np.meshgrid(middle, middle, middle, indexing="ij"), axis=-1).reshape(-1, 3)
    return _nearest(cells, palette.astype(np.float64)).astype(np.uint8)
