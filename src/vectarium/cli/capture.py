"""``vectarium capture MODEL [PROBE]``: what a saved model makes of examples, as a run or in the explorer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from vectarium.cli.leaving import leave


@click.command()
@click.argument("model")
@click.argument("probe", required=False, type=click.Path(path_type=Path))
@click.option("--list", "listing", is_flag=True, help="Only list the layers and tables, with their shapes.")
@click.option("--layers", multiple=True, metavar="NAME", help="A layer to record; several times, or with commas.")
@click.option(
    "--tables", multiple=True, metavar="NAME", help="An embedding table; all of them where no layer is named."
)
@click.option("--labels", metavar="NAME|FILE", help="What is right: an array or column of PROBE, or a file.")
@click.option(
    "--classes", metavar="NAMES", help="What the model tells apart, in the order of its outputs, with commas."
)
@click.option(
    "--vocabulary", type=click.Path(path_type=Path, exists=True), help="The table's words: one a line, or JSON."
)
@click.option("--state", type=click.Path(path_type=Path), help="Weights for a MODEL that is module:attribute.")
@click.option(
    "--pooling", type=click.Choice(["mean", "last", "first", "max", "flatten", "tokens"]), help="Of positions."
)
@click.option("--padding", type=int, help="The number that fills up short sequences.")
@click.option(
    "--scores", type=click.Choice(["auto", "logits", "probabilities"]), default="auto", help="What comes out."
)
@click.option("--out", type=click.Path(path_type=Path), help="Write a run with one snapshot here; else it is opened.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Where to listen; 0 takes a free port.")
@click.option("--browser/--no-browser", default=True, help="Whether to open the default browser.")
def capture(  # noqa: PLR0917 - click passes options by name
    model: str,
    probe: Path | None,
    listing: bool,
    layers: tuple[str, ...],
    tables: tuple[str, ...],
    labels: str | None,
    classes: str | None,
    vocabulary: Path | None,
    state: Path | None,
    pooling: str | None,
    padding: int | None,
    scores: Any,
    out: Path | None,
    port: int,
    browser: bool,
) -> None:
    """See what a saved model makes of examples, and its embedding tables.

    MODEL is a .keras or .h5 file, a program of torch.export (.pt2) or TorchScript (.pt), or
    module:attribute for code that makes a model of PyTorch or Keras, with its weights as --state.

    PROBE holds the examples: .npy, .npz (arrays by the names of the model's arguments), or the
    columns of a .csv or .parquet file.
    """
    from vectarium.record import capturing
    from vectarium.record.probe_file import read_probe
    from vectarium.record.saved import load_model

    names = None if classes is None else [each.strip() for each in classes.split(",")]
    loaded = load_model(model, state)
    examples = None if probe is None else read_probe(probe, labels=labels, classes=names, padding=padding)
    if listing:
        click.echo(repr(capturing.layers(loaded, examples)))
        return
    wanted = _names(layers)
    given = dict.fromkeys(_names(tables)) or (None if wanted else capturing.table_names(loaded))
    if given and vocabulary is not None:
        given = _with_words(given, vocabulary)
    parts: dict[str, Any] = {"embeddings": given, "pooling": pooling, "scores": scores, "name": Path(model).name}
    if out is not None:
        click.echo(capturing.record(out, loaded, examples, wanted, **parts))
        click.echo(f"vectarium open {out}")
        return
    from vectarium.explore.launch import explore

    collection = capturing.capture(loaded, examples, wanted, **parts)
    leave(explore(collection, port=port, open_browser=browser))


def _names(given: tuple[str, ...]) -> list[str]:
    return [name.strip() for each in given for name in each.split(",") if name.strip()]


def _with_words(tables: dict[str, Any], vocabulary: Path) -> dict[str, Any]:
    from vectarium.errors import ParameterError
    from vectarium.record.vocabulary import read_vocabulary

    if len(tables) != 1:
        raise ParameterError(
            f"There are {len(tables)} tables, {', '.join(tables)}; say with --tables whose words they are."
        )
    return {next(iter(tables)): read_vocabulary(vocabulary)}
