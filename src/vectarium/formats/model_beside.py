"""Weights of other formats beside a config that means a checkpoint.

Keras 3 writes ``keras_embedding.ckpt-4.weights.h5`` after each epoch, and a config that gives every
embedding layer one and the same name of a TensorFlow variable, so the tables are told apart by their
metadata's number of rows where their names do not.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from vectarium.data import Collection, Embedding, Note
from vectarium.errors import FormatError
from vectarium.formats.checkpoint_series import Series, step_of
from vectarium.formats.file_steps import FileStep, FileSteps, recorded_in
from vectarium.formats.reader import Progress, silent
from vectarium.formats.tensor_names import Shape, TensorName, likeliest, matching
from vectarium.formats.within import is_within

SUFFIXES = (".weights.h5", ".h5", ".keras", ".safetensors", ".pt", ".pth")


def models_in(folder: Path, root: Path) -> list[Series]:
    """The models in a folder, those of one training together."""
    found: dict[str, dict[int, Path]] = {}
    for path in sorted(folder.iterdir()):
        suffix = next((each for each in SUFFIXES if path.name.endswith(each)), None)
        if suffix and path.is_file() and is_within(path, root):
            name, step = step_of(path.name.removesuffix(suffix))
            found.setdefault(name + suffix, {}).setdefault(step, path)
    return [Series(name, dict(sorted(steps.items())), max(steps)) for name, steps in found.items()]


def table_beside(
    series: list[Series], asked: str, shape: Shape | None, rows: int | None, progress: Progress
) -> tuple[Embedding, list[Note]]:
    """The table that a config means among the models beside it.

    Parameters
    ----------
    series
        The models.
    asked, shape
        As the config has them.
    rows
        How many lines its metadata has.
    progress
        Told while a model is read.

    Raises
    ------
    FormatError
        If no model holds anything like it.
    """
    from vectarium.formats.registry import read_file

    faults: list[FormatError] = []
    for each in series:
        try:
            collection = read_file(each.shown, progress)
        except FormatError as error:
            faults.append(error)
            continue
        found = _chosen(collection, asked, shape, rows)
        if found is None:
            held = ", ".join(f"{one.name!r} ({one.shape[0]:,} × {one.shape[1]:,})" for one in collection)
            faults.append(FormatError(f"There is nothing like {asked!r} in this model. It holds {held}.", each.shown))
            continue
        told = f"The config's {asked!r} was taken to be {found.name!r} of {each.shown.name}."
        return _with_steps(found, each), [Note(told, each.shown, None, "remark")]
    raise faults[0]


def _chosen(collection: Collection, asked: str, shape: Shape | None, rows: int | None) -> Embedding | None:
    """By its rows where the metadata tells them and one table alone has as many, else by its name."""
    names = {each.name: TensorName(each.name, "", each.shape) for each in collection}
    fitting = [each for each in names.values() if rows is not None and each.shape[0] in (rows, rows - 1)]
    if len(fitting) == 1:
        return collection[fitting[0].key]
    found, _ = matching(asked, fitting or list(names.values()), shape)
    return collection[(found or likeliest(list(names.values()), shape)).key] if found or fitting else None


def _with_steps(found: Embedding, series: Series) -> Embedding:
    if len(series.indexes) < 2:
        return found
    files = {step: FileStep(path, _reader(path, found.name)) for step, path in series.indexes.items()}
    steps = FileSteps(series.shown.parent.name, {found.name: files})
    return recorded_in(found, steps, found.name, series.last)


def _reader(path: Path, name: str) -> Callable[[], Embedding]:
    def read() -> Embedding:
        from vectarium.formats.registry import read_file

        return read_file(path, silent)[name]

    return read
