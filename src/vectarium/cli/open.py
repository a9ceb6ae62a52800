"""``vectarium open PATH ...``: the explorer on anything."""

from __future__ import annotations

from pathlib import Path

import click

from vectarium.cli.filming import enable_films
from vectarium.cli.leaving import leave


@click.command("open")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")
@click.option("--metadata", type=click.Path(path_type=Path), help="A table with one row a point.")
@click.option("--thumbnails", type=click.Path(path_type=Path), help="One picture that holds all images in a grid.")
@click.option("--images", type=click.Path(path_type=Path), help="A folder of images, named by row.")
@click.option("--name", help="What the collection is called.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Where to listen; 0 takes a free port.")
@click.option("--browser/--no-browser", default=True, help="Whether to open the default browser.")
def open_(  # noqa: PLR0917 - click passes options by name
    paths: tuple[Path, ...],
    metadata: Path | None,
    thumbnails: Path | None,
    images: Path | None,
    name: str | None,
    port: int,
    browser: bool,
) -> None:
    """Explore embeddings in a browser.

    PATH is a file or a folder of any kind that `vectarium info` understands. Several are shown side
    by side, in one page.
    """
    from vectarium.explore.launch import explore
    from vectarium.explore.opening import path_loader

    enable_films()
    load = path_loader(paths, name=name, metadata=metadata, thumbnails=thumbnails, images=images)
    leave(explore(load, port=port, open_browser=browser))
