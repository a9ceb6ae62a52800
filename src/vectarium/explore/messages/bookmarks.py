"""Saved views."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class BroughtMessage:
    """The Embedding Projector's bookmarks that came with an embedding, as the text of their file."""

    embedding: int
    text: str


@dataclass(frozen=True)
class BookmarksMessage:
    """``GET api/bookmarks``; ``POST api/bookmarks`` with the text of a file keeps it in place of what was kept.

    ``text`` is the file's, empty where there is none. ``kept`` says where it lies, ``fault`` why it cannot be read.
    """

    text: str
    kept: str
    fault: str
    brought: list[BroughtMessage]
