"""``vectarium info PATH``: what is inside, and what is wrong with it."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import click

LONGEST = 28
MOST_COLUMNS = 40


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--metadata", type=click.Path(path_type=Path), help="A table with one row a point.")
@click.option("--thumbnails", type=click.Path(path_type=Path), help="One picture that holds all images in a grid.")
@click.option("--images", type=click.Path(path_type=Path), help="A folder of images, named by row.")
@click.option("--quick", is_flag=True, help="Of a run: do not read every byte to compare checksums.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
def info(  # noqa: PLR0917 - click passes options by name
    path: Path, metadata: Path | None, thumbnails: Path | None, images: Path | None, quick: bool, as_json: bool
) -> None:
    """Say what is inside of a file or folder, and what is wrong with it.

    Prints names, shapes, types, ranges and missing values, and every fault with its line. The exit
    code is 0 when something opened, 2 when nothing did.
    """
    from vectarium.data.run import is_run

    if is_run(path) and not (metadata or thumbnails or images):
        from vectarium.formats.run import run_summary

        summary = run_summary(path, checksums=not quick)
    else:
        from vectarium.formats import open_path
        from vectarium.formats.summary import summary_of

        summary = summary_of(open_path(path, metadata=metadata, thumbnails=thumbnails, images=images))
    if as_json:
        click.echo(json.dumps(summary, indent=2, ensure_ascii=False, allow_nan=False))
    else:
        click.echo("\n".join(printable(line) for line in lines_of(summary)))


def lines_of(summary: dict[str, Any]) -> list[str]:
    """The summary of a collection as lines for a terminal."""
    embeddings = summary["embeddings"]
    lines = [f"{summary['name']}: {len(embeddings)} embedding{'' if len(embeddings) == 1 else 's'}"]
    lines += _run_lines(summary["run"]) if "run" in summary else []
    for embedding in embeddings:
        lines += ["", *_embedding_lines(embedding)]
    notes = [*summary["notes"], *(note for embedding in embeddings for note in embedding["notes"])]
    for severity, title, mark in (("fault", "Faults", "!"), ("remark", "Remarks", "·")):
        told = [note for note in notes if note["severity"] == severity]
        if told:
            lines += ["", f"{title} ({len(told)})", *(f"  {mark} {_placed(note)}" for note in told)]
    return lines if any(note["severity"] == "fault" for note in notes) else [*lines, "", "No faults found."]


def _run_lines(run: dict[str, Any]) -> list[str]:
    """What a run has beyond the embeddings of its last step, which follow."""
    snapshots, probe = run["snapshots"], run["probe"]
    lines = [
        f"  recorded     by {run['writer'] or 'an unknown program'}, begun {run['created'] or 'at an unknown time'}"
    ]
    lines += [
        f"  {'embeddings' if index == 0 else '':<12} {each['name']}: {each['kind']}, "
        f"{each['shape'][0]:,} × {each['shape'][1]:,} {each['dtype']}"
        for index, each in enumerate(run["embeddings"])
    ]
    lines.append(f"  snapshots    {len(snapshots):,}{_steps([each['step'] for each in snapshots])}")
    losses = [each["loss"] for each in snapshots if each["loss"] is not None]
    if losses:
        lines.append(f"  loss         {_short(losses[0])} at first, {_short(losses[-1])} at last")
    if probe:
        lines.append(f"  probe        {probe['n']:,} examples, hash {probe['hash'][:12]}")
    lines.append(f"  checksums    {'compared' if run['checksums_compared'] else 'not compared (--quick)'}")
    return lines + (["", "The last of them:"] if snapshots else [])


def _steps(steps: list[int]) -> str:
    if len(steps) < 2:
        return f", step {steps[0]:,}" if steps else " complete yet"
    apart = {after - before for before, after in pairwise(steps)}
    if len(apart) == 1 and len(steps) > 2:
        return f", steps {steps[0]:,} to {steps[-1]:,}, every {apart.pop():,}"
    shown = [f"{step:,}" for step in steps[:4]]
    return f", steps {', '.join(shown)}" + (f" … {steps[-1]:,}" if len(steps) > 4 else "")


def _embedding_lines(embedding: dict[str, Any]) -> list[str]:
    numbers = embedding["vectors"]
    lines = [f"{embedding['name']}   {embedding['n']:,} × {embedding['d']:,} {embedding['dtype']}"]
    if embedding["source"]:
        lines.append(f"  from         {embedding['source']}")
    lines.append(f"  values       {_span(numbers['min'], numbers['max'])}")
    norms = f"{_span(numbers['norm_min'], numbers['norm_max'])}, mean {_short(numbers['norm_mean'])}"
    lines.append(f"  norms        {norms}")
    for key, word in (("zero_vectors", "vectors are all zero"), ("constant_dimensions", "dimensions are constant")):
        if numbers[key]:
            lines.append(f"               {numbers[key]:,} {word}")
    lines += _column_lines(embedding["columns"])
    thumbnails = embedding["thumbnails"]
    if thumbnails:
        size = f"{thumbnails['width']} × {thumbnails['height']} pixels, from {thumbnails['form']}"
        lines.append(f"  thumbnails   {thumbnails['count']:,} of {size}")
    for each in embedding["coordinates"]:
        lines.append(f"  coordinates  {each['name']}, {each['dimensions']}-D. {each['description']}")
    return lines


def _column_lines(columns: list[dict[str, Any]]) -> list[str]:
    if not columns:
        return ["  columns      none"]
    shown, left = columns[:MOST_COLUMNS], len(columns) - MOST_COLUMNS
    rows = [
        (
            _cut(column["name"]),
            column["kind"],
            f"{column['distinct']:,} distinct",
            f"{column['missing']:,} missing" if column["missing"] else "",
            _values(column),
        )
        for column in shown
    ]
    widths = [max(len(row[place]) for row in rows) for place in range(4)]
    return [
        ("  columns      " if index == 0 else " " * 15)
        + "  ".join(f"{text:<{width}}" for text, width in zip(row, widths, strict=False) if width)
        + f"  {row[4]}".rstrip()
        for index, row in enumerate(rows)
    ] + ([f"{'':15}and {left:,} more columns"] if left > 0 else [])


def _values(column: dict[str, Any]) -> str:
    if "examples" in column:
        more = " …" if column["distinct"] > len(column["examples"]) else ""
        return ", ".join(_cut(" ".join(text.split())) for text in column["examples"]) + more
    return _span(column["min"], column["max"]) if "min" in column else ""


def _placed(note: dict[str, Any]) -> str:
    where = [note["path"]] if note["path"] else []
    where += [f"line {note['line']:,}"] if note["line"] else []
    return f"{', '.join(where)}: {note['message']}" if where else note["message"]


def _span(low: Any, high: Any) -> str:
    return _short(low) if low == high else f"{_short(low)} … {_short(high)}"


def _short(value: Any) -> str:
    if value is None:
        return "unknown"
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value).lower() if isinstance(value, bool) else str(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:.6g}"


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def printable(text: str) -> str:
    """The text without what would steer a terminal: control characters are written out."""
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)
