"""A table on a terminal: a head, a rule, rows; numbers stand to the right."""

from __future__ import annotations

import os


def table(head: list[str], rows: list[list[str]]) -> str:
    """The text of a table; a row has as many cells as the head."""
    widths = [max(len(line[column]) for line in [head, *rows]) for column in range(len(head))]
    return "\n".join(
        [_line(head, widths), "  ".join("-" * width for width in widths), *(_line(r, widths) for r in rows)]
    )


def _line(cells: list[str], widths: list[int]) -> str:
    first, *others = [
        cell.rjust(width) if cell[:1].isdigit() else cell.ljust(width)
        for cell, width in zip(cells, widths, strict=True)
    ]
    return "  ".join([first, *others]).rstrip()


def verdict(value: float, limit: float) -> str:
    """Whether a measured value keeps its limit."""
    return "met" if value <= limit else "MISSED"


def load() -> str:
    """One line on how busy the machine is, since that moves every number."""
    return (
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} (other work on the machine makes every number larger)"
    )
