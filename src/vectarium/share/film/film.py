"""From a recording to a film in a file."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vectarium.errors import ParameterError, VectariumError
from vectarium.share.film.font import font
from vectarium.share.film.gif import GifEncoder
from vectarium.share.film.options import FilmOptions
from vectarium.share.film.pace import Moment, moments, usual_seconds
from vectarium.share.film.picture import Painter
from vectarium.share.film.reel import Reel
from vectarium.share.film.video import VideoEncoder, ffmpeg

Image = NDArray[np.uint8]
Progress = Callable[[float, str], None]

SUFFIXES = (".mp4", ".gif", ".webp")
# Pictures of the film from which the colours of a GIF are chosen.
SAMPLES = 6


def make_film(
    reel: Reel, path: Path, options: FilmOptions | None = None, *, progress: Progress | None = None
) -> list[Moment]:
    """Film a recording.

    Parameters
    ----------
    reel
        What is filmed.
    path
        Where: ``.mp4``, ``.gif`` or ``.webp``. It appears whole or not at all.
    options
        Size, speed and look.
    progress
        Called with the share done and a text; may raise CancelledError.

    Returns
    -------
    list
        What each picture shows.

    Raises
    ------
    ParameterError
        If the ending is none of a film, or there are no steps.
    MissingExtraError
        If an MP4 or a WebP is asked for and there is no ffmpeg.
    VectariumError
        If it cannot be written, as on a full disk.
    """
    options = options or FilmOptions()
    check_suffix(path)
    if not len(reel.steps):
        raise ParameterError("Nothing was recorded yet, so there is nothing to film.")
    seconds = usual_seconds(len(reel.steps), options.speed) if options.seconds is None else options.seconds
    played = moments(len(reel.steps), seconds, options.fps)
    report = progress or _silent
    with beside(path) as part:
        if path.suffix.lower() == ".gif":
            _write_gif(part, reel, options, played, report)
        else:
            _write_video(part, reel, options, played, report)
    return played


def letters_missing(reel: Reel) -> str:
    """The letters of labels and names that are drawn as empty frames, since the font does not have them."""
    column = reel.labels
    values = () if column is None else column.categories if column.kind == "category" else column
    found = {letter for value in values if isinstance(value, str) for letter in value}
    found |= {*reel.title, *reel.sentence}
    return "".join(sorted(letter for letter in found if not letter.isspace() and not font().has(letter)))


def _silent(fraction: float, text: str) -> None:
    """Progress that nobody listens to."""


def check_suffix(path: Path) -> None:
    """Raise unless a film can be written under such a name here and now."""
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise ParameterError(
            f"{path.name!r} is no name of a film; it has to end in {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}."
        )
    if suffix != ".gif":
        ffmpeg()


def _write_gif(part: Path, reel: Reel, options: FilmOptions, played: list[Moment], report: Progress) -> None:
    chosen = np.unique(np.linspace(0, len(played) - 1, min(SAMPLES, len(played))).astype(int))

    def later(share: float, text: str) -> None:
        report(0.05 + 0.95 * share, text)

    scout = Painter(reel, options)
    samples: list[Image] = []
    for number in chosen:
        report(0.05 * len(samples) / len(chosen), "Choosing the colours")
        samples.append(scout.paint(played[number]))
    with part.open("wb") as file:
        encoder = GifEncoder(file, (options.width, options.height), options.fps, samples)
        for image in _painted(reel, options, played, later):
            encoder.add(image)
        encoder.finish()


def _write_video(part: Path, reel: Reel, options: FilmOptions, played: list[Moment], report: Progress) -> None:
    encoder = VideoEncoder(part, part.suffix.lower(), (options.width, options.height), options.fps)
    with contextlib.closing(encoder):
        for image in _painted(reel, options, played, report):
            encoder.add(image)
        report(1, "Writing the end")
        encoder.finish()


def _painted(reel: Reel, options: FilmOptions, played: list[Moment], report: Progress) -> Iterator[Image]:
    painter = Painter(reel, options)
    for number, moment in enumerate(played):
        report(number / len(played), f"Painting picture {number + 1:,} of {len(played):,}")
        yield painter.paint(moment)


@contextlib.contextmanager
def beside(path: Path) -> Generator[Path]:
    """A file beside, which takes the place of the path where all went well, and is removed where not."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.stem[:40]}-", suffix=path.suffix, dir=path.parent)
    except OSError as error:
        raise VectariumError(f"{path} cannot be written: {error.strerror}.") from None
    os.close(handle)
    part = Path(name)
    try:
        yield part
        mask = os.umask(0)
        os.umask(mask)
        part.chmod(0o666 & ~mask)
        part.replace(path)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise VectariumError(
                "The disk is full, so the film could not be written. Make room, or write it elsewhere."
            ) from None
        raise
    finally:
        part.unlink(missing_ok=True)
