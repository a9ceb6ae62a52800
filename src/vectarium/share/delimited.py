"""CSV and TSV: a header, every column, then the numbers of the vector as ``x_0``, ``x_1`` and so on.

Values with the delimiter, quotes or line ends in them are quoted, in TSV too.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from vectarium.data import Collection, Columns, Embedding, Note
from vectarium.data.storage import replace_file
from vectarium.formats import Progress
from vectarium.formats.table_text import column_texts, text_lines
from vectarium.share.left_out import left_out
from vectarium.share.numbers import blocks, text_rows
from vectarium.share.parquet import with_coordinates
from vectarium.share.writer import Writer

PREFIXES = ("x", "dim", "vector", "value")


def write_delimited(collection: Collection, path: Path, progress: Progress, delimiter: str) -> list[Note]:
    """Write the only embedding of a collection."""
    embedding = collection[0]
    columns = with_coordinates(embedding)
    replace_file(path, _blocks(embedding, columns, delimiter, progress, path.name), path.name)
    return left_out(embedding, coordinates=False)


def _blocks(embedding: Embedding, columns: Columns, delimiter: str, progress: Progress, name: str) -> Iterator[bytes]:
    prefix = next((each for each in PREFIXES if not any(name.startswith(f"{each}_") for name in columns)), "embedding")
    head = [*columns, *(f"{prefix}_{index}" for index in range(embedding.shape[1]))]
    yield text_lines([head], delimiter).encode()
    texts = [column_texts(each) for each in columns.values()]
    for start, block in blocks(embedding, progress, f"writing {name}"):
        numbers = text_rows(block, delimiter)
        if not texts:
            yield "".join(f"{each}\n" for each in numbers).encode()
            continue
        rows = zip(*(each[start : start + len(block)] for each in texts), strict=True)
        fronts = text_lines(rows, delimiter, end="\0").split("\0\n")
        yield "".join(f"{front}{delimiter}{each}\n" for front, each in zip(fronts, numbers, strict=False)).encode()


CSV = Writer("csv", (".csv",), partial(write_delimited, delimiter=","), "a table with a header, values quoted")
TSV = Writer("tsv", (".tsv", ".tab"), partial(write_delimited, delimiter="\t"), "the same, parted by tabs")
