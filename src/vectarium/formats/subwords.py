"""fastText's vectors of words: the mean of a row of the word's own and of one for each of its n-grams.

The n-grams of ``<word>`` are hashed into a fixed number of rows (FNV-1a over signed bytes). All n-grams
of a block of words are hashed side by side. Bojanowski et al. (2017), https://arxiv.org/abs/1607.04606
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vectarium.formats.reader import Progress

SEED, PRIME = np.uint32(2166136261), np.uint32(16777619)
AT_ONCE = 1024
LONGEST_WORD = 1024
END = b"</s>"


def word_vectors(
    words: Sequence[bytes],
    own: NDArray[np.float32],
    grams: NDArray[np.float32],
    lengths: tuple[int, int],
    progress: Progress,
) -> NDArray[np.float32]:
    """The vectors of words.

    Parameters
    ----------
    words
        The words in UTF-8.
    own
        Their own rows: array ``(n, d)``.
    grams
        The rows of the buckets: array ``(buckets, d)``.
    lengths
        The shortest and the longest n-gram, in characters.
    progress
        Told block by block.

    Returns
    -------
    array
        ``(n, d)``, float32.
    """
    out = np.array(own, dtype=np.float32)
    if not len(grams) or lengths[1] < 1:
        return out
    for start in range(0, len(words), AT_ONCE):
        block = words[start : start + AT_ONCE]
        owners, rows = ngram_rows(block, len(grams), lengths)
        if len(owners):
            counts = np.bincount(owners, minlength=len(block))
            firsts = np.concatenate([[0], np.cumsum(counts)[:-1]])[counts > 0]
            with np.errstate(all="ignore"):  # numbers out of a damaged file may be anything
                sums = np.add.reduceat(grams[rows], firsts, axis=0)
                out[start : start + len(block)][counts > 0] += sums
                out[start : start + len(block)] /= (1 + counts[:, None]).astype(np.float32)
        progress(start / len(words), f"putting vectors together: {start:,} of {len(words):,} words")
    return out


def ngram_rows(
    words: Sequence[bytes], buckets: int, lengths: tuple[int, int]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Which buckets the n-grams of words fall into.

    Returns
    -------
    owners
        For each n-gram the position of its word, ascending.
    rows
        Its bucket.

    Examples
    --------
    >>> owners, rows = ngram_rows([b"ab"], 1000, (3, 3))  # <ab and ab>
    >>> owners.tolist(), len(rows)
    ([0, 0], 2)
    """
    marked = [b"" if word == END else b"<" + word[:LONGEST_WORD] + b">" for word in words]
    data = np.frombuffer(b"".join(marked) + b"\0", np.uint8)
    sizes = np.array([len(each) for each in marked])
    ends = np.cumsum(sizes)
    owner = np.repeat(np.arange(len(marked)), sizes)
    firsts = np.flatnonzero(~_goes_on(data[:-1]))  # the first byte of each character
    owners = owner[firsts]
    first_bytes, last_bytes = (ends - sizes)[owners], ends[owners]
    position, hashes = firsts.copy(), np.full(len(firsts), SEED)
    found: list[tuple[NDArray[np.intp], NDArray[np.intp]]] = []
    for length in range(1, lengths[1] + 1):
        alive = position < last_bytes
        position, hashes, owners = position[alive], hashes[alive], owners[alive]
        firsts, first_bytes, last_bytes = firsts[alive], first_bytes[alive], last_bytes[alive]
        position, hashes = _next_character(data, position, hashes, last_bytes)
        if length >= lengths[0]:
            alone = (length == 1) & ((firsts == first_bytes) | (position == last_bytes))
            found.append((owners[~alone], (hashes[~alone] % np.uint32(buckets)).astype(np.intp)))
    if not found:
        return np.empty(0, np.intp), np.empty(0, np.intp)
    all_owners, rows = (np.concatenate(each) for each in zip(*found, strict=True))
    order = np.argsort(all_owners, kind="stable")
    return all_owners[order], rows[order]


def _goes_on(data: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which bytes are not the first of a character in UTF-8."""
    return data & 0xC0 == 0x80


def _next_character(
    data: NDArray[np.uint8], position: NDArray[np.intp], hashes: NDArray[np.uint32], ends: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.uint32]]:
    """Take one more character, of however many bytes, into each hash."""
    position, hashes = position.copy(), hashes.copy()
    some = np.arange(len(position))
    while len(some):
        signed = data[position[some]].view(np.int8).astype(np.uint32)
        hashes[some] = (hashes[some] ^ signed) * PRIME
        position[some] += 1
        more = (position[some] < ends[some]) & _goes_on(data[position[some]])
        some = some[more]
    return position, hashes
