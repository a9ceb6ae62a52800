"""``vectarium export PATH OUT`` and ``vectarium convert IN OUT``: for other tools to open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from vectarium.cli.film import SUFFIXES, film, film_options, is_film


def _say_formats(ctx: click.Context, parameter: click.Parameter, asked: bool) -> None:  # noqa: ARG001 - click names them
    if asked:
        from vectarium.share import WRITERS

        for writer in WRITERS:
            click.echo(f"{writer.name:<16} {', '.join(writer.suffixes):<20} {writer.description}".rstrip())
        click.echo(f"{'film':<16} {', '.join(SUFFIXES):<20} how the points of a run learned")
        ctx.exit()


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--to", metavar="FORMAT", help="The format, where OUT's ending does not tell.")
@click.option(
    "--formats", is_flag=True, expose_value=False, is_eager=True, callback=_say_formats, help="List the formats."
)
@click.option("--embedding", "--layer", metavar="NAME", help="The only embedding to write.")
@click.option("--metadata", type=click.Path(path_type=Path), help="A table with one row a point.")
@click.option("--thumbnails", type=click.Path(path_type=Path), help="One picture that holds all images in a grid.")
@click.option("--overwrite", is_flag=True, help="Write over what is there.")
@film_options
def export(  # noqa: PLR0917 - click passes options by name
    path: Path,
    out: Path,
    to: str | None,
    embedding: str | None,
    metadata: Path | None,
    thumbnails: Path | None,
    overwrite: bool,
    **chosen: Any,
) -> None:
    """Write embeddings for other tools to open, or the film of a training.

    PATH is anything that `vectarium info` understands. OUT's ending is the format: .parquet, .npy, .tsv,
    .csv, .vec, .bin, .h5ad; a folder for TensorBoard with --to tensorboard. Of a run: .mp4, .webp or .gif, which show
    how its points learned.
    """
    if is_film(out, to):
        film(path, out, embedding=embedding, overwrite=overwrite, chosen=chosen)
        return
    from vectarium.cli.info import printable
    from vectarium.formats import open_path
    from vectarium.share import export as write

    collection = open_path(path, metadata=metadata, thumbnails=thumbnails)
    notes = write(collection, out, to=to, embedding=embedding, overwrite=overwrite)
    for note in notes:
        click.echo(printable(f"  · {note}"))
    written = [each.name for each in collection] if embedding is None else [embedding]
    click.echo(printable(f"Wrote {', '.join(written)} to {out}."))
