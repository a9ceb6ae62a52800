"""What others can open: the formats of other tools, one file each, and a registry that finds the right one.

A new format joins as one file with a :class:`Writer` in it, and one line in ``registry.py``.
"""

from vectarium.share.export import export
from vectarium.share.registry import WRITERS
from vectarium.share.writer import Writer

__all__ = ["WRITERS", "Writer", "export"]
