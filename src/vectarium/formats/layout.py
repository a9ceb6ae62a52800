"""Which columns of a table are the vector, which are coordinates, and which say something about a point.

Nobody declares this in a file, so it is told from the names and the types, in this order:

1. columns that hold a list of numbers are vectors: each is an embedding;
2. pairs and triples with the names of a picture (``x, y``; ``tsne_1, tsne_2``; ``x_umap, y_umap``)
   are coordinates;
3. the longest run of numbered columns (``dim0 … dim99``, ``x_0 …``, ``0, 1, 2 …``) is the vector;
4. coordinates with no other vector are vectors too;
5. else all numeric columns are the vector, except those that are called like an identifier or a class.

What was chosen is told in a remark.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

FieldKind = Literal["integer", "number", "vectors", "other"]

NUMBERED = re.compile(r"(.*?)[\s_.\-\[(]*(\d{1,6})[\])]?", re.DOTALL)
AXIS_LAST = re.compile(r"(?:(.*?)[\s_.\-]+)?([xyz])", re.IGNORECASE | re.DOTALL)
AXIS_FIRST = re.compile(r"([xyz])[\s_.\-]+(.+)", re.IGNORECASE | re.DOTALL)
PICTURE = re.compile(
    r"(x|data|emb|obsm|embedding)?_?(t_?sne|umap|densmap|pca|pc|mds|isomap|trimap|pacmap|phate|ivis|lda|svd|"
    r"coords?|coordinates?|projections?|proj|2d|3d|map|layout)(_?[23]d)?"
)
NOT_A_DIMENSION = frozenset(
    {
        "id",
        "ids",
        "index",
        "idx",
        "row",
        "uid",
        "uuid",
        "key",
        "label",
        "labels",
        "class",
        "classes",
        "target",
        "targets",
        "cluster",
        "clusters",
        "group",
        "split",
        "fold",
        "count",
        "counts",
        "freq",
        "frequency",
        "rank",
        "year",
        "timestamp",
        "time",
        "date",
        "__seq_next__",
        "__next__",
        "unnamed:_0",
        "level_0",
    }
)
SHORTEST_RUN = 4
FEW_DIMENSIONS = 16


@dataclass(frozen=True)
class Field:
    """A column of a table, before it is read.

    Parameters
    ----------
    name
        Its name in the file.
    kind
        ``vectors`` for a list of numbers in each row; ``other`` for all that are not numbers.
    width
        The length of the lists.
    """

    name: str
    kind: FieldKind
    width: int = 1


@dataclass(frozen=True)
class Picture:
    """Columns that are coordinates, by their positions; one position where the column holds lists."""

    name: str
    fields: tuple[int, ...]


@dataclass(frozen=True)
class Layout:
    """What each column of a table is for, by position.

    Parameters
    ----------
    lists
        Columns that hold a vector each.
    numbers
        Columns that make up one vector together.
    pictures
        Coordinates.
    columns
        What is known of each point.
    remark
        Which choice was made, in one sentence; empty where there was none.
    """

    lists: tuple[int, ...]
    numbers: tuple[int, ...]
    pictures: tuple[Picture, ...]
    columns: tuple[int, ...]
    remark: str

    @property
    def has_vectors(self) -> bool:
        """Whether there is anything to explore."""
        return bool(self.lists or self.numbers)


def layout(fields: Sequence[Field]) -> Layout:
    """Tell what each column is for.

    Examples
    --------
    >>> chosen = layout([Field("word", "other"), *(Field(f"x_{i}", "number") for i in range(5))])
    >>> chosen.numbers, chosen.columns
    ((1, 2, 3, 4, 5), (0,))
    """
    numeric = [index for index, field in enumerate(fields) if field.kind in {"integer", "number"}]
    lists = [index for index, field in enumerate(fields) if field.kind == "vectors"]
    wide = [index for index in lists if not _is_picture(fields[index])] or lists
    pictures = [Picture(fields[index].name, (index,)) for index in lists if index not in wide]
    pictures += _pictures(fields, numeric)
    drawn = {index for picture in pictures for index in picture.fields}
    free = [index for index in numeric if index not in drawn]
    numbers, remark = ([], "") if wide else _vector(fields, free, pictures)
    taken = drawn | set(numbers) | set(lists)
    columns = [index for index in range(len(fields)) if index not in taken]
    if remark and len(numbers) <= FEW_DIMENSIONS and not pictures:
        columns = sorted({*columns, *numbers})  # so few that each may be looked at by itself
    return Layout(tuple(wide), tuple(numbers), tuple(pictures), tuple(columns), remark)


def _is_picture(field: Field) -> bool:
    return field.width in (2, 3) and PICTURE.fullmatch(_plain(field.name)) is not None


def _vector(fields: Sequence[Field], free: list[int], pictures: list[Picture]) -> tuple[list[int], str]:
    """The columns of the vector, and a remark where they could have been others."""
    run = _longest_run(fields, free)
    if len(run) >= SHORTEST_RUN or (run and run == free):
        return run, ""
    if pictures:
        first = pictures[0]
        return list(first.fields), f"The only vectors here are the coordinates {first.name!r}."
    chosen = [index for index in free if _plain(fields[index].name) not in NOT_A_DIMENSION]
    if not chosen or (len(chosen) < 2 and len(fields) > 1):
        return [], ""
    return chosen, "" if len(chosen) == len(fields) else (
        f"No columns are numbered, so the {len(chosen):,} numeric ones were taken as the vector: "
        f"{_listed([fields[index].name for index in chosen])}."
    )


def _listed(names: list[str]) -> str:
    return ", ".join(names[:8]) + (f" … {names[-1]}" if len(names) > 8 else "")


def _plain(name: str) -> str:
    return re.sub(r"[\s\-.]+", "_", name.strip().lower()).strip("_")


def _runs(fields: Sequence[Field], positions: list[int]) -> dict[str, dict[int, int]]:
    """Numbered columns: prefix -> number -> position."""
    runs: dict[str, dict[int, int]] = defaultdict(dict)
    for index in positions:
        match = NUMBERED.fullmatch(fields[index].name.strip())
        if match:
            runs[match[1]].setdefault(int(match[2]), index)
    return runs


def _longest_run(fields: Sequence[Field], positions: list[int]) -> list[int]:
    """Positions of the longest run of columns numbered from 0 or 1 without a gap, in the order of the numbers."""
    best: list[int] = []
    for run in _runs(fields, positions).values():
        start = min(run)
        whole = start in (0, 1) and max(run) - start + 1 == len(run)
        if whole and len(run) > max(len(best), 1):
            best = [run[number] for number in sorted(run)]
    return best


def _pictures(fields: Sequence[Field], numeric: list[int]) -> list[Picture]:
    found = [*_axes(fields, numeric), *_numbered_pictures(fields, numeric)]
    taken: set[int] = set()
    pictures: list[Picture] = []
    for picture in found:
        if not taken & set(picture.fields):
            taken |= set(picture.fields)
            pictures.append(picture)
    return pictures


def _axes(fields: Sequence[Field], numeric: list[int]) -> list[Picture]:
    """Coordinates whose columns are named for their axes: ``x, y``, ``tsne_x, tsne_y``, ``x_umap, y_umap``."""
    stems: dict[str, dict[str, int]] = defaultdict(dict)
    for index in numeric:
        name = fields[index].name.strip()
        last, first = AXIS_LAST.fullmatch(name), AXIS_FIRST.fullmatch(name)
        if last:
            stems[last[1] or ""].setdefault(last[2].lower(), index)
        elif first:
            stems[first[2]].setdefault(first[1].lower(), index)
    pictures: list[Picture] = []
    for stem, axes in stems.items():
        order = [axis for axis in "xyz" if axis in axes]
        if order[:2] == ["x", "y"]:
            pictures.append(Picture(stem or ", ".join(order), tuple(axes[axis] for axis in order)))
    return pictures


def _numbered_pictures(fields: Sequence[Field], numeric: list[int]) -> list[Picture]:
    """Coordinates whose columns are numbered: ``tsne_0, tsne_1``, ``UMAP1, UMAP2, UMAP3``."""
    pictures: list[Picture] = []
    for prefix, run in _runs(fields, numeric).items():
        start = min(run)
        whole = start in (0, 1) and max(run) - start + 1 == len(run)
        if whole and len(run) in (2, 3) and PICTURE.fullmatch(_plain(prefix)):
            pictures.append(Picture(prefix.strip(" _-."), tuple(run[number] for number in sorted(run))))
    return pictures
