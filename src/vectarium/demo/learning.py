"""Two networks that learned to tell parts of speech, really recorded, as runs to open.

They are packed in one archive, since a run is many small files; whoever looks at them gets a copy of their own, which
goes when the program ends. Nothing is ever written beside the package.
"""

from __future__ import annotations

import atexit
import shutil
import tarfile
import tempfile
from functools import cache
from pathlib import Path

ARCHIVE = Path(__file__).parent / "learning.tar.xz"
NAMES = ("ten words", "ten words, another seed", "English sentences")


@cache
def runs() -> tuple[Path, ...]:
    """The folders of the runs, in the order of ``NAMES``, unpacked into a temporary folder."""
    folder = Path(tempfile.mkdtemp(prefix="vectarium-demo-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(folder, filter="data")
    return tuple(folder / name for name in NAMES)
