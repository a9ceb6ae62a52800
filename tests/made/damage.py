"""Changes bytes as a broken disk, a cut download or an attacker would: quickly, and the same ones for the same number.

A file that was damaged at random mostly fails at its first bytes, which tests little. So most changes are those that
readers mistake: a size that is nearly right, the largest integer, a piece of the same file in another place.
"""

import random
import re
import struct

LARGEST = 1 << 16  # what grows is cut here, so that inputs stay quick to try
INTEGERS = [0, 1, 2, 3, 7, 8, 16, 32, 63, 64, 100, 127, 128, 255, 256, 512, 1000, 1024, 4096]
INTEGERS += [(1 << bits) + more for bits in (15, 16, 24, 30, 31, 32, 40, 48, 62, 63, 64) for more in (-1, 0, 1)]
INTEGERS += [-number for number in (1, 2, 3, 8, 128, 32768, 1 << 31, 1 << 63)]
WIDTHS = {1: "B", 2: "H", 4: "I", 8: "Q"}
PATTERNS = [b"\xff", b"\0", b"\xff" * 4, b"\0" * 4, b"\xff" * 8, b"\0" * 8, b"\x7f\xff\xff\xff", b"\x80" * 9 + b"\x01"]
PATTERNS += [
    b"\xff" * 9 + b"\x01",
    b"\xff\xff\xff\xff\x0f",
    b"\xc3\x28",
    b"\xed\xa0\x80",
    b"\n",
    b"\t",
    b" ",
    b"\0" * 64,
]
NUMBER = re.compile(rb"-?\d+(\.\d+)?")
STRING = re.compile(rb"\"[^\"\\\n]{0,60}\"|'[^'\n]{0,60}'")
WORDED = re.compile(rb"[\t\n -~]{12,}")
TEXTS = [b"0", b"1", b"-1", b"2", b"3", b"8", b"255", b"65536", b"2147483648", b"4294967296", b"9223372036854775807"]
TEXTS += [b"18446744073709551616", b"99999999999999999999", b"1e400", b"-0.0", b"0.5", b"NaN", b"-Infinity", b"null"]
TEXTS += [b"true", b'"a"', b'""', b"[]", b"{}", b"[[[[[[", b'"\\ud800"', b'"../../x"', b"1" * 400, b"(", b"'"]


def damaged(data: bytes, rng: random.Random, others: list[bytes]) -> bytes:
    """The bytes with one or some changes; ``others`` lend pieces of theirs."""
    out = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 1, 2, 2, 3, 6))):
        at = _place(out, rng)
        if WORDED.fullmatch(out, at, at + 20) and rng.random() < 0.7:
            rng.choice(WORDED_WAYS)(out, rng, at)
        else:
            rng.choice(WAYS)(out, rng, others)
    return bytes(out[:LARGEST])


def _place(out: bytearray, rng: random.Random) -> int:
    """Anywhere, half of the time among the first bytes, where sizes stand."""
    end = len(out)
    return int(rng.random() * (min(end, 256) if rng.random() < 0.5 else end))


def _flip(out, rng, others):
    if out:
        out[_place(out, rng)] ^= 1 << rng.randrange(8)


def _byte(out, rng, others):
    if out:
        out[_place(out, rng)] = rng.randrange(256)


def _integer(out, rng, others):
    """An integer that is often mistaken, mostly where one could stand."""
    width = rng.choice((1, 2, 4, 4, 8, 8))
    at = _place(out, rng)
    if rng.random() < 0.7:
        at -= at % width
    kind = rng.choice("<<>") + WIDTHS[width]
    out[at : at + width] = struct.pack(kind, rng.choice(INTEGERS) & ((1 << 8 * width) - 1))


def _nearly(out, rng, others):
    """An integer that is wrong by a little, or twice as large."""
    width = rng.choice((1, 2, 4, 8))
    at = _place(out, rng)
    at -= at % width if rng.random() < 0.7 else 0
    if at + width <= len(out):
        kind = rng.choice("<<>") + WIDTHS[width]
        value = struct.unpack_from(kind, out, at)[0]
        value = value * 2 if rng.random() < 0.2 else value + rng.choice((-16, -8, -4, -2, -1, 1, 2, 4, 8, 16))
        struct.pack_into(kind, out, at, value & ((1 << 8 * width) - 1))


def _pattern(out, rng, others):
    at = _place(out, rng)
    pattern = rng.choice(PATTERNS)
    out[at : at + (len(pattern) if rng.random() < 0.5 else 0)] = pattern


def _cut(out, rng, others):
    del out[_place(out, rng) :]


def _remove(out, rng, others):
    at = _place(out, rng)
    del out[at : at + _length(rng)]


def _insert(out, rng, others):
    at = _place(out, rng)
    out[at:at] = rng.randbytes(_length(rng))


def _repeat(out, rng, others):
    at = _place(out, rng)
    out[at:at] = out[at : at + _length(rng)] * rng.choice((1, 1, 2, 8, 64))


def _move(out, rng, others):
    """A piece of it over another place of it."""
    start, at, length = _place(out, rng), _place(out, rng), _length(rng)
    out[at : at + length] = out[start : start + length]


def _splice(out, rng, others):
    """The beginning of this with the end of another, or a piece of another in the middle."""
    other = rng.choice(others)
    at, start, length = _place(out, rng), int(rng.random() * len(other)), _length(rng)
    if rng.random() < 0.3:
        out[at:] = other[start:]
    else:
        out[at : at + length] = other[start : start + length]


def _number(out, rng, at):
    """Another number, or what is none, in place of one that is written as text."""
    found = NUMBER.search(out, at)
    if found:
        out[found.start() : found.end()] = rng.choice(TEXTS)


def _string(out, rng, at):
    """Another text of the same description in place of one."""
    found = STRING.search(out, at)
    if found:
        every = STRING.findall(out)
        out[found.start() : found.end()] = rng.choice(every) if rng.random() < 0.8 else rng.choice(TEXTS)


def _item(out, rng, at):
    """An item of a list is gone, or there twice."""
    start = out.find(b",", at)
    end = out.find(b",", start + 1)
    if 0 <= start < end:
        out[start:end] = out[start:end] * rng.choice((0, 2, 2, 50))


def _length(rng: random.Random) -> int:
    return rng.choice((1, 1, 2, 4, 8, 16, 32, rng.randrange(1, 400)))


WAYS = [_flip, _flip, _byte, _byte, _integer, _integer, _integer, _nearly, _nearly, _pattern, _cut, _remove, _insert]
WAYS += [_repeat, _move, _splice]
WORDED_WAYS = [_number, _number, _number, _string, _string, _item]
