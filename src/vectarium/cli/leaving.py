"""The end of a program that served a page."""

from __future__ import annotations

import atexit
import os
import sys
from typing import NoReturn


def leave(code: int) -> NoReturn:
    """End at once with an exit code.

    Threads that compute stop within moments, but an interpreter that is being taken down under native code
    can crash or wait for ever. What waits for the end, such as folders that are to be removed, has its turn.
    """
    from vectarium.explore.launch import LONGEST_FAREWELL_SECONDS, at_the_latest

    with at_the_latest(LONGEST_FAREWELL_SECONDS, code):
        atexit._run_exitfuncs()  # noqa: SLF001 - there is no other name for it  # pyright: ignore[reportPrivateUsage]
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code)
