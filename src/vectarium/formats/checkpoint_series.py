"""Checkpoints that lie in one folder: which belong to one training, at which step, and which is the last.

TensorFlow numbers them (``model.ckpt-1000``, ``ckpt-3``, ``cp-0004.ckpt``) and names the last one in a
file called ``checkpoint``. Keras names only the last there, so what lies in the folder counts.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from vectarium.errors import FormatError
from vectarium.formats.protobuf_text import parse
from vectarium.formats.sorted_table import is_sorted_table
from vectarium.formats.text_file import read_text
from vectarium.formats.within import is_within

STATE = "checkpoint"
INDEX = ".index"
NUMBERED = re.compile(r"(.*?)(\d{1,18})((?:\.ckpt|\.tf)?)", re.DOTALL)
DATA = re.compile(r"(.+)\.(?:data-\d+-of-\d+|meta)", re.DOTALL)
LARGEST_STATE = 4 << 20


@dataclass(frozen=True)
class Series:
    """Checkpoints of one training.

    Parameters
    ----------
    name
        What they have in common.
    indexes
        Their ``.index`` files by step, ascending; one without a number is step 0.
    last
        The step of the one that counts.
    """

    name: str
    indexes: dict[int, Path]
    last: int

    @property
    def shown(self) -> Path:
        """The ``.index`` of the one that counts."""
        return self.indexes[self.last]

    def at(self, step: int) -> Series:
        """The same with another one that counts."""
        return Series(self.name, self.indexes, step)


def series_in(folder: Path, root: Path) -> list[Series]:
    """The checkpoints in a folder, that of the state file first.

    Parameters
    ----------
    folder
        Where they lie.
    root
        What was opened; links that lead out of it are not followed.
    """
    found: dict[str, dict[int, Path]] = defaultdict(dict)
    for path in sorted(folder.glob(f"*{INDEX}")):
        if path.is_file() and is_within(path, root) and is_sorted_table(path):
            name, step = step_of(path.name.removesuffix(INDEX))
            found[name].setdefault(step, path)
    state = last_named(folder)
    series: list[Series] = []
    for name, indexes in found.items():
        steps = sorted(indexes)
        named = next((step for step in steps if indexes[step].name == f"{state}{INDEX}"), None)
        one = Series(name, {step: indexes[step] for step in steps}, steps[-1] if named is None else named)
        series.insert(0 if named is not None else len(series), one)
    return series


def step_of(prefix: str) -> tuple[str, int]:
    """What a checkpoint's name has in common with those of other steps, and its step.

    Examples
    --------
    >>> step_of("keras_embedding.ckpt-12"), step_of("cp-0004.ckpt"), step_of("model.ckpt")
    (('keras_embedding.ckpt-', 12), ('cp-.ckpt', 4), ('model.ckpt', 0))
    """
    match = NUMBERED.fullmatch(prefix)
    return (match[1] + match[3], int(match[2])) if match else (prefix, 0)


def last_named(folder: Path) -> str:
    """The name of the checkpoint that the state file calls the last; empty where there is none."""
    path = folder / STATE
    try:
        if not path.is_file() or path.stat().st_size > LARGEST_STATE:
            return ""
        named = parse(read_text(path), path).get("model_checkpoint_path", [])
    except (FormatError, OSError):
        return ""
    return base_name(named[-1]) if named and isinstance(named[-1], str) else ""


def base_name(named: str) -> str:
    """The last part of a path of any machine."""
    return named.replace("\\", "/").rstrip("/").rpartition("/")[2]


def index_of(path: Path) -> Path | None:
    """The index that belongs to a file of a checkpoint, or to the name that TensorFlow calls it by."""
    match = DATA.fullmatch(path.name)
    prefix = match[1] if match else path.name
    index = path if path.suffix == INDEX else path.with_name(prefix + INDEX)
    return index if index.is_file() else None
