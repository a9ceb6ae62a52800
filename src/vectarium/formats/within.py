"""Files that a config names, found inside the folder that was opened and nowhere else.

Configs come from other machines: with absolute paths that do not exist here, with Windows' paths,
or made by somebody who would like to read another file. Whatever a path says, what is opened lies
inside the folder, links followed.
"""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

from vectarium.errors import FormatError

DRIVE = re.compile(r"[A-Za-z]:/")
SCHEME = re.compile(r"[a-z][a-z0-9+.\-]+://", re.IGNORECASE)


def locate(named: str, folder: Path, root: Path, what: str) -> Path:
    """The file that a config names.

    Parameters
    ----------
    named
        The path as it stands in the config.
    folder
        Where the config lies.
    root
        What was opened; nothing outside of it is read.
    what
        Whose file it is, for messages: ``"the tensor 'Iris'"``.

    Raises
    ------
    FormatError
        If there is no such file inside.
    """
    plain = named.replace("\\", "/").strip()
    if SCHEME.match(plain):
        raise FormatError(f"{what} lies at {named!r}, and nothing is fetched from other machines.", folder)
    absolute = plain.startswith("/") or DRIVE.match(plain) is not None
    outside = False
    for candidate in _candidates(plain, absolute, folder, root):
        try:
            found = candidate.is_file()
        except (OSError, ValueError):  # too long, a NUL
            found = False
        if found and is_within(candidate, root):
            return candidate
        outside = outside or found
    if outside:
        raise FormatError(f"{what} is {named!r}, which leads out of the opened folder, so it was not read.", folder)
    hint = f"; nor is {PurePosixPath(plain).name!r} in {folder.name!r} itself" if absolute or "/" in plain else ""
    raise FormatError(f"{what} is missing: there is no {named!r}{hint}.", folder)


def _candidates(plain: str, absolute: bool, folder: Path, root: Path) -> list[Path]:
    """Where the file could be: as written, seen from the folders above up to the root, and beside the config."""
    if "\0" in plain:
        return []
    beside = folder / PurePosixPath(plain).name
    if absolute:
        return [Path(plain), beside]
    above = [folder]
    while above[-1] != root and is_within(above[-1].parent, root):
        above.append(above[-1].parent)
    return [*(each / plain for each in above), beside]


def is_within(path: Path, root: Path) -> bool:
    """Whether a path leads to somewhere inside a folder, links followed."""
    try:
        return path.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError):  # links in a circle
        return False
