"""What a person may choose of a film."""

from __future__ import annotations

import math
from dataclasses import dataclass

from vectarium.errors import ParameterError

LEAST, MOST = 64, 4096
# A picture of this size is drawn as the page draws it, pixel for pixel; larger and smaller ones in proportion.
PAGE = (1080, 620)
SMALLEST, LARGEST = 0.8, 4.0


@dataclass(frozen=True)
class FilmOptions:
    """Size, speed and look of a film.

    Parameters
    ----------
    width, height
        In pixels; even ones, as videos need them.
    fps
        Pictures a second.
    seconds
        How long it is; None: as long as the page plays the steps.
    speed
        How much faster than that, where ``seconds`` is None.
    theme
        ``"dark"`` or ``"light"``.
    orbit
        In three dimensions: degrees a second that the camera turns.
    regions, labels, legend
        Whether they are drawn, where there are some.

    Raises
    ------
    ParameterError
        If one is outside of what is allowed.
    """

    width: int = 1280
    height: int = 720
    fps: float = 30.0
    seconds: float | None = None
    speed: float = 1.0
    theme: str = "dark"
    orbit: float = 20.0
    regions: bool = True
    labels: bool = True
    legend: bool = True

    def __post_init__(self) -> None:
        for name in ("width", "height"):
            value = getattr(self, name)
            if not LEAST <= value <= MOST or value % 2:
                raise ParameterError(f"{name} is {value}; an even number from {LEAST} to {MOST:,} is needed.")
        if not 1 <= self.fps <= 100:
            raise ParameterError(f"fps is {self.fps:g}; 1 to 100 pictures a second are allowed.")
        if self.seconds is not None and not 0 < self.seconds <= 3600:
            raise ParameterError(f"seconds is {self.seconds:g}; more than 0 and up to 3,600 are allowed.")
        if not 0.01 <= self.speed <= 100:
            raise ParameterError(f"speed is {self.speed:g}; 0.01 to 100 are allowed.")
        if not math.isfinite(self.orbit) or abs(self.orbit) > 360:
            raise ParameterError(f"orbit is {self.orbit:g}; -360 to 360 degrees a second are allowed.")
        if self.theme not in ("dark", "light"):
            raise ParameterError(f"theme is {self.theme!r}; 'dark' or 'light' is allowed.")

    @property
    def ratio(self) -> float:
        """Pixels of the film a pixel of the page."""
        return min(max(min(self.width / PAGE[0], self.height / PAGE[1]), SMALLEST), LARGEST)
