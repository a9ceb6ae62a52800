"""``vectarium demo [NAME]``: the explorer on data that ships with the package."""

from __future__ import annotations

import click

NAMES = ("words", "digits")


@click.command()
@click.argument("name", required=False, type=click.Choice(NAMES), metavar=f"[{'|'.join(NAMES)}]")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Where to listen; 0 takes a free port.")
@click.option("--browser/--no-browser", default=True, help="Whether to open the default browser.")
def demo(name: str | None, port: int, browser: bool) -> None:
    """Explore data that ships with Vectarium: words, or handwritten digits; both without a NAME."""
    from vectarium import demo as room
    from vectarium.explore.launch import explore

    hint = room.HINTS[name or NAMES[0]]
    raise SystemExit(explore(lambda _: room.load(name), port=port, open_browser=browser, hint=hint))
