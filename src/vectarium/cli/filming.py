"""Where the explorer and the films meet: neither of their rooms knows the other."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vectarium.explore.filming import Progress
    from vectarium.explore.films import FilmReel


def enable_films() -> None:
    """Let the explorer's page make films."""
    from vectarium.explore.filming import Filming

    Filming.filmmaker = staticmethod(film)


def film(reel: FilmReel, path: Path, *, progress: Progress, **options: Any) -> None:
    """Make one."""
    from vectarium.share.film import FilmOptions, make_film

    make_film(reel, path, FilmOptions(**options), progress=progress)
