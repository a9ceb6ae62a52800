"""Readers that fail in every way that a trial has to notice, on files that are not whole."""

import os
from pathlib import Path

from seed import Seed

WHOLE = b"a whole file of some bytes"
KEPT: list[bytes] = []


def crash() -> None:
    os.abort()


def hang() -> None:
    while True:
        pass


def memory() -> None:
    KEPT.append(bytes(1 << 31))


def error() -> None:
    raise KeyError("none of ours")


def sound() -> None:
    pass


def seeds(fault, *, whole: bool = False):
    def read(path: Path) -> None:
        if whole or path.read_bytes() != WHOLE:
            fault()

    return lambda: [Seed({"a": WHOLE}, read=read)]


TARGETS = {each.__name__: seeds(each) for each in (crash, hang, memory, error, sound)}
TARGETS["unfit"] = seeds(error, whole=True)
