"""Formats that others write: one file each, and a registry that finds the right one.

A new format joins as one file with a :class:`Reader` in it, and one line in ``registry.py``.
"""

from vectarium.formats.opening import open_path
from vectarium.formats.reader import Progress, Reader
from vectarium.formats.registry import READERS

__all__ = ["READERS", "Progress", "Reader", "open_path"]
