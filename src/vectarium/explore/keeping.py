"""Where edits are kept: beside what was opened, or in the person's own folder where that cannot be written to.

Writing goes on behind the person's back, a moment after the last edit, in a thread; the page is told where.
"""

from __future__ import annotations

import os
import re
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from vectarium.data import Embedding, Note
from vectarium.data.note import note_from_error
from vectarium.data.saved_edits import FILE, Edits, SavedEdits, fingerprint
from vectarium.errors import VectariumError

SUFFIX = ".vectarium"
# Several edits in a row are written once.
PAUSE_SECONDS = 0.4


def beside(path: Path) -> Path:
    """The folder of the edits of what lies at a path."""
    whole = path.resolve()
    return whole.parent / f"{whole.name or 'root'}{SUFFIX}"


def own_folder(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Path:
    """Where a person's programs keep data: ``VECTARIUM_DATA`` says it, or the system's custom does."""
    if environment.get("VECTARIUM_DATA"):
        return Path(environment["VECTARIUM_DATA"]) / "edits"
    if platform == "win32":
        base = Path(environment.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(environment.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return base / "vectarium" / "edits"


def own_place(embedding: Embedding) -> Path:
    """The folder in the person's own, for data without a place that can be written to: it is known by what it holds."""
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", embedding.name)[:40].strip("-") or "data"
    return own_folder() / f"{name}-{fingerprint(embedding)[:16]}{SUFFIX}"


class Keeping:
    """The edits of one embedding on disk.

    Parameters
    ----------
    embedding
        It, as it came.
    home
        The path that was opened; None: it came from a program.
    told
        Called, in a thread, when they were written or could not be.
    """

    def __init__(self, embedding: Embedding, home: Path | None, told: Callable[[], None]) -> None:
        self._embedding = embedding
        self._home = home
        self._told = told
        self._lock = threading.Lock()
        # Who edits never waits for the disk.
        self._writing = threading.Lock()
        self._waiting: Edits | None = None
        self._timer: threading.Timer | None = None
        self.place: Path | None = None
        self.fault = ""

    @property
    def kept(self) -> str:
        """Where they are kept, in words; empty while they are not, or not yet."""
        return "" if self.place is None or self._waiting is not None else str(self.place)

    def read(self) -> tuple[Edits | None, list[Note]]:
        """What was kept before, and what a person has to know of it."""
        places = [] if self._home is None else [beside(self._home)]
        if own_folder().is_dir():
            places.append(own_place(self._embedding))
        notes: list[Note] = []
        for folder in sorted((each for each in places if (each / FILE).is_file()), key=_newest):
            try:
                found = self._read(SavedEdits.read(folder), notes)
            except VectariumError as error:
                notes.append(note_from_error(error))
                continue
            if found is not None:
                self.place = folder
                return found, notes
        return None, notes

    def keep(self, edits: Edits) -> None:
        """Write them in a moment."""
        with self._lock:
            self._waiting = edits
            if self._timer is None:
                self._timer = threading.Timer(PAUSE_SECONDS, self.write)
                self._timer.daemon = True
                self._timer.start()

    def write(self) -> None:
        """Write what waits now."""
        with self._writing:
            with self._lock:
                edits, timer = self._waiting, self._timer
                self._timer = None
            if timer is not None:
                timer.cancel()
            if edits is None:
                return
            self.fault = self._write(edits)
            with self._lock:
                if self._waiting is edits:
                    self._waiting = None
        self._told()

    def _read(self, saved: SavedEdits, notes: list[Note]) -> Edits | None:
        entry = saved.of(self._embedding)
        if entry is None:
            return None
        edits, found = saved.load(entry, self._embedding)
        n = len(self._embedding)
        if found < n or entry.fingerprint != fingerprint(self._embedding):
            told = (
                f"The data changed since it was tagged: tags and named selections were found again for {found:,} of "
                f"{n:,} points, by {entry.key!r}."
            )
            notes.append(Note(told, saved.folder, None, "remark"))
        return edits

    def _write(self, edits: Edits) -> str:
        """Write them where that is possible; returns why it is not."""
        wanted = [] if self._home is None else [beside(self._home)]
        reason = ""
        for folder in (*wanted, own_place(self._embedding)):
            try:
                SavedEdits.read(folder).save(self._embedding, edits)
            except (OSError, VectariumError) as error:
                reason = f"{folder}: {getattr(error, 'strerror', None) or error}"
                continue
            self.place = folder
            return ""
        return f"Tags and named selections cannot be kept ({reason}). They are lost when Vectarium ends."


def _newest(folder: Path) -> float:
    return -(folder / FILE).stat().st_mtime
