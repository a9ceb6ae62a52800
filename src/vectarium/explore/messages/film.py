"""The film of what is on screen."""

from __future__ import annotations

from dataclasses import dataclass

from vectarium.explore.messages.kinds import FilmFormat, FilmTheme


@dataclass(frozen=True)
class FilmRequest:
    """``POST api/timelines/{job}/film``: the film of a timeline, as it is on screen.

    ``components``: the two or three that are seen. ``color`` and ``label`` name columns, empty: none; ``curve`` names the
    number that is shown, empty: the first one. ``fps`` and ``seconds`` 0: what is usual. The answer is a ``JobMessage``;
    when the job is done, ``GET api/films/{job}`` is the file.
    """

    components: list[int]
    format: FilmFormat = "mp4"
    theme: FilmTheme = "dark"
    width: int = 1280
    height: int = 720
    fps: float = 0.0
    seconds: float = 0.0
    speed: float = 1.0
    color: str = ""
    label: str = ""
    curve: str = ""
    regions: bool = False
    labels: bool = True
