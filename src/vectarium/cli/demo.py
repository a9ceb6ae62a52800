"""``vectarium demo [NAME]``: the explorer on data that ships with the package."""

from __future__ import annotations

from functools import partial
from typing import Any

import click

from vectarium.cli.filming import enable_films
from vectarium.cli.leaving import leave

LEARNING = "learning"
NAMES = ("words", "digits", LEARNING)


@click.command()
@click.argument("name", required=False, type=click.Choice(NAMES), metavar=f"[{'|'.join(NAMES)}]")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Where to listen; 0 takes a free port.")
@click.option("--browser/--no-browser", default=True, help="Whether to open the default browser.")
def demo(name: str | None, port: int, browser: bool) -> None:
    """Explore data that ships with Vectarium.

    words: 4,387 English words. digits: 1,797 handwritten digits. Both without a NAME. learning: runs,
    recorded while networks learned to tell parts of speech, one of ten words in the plane with two
    seeds, and one of English sentences.
    """
    from vectarium import demo as room
    from vectarium.explore.launch import explore

    enable_films()
    hint = room.HINTS[name or NAMES[0]]
    load = _learning if name == LEARNING else partial(_shipped, name)
    leave(explore(load, port=port, open_browser=browser, hint=hint))


def _shipped(name: str | None, _progress: Any) -> Any:
    """Vectors that ship with the package."""
    from vectarium import demo as room

    return room.load(name)


def _learning(progress: Any) -> Any:
    """The runs, opened as any others."""
    from vectarium.demo.learning import runs
    from vectarium.explore.opening import path_loader

    progress(0, "unpacking")
    return path_loader(runs(), name="Two networks learn")(progress)
