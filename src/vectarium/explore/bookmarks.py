"""Saved views: those that a person keeps, beside what was opened, and those that came with the data.

What a bookmark holds is the page's affair; here it is a JSON text with a format's name. ``bookmarks.json`` lies in
``NAME.vectarium/``, of a recorded run in its own ``bookmarks/``.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from vectarium.data import Collection
from vectarium.data.run import is_run
from vectarium.data.storage import replace_file
from vectarium.errors import ParameterError, VectariumError
from vectarium.explore.keeping import beside, own_place
from vectarium.explore.messages.bookmarks import BookmarksMessage, BroughtMessage

FORMAT = "vectarium bookmarks"
FILE = "bookmarks.json"
MOST_BYTES = 64 << 20


class Bookmarks:
    """The bookmarks of one collection on disk.

    Parameters
    ----------
    collection
        What is explored.
    homes
        The path that was opened, for each embedding; None: it came from a program.
    """

    def __init__(self, collection: Collection, homes: Sequence[Path | None]) -> None:
        self._collection = collection
        self._home = next((home for home in homes if home is not None), None)
        self._lock = threading.Lock()

    def read(self) -> BookmarksMessage:
        """All that are kept, and those that came with the data."""
        fault = ""
        for folder in self._folders():
            path = folder / FILE
            try:
                return BookmarksMessage(_text(path), str(path), fault, self._brought())
            except FileNotFoundError:
                continue
            except (OSError, ValueError) as error:
                fault = f"The bookmarks in {path} cannot be read: {error}"
        return BookmarksMessage("", "", fault, self._brought())

    def keep(self, text: str) -> BookmarksMessage:
        """Keep these in place of those that are kept.

        Raises
        ------
        ParameterError
            If it is no file of bookmarks.
        VectariumError
            If no place can be written to.
        """
        _check(text)
        reason = ""
        with self._lock:
            for folder in self._folders():
                try:
                    folder.mkdir(parents=True, exist_ok=True)
                    replace_file(folder / FILE, [text.encode()], FILE)
                except (OSError, VectariumError) as error:
                    reason = f"{folder}: {getattr(error, 'strerror', None) or error}"
                    continue
                return self.read()
        raise VectariumError(f"The bookmarks cannot be kept ({reason}). Download them instead.")

    def _folders(self) -> list[Path]:
        own = own_place(self._collection[0])
        if self._home is None:
            return [own]
        home = self._home
        return [home / "bookmarks" if is_run(home) else beside(home), own]

    def _brought(self) -> list[BroughtMessage]:
        found: list[BroughtMessage] = []
        for index, embedding in enumerate(self._collection):
            if embedding.bookmarks is None:
                continue
            try:
                found.append(BroughtMessage(index, _read(embedding.bookmarks)))
            except (OSError, ValueError):  # its reader has told why
                continue
        return found


def _read(path: Path) -> str:
    if path.stat().st_size > MOST_BYTES:
        raise ValueError(f"it holds more than {MOST_BYTES >> 20} MiB")
    return path.read_text("utf-8-sig")


def _text(path: Path) -> str:
    text = _read(path)
    try:
        _check(text)
    except ParameterError as error:
        raise ValueError(str(error)) from None
    return text


def _check(text: str) -> None:
    try:
        found: Any = json.loads(text)
    except (ValueError, RecursionError):
        raise ParameterError("The bookmarks are no JSON.") from None
    if not isinstance(found, dict) or cast("dict[str, Any]", found).get("format") != FORMAT:
        raise ParameterError(f"These are no bookmarks: the field 'format' has to be {FORMAT!r}.")
