"""``vectarium export RUN out.mp4``: the film of a training."""

from __future__ import annotations

import contextlib
import re
import signal
import sys
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any, Self, TypeVar

import click

from vectarium.errors import ParameterError

Command = TypeVar("Command", bound=Callable[..., Any])

SUFFIXES = (".mp4", ".gif", ".webp")
WIDTH = 24
# A GIF holds every pixel that changes: fewer of them make a file that can be sent.
USUAL = {".mp4": ((1280, 720), 30.0), ".webp": ((960, 540), 20.0), ".gif": ((720, 440), 12.5)}

OPTIONS = (
    click.option("--size", metavar="WxH", help="Film: width and height, such as 1280x720."),
    click.option("--fps", type=float, help="Film: pictures a second."),
    click.option("--seconds", type=float, help="Film: how long it is; otherwise as long as the page plays the steps."),
    click.option("--speed", type=float, default=1.0, help="Film: how much faster than the page plays."),
    click.option("--theme", type=click.Choice(["dark", "light"]), default="dark", help="Film: its colours."),
    click.option("--method", type=click.Choice(["axes", "pca", "tsne", "umap"]), help="Film: how points are laid out."),
    click.option("--dimensions", type=click.IntRange(2, 3), default=2, help="Film: 2, or 3 with a slow orbit."),
    click.option("--orbit", type=float, default=20.0, help="Film: degrees a second that a camera in 3-D turns."),
    click.option("--perplexity", type=float, help="Film: of t-SNE."),
    click.option("--n-neighbors", type=int, help="Film: of UMAP."),
    click.option("--color", metavar="COLUMN", help="Film: the column of the colours; '' for none."),
    click.option("--label", metavar="COLUMN", help="Film: the column of the labels; '' for none."),
    click.option("--curve", metavar="NAME", default="", help="Film: the number that the curve shows."),
    click.option("--regions/--no-regions", default=True, help="Film: the model's predictions behind the points."),
)


def film_options(command: Command) -> Command:
    """Give a command the options of a film."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def is_film(out: Path, to: str | None) -> bool:
    """Whether a film is asked for."""
    return (out.suffix.lower() if to is None else f".{to.lower()}") in SUFFIXES


def film(path: Path, out: Path, *, embedding: str | None, overwrite: bool, chosen: dict[str, Any]) -> None:
    """Write the film of a run."""
    from vectarium.cli.info import printable
    from vectarium.explore.films import Shot
    from vectarium.explore.studio import Studio, request_of
    from vectarium.share.film import check_suffix, letters_missing, make_film

    options = options_of(out, chosen)
    check_suffix(out)
    if out.exists() and not overwrite:
        raise ParameterError(f"{str(out)!r} is there already. Write elsewhere, or allow it: --overwrite.")
    with stoppable(), ProgressBar() as bar, Studio(path) as studio:
        index = studio.index_of(embedding)
        dimensions = chosen["dimensions"]
        neighbors = {name: chosen[name] for name in ("perplexity", "n_neighbors")}
        request = request_of(studio.embedding(index), chosen["method"], dimensions, **neighbors)
        job = studio.timeline(index, request, bar)
        looks = {name: chosen[name] for name in ("color", "label", "curve", "regions")}
        reel = studio.reel(Shot(job, tuple(range(dimensions)), **looks))
        played = make_film(reel, out, options, progress=bar)
    size = out.stat().st_size
    click.echo(printable(reel.sentence))
    missing = letters_missing(reel)
    if missing:
        click.echo(
            f"  · {len(missing):,} letters are drawn as empty frames, since films know none for them: {missing[:20]}"
        )
    seconds = len(played) / options.fps
    written = f"{len(reel.steps):,} steps in {len(played):,} pictures, {seconds:.1f} s, {size / 1e6:.1f} MB"
    click.echo(printable(f"Wrote {reel.title} to {out}: {written}."))


def options_of(out: Path, chosen: dict[str, Any]) -> Any:
    """The options of a film; sizes and speeds that are usual for its ending where none are given."""
    from vectarium.share.film import FilmOptions

    size, fps = USUAL.get(out.suffix.lower(), USUAL[".mp4"])
    if chosen["size"] is not None:
        found = re.fullmatch(r"(\d{1,5})\s*[x×]\s*(\d{1,5})", chosen["size"].strip())
        if found is None:
            raise ParameterError(f"size is {chosen['size']!r}; width and height are needed, such as 1280x720.")
        size = int(found[1]), int(found[2])
    given = {name: chosen[name] for name in ("seconds", "speed", "theme", "orbit", "regions")}
    return FilmOptions(*size, fps=fps if chosen["fps"] is None else chosen["fps"], **given)


class ProgressBar:
    """One line at a terminal that says how far the work is; nothing where standard error is no terminal."""

    def __init__(self) -> None:
        self._shows = sys.stderr.isatty()
        self._said = ""

    def __call__(self, fraction: float, text: str) -> None:
        """Say it anew."""
        full = round(WIDTH * min(max(fraction, 0.0), 1.0))
        line = f"{'█' * full}{'░' * (WIDTH - full)} {fraction:4.0%}  {text[:60]}"
        if self._shows and line != self._said:
            click.echo(f"\r\x1b[K{line}", nl=False, err=True)
            self._said = line

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        if self._said:
            click.echo("\r\x1b[K", nl=False, err=True)


@contextlib.contextmanager
def stoppable() -> Generator[None]:
    """Let SIGTERM end the work as Ctrl-C does, so that no half of a file stays."""

    def stop(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
