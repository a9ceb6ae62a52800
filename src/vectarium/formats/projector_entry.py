"""One embedding that a config of the Projector names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Entry:
    """One embedding that a config names.

    Parameters
    ----------
    tensor_name, tensor_path, metadata_path
        As in the config; empty where it has none.
    tensor_shape
        ``(n, d)``, or None.
    sprite_path, sprite_size
        The sheet of thumbnails, and width and height of each.
    bookmarks_path
        Saved views.
    """

    tensor_name: str = ""
    tensor_path: str = ""
    tensor_shape: tuple[int, ...] | None = None
    metadata_path: str = ""
    sprite_path: str = ""
    sprite_size: tuple[int, int] | None = None
    bookmarks_path: str = ""

    @property
    def title(self) -> str:
        """What to call it."""
        return self.tensor_name or Path(self.tensor_path).stem or "embedding"


def sprite_size(sizes: tuple[int, ...] | None) -> tuple[int, int] | None:
    """Width and height of a thumbnail as a config has them; one number stands for both."""
    sides = list(sizes or ())
    return (sides[0], sides[-1]) if 1 <= len(sides) <= 2 else None
