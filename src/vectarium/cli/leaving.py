"""The end of a program that served a page."""

from __future__ import annotations

import os
import sys
from typing import NoReturn


def leave(code: int) -> NoReturn:
    """End at once with an exit code.

    Threads that compute stop within moments, but an interpreter that is being taken down under native code
    can crash or wait for ever. What has to be said was said; what has to be written was written.
    """
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code)
